"""Trials of the promise: a real session, on a line that breaks, with every word counted afterwards.

The sound is live and in real time, because the clock matters here; so trials run side by side in one process, dozens
of sessions to a core. Each has a proxy and a journal of its own and a seed that makes its faults.
"""

from __future__ import annotations

import asyncio
import logging
import re
import tempfile
import time
from array import array
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from desktop.core.audio import SPEECH, AudioChunk, SourceKind
from desktop.core.captions import CaptionEvent, Gap
from desktop.core.errors import OvertitleError
from desktop.providers import discover
from desktop.session.events import BehindChanged, ProblemRaised, SessionEvent
from desktop.session.recorder import JournalPlan
from desktop.session.service import Fallback, LaneSpec, Service
from desktop.session.session import Session
from desktop.transcripts.journal import read
from tests.support.amazon_server import ACCESS, REGION, SECRET
from tests.support.beacon import BASE, BLOCK
from tests.support.beacon_server import PlainAdapter, PlainProvider, amazon_beacon, beacon_server, settled
from tests.support.fault_proxy import LASTING, Fault, FaultProxy, Planned, fault_proxy, length, schedule

log = logging.getLogger(__name__)
KEYS = {"access-key-id": ACCESS, "secret-access-key": SECRET}
TAIL = 2.0
"""Seconds of sound after the last fault."""


@dataclass
class LiveBeacon:
    """A live source that says a number every half second, in real time, until it has said `count` or is told to end."""

    count: int
    chunk: float = 0.1
    """Seconds."""
    id: str = "beacon"
    name: str = "Beacon"
    kind: SourceKind = SourceKind.MICROPHONE
    live: bool = True
    origin: float = 0.0
    """When number 0 began, seconds on the session clock."""
    spoken: int = 0
    """Numbers said in full."""
    ended: bool = False

    @asynccontextmanager
    async def open(self, epoch: float) -> AsyncIterator[AsyncIterator[AudioChunk]]:
        first = time.monotonic()
        self.origin = first - epoch
        yield self._chunks(first)

    async def _chunks(self, first: float) -> AsyncIterator[AudioChunk]:
        per_number = round(BLOCK / self.chunk)
        for index in range(self.count * per_number):
            if self.ended:
                return
            await asyncio.sleep(first + (index + 1) * self.chunk - time.monotonic())
            pcm = array("h", [BASE + index // per_number]).tobytes() * round(self.chunk * SPEECH.sample_rate)
            yield AudioChunk(pcm, SPEECH, self.origin + index * self.chunk)
            self.spoken = (index + 1) // per_number

    def middle(self, number: int) -> float:
        """Of a number, on the session clock."""
        return self.origin + (number + 0.5) * BLOCK


@dataclass
class Count:
    """What became of the words of one or more trials."""

    faults: int = 0
    spoken: int = 0
    lost: list[str] = field(default_factory=list)
    """Words that are neither in the journal nor under a gap mark: `seed:number`."""
    marked: int = 0
    """Words that are missing under a gap mark."""
    doubled: list[str] = field(default_factory=list)
    invented: list[str] = field(default_factory=list)
    """Numbers that were never said."""
    ends: list[str] = field(default_factory=list)
    """Sessions that ended with an error: `seed:class`."""

    def add(self, other: Count) -> None:
        """Sum up."""
        for name in ("faults", "spoken", "lost", "marked", "doubled", "invented", "ends"):
            setattr(self, name, getattr(self, name) + getattr(other, name))

    @property
    def clean(self) -> bool:
        """The promise was kept."""
        return not (self.lost or self.doubled or self.invented)


def count(journal: Path, source: LiveBeacon, seed: int) -> Count:
    """Compare a journal with what was said."""
    entries = read(journal).entries
    texts = " ".join(entry.text for entry in entries if isinstance(entry, CaptionEvent))
    found = Counter(int(number) for number in re.findall(r"\d+", texts))
    gaps = [(entry.start, entry.end) for entry in entries if isinstance(entry, Gap)]
    missing = [number for number in range(source.spoken) if not found[number]]
    marked = [n for n in missing if any(start <= source.middle(n) <= end for start, end in gaps)]
    return Count(
        spoken=source.spoken,
        lost=[f"{seed}:{number}" for number in missing if number not in marked],
        marked=len(marked),
        doubled=[f"{seed}:{number}" for number, times in found.items() if times > 1],
        invented=[f"{seed}:{number}" for number in found if not 0 <= number <= source.spoken],
    )


def amazon(port: int) -> Service:
    """The Amazon provider, pointed at a port of this computer."""
    options = {"endpoint": f"ws://127.0.0.1:{port}", "region": REGION}
    return Service(type(discover()["amazon-transcribe"])(), "en-US", KEYS, options)


def plain(port: int) -> Service:
    """The plain test provider, which lets a backlog be sent as fast as it takes it."""
    return Service(PlainProvider(f"ws://127.0.0.1:{port}"), "en-US")


Speak = Callable[[int], Service]
"""The service that is asked through a port of this computer."""


class Run:
    """One session under observation: what it told, and when."""

    def __init__(self, service: Service, folder: Path, numbers: int, **more: Any) -> None:
        self.source = LiveBeacon(numbers)
        self.session = Session([LaneSpec("you", "You", self.source)], service, JournalPlan([folder]), **more)
        self.told: list[tuple[float, SessionEvent]] = []
        self.session.subscribe(self._note)
        self.error: OvertitleError | None = None

    def _note(self, event: SessionEvent) -> None:
        if isinstance(event, CaptionEvent | ProblemRaised | BehindChanged):
            self.told.append((time.monotonic(), event))

    async def go(self) -> None:
        """Run to the end; an error that ends the session is kept."""
        try:
            await self.session.run()
        except OvertitleError as error:
            self.error = error

    def since(self, moment: float, wanted: Callable[[Any], bool]) -> float | None:
        """Seconds from `moment` to the first event that is wanted; None when there was none."""
        return next((at - moment for at, event in self.told if at >= moment and wanted(event)), None)

    async def captioned(self, number: int) -> None:
        """Return once this number is a final in the document."""
        text = re.compile(rf"\b{number}\b")
        await settled(lambda: any(one.is_final and text.search(one.text) for one in self.session.document.latest(3)))


async def words_trial(seed: int, planned: Sequence[Planned], port: int, speak: Speak = amazon) -> Count:
    """A session through a list of faults, to the end of its sound and of its captions."""
    numbers = int((length(planned) + TAIL) / BLOCK)
    with tempfile.TemporaryDirectory() as folder:
        async with fault_proxy("127.0.0.1", port, seed) as proxy:
            run = Run(speak(proxy.port), Path(folder), numbers)
            playing = asyncio.ensure_future(proxy.play(planned))
            try:
                await run.go()
            finally:
                if not playing.done():  # or it failed, which is no trial
                    playing.cancel()
                    await asyncio.gather(playing, return_exceptions=True)
            if not playing.cancelled():
                playing.result()
        counted = told(run, seed)
    counted.faults = proxy.played
    return counted


def told(run: Run, seed: int) -> Count:
    """What became of the words of a session, and whether it ended with an error."""
    assert run.session.journal is not None
    counted = count(run.session.journal, run.source, seed)
    if run.error is not None:
        counted.ends.append(f"{seed}:{type(run.error).__name__}")
    return counted


async def words(
    total: int, *, seed: int = 1, each: int = 10, at_once: int = 24, kinds: Sequence[Fault] = LASTING,
    speak: Speak = amazon, **how: Any,
) -> Count:  # fmt: skip
    """`total` random faults over sessions that meet `each` of them; `at_once` sessions run side by side."""
    counted = Count()
    room = asyncio.Semaphore(at_once)
    began = time.monotonic()

    async def one(number: int, faults: int, port: int) -> None:
        async with room:
            # they start one after the other, so that not all connect and sign in the same moment
            await asyncio.sleep((number % at_once) * 0.1)
            counted.add(await words_trial(number, schedule(number, faults, kinds, **how), port, speak))
            log.info("%d of %d faults after %.0f s", counted.faults, total, time.monotonic() - began)

    async with amazon_beacon() if speak is amazon else beacon_server(PlainAdapter) as server:
        sizes = [min(each, total - done) for done in range(0, total, each)]
        await asyncio.gather(*(one(seed * 10_000 + at, size, server.port) for at, size in enumerate(sizes)))
    return counted


async def noticed(fault: Fault | None, *, speak: Speak = amazon, patience: float = 20.0) -> float | None:
    """Seconds from a fault to the first word about it; None for `fault` is a server that falls silent but lives."""
    async with amazon_beacon() if speak is amazon else beacon_server(PlainAdapter) as server:
        with tempfile.TemporaryDirectory() as folder:
            async with _running(server.port, Path(folder), speak) as (proxy, run):
                await run.captioned(8)  # pings have been answered by then
                began = time.monotonic()
                if fault is None:
                    server.quiet = True
                else:
                    proxy.apply(fault)
                await _event(run, lambda event: isinstance(event, ProblemRaised), began, patience)
                return run.since(began, lambda event: isinstance(event, ProblemRaised))


@dataclass(frozen=True, slots=True)
class Return:
    """What a session did once the line was back."""

    first_caption: float | None
    """Seconds to the first caption."""
    caught_up: float | None
    """Seconds until the captions were less than a second behind the sound."""


async def back(fault: Fault, lasts: float, *, speak: Speak = plain, patience: float = 60.0) -> Return:
    """Break the line for a while, mend it, and look."""
    async with amazon_beacon() if speak is amazon else beacon_server(PlainAdapter) as server:
        with tempfile.TemporaryDirectory() as folder:
            async with _running(server.port, Path(folder), speak) as (proxy, run):
                await run.captioned(2)
                proxy.apply(fault)
                await asyncio.sleep(lasts)
                await proxy.heal()
                began = time.monotonic()
                await _event(run, _caption, began, patience)
                first = run.since(began, _caption)
                edge = began + (first or 0.0)
                await _event(run, _level, edge, patience)
                caught = run.since(edge, _level)
                return Return(first, None if first is None or caught is None else first + caught)


async def caption_gap(fault: Fault, *, lasts: float = 12.0) -> tuple[float | None, Count]:
    """Cut the line of a session that has a standby: most seconds between two captions, and what became of the words.

    The standby is the plain provider on a server of its own. It hears numbers, which the on-device engine can't.
    """
    async with amazon_beacon() as server, beacon_server(PlainAdapter) as standby:
        with tempfile.TemporaryDirectory() as folder:
            fallback = Fallback(plain(standby.port))
            async with fault_proxy("127.0.0.1", server.port) as proxy:
                run = Run(amazon(proxy.port), Path(folder), round((lasts + 10.0) / BLOCK), fallback=fallback)
                going = asyncio.ensure_future(run.go())
                await run.captioned(4)
                proxy.apply(fault)
                began = time.monotonic()
                await asyncio.sleep(lasts)
                await proxy.heal()
                await going
            shown = [at for at, event in run.told if _caption(event) and began - 1.0 < at < began + lasts]
            gap = max((later - at for at, later in pairwise([*shown, began + lasts])), default=None)
            return gap, told(run, 0)


def _caption(event: Any) -> bool:
    return isinstance(event, CaptionEvent) and bool(event.text)


def _level(event: Any) -> bool:
    return isinstance(event, BehindChanged) and event.seconds < 1.0


async def _event(run: Run, wanted: Callable[[Any], bool], began: float, patience: float) -> None:
    with suppress(TimeoutError):  # `since` says None then
        await settled(lambda: run.since(began, wanted) is not None, patience)


@asynccontextmanager
async def _running(port: int, folder: Path, speak: Speak, **more: Any) -> AsyncIterator[tuple[FaultProxy, Run]]:
    """A session behind a proxy, dropped at the end."""
    async with fault_proxy("127.0.0.1", port) as proxy:
        run = Run(speak(proxy.port), folder, 1000, **more)
        going = asyncio.ensure_future(run.go())
        try:
            yield proxy, run
        finally:
            going.cancel()
            await asyncio.gather(going, return_exceptions=True)
