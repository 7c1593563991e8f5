"""What a lock does not know about the list of everything inside (CycloneDX)."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any


def complete(target: Path, project: Path, version: str) -> None:
    """Complete the list in the file `target` with what the project file says."""
    declared = tomllib.loads(project.read_text(encoding="utf-8"))["project"]["dependencies"]
    made = completed(json.loads(target.read_text(encoding="utf-8")), declared, version)
    target.write_text(json.dumps(made, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def completed(bom: dict[str, Any], declared: Iterable[str], version: str) -> dict[str, Any]:
    """Add the version of Overtitle itself, and which of the parts it asks for itself."""
    whole = bom["metadata"]["component"]
    whole |= {"version": version, "purl": f"pkg:pypi/overtitle@{version}"}
    asked = {re.split(r"[^\w.-]", line)[0].lower() for line in declared}
    direct = sorted(part["bom-ref"] for part in bom["components"] if part["name"].lower() in asked)
    others = [entry for entry in bom.get("dependencies", []) if entry["ref"] != whole["bom-ref"]]
    bom["dependencies"] = [{"ref": whole["bom-ref"], "dependsOn": direct}, *others]
    return bom
