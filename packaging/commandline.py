"""The command line as its parser knows it, for the man page and the reference."""

from __future__ import annotations

import sys
from argparse import SUPPRESS, Action, ArgumentParser, _SubParsersAction
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))


@dataclass(frozen=True, slots=True)
class Entry:
    """One program or command: how it is called, what it does, what it takes."""

    name: str
    usage: str
    description: str
    arguments: tuple[tuple[str, str], ...]
    """Each option or operand with what it does."""
    epilog: str


def entries() -> Iterator[Entry]:
    """The program, then its commands, then theirs, as `--help` lists them."""
    from desktop.cli.main import parser

    return _below(parser())


def _below(parser: ArgumentParser) -> Iterator[Entry]:
    yield Entry(
        parser.prog,
        " ".join(parser.format_usage().removeprefix("usage:").split()),
        " ".join((parser.description or "").split()),
        tuple((_called(action), _help(parser, action)) for action in parser._actions if _is_told(action)),
        parser.epilog or "",
    )
    for action in parser._actions:
        if isinstance(action, _SubParsersAction):
            for command in action.choices.values():
                yield from _below(command)


def _is_told(action: Action) -> bool:
    return action.help != SUPPRESS and not isinstance(action, _SubParsersAction)


def _help(parser: ArgumentParser, action: Action) -> str:
    return parser._get_formatter()._expand_help(action) if action.help else ""


def _called(action: Action) -> str:
    """`--format txt|md` or `FILE`."""
    value = "|".join(map(str, action.choices)) if action.choices else str(action.metavar or action.dest.upper())
    if not action.option_strings:
        return value
    names = ", ".join(action.option_strings)
    return names if action.nargs == 0 else f"{names} {value}"
