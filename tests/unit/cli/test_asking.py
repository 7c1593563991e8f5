"""Questions on a terminal: answered, given up, taken back, and where there is none."""

from __future__ import annotations

import asyncio
import io
import os
import sys
from collections.abc import Iterator

import pytest

from desktop.cli import options
from desktop.cli.asking import ask
from desktop.core.errors import CredentialMissing
from desktop.core.message import say
from desktop.core.provider import Asker, Prompting

QUESTION = say("Test", "Code of \x1b[31mkim")


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


class Terminal:
    """A terminal that the test types on."""

    def __init__(self) -> None:
        self.keyboard, slave = os.openpty()
        self.input = os.fdopen(slave, "r")
        self.screen = Screen()

    def plug(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Not in a fixture: pytest puts streams of its own in place between fixtures and test."""
        monkeypatch.setattr(sys, "stdin", self.input)
        monkeypatch.setattr(sys, "stderr", self.screen)

    def type(self, text: str) -> None:
        os.write(self.keyboard, text.encode())

    def close(self) -> None:
        self.input.close()
        os.close(self.keyboard)


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    if sys.platform == "win32":
        pytest.skip("platform: Windows has no terminals that a test can type on")
    made = Terminal()
    yield made
    made.close()


@pytest.mark.parametrize(("typed", "answer"), [("123456\n", "123456"), ("\n", ""), ("\x04", "")])
async def test_an_answer(terminal: Terminal, typed: str, answer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal.plug(monkeypatch)
    terminal.type(typed)
    async with asyncio.timeout(60):
        assert await ask(QUESTION) == answer
    assert terminal.screen.getvalue() == "Code of [31mkim (Enter alone gives up): "


async def test_who_is_cancelled_stops_reading(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal.plug(monkeypatch)
    asking = asyncio.ensure_future(ask(QUESTION))
    while not terminal.screen.getvalue():
        await asyncio.sleep(0.01)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking


@pytest.mark.parametrize("stream", ["stdin", "stderr"])
async def test_without_a_terminal(stream: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Screen())
    monkeypatch.setattr(sys, "stderr", Screen())
    monkeypatch.setattr(sys, stream, io.StringIO())
    with pytest.raises(CredentialMissing, match="there is no terminal to ask on") as found:
        await ask(QUESTION)
    assert "in a terminal" in str(found.value.hint)


def test_every_provider_that_asks_asks_here(monkeypatch: pytest.MonkeyPatch) -> None:
    askers: list[Asker] = []
    for provider in options.offered().values():
        if isinstance(provider, Prompting):
            monkeypatch.setattr(provider, "ask_with", askers.append)
            options.find_provider(provider.id)
    assert askers == [ask] * len(askers) != []
