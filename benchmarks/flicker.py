"""How calm the caption bar is on the partials of every provider, beside the same partials in a naive label.

    python benchmarks/flicker.py [--record]

Streams: recordings of the engine on this computer (`benchmarks/recordings`, made anew with `--record` from the sample
speech and `../shared/speech`), recordings under `tests/conformance`, and what each provider's conformance case yields.
The naive label shows raw partials as most programs do: the whole text in a plain word wrap, its last lines on show.

Three figures for each:

- changed words: of the words on show, those whose text or place differs after the next event (scrolling is none);
- unstable words: partial words that were changed or taken back, per final word: the provider's doing (UPWR, Shangguan
  et al., "Analyzing the Quality and Stability of a Streaming End-to-End On-Device Speech Recognizer", 2020);
- flicker: real frames of the bar at 30 a second; for each pair of neighbours the discrete Fourier transform of the
  difference in luminance, its magnitudes summed over all frequencies, per pixel; the mean over all pairs (Liu et al.,
  "Modeling and Improving Text Stability in Live Captions", CHI 2023, with N = 123 found to go with readers' comfort).
  `bar` slides its rows, `still` lets them jump (reduce motion), and so do the rest: `steady` and `none` hold back
  uncertain words (the setting `tail`), `floor` is the bar on a provider that never errs.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np  # noqa: E402 - the path comes first
from PySide6.QtCore import QPointF, QRect  # noqa: E402 - as above
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter  # noqa: E402 - as above
from PySide6.QtWidgets import QApplication  # noqa: E402 - as above

from desktop.core.audio import SPEECH, AudioChunk  # noqa: E402 - as above
from desktop.core.calm import Calm  # noqa: E402 - as above
from desktop.core.captions import CaptionDocument, CaptionEvent  # noqa: E402 - as above
from desktop.core.errors import ProviderError  # noqa: E402 - as above
from desktop.core.layout import Flow  # noqa: E402 - as above
from desktop.core.provider import Provider, StreamConfig  # noqa: E402 - as above
from desktop.providers import discover  # noqa: E402 - as above
from desktop.providers.replay import load  # noqa: E402 - as above
from desktop.settings.schema import OverlaySettings  # noqa: E402 - as above
from desktop.ui import theme  # noqa: E402 - as above
from desktop.ui.overlay import captions  # noqa: E402 - as above
from desktop.ui.overlay.captions import Captions  # noqa: E402 - as above

RECORDINGS = ROOT / "benchmarks" / "recordings"
WIDTH, ROWS, SIZE, FPS = 860, 2, 30, 30
AFTER = 2.0
"""Seconds that are still looked at behind the last event."""
Stream = list[tuple[float, CaptionEvent]]
"""Events with the second of sound at which they came."""
Shown = dict[tuple[str, int], tuple[str, int, float]]
"""Segment and number of a word: its text, row and place in the row."""


@dataclass(frozen=True)
class Lane:
    id: str
    label: str


# The streams


def recorded() -> Iterator[tuple[str, Stream]]:
    for path in sorted([*RECORDINGS.glob("*.jsonl"), *(ROOT / "tests" / "conformance").glob("*/**/*.jsonl")]):
        try:
            releases = load(path)
        except ProviderError:
            continue  # a recording of frames: its provider's case below plays it
        found = [(one.at, one.event) for one in releases if isinstance(one.event, CaptionEvent)]
        if found:
            yield f"{path.parent.name}/{path.stem}", found


async def listen(provider: Provider, config: StreamConfig, chunks: Sequence[AudioChunk]) -> Stream:
    """What the provider says about sound that comes at the speed of speech."""
    got: Stream = []
    loop = asyncio.get_running_loop()
    begin = loop.time()
    async with provider.connect(config) as stream:

        async def read() -> None:
            async for event in stream:
                if isinstance(event, CaptionEvent):
                    got.append((loop.time() - begin, event))

        reading = asyncio.create_task(read())
        for chunk in chunks:
            await asyncio.sleep(max(0.0, begin + chunk.end - loop.time()))
            await stream.send(chunk)
        await stream.finish()
        await reading
    return got


def cases() -> Iterator[tuple[str, Stream]]:
    """Each provider as its conformance case drives it."""
    for provider in sorted(discover()):
        if provider in {"on-device", "replay"}:
            continue
        try:
            module = importlib.import_module(f"tests.conformance.{provider.replace('-', '_')}.case")
        except ImportError:
            continue
        yield f"{provider} (its conformance case)", asyncio.run(play(module.open_case))


async def play(open_case: Callable[[], Any]) -> Stream:
    async with open_case() as case:
        return await listen(case.provider, case.config, case.speech)


def sounds() -> dict[str, list[Path]]:
    """Recordings by the name under which their stream is kept; many short ones are one."""
    sample = {path.stem: [path] for path in sorted((ROOT / "resources" / "sample").glob("*.flac"))}
    read = sorted((ROOT.parent / "shared" / "speech").glob("en-US_harvard*.wav"))
    return sample | ({"sentences": read} if read else {})


def sound(path: Path) -> bytes:
    import soundfile
    import soxr

    samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    mono = np.clip(soxr.resample(samples.mean(axis=1), rate, SPEECH.sample_rate), -1, 1)
    return bytes((mono * 32767).astype("<i2").tobytes()) + bytes(SPEECH.size(1.2))


def record() -> None:
    """Let the engine on this computer listen to real speech and keep what it said."""
    RECORDINGS.mkdir(exist_ok=True)
    for name, paths in sounds().items():
        pcm, size = b"".join(map(sound, paths)), SPEECH.size(0.1)
        chunks = [AudioChunk(pcm[at : at + size], SPEECH, SPEECH.seconds(at)) for at in range(0, len(pcm), size)]
        got = asyncio.run(listen(discover()["on-device"], StreamConfig("en-US"), chunks))
        target = RECORDINGS / f"on-device-{name}.jsonl"
        target.write_text("".join(f"{json.dumps(line)}\n" for line in as_lines(got)), encoding="utf-8")
        print(f"{target.relative_to(ROOT)}: {len(got)} events")


def as_lines(stream: Stream) -> Iterator[dict[str, Any]]:
    for at, event in stream:
        caption: dict[str, Any] = {"id": event.segment_id, "revision": event.revision, "text": event.text}
        caption |= {"start": round(event.start, 3), "end": round(event.end, 3)}
        if event.is_final:
            caption["final"] = True
        elif event.stable_chars:
            caption["stable"] = event.stable_chars
        yield {"at": round(at, 3), "caption": caption}


# Words


class Wrapped:
    """What a plain word wrap shows: everything is laid out again at each event."""

    def __init__(self, measure: Callable[[str], float], width: float) -> None:
        self._measure, self._width = measure, width
        self._texts: dict[str, str] = {}
        self.words: list[tuple[tuple[str, int], str, int, float]] = []

    def put(self, event: CaptionEvent) -> Shown:
        self._texts[event.segment_id] = event.text
        self.words = []
        row, x, space = 0, 0.0, self._measure(" ")
        for segment, text in self._texts.items():
            for number, word in enumerate(text.split()):
                wide = self._measure(word)
                if x and x + wide > self._width:
                    row, x = row + 1, 0.0
                self.words.append(((segment, number), word, row, x))
                x += wide + space
        first = max((at for _, _, at, _ in self.words), default=0) - ROWS + 1
        self.words = [one for one in self.words if one[2] >= first]
        return {key: (word, at, x) for key, word, at, x in self.words}

    def paint(self, painter: QPainter, left: int, top: float, line: int) -> None:
        first = max(0, max((at for _, _, at, _ in self.words), default=0) - ROWS + 1)
        for _, word, at, x in self.words:
            painter.drawText(QPointF(left + x, top + (at - first) * line), word)


def laid(flow: Flow) -> tuple[Shown, set[tuple[str, int]]]:
    """What the bar shows, and which of it is solid."""
    places: Shown = {}
    solid = set()
    for row, shown in enumerate(flow.shown()):
        for segment, line in shown.parts:
            if line >= len(segment.words):
                continue
            for piece in segment.words.pieces(line):
                if piece.start and not segment.event.text[piece.start - 1].isspace():
                    continue  # the uncertain rest of a word
                key = segment.event.segment_id, len(segment.event.text[: piece.start].split())
                places[key] = piece.text, flow.top + row, piece.x
                if piece.solid:
                    solid.add(key)
    return places, solid


def unstable(stream: Stream) -> tuple[int, int]:
    """Partial words that were changed or taken back, and final words."""
    texts: dict[str, list[str]] = {}
    lost = finals = 0
    for _, event in stream:
        words, before = event.text.split(), texts.get(event.segment_id, [])
        same = next((at for at, (a, b) in enumerate(zip(before, words, strict=False)) if a != b), len(words))
        lost += max(0, len(before) - same)
        texts[event.segment_id] = words
        finals += len(words) if event.is_final else 0
    return lost, finals


def changed(stream: Stream, measure: Callable[[str], float], width: float) -> tuple[float, float, float]:
    """Share of words on show that changed: in the naive label, in the bar, and of the solid ones in the bar."""
    flow, naive = Flow(measure, width, ROWS), Wrapped(measure, width)
    calm: dict[str, Calm] = {}
    raw: Shown = {}
    bar: Shown = {}
    solid: set[tuple[str, int]] = set()
    counts = np.zeros((3, 2))
    for _, event in stream:
        now_raw = naive.put(event)
        flow.put(calm.setdefault(event.segment_id, Calm()).shown(event))
        now_bar, now_solid = laid(flow)
        for at, (before, now, keys) in enumerate(
            ((raw, now_raw, raw.keys()), (bar, now_bar, bar.keys()), (bar, now_bar, solid))
        ):
            both = keys & now.keys()
            counts[at] += len(both), sum(before[key] != now[key] for key in both)
        raw, bar, solid = now_raw, now_bar, now_solid
    naive_share, bar_share, solid_share = (lost / max(1, seen) for seen, lost in counts)
    return naive_share, bar_share, solid_share


# Frames


def luminance(image: QImage, area: QRect) -> np.ndarray:
    grey = image.copy(area).convertToFormat(QImage.Format.Format_Grayscale8)
    rows = np.frombuffer(grey.constBits(), np.uint8).reshape(grey.height(), grey.bytesPerLine())
    return rows[:, : grey.width()].astype(np.float32) / 255


def flicker(frames: Iterator[np.ndarray]) -> float:
    """Mean over all pairs of neighbouring frames."""
    pairs, total, before = 0, 0.0, None
    for frame in frames:
        if before is not None:
            pairs += 1
            if frame is not before and not np.array_equal(frame, before):
                total += float(np.abs(np.fft.fft2(frame - before)).sum()) / frame.size
        before = frame
    return total / max(1, pairs)


def times(stream: Stream) -> Iterator[tuple[float, list[CaptionEvent]]]:
    """Each frame's time, and the events that came since the one before."""
    waiting = list(stream)
    for number in range(int((stream[-1][0] + AFTER) * FPS)):
        now = number / FPS
        due = []
        while waiting and waiting[0][0] <= now:
            due.append(waiting.pop(0)[1])
        yield now, due


def ideal(stream: Stream) -> Stream:
    """The same stream from a provider that never errs: the floor of any bar that shows words as they come."""
    finals = {event.segment_id: event.text.split() for _, event in stream if event.is_final}
    made: Stream = []
    for at, event in stream:
        said = finals.get(event.segment_id, event.text.split())[: len(event.text.split())]
        text = " ".join(said)
        made.append((at, replace(event, text=text, stable_chars=len(text))))
    return made


def bar_frames(stream: Stream, *, motion: bool = False, tail: str = "all") -> Iterator[np.ndarray]:
    """What the caption bar paints, on a clock of our own."""
    settings = OverlaySettings(lines=ROWS, size=SIZE, opacity=100, tail=tail)
    panel, document = Captions(settings), CaptionDocument()
    panel.set_reduce_motion(not motion)
    panel.bind(document, [Lane("them", "Them")])
    look = panel.look
    panel.resize(WIDTH, look.height(ROWS))
    area = QRect(look.text_left, look.text_top, look.text_width(WIDTH), ROWS * look.line_height)
    frame: np.ndarray | None = None
    start = time.perf_counter()
    for now, events in times(stream):
        captions.perf_counter = lambda now=now: start + now + 1.0
        for event in events:
            own = replace(event, lane="them")
            if document.apply(own):
                panel._waiting[own.lane, own.segment_id] = None
        due = panel._pace.due is not None and panel._pace.due <= captions.perf_counter()
        if frame is None or events or due or panel._top_on_show != panel._position():
            frame = luminance(panel.grab().toImage(), area)
        yield frame


def naive_frames(stream: Stream) -> Iterator[np.ndarray]:
    """What a label with raw partials paints."""
    font = theme.caption_font("", SIZE)
    metrics = QFontMetricsF(font)
    line, width = int(metrics.height() + 1), text_width()
    naive = Wrapped(metrics.horizontalAdvance, width)
    frame: np.ndarray | None = None
    for _, events in times(stream):
        for event in events:
            naive.put(event)
        if frame is None or events:
            image = QImage(width, ROWS * line, QImage.Format.Format_RGB32)
            image.fill(QColor(OverlaySettings().panel_colour))
            painter = QPainter(image)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(font)
            painter.setPen(QColor(OverlaySettings().text_colour))
            naive.paint(painter, 0, metrics.ascent(), line)
            painter.end()
            frame = luminance(image, image.rect())
        yield frame


def text_width() -> int:
    panel = Captions(OverlaySettings(lines=ROWS, size=SIZE))
    panel.bind(CaptionDocument(), [Lane("them", "Them")])
    return panel.look.text_width(WIDTH)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--record", action="store_true", help="record the engine on this computer anew")
    arguments = parser.parse_args()
    app = QApplication(sys.argv[:1])
    if arguments.record:
        record()
    measure = QFontMetricsF(theme.caption_font("", SIZE)).horizontalAdvance
    print(f"{'':42}{'':>7} {'unstable':>9}   {'changed words':^24}   {'flicker':^48}")
    print(f"{'stream':42}{'events':>7} {'words':>9}   {'naive':>8}{'bar':>8}{'solid':>8}", end="")
    print(f"   {'naive':>8}{'bar':>8}{'still':>8}{'steady':>8}{'none':>8}{'floor':>8}")
    for name, stream in [*recorded(), *cases()]:
        lost, finals = unstable(stream)
        shares = changed(stream, measure, text_width())
        frames = [
            naive_frames(stream),
            bar_frames(stream, motion=True),
            bar_frames(stream),
            bar_frames(stream, tail="steady"),
            bar_frames(stream, tail="none"),
            bar_frames(ideal(stream)),
        ]
        print(f"{name[:42]:42}{len(stream):7} {lost / max(1, finals):9.1%}   ", end="")
        print("".join(f"{share:8.2%}" for share in shares), "  ", "".join(f"{flicker(one):8.3f}" for one in frames))
    del app


if __name__ == "__main__":
    main()
