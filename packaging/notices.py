"""The licence texts of everything that is inside the frozen program."""

from __future__ import annotations

import re
import sysconfig
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OWN_TEXTS = ROOT / "packaging" / "licences"  # Qt's wheels carry no text of the licence they are used under
_NOTICE = re.compile(r"licen[sc]e|copying|notice|authors", re.IGNORECASE)


def bundled() -> list[str]:
    """The distributions that the runtime lock names and that are installed here."""
    lock = (ROOT / "requirements" / "runtime.txt").read_text(encoding="utf-8")
    names = re.findall(r"^([\w.-]+)==", lock, re.MULTILINE)
    return [name for name in names if _is_installed(name)]


def _is_installed(name: str) -> bool:
    try:
        distribution(name)
    except PackageNotFoundError:  # of another system
        return False
    return True


def entries() -> Iterator[tuple[str, str]]:
    """Each text and the folder it goes to, as PyInstaller wants them."""
    yield str(ROOT / "LICENSE"), "licences/overtitle"
    yield str(Path(sysconfig.get_path("stdlib"), "LICENSE.txt")), "licences/python"
    for text in OWN_TEXTS.iterdir():
        yield str(text), "licences/qt"
    for name in bundled():
        for file in distribution(name).files or ():
            if ".dist-info" in file.parts[0] and _NOTICE.search(file.name):
                inside = "/".join(part for part in file.parts[1:-1] if part != "licenses")
                yield str(file.locate()), f"licences/{name}/{inside}"
