"""Habits of the source that no linter knows."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = sorted((ROOT / "desktop").rglob("*.py"))
EVERYTHING = [*PACKAGE, *sorted((ROOT / "tests").rglob("*.py")), *sorted((ROOT / "benchmarks").rglob("*.py"))]
QT = {"PySide6", "shiboken6", "qasync"}
MAX_MODULE, MAX_FUNCTION = 400, 60  # lines

# An ignore, then its reason in words: after a second `#` where mypy reads the line, after a dash where ruff does.
IGNORE = re.compile(r"#\s*(?:type:\s*ignore|noqa)\b")
REASONED = re.compile(r"#\s*(?:type:\s*ignore\[[\w, -]+\]\s*#|noqa:\s*[A-Z]+\d+(?:,\s*[A-Z]+\d+)*\s).*[a-z]{2}")


def name(path: Path) -> str:
    """How a file is called in the report."""
    return path.relative_to(ROOT).as_posix()


def imports(path: Path) -> Iterator[str]:
    """The top-level packages that a file imports anywhere, functions included."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Every function with its length in lines."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


def test_modules_stay_short() -> None:
    sizes = {name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in EVERYTHING}
    assert not {path: lines for path, lines in sizes.items() if lines > MAX_MODULE}


def test_functions_stay_short() -> None:
    assert not [
        f"{name(path)}: {function} has {lines} lines"
        for path in EVERYTHING
        for function, lines in functions(path)
        if lines > MAX_FUNCTION
    ]


def test_qt_is_imported_by_the_user_interface_alone() -> None:
    allowed = {path for path in PACKAGE if path.relative_to(ROOT / "desktop").parts[0] in {"ui", "app", "app.py"}}
    assert not [name(path) for path in PACKAGE if path not in allowed and QT.intersection(imports(path))]


def test_libraries_do_not_print() -> None:
    assert not [
        f"{name(path)}:{node.lineno}"
        for path in PACKAGE
        if not path.is_relative_to(ROOT / "desktop/cli")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]


def unexplained(line: str) -> bool:
    """Whether a line silences a tool without saying why."""
    return bool(IGNORE.search(line)) and not REASONED.search(line)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("x = 1  # noqa: S101 - a reason in words", False),
        ("x = 1  # noqa: S101 a reason in words", False),
        ("x = 1  # type: ignore[attr-defined] # a reason in words", False),
        ("x = 1  # type: ignore[attr-defined]  # a reason in words", False),
        ("x = 1  # an ordinary remark", False),
        ("x = 1  # noqa", True),
        ("x = 1  # noqa: S101", True),
        ("x = 1  # noqa: S101, S102", True),
        ("x = 1  # type: ignore", True),
        ("x = 1  # type: ignore[attr-defined]", True),
    ],
)
def test_what_an_explained_ignore_is(line: str, expected: bool) -> None:
    assert unexplained(line) is expected


def test_every_ignore_has_its_reason() -> None:
    assert not [
        f"{name(path)}:{number}"
        for path in [*EVERYTHING, ROOT / "dev"]
        if path != Path(__file__).resolve()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if unexplained(line)
    ]
