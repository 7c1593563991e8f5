"""Questions that a provider has while it connects, asked on the terminal."""

from __future__ import annotations

import asyncio
import sys
from threading import Event

from desktop.cli.output import plain
from desktop.core.errors import CredentialMissing
from desktop.core.message import Message, say
from desktop.settings.aside import aside

POLL = 0.1
"""Seconds after which it is noticed that nobody waits for the answer any more."""


async def ask(question: Message) -> str:
    """The answer, empty when none is given; raises `CredentialMissing` without a terminal.

    It is shown while it is typed: what is asked for here is worth nothing half a minute later, and a terminal that hid
    it would stay mute when the program is interrupted.
    """
    if not _is_terminal():
        raise CredentialMissing(
            say("CommandLine", "“{question}” is asked for, and there is no terminal to ask on.", question=question),
            say("CommandLine", "Run the command in a terminal, or use credentials that ask for nothing."),
        )
    sys.stderr.write(f"{plain(str(question))} (Enter alone gives up): ")
    sys.stderr.flush()
    given_up = Event()
    try:
        return await asyncio.wrap_future(aside(lambda: _read(given_up)))
    finally:
        given_up.set()


def _is_terminal() -> bool:
    return bool(sys.stdin and sys.stderr and sys.stdin.isatty() and sys.stderr.isatty())


def _read(given_up: Event) -> str:
    """One line; never one that is typed after the question was taken back, where that can be told."""
    if sys.platform != "win32":  # there `select` takes sockets alone
        import select

        while not select.select([sys.stdin], [], [], POLL)[0]:
            if given_up.is_set():
                return ""
    return sys.stdin.readline().strip()
