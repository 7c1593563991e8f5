"""What a command of the command line is."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from dataclasses import dataclass

from desktop.cli.output import Output


@dataclass(frozen=True, slots=True)
class WindowRequest:
    """How the window is to be opened."""

    demo: bool = False
    hidden: bool = False
    press: str = ""
    """Of the Overtitle that runs, the key whose work is to be done."""
    log_level: str = "warning"


OpenWindow = Callable[[WindowRequest], int]
"""Opens the window and returns the exit status once it is closed."""


@dataclass(frozen=True, slots=True)
class Context:
    """What every command is given beside its arguments."""

    out: Output
    open_window: OpenWindow
    log_level: str = "warning"


@dataclass(frozen=True, slots=True)
class Command:
    """One command. Its module builds one of these and `main` lists it; nothing else knows it."""

    name: str
    summary: str
    """Few words for the list of commands."""
    configure: Callable[[ArgumentParser], None]
    """Adds the command's arguments. Runs at every start, so it imports nothing heavy."""
    run: Callable[[Namespace, Context], int]
    """Does the work and returns the exit status; raises `OvertitleError`."""
    examples: str = ""
