from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest

from desktop.cli import run as run_module
from desktop.cli.output import OutputClosed
from desktop.cli.run import Ending, Plan, run_session
from desktop.core.captions import CaptionDocument, CaptionEvent
from desktop.core.errors import DeviceLost, ExportFailed
from desktop.core.message import say
from desktop.session.events import Reader, Saved, SessionEvent
from desktop.session.service import Service

FINAL = CaptionEvent("you", "1", 1, "hello", True, 0.0, 1.0)
PLAN = Plan([], cast("Service", None))


class ScriptedSession:
    """Publishes what the test gives it, then runs until it is stopped; stubborn ones never stop."""

    def __init__(self, *events: SessionEvent, end: Callable[[], None] | None = None, stubborn: bool = False) -> None:
        self.document = CaptionDocument()
        self.journal = next((event.path for event in events if isinstance(event, Saved)), None)
        self.stops = 0
        self.hasty = False
        self.readers: list[Reader] = []
        self._events = events
        self._end = end
        self._stubborn = stubborn
        self._stopped = asyncio.Event()

    def subscribe(self, reader: Reader) -> Callable[[], None]:
        self.readers.append(reader)
        return lambda: self.readers.remove(reader)

    async def run(self) -> None:
        for event in self._events:
            for reader in self.readers:
                reader(event)
        if self._end is not None:
            self._end()
        await self._stopped.wait()

    def stop(self, *, hasty: bool = False) -> None:
        self.stops += 1
        self.hasty = hasty
        if not self._stubborn:
            self._stopped.set()


def ended(monkeypatch: pytest.MonkeyPatch, session: ScriptedSession, show: Reader | None = None) -> Ending:
    monkeypatch.setattr(run_module, "build", lambda _plan: session)
    ending = run_session(Plan([], PLAN.service, seconds=5.0), show or (lambda _event: None))
    assert session.readers == []
    return ending


def interrupt() -> None:
    os.kill(os.getpid(), signal.SIGINT)


def test_time_is_up(monkeypatch: pytest.MonkeyPatch) -> None:
    session = ScriptedSession(FINAL, Saved(Path("a.jsonl"), complete=False))
    monkeypatch.setattr(run_module, "build", lambda _plan: session)
    seen: list[SessionEvent] = []
    ending = run_session(Plan([], PLAN.service, seconds=0.001), seen.append)
    assert seen[0] == FINAL
    assert (ending.journal, ending.interrupted, ending.error) == (Path("a.jsonl"), False, None)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signal_stops_gracefully(monkeypatch: pytest.MonkeyPatch, number: signal.Signals) -> None:
    before = signal.getsignal(number)
    session = ScriptedSession(end=lambda: os.kill(os.getpid(), number))
    ending = ended(monkeypatch, session)
    assert ending.interrupted
    assert session.stops == 1
    assert session.hasty, "nobody waits long for a service that says nothing"
    assert signal.getsignal(number) is before


def test_second_interrupt_aborts(monkeypatch: pytest.MonkeyPatch) -> None:
    session = ScriptedSession(end=interrupt, stubborn=True)
    monkeypatch.setattr(session, "stop", lambda **_how: interrupt())
    assert ended(monkeypatch, session).interrupted


def test_trouble_of_the_session_is_kept_with_what_was_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    def lose() -> None:
        raise DeviceLost(say("T", "Gone."))

    ending = ended(monkeypatch, ScriptedSession(Saved(Path("a.jsonl"), complete=False), end=lose))
    assert isinstance(ending.error, DeviceLost)
    assert ending.journal == Path("a.jsonl")


@pytest.mark.parametrize("error", [OutputClosed(), ExportFailed(say("T", "Full."))])
def test_output_that_fails_stops_the_session(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def fail(_event: SessionEvent) -> None:
        raise error

    session = ScriptedSession(FINAL, Saved(Path("a.jsonl"), complete=True))
    ending = ended(monkeypatch, session, fail)
    assert ending.error is error
    assert ending.journal == Path("a.jsonl")
    assert session.stops >= 1


def test_a_bug_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        ended(monkeypatch, ScriptedSession(end=break_down))
