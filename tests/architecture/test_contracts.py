"""Every import contract of pyproject.toml is kept, and has been seen to break on a planted violation."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CONTRACTS = [
    contract["name"]
    for contract in tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
]
# For each contract the files that break it; more than one way where the contract has more than one promise.
PLANTED: dict[str, list[dict[str, str]]] = {
    "Layers, every package placed": [
        {"core/planted.py": "import desktop.audio\n"},
        {"session/planted.py": "def late() -> None:\n    import desktop.ui\n"},
        {"unplaced/__init__.py": ""},
    ],
    "Qt stays in the user interface": [{"session/planted.py": "import PySide6.QtCore\n"}],
    "Core and wire are the standard library": [
        {"core/planted.py": "import asyncio\n"},
        {"wire/planted.py": "import numpy\n"},
    ],
    "Providers do not know each other": [
        {"providers/planted_a.py": "import desktop.providers.planted_b\n", "providers/planted_b.py": ""}
    ],
    "Nobody names a provider": [
        {"ui/planted.py": "import desktop.providers.planted_b\n", "providers/planted_b.py": ""}
    ],
    "Only audio touches sound devices": [{"transcripts/planted.py": "import sounddevice\n"}],
    "Only the credentials module reaches the keyring": [{"audio/planted.py": "import keyring\n"}],
    "Only transport, providers and ingress open WebSockets, only providers know AWS": [
        {"session/planted.py": "import websockets\n"},
        {"settings/planted.py": "import botocore.session\n"},
    ],
    "No cycles": [
        {"core/planted_a.py": "import desktop.core.planted_b\n", "core/planted_b.py": "import desktop.core.planted_a\n"}
    ],
}
CASES = [(contract, files) for contract, plants in PLANTED.items() for files in plants]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the package and its contracts."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(ROOT / "desktop", tmp_path / "desktop", ignore=shutil.ignore_patterns("__pycache__", "resources"))
    return tmp_path


def broken(tree: Path) -> set[str]:
    """The names of the contracts that import-linter finds broken in a tree."""
    script = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    env = {**os.environ, "PYTHONPATH": str(tree), "COLUMNS": "200"}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tree, env=env, capture_output=True, text=True, check=False
    )
    verdicts = {line.rpartition(" ")[0]: line.rpartition(" ")[2] for line in done.stdout.splitlines()}
    assert set(CONTRACTS) <= set(verdicts), done.stdout + done.stderr
    return {contract for contract in CONTRACTS if verdicts[contract] == "BROKEN"}


def test_every_contract_is_kept(tree: Path) -> None:
    assert broken(tree) == set()


def test_every_contract_has_a_planted_violation() -> None:
    assert set(PLANTED) == set(CONTRACTS)


@pytest.mark.parametrize(("contract", "files"), CASES, ids=[f"{index}" for index in range(len(CASES))])
def test_a_violation_breaks_its_contract(tree: Path, contract: str, files: dict[str, str]) -> None:
    for path, text in files.items():
        (tree / "desktop" / path).parent.mkdir(exist_ok=True)
        (tree / "desktop" / path).write_text(f'"""Planted."""\n\n{text}')
    assert contract in broken(tree)
