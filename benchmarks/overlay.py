"""The caption bar: event to painted beside a bare label, a flood of partials, and how much of the text flickers.

Run on a real display (`./dev bench` brings one); offscreen figures say little.
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

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtGui import QFontMetricsF, QPaintEvent
from PySide6.QtWidgets import QApplication, QLabel

from desktop.core.captions import CaptionDocument, CaptionEvent
from desktop.core.layout import Flow
from desktop.settings.schema import OverlaySettings
from desktop.ui import theme
from desktop.ui.overlay import Overlay

SPOKEN_TEXT = """So the delivery is planned for the second week of January, if the customs papers arrive in time.
Could you send me the list of papers today? I would like to check it with our office in Lyon.
Yes, of course. You will have it before five o’clock, and the office will be in copy so nobody has to ask twice.
There is one more thing about the invoice from last month that we should settle before the end of the year."""
SPOKEN = SPOKEN_TEXT.split()
MISHEARD = ["there", "invoices", "the", "a", "ship", "five", "coarse", "lion", "customer", "paper", "settled", "we"]
PACE_MS = 40
FLOOD_SECONDS = 3
ROWS = 2


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


def label_times(settings: OverlaySettings, width: int, count: int) -> list[float]:
    label, stream = Label(), partials()
    label.setFont(theme.caption_font(settings.font, settings.size))
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.resize(width, 136)
    label.show()
    settle()
    run = Run(lambda: label.setText(next(stream).text[-80:]), count)
    label.done = run.painted
    taken = run.go()
    label.close()
    return taken


def bar(settings: OverlaySettings) -> tuple[Overlay, CaptionDocument]:
    overlay, document = Overlay(theme.DARK, settings), CaptionDocument()
    overlay.bind(document, [Lane("you", "You"), Lane("them", "Them")])
    overlay.show()
    settle()
    return overlay, document


def bar_times(settings: OverlaySettings, count: int) -> list[float]:
    overlay, document = bar(settings)
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
    overlay, document = bar(OverlaySettings())
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


Shown = dict[int, tuple[str, int, float]]
"""Number of a word in its segment: its text, row and place in the row."""


def wrapped(text: str, measure: Callable[[str], float], width: float) -> Shown:
    """What a plain word wrap shows: everything is laid out again at each revision."""
    places: Shown = {}
    row, x = 0, 0.0
    for number, word in enumerate(text.split()):
        wide = measure(word)
        if x and x + wide > width:
            row, x = row + 1, 0.0
        places[number] = (word, row, x)
        x += wide + measure(" ")
    last = max((at for _, at, _ in places.values()), default=0)
    return {number: place for number, place in places.items() if place[1] > last - ROWS}


def laid(flow: Flow, text: str) -> tuple[Shown, set[int]]:
    """What the bar shows, and which of it is solid."""
    places: Shown = {}
    solid = set()
    for row, shown in enumerate(flow.shown()):
        for piece in shown.pieces():
            number = len(text[: piece.start].split())
            places[number] = (piece.text, flow.top + row, piece.x)
            if piece.solid:
                solid.add(number)
    return places, solid


def flicker(streams: int = 20) -> dict[str, float]:
    metrics = QFontMetricsF(theme.caption_font("", 30))
    measure, width = metrics.horizontalAdvance, 720.0
    seen = moved_raw = moved_bar = seen_bar = changed = solid_seen = solid_changed = wrapped_raw = wrapped_bar = 0
    for seed in range(streams):
        flow, before_raw, before_bar, before_solid = Flow(measure, width, ROWS), {}, {}, set()
        for revision, (text, stable, final) in enumerate(revisions(seed)):
            raw = wrapped(text, measure, width)
            flow.put(CaptionEvent("them", "1", revision, text, final, 0.0, 1.0, stable_chars=stable))
            now, solid = laid(flow, text)
            both = before_raw.keys() & raw.keys()
            seen += len(both)
            changed += sum(before_raw[word][0] != raw[word][0] for word in both)
            moved_raw += sum(before_raw[word] != raw[word] for word in both)
            wrapped_raw += sum(before_raw[word][1] != raw[word][1] for word in both)
            both = before_bar.keys() & now.keys()
            wrapped_bar += sum(before_bar[word][1] != now[word][1] for word in both)
            seen_bar += len(both)
            moved_bar += sum(before_bar[word] != now[word] for word in both)
            still = before_solid & now.keys()
            solid_seen += len(still)
            solid_changed += sum(before_bar[word] != now[word] for word in still)
            before_raw, before_bar, before_solid = raw, now, solid
    return {
        "words that changed their text (the provider's doing)": changed / seen,
        "words that changed text or place, plain word wrap": moved_raw / seen,
        "words that changed text or place, caption bar": moved_bar / seen_bar,
        "words that changed their line, plain word wrap": wrapped_raw / seen,
        "words that changed their line, caption bar": wrapped_bar / seen_bar,
        "solid words that changed text or place, caption bar": solid_changed / solid_seen,
    }


def line(name: str, taken: list[float]) -> None:
    cuts = statistics.quantiles(taken, n=100)
    print(f"{name:48} {cuts[49] * 1000:8.2f} {cuts[98] * 1000:8.2f} {max(taken) * 1000:8.2f}")


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 250
    app = QApplication(sys.argv[:1])
    print(f"platform {app.platformName()}, {count} events, one every {PACE_MS} ms")
    print(f"{'event to painted, ms':48} {'p50':>8} {'p99':>8} {'max':>8}")
    plain = OverlaySettings()
    line("bare QLabel, plain text, word wrap", label_times(plain, 839, count))
    line("caption bar, 30 pt, 2 lines", bar_times(plain, count))
    line("caption bar, 30 pt, 2 lines, no panel (outlined)", bar_times(OverlaySettings(opacity=0), count))
    line("caption bar, 96 pt, 6 lines", bar_times(OverlaySettings(size=96, lines=6), count))
    sent, paints, share = flood()
    print(f"\nflood: {sent:.0f} partials/s -> {paints:.0f} paints/s, {share:.0%} of a core")
    print("\nflicker (of words on show from one revision to the next)")
    for name, part in flicker().items():
        print(f"{name:56} {part:7.2%}")


if __name__ == "__main__":
    main()
