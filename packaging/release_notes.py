"""The notes of a release: its section of CHANGELOG.md, for `python packaging/release_notes.py --tag v0.1.0`.

With --latest PAGE it prints the document instead that tells running programs of this version (decision 0029). Stops
when tag, program and changelog do not agree.
"""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def version() -> str:
    """The version that the program says it is; read, not imported, because nothing is installed yet."""
    source = (ROOT / "desktop" / "__init__.py").read_text(encoding="utf-8")
    found = re.search(r'^__version__ = "([^"]+)"$', source, re.MULTILINE)
    if found is None:
        raise SystemExit("desktop/__init__.py names no version")
    return found[1]


def notes(changelog: str, wanted: str) -> str:
    """The section of one version, without its heading."""
    for section in re.split(r"^## ", changelog, flags=re.MULTILINE)[1:]:
        heading, _, text = section.partition("\n")
        if heading.startswith(f"[{wanted}]"):
            return text.strip()
    raise SystemExit(f"CHANGELOG.md has no section [{wanted}]: rename [Unreleased], with the date behind it")


def latest(page: str) -> str:
    """The document that names this version and the page about it."""
    return json.dumps({"version": version(), "page": page})


def main() -> None:
    """Check the tag and print the notes."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--tag", required=True, help="vX.Y.Z")
    options.add_argument("--latest", metavar="PAGE", help="print the document for running programs")
    args = options.parse_args()
    if args.tag != f"v{version()}":
        raise SystemExit(f"The tag is {args.tag}, but the program says it is {version()}")
    text = notes((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), version())
    print(latest(args.latest) if args.latest else text)


if __name__ == "__main__":
    main()
