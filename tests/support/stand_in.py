"""The engine of this computer takes over from a service whose line is cut in the middle of real speech.

The service is an engine too, one of its own behind a socket, so that there are words before the cut as well. Before
it runs a session on the same recording whose line stays whole: how well an engine hears is not the question here, only
what the cut costs. Nobody warms the engine that takes over, just as in the program.
"""

from __future__ import annotations

import asyncio
import json
import re
import tempfile
import time
from array import array
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from desktop.audio import decode
from desktop.core.audio import SPEECH, AudioChunk, SourceKind
from desktop.core.captions import CaptionEvent, Seam
from desktop.core.provider import StreamConfig, TranscriptionStream
from desktop.providers.on_device.provider import OnDevice
from desktop.session.events import SessionEvent
from desktop.session.recorder import JournalPlan
from desktop.session.service import PATIENCE, Fallback, LaneSpec
from desktop.session.session import Session
from desktop.session.standby import find_fallback
from desktop.settings import paths
from desktop.transcripts.journal import read
from tests.support.fault_proxy import Fault, fault_proxy
from tests.support.trials import plain

SENTENCES = (
    (0.6, 3.2, "Sunday is the best part of the week"),
    (4.1, 7.7, "It was the best of times it was the worst of times"),
    (8.5, 11.7, "Drop the two when you add the figures"),
    (12.4, 15.7, "it was the age of wisdom it was the age of foolishness"),
    (16.4, 18.7, "The pencils have all been used"),
    (19.5, 22.7, "it was the spring of hope it was the winter of despair"),
)
"""Start and end in seconds, and words, as `resources/sample/README.md` tells; both sides of the sample in one."""
CUT = 13.5
"""Seconds into the sample at which the line breaks: in the middle of the fourth sentence."""
FIRST = 3
"""The first sentence of the passage that is compared; it is the one that is cut."""
PASSAGE = SENTENCES[FIRST][0] - 0.5
"""Seconds into the sample at which the passage begins."""


@dataclass(frozen=True, slots=True)
class Takeover:
    """What came of a cut."""

    gap: float
    """Seconds, the longest between two captions from the cut to the end of the last word."""
    whole: list[str]
    """The passage as it was captioned without a cut."""
    cut: list[str]
    """The passage as it was captioned through the cut."""
    before: int
    """Words that the service had captioned before the cut."""
    seams: int
    """Marks that say that another one took over."""

    @property
    def errors(self) -> tuple[float, float]:
        """Word error rate of the passage without the cut, and through it."""
        spoken = words(" ".join(text for _, _, text in SENTENCES[FIRST:]))
        return word_error_rate(spoken, self.whole), word_error_rate(spoken, self.cut)


def words(text: str) -> list[str]:
    """Lower case, without punctuation."""
    return re.findall(r"[a-z']+", text.lower())


def word_error_rate(spoken: Sequence[str], heard: Sequence[str]) -> float:
    """Words that were left out, put in or changed, for each word that was spoken."""
    row = list(range(len(heard) + 1))
    for at, word in enumerate(spoken, 1):
        before, row[0] = row[0], at
        for to, other in enumerate(heard, 1):
            before, row[to] = row[to], min(row[to] + 1, row[to - 1] + 1, before + (word != other))
    return row[-1] / len(spoken)


class LiveSample:
    """The sample speech as from a microphone, both sides of it in one, in real time."""

    id, name, kind, live = "sample", "Sample", SourceKind.MICROPHONE, True

    def __init__(self) -> None:
        self.origin = 0.0
        """When it began, `time.monotonic()`."""
        self.epoch = 0.0

    @asynccontextmanager
    async def open(self, epoch: float) -> AsyncIterator[AsyncIterator[AudioChunk]]:
        folder = paths.resources() / "sample"
        you, them = await asyncio.gather(
            *(asyncio.to_thread(_samples, folder / f"{one}.flac") for one in ("you", "them"))
        )
        self.origin, self.epoch = time.monotonic(), epoch
        yield self._chunks(array("h", (max(-32768, min(32767, a + b)) for a, b in zip(you, them, strict=True))))

    async def _chunks(self, sound: array[int]) -> AsyncIterator[AudioChunk]:
        step = SPEECH.sample_rate // 10
        for at in range(0, len(sound), step):
            chunk = AudioChunk(
                sound[at : at + step].tobytes(), SPEECH, self.origin - self.epoch + at / SPEECH.sample_rate
            )
            await asyncio.sleep(chunk.end + self.epoch - time.monotonic())
            yield chunk


def _samples(path: Path) -> array[int]:
    decoder = decode.open_recording(path)
    try:
        assert decoder.format == SPEECH
        return array("h", decoder.read(60.0))
    finally:
        decoder.close()


@asynccontextmanager
async def engine_server() -> AsyncIterator[int]:
    """An engine behind a socket of this computer, in the protocol of `PlainProvider`; its port."""
    engine = OnDevice()

    async def converse(connection: ServerConnection) -> None:
        async with engine.connect(StreamConfig("en-US")) as stream, asyncio.TaskGroup() as tasks:
            tasks.create_task(_hear(connection, stream))
            with suppress(ConnectionClosed):
                async for event in stream:
                    if isinstance(event, CaptionEvent) and event.text:
                        await connection.send(_row(event))

    async with engine.warm(), serve(converse, "127.0.0.1", 0, compression=None, close_timeout=0.5) as server:
        yield server.sockets[0].getsockname()[1]


async def _hear(connection: ServerConnection, stream: TranscriptionStream) -> None:
    heard = 0.0
    with suppress(ConnectionClosed):
        while pcm := await connection.recv(decode=False):
            chunk = AudioChunk(pcm, SPEECH, heard)
            heard = chunk.end
            await stream.send(chunk)
    await stream.finish()


def _row(event: CaptionEvent) -> str:
    return json.dumps({
        "id": event.segment_id, "text": event.text, "start": event.start, "end": event.end, "final": event.is_final,
    })  # fmt: skip


class _Watched:
    """A session on the sample, and when it showed a caption."""

    def __init__(self, port: int, folder: Path, fallback: Fallback | None = None) -> None:
        self.source = LiveSample()
        self.session = Session(
            [LaneSpec("you", "You", self.source)], plain(port), JournalPlan([folder]), fallback=fallback
        )
        self.shown: list[float] = []
        self.session.subscribe(self._note)

    def _note(self, event: SessionEvent) -> None:
        if isinstance(event, CaptionEvent) and event.text:
            self.shown.append(time.monotonic() - self.source.origin)

    def gap(self, since: float, until: float) -> float:
        """Seconds, the longest between two captions."""
        before = max((at for at in self.shown if at <= since), default=0.0)
        moments = [before, *(at for at in self.shown if since < at < until), until]
        return max(later - at for at, later in pairwise(moments))

    def passage(self, start: float) -> list[str]:
        """Words of the journal whose segment lies after a moment of the recording, most of it."""
        assert self.session.journal is not None
        shift = self.source.origin - self.source.epoch
        saved = [one for one in read(self.session.journal).entries if isinstance(one, CaptionEvent)]
        return words(" ".join(one.text for one in saved if (one.start + one.end) / 2 - shift >= start))

    @property
    def seams(self) -> int:
        """How often another one took over, by the journal."""
        assert self.session.journal is not None
        return sum(isinstance(one, Seam) for one in read(self.session.journal).entries)


async def takeovers(fault: Fault, count: int) -> list[Takeover]:
    """Cut the line of sessions that caption real speech, for good; before them one whose line stays whole.

    One after the other, for each engine needs a core.
    """
    async with engine_server() as port:
        with tempfile.TemporaryDirectory() as folder:
            whole = _Watched(port, Path(folder))
            await whole.session.run()
            passage = whole.passage(PASSAGE)
        return [await _takeover(port, fault, passage) for _ in range(count)]


async def _takeover(port: int, fault: Fault, whole: list[str]) -> Takeover:
    with tempfile.TemporaryDirectory() as folder:
        async with fault_proxy("127.0.0.1", port) as proxy:
            cut = _Watched(proxy.port, Path(folder), find_fallback("en-US", PATIENCE))

            async def break_off() -> int:
                while not cut.source.origin or time.monotonic() < cut.source.origin + CUT:
                    await asyncio.sleep(0.05)
                proxy.apply(fault)
                return sum(len(words(event.text)) for event in cut.session.document.latest(100))

            _, before = await asyncio.gather(cut.session.run(), break_off())
            return Takeover(cut.gap(CUT, SENTENCES[-1][1]), whole, cut.passage(PASSAGE), before, cut.seams)
