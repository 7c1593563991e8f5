"""The whole window beside its floors: event to painted at 1080p and 4K, a flood, hours, a long library, the start.

    ./dev bench ui [--quick]

Hours of a call, the library and the start have modules of their own (`hours.py`, `library.py`, `window.py`); `--quick`
makes each of them small. How calm the text is: `flicker.py`. Run on a real display (`./dev bench` brings one):
offscreen figures say little.
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import hours
import library  # type: ignore[import-not-found]  # beside this file
import window  # type: ignore[import-not-found]  # beside this file
from PySide6.QtCore import QEventLoop, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QLabel

from desktop.core.captions import CaptionDocument, CaptionEvent
from desktop.settings.schema import OverlaySettings
from desktop.ui import theme
from desktop.ui.overlay import Overlay
from desktop.ui.style import prepare

SPOKEN_TEXT = """So the delivery is planned for the second week of January, if the customs papers arrive in time.
Could you send me the list of papers today? I would like to check it with our office in Lyon.
Yes, of course. You will have it before five o’clock, and the office will be in copy so nobody has to ask twice.
There is one more thing about the invoice from last month that we should settle before the end of the year."""
SPOKEN = SPOKEN_TEXT.split()
MISHEARD = ["there", "invoices", "the", "a", "ship", "five", "coarse", "lion", "customer", "paper", "settled", "we"]
PACE_MS = 40
FLOOD_SECONDS = 3


@dataclass(frozen=True)
class Lane:
    id: str
    label: str


class Label(QLabel):
    """The floor: the least that Qt can do to show a text."""

    def __init__(self) -> None:
        super().__init__()
        self.done: Callable[[], None] = lambda: None

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  # Qt's name
        super().paintEvent(event)
        self.done()


def revisions(seed: int) -> Iterator[tuple[str, int, bool]]:
    """Text, committed characters, final: word by word; one word in five is corrected one to seven words later."""
    chance = random.Random(seed)  # noqa: S311  # the same stream in every run
    wrong = {at: chance.choice(MISHEARD) for at in range(len(SPOKEN)) if chance.random() < 0.2}
    until = {at: at + chance.choice([1, 1, 2, 2, 3, 7]) for at in wrong}
    for end in range(1, len(SPOKEN) + 1):
        words = [wrong[at] if until.get(at, 0) >= end else SPOKEN[at] for at in range(end)]
        yield " ".join(words), len(" ".join(words[: max(0, end - 7)])), False
    yield " ".join(SPOKEN), 0, True


def partials() -> Iterator[CaptionEvent]:
    number = 0
    while True:
        number += 1
        for revision, (text, stable, final) in enumerate(revisions(number)):
            yield CaptionEvent("them", str(number), revision, text, final, number, number + 1, stable_chars=stable)


@dataclass
class Run:
    """Calls `step` at a pace and notes when the paint that follows has ended."""

    step: Callable[[], None]
    count: int
    taken: list[float] = field(default_factory=list)
    _since: float = 0.0

    def painted(self, *_: object) -> None:
        if self._since:
            self.taken.append(time.perf_counter() - self._since)
            self._since = 0.0

    def go(self) -> list[float]:
        loop, timer = QEventLoop(), QTimer(timerType=Qt.TimerType.PreciseTimer)
        left = self.count

        def tick() -> None:
            nonlocal left
            left -= 1
            if left < 0:
                loop.quit()
            else:
                self._since = time.perf_counter()
                self.step()

        timer.timeout.connect(tick)
        timer.start(PACE_MS)
        loop.exec()
        timer.stop()
        return self.taken[5:]


def settle() -> None:
    loop = QEventLoop()
    QTimer.singleShot(700, loop.quit)
    loop.exec()


def settings_of(**more: object) -> OverlaySettings:
    """No waiting for readers: the words come faster than anybody reads."""
    return OverlaySettings(reading_speed=0, **more)  # type: ignore[arg-type]  # each with its own type


def label_times(settings: OverlaySettings, size: QSize, count: int) -> list[float]:
    label, stream = Label(), partials()
    label.setFont(theme.caption_font(settings.font, settings.size))
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.resize(size)
    label.show()
    settle()
    run = Run(lambda: label.setText(next(stream).text[-80:]), count)
    label.done = run.painted
    taken = run.go()
    label.close()
    return taken


def bar(settings: OverlaySettings, width: int = 0) -> tuple[Overlay, CaptionDocument]:
    overlay, document = Overlay(theme.DARK, settings), CaptionDocument()
    overlay.bind(document, [Lane("you", "You"), Lane("them", "Them")])
    if width:
        overlay.restore(QRect(0, 200, width, 100))
    overlay.show()
    settle()
    return overlay, document


def bar_times(settings: OverlaySettings, width: int, count: int) -> list[float]:
    overlay, document = bar(settings, width)
    stream = partials()

    def step() -> None:
        event = next(stream)
        document.apply(event)
        overlay.on_event(event)

    run = Run(step, count)
    overlay.captions.painted.connect(run.painted)
    taken = run.go()
    overlay.close()
    return taken


def flood() -> tuple[float, float, float]:
    """Events a second, paints a second, share of one core."""
    overlay, document = bar(settings_of())
    stream, loop, timer = partials(), QEventLoop(), QTimer(timerType=Qt.TimerType.PreciseTimer)
    paints: list[float] = []
    overlay.captions.painted.connect(paints.append)
    sent = 0
    begin, cpu = time.perf_counter(), time.process_time()

    def tick() -> None:
        nonlocal sent
        due = int((time.perf_counter() - begin) * 1000)
        while sent < due:
            event = next(stream)
            document.apply(event)
            overlay.on_event(event)
            sent += 1
        if due > FLOOD_SECONDS * 1000:
            loop.quit()

    timer.timeout.connect(tick)
    timer.start(1)
    loop.exec()
    timer.stop()
    took = time.perf_counter() - begin
    overlay.close()
    return sent / took, len(paints) / took, (time.process_time() - cpu) / took


def line(name: str, taken: list[float]) -> tuple[float, float]:
    """Print and return p50 and p99 in ms."""
    cuts = statistics.quantiles(taken, n=100)
    print(f"{name:48} {cuts[49] * 1000:8.2f} {cuts[98] * 1000:8.2f} {max(taken) * 1000:8.2f}")
    return cuts[49] * 1000, cuts[98] * 1000


def beside(figures: dict[str, tuple[float, float]]) -> None:
    """Print every chief figure with its floor and their ratio."""
    print(f"\n{'beside its floor':52} {'ours':>9} {'floor':>9} {'ratio':>7}")
    for name, (ours, floor) in figures.items():
        print(f"{name:52} {ours:9.2f} {floor:9.2f} {ours / max(floor, 1e-9):7.1f}")


def main() -> None:
    quick = "--quick" in sys.argv
    count = 60 if quick else 250
    figures: dict[str, tuple[float, float]] = {}
    app = QApplication(sys.argv[:1])
    print(f"platform {app.platformName()}, {count} events, one every {PACE_MS} ms")
    print(f"{'event to painted, ms':48} {'p50':>8} {'p99':>8} {'max':>8}")
    for name, width, size in (("1080p, 30 pt", 1344, 30), ("4K, 60 pt", 2688, 60)):
        label = QSize(width, 2 * round(size * 2.26))
        bare = line(f"floor at {name}: bare QLabel, word wrap", label_times(OverlaySettings(size=size), label, count))
        for kind, more in (("panel", {}), ("outlined", {"opacity": 0}), ("boxes", {"backing": "box"})):
            ours = line(f"caption bar at {name}: {kind}", bar_times(settings_of(size=size, **more), width, count))
            for cut, mine, floor in zip(("p50", "p99"), ours, bare, strict=True):
                figures[f"event to painted at {name}, {kind}, {cut}, ms"] = mine, floor
    line("caption bar at 4K, 96 pt, 6 lines", bar_times(settings_of(size=96, lines=6), 2688, count))
    sent, paints, share = flood()
    print(f"\nflood: {sent:.0f} partials/s -> {paints:.0f} paints/s, {share:.0%} of a core")
    prepare(app, theme.LIGHT)
    figures |= hours.report(0.05, 0.2) if quick else hours.report()
    print()
    opened, looked = library.report(100, 50) if quick else library.report()
    listed = figures[f"{hours.SESSIONS} sessions listed, ms"][1]
    figures["library opened and painted, ms"] = opened * 1000, looked * 1000 + listed
    print()
    mapped, bare_mapped = window.report()
    figures["start to window mapped, ms"] = mapped * 1000, bare_mapped * 1000
    beside(figures)


if __name__ == "__main__":
    main()
