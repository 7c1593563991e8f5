"""Hours of a call in minutes: the longest time the window does not answer, its memory, and a long library.

    ./dev bench ui

`ui.py` prints these after its own figures. Events come as fast as the window takes them, so each turn of the loop has
as much to do as at the real pace; the floor is a bare list of plain text that is given the same words in the same run.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication, QListWidget, QPlainTextEdit, QWidget

from desktop.core.captions import CaptionDocument, CaptionEvent
from desktop.core.state import SessionState
from desktop.session.events import LevelChanged, SessionEvent, StateChanged
from desktop.settings.schema import OverlaySettings, Settings
from desktop.ui import theme
from desktop.ui.main_window import MainWindow
from desktop.ui.overlay import Overlay
from desktop.ui.style import prepare
from desktop.ui.unhurried import Unhurried
from desktop.ui.values import LaneView, LibraryEntry

SAID = "So the delivery is planned for the second week of January if the customs papers arrive in time"
WORDS = SAID.split()
SEGMENT = 6.0
"""Seconds of one segment: 18 words, a revision for every second word."""
SESSIONS = 1000


def turns(hours: float) -> Iterator[list[SessionEvent]]:
    """What the session tells in each 300 ms: a revision of one side, and how loud both are."""
    for number in range(int(hours * 3600 / SEGMENT)):
        lane = "you" if number % 3 == 0 else "them"
        start = number * SEGMENT
        for revision, end in enumerate(range(2, len(WORDS) + 2, 2)):
            text = " ".join(WORDS[:end])
            final = end >= len(WORDS)
            stable = len(text) if final else max(len(text) - 20, 0)
            event = CaptionEvent(lane, str(number), revision, text, final, start, start + end / 3, stable_chars=stable)
            yield [event, *(LevelChanged(each, -20.0 - end, voiced=True) for each in ("you", "them"))]


def pace(hours: float, show: Callable[[list[SessionEvent]], None]) -> list[float]:
    """Seconds from each turn of the loop to the next, painting included."""
    loop, timer, stream = QEventLoop(), QTimer(), turns(hours)
    taken: list[float] = []
    before = time.perf_counter()

    def tick() -> None:
        nonlocal before
        now = time.perf_counter()
        taken.append(now - before)
        before = now
        events = next(stream, None)
        if events is None:
            loop.quit()
        else:
            show(events)

    timer.timeout.connect(tick)
    timer.start(0)
    loop.exec()
    timer.stop()
    return taken[20:]


def memory() -> float:
    """MB that only this process has."""
    return psutil.Process().memory_full_info().uss / 1e6


def program(hours: float) -> list[float]:
    """Window and caption bar together, as the program feeds them."""
    window, overlay = MainWindow(theme.LIGHT, Settings()), Overlay(theme.DARK, OverlaySettings())
    document, unhurried = CaptionDocument(), Unhurried(window.on_event)
    lanes = [LaneView("you", "You"), LaneView("them", "Them")]
    window.show()
    overlay.bind(document, [_Lane(each.lane, each.label) for each in lanes])
    overlay.show()
    window.show_session(lanes)
    window.on_event(StateChanged(SessionState.LIVE))

    def show(events: list[SessionEvent]) -> None:
        for event in events:
            if isinstance(event, CaptionEvent):
                document.apply(event)
            overlay.on_event(event)
            unhurried(event)

    taken = pace(hours, show)
    unhurried.deliver()
    _close(window, overlay)
    return taken


class _Lane:
    def __init__(self, lane: str, label: str) -> None:
        self.id, self.label = lane, label


def bare(hours: float) -> list[float]:
    """The floor: finished sentences in a plain list of text."""
    text = QPlainTextEdit()
    text.resize(1160, 720)
    text.show()

    def show(events: list[SessionEvent]) -> None:
        event = events[0]
        if isinstance(event, CaptionEvent) and event.is_final:
            text.appendPlainText(event.text)

    taken = pace(hours, show)
    _close(text)
    return taken


def memory_added(run: Callable[[float], list[float]], long: float) -> float:
    """MB; in a process of its own, where no other run has left memory to reuse."""
    run(0.05)
    before = memory()
    run(long)
    return memory() - before


def library(make: Callable[[], QWidget]) -> float:
    """Seconds until a list of sessions is painted."""
    before = time.perf_counter()
    made = make()
    made.resize(1160, 720)
    made.show()
    QApplication.processEvents()
    made.grab()
    taken = time.perf_counter() - before
    _close(made)
    return taken


def our_library() -> QWidget:
    window = MainWindow(theme.LIGHT, Settings())
    began = datetime(2026, 11, 21, tzinfo=UTC)
    window.show_library_page()
    window.library.show_library(
        [
            LibraryEntry(str(at), f"Call {at}", began - timedelta(hours=at), 1800.0, ("You", "Them"))
            for at in range(SESSIONS)
        ]
    )
    return window


def bare_library() -> QWidget:
    made = QListWidget()
    made.addItems([f"Call {at}\nYesterday, 30:00, You, Them" for at in range(SESSIONS)])
    return made


def _close(*widgets: QWidget) -> None:
    for each in widgets:
        each.hide()
        each.deleteLater()
    QApplication.processEvents()


def report(hours: float = 1.0, long: float = 8.0) -> dict[str, tuple[float, float]]:
    """Print every figure; returns the chief ones, each beside its floor: ms, or MB for memory."""
    stalls, memories, lists = [], [], []
    print(f"\nan hour of a call, turn by turn ({hours:g} h), ms    {'p50':>8} {'p99':>8} {'longest':>8}")
    for name, run in (("floor: bare text", bare), ("window and caption bar", program)):
        taken = sorted(run(hours))
        cuts = taken[len(taken) // 2], taken[int(len(taken) * 0.99)], taken[-1]
        stalls.append(taken[-1] * 1000)
        print(f"  {name:46} " + " ".join(f"{each * 1000:8.2f}" for each in cuts))
    for name, which in (("floor: bare text", "bare"), ("window and caption bar", "program")):
        command = [sys.executable, __file__, "--memory", which, str(long)]
        added = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        memories.append(float(added))
        print(f"memory added by {long:g} h: {name:24} {float(added):6.1f} MB")
    for name, make in (("floor: bare list", bare_library), ("the window with its library", our_library)):
        times = sorted(library(make) for _ in range(5))
        lists.append(times[2] * 1000)
        print(f"{SESSIONS} sessions listed: {name:27} {times[2] * 1000:6.0f} ms")
    return {
        f"longest turn of the loop in {hours:g} h, ms": (stalls[1], stalls[0]),
        f"memory added by {long:g} h, MB": (memories[1], memories[0]),
        f"{SESSIONS} sessions listed, ms": (lists[1], lists[0]),
    }


if __name__ == "__main__":
    app = QApplication(sys.argv[:1])
    prepare(app, theme.LIGHT)
    if sys.argv[1:2] == ["--memory"]:
        print(memory_added({"bare": bare, "program": program}[sys.argv[2]], float(sys.argv[3])))
    else:
        report(*map(float, sys.argv[1:]))
