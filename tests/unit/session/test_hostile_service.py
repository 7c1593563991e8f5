"""A service that breaks every rule: what was said stays, the rest stays bounded, and only its error comes out."""

from __future__ import annotations

import asyncio
import itertools
import math
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from desktop.core.audio import AudioChunk
from desktop.core.captions import CaptionEvent, Gap, Insight, InsightKind, Progress, StreamEvent, Word
from desktop.core.errors import ConnectionLost, ProtocolViolation
from desktop.core.provider import StreamConfig
from desktop.session.recorder import JournalPlan
from desktop.session.service import Fallback, LaneSpec, Service
from desktop.session.session import Session
from desktop.transcripts.journal import read
from tests.support.beacon import BeaconProvider, BeaconSource, BeaconStream, Fault, numbers

COUNT = 12
"""Numbers that are said."""
TIMES = (math.nan, math.inf, -math.inf, 1e300, -1e300, 1e9, -5.0)
Noise = Callable[[float], Sequence[StreamEvent]]
"""What a service says in addition, by the seconds of sound that it has heard."""


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop.session.backoff.FIRST", 0.001)
    monkeypatch.setattr("desktop.session.backoff.CAP", 0.005)
    monkeypatch.setattr("desktop.session.backoff.LINE_CAP", 0.005)


class NoisyStream(BeaconStream):
    def __init__(self, fault: Fault | None, noise: Noise) -> None:
        super().__init__(fault)
        self._noise = noise

    async def send(self, chunk: AudioChunk) -> None:
        for event in self._noise(self.heard):
            self._events.put_nowait(event)
        await super().send(chunk)


@dataclass
class Noisy(BeaconProvider):
    """Hears the numbers, and says other things between them."""

    noise: Noise = field(default=lambda _heard: ())

    @asynccontextmanager
    async def connect(self, config: StreamConfig) -> AsyncIterator[BeaconStream]:
        fault = self.faults[self.connections] if self.connections < len(self.faults) else None
        self.connections += 1
        yield NoisyStream(fault, self.noise)


def session_with(noise: Noise, folder: Path, fallback: Fallback | None = None) -> Session:
    lanes = [LaneSpec("you", "You", BeaconSource(COUNT, pause=0.001))]
    return Session(lanes, Service(Noisy(noise=noise), "en-US"), JournalPlan([folder]), fallback=fallback)


def said(session: Session) -> list[int]:
    """The numbers among what is on disk."""
    assert session.journal is not None
    saved = [entry.text for entry in read(session.journal).entries if isinstance(entry, CaptionEvent)]
    return numbers([text for text in saved if text.isdecimal()])


def caption(
    identity: str, text: str, start: float, end: float, *, final: bool = True, revision: int = 1
) -> CaptionEvent:
    return CaptionEvent("", identity, revision, text, final, start, end, words=(Word(text, end, start),))


async def test_no_time_lies_outside_of_the_sound_that_was_sent(tmp_path: Path) -> None:
    def noise(heard: float) -> Sequence[StreamEvent]:
        name = f"n{heard}"
        pairs = [(start, end) for start in TIMES for end in TIMES] if heard < 0.1 else []
        every = [caption(f"{name}-{start}-{end}", "noise", start, end) for start, end in pairs]
        return [*every, *(Insight(InsightKind.TOPIC, f"topic {start}", start=start) for start, _ in pairs)]

    session = session_with(noise, tmp_path)
    await session.run()
    assert said(session) == list(range(COUNT))
    assert session.journal is not None
    saved = read(session.journal)
    length = COUNT / 2 + 0.01
    moments = [moment for entry in saved.segments for moment in (entry.start, entry.end)]
    moments += [moment for entry in saved.segments for word in entry.words for moment in (word.start, word.end)]
    moments += [mark.start for mark in session.document.marks]
    assert len(moments) > len(TIMES)
    assert all(0.0 <= moment <= length for moment in moments)
    assert saved.damaged == 0


async def test_progress_ahead_of_the_sound_frees_nothing_that_was_not_sent(tmp_path: Path) -> None:
    session = session_with(lambda _heard: [Progress(moment) for moment in TIMES], tmp_path)
    await session.run()
    assert said(session) == list(range(COUNT))


async def test_ids_without_end_stay_apart(tmp_path: Path) -> None:
    def noise(heard: float) -> Sequence[StreamEvent]:
        if heard > 0.0:
            return ()
        long = "x" * 1_000_000
        return [caption(long + name, f"word {name}", 0.0, 0.0) for name in ("a", "b", "c\x00", "c\x01")]

    session = session_with(noise, tmp_path)
    await session.run()
    assert session.journal is not None
    saved = read(session.journal).segments
    assert sorted(entry.text for entry in saved if entry.text.startswith("word")) == [
        "word a", "word b", "word c", "word c",
    ]  # fmt: skip
    assert len({entry.segment_id for entry in saved}) == len(saved)
    assert all(len(entry.segment_id) <= 210 for entry in saved)


async def test_nothing_follows_a_final(tmp_path: Path) -> None:
    def noise(heard: float) -> Sequence[StreamEvent]:
        again = caption("same", "first", 0.0, 0.1)
        changed = [caption("same", f"other {at}", 0.0, 0.1, final=at % 2 == 0, revision=9 + at) for at in range(4)]
        return [again, again, *changed]

    session = session_with(noise, tmp_path)
    await session.run()
    assert session.journal is not None
    texts = [entry.text for entry in read(session.journal).segments if not entry.text.isdecimal()]
    assert texts == ["first"]
    assert said(session) == list(range(COUNT))
    assert not [mark for mark in session.document.marks if isinstance(mark, Gap)]


def endless(heard: float) -> Sequence[StreamEvent]:
    return [caption(f"{heard}-{at}", f"noise {at}", heard, heard, final=False) for at in range(400)]


async def test_captions_that_are_never_finished_end_in_a_sentence(tmp_path: Path) -> None:
    session = session_with(endless, tmp_path)
    with pytest.raises(ProtocolViolation, match="finishes none"):
        await session.run()
    assert len(session.document.segments) <= 1000
    assert all(segment.is_final for segment in session.document.segments), "what was shown is kept"


async def test_the_stand_in_goes_on_where_captions_are_never_finished(tmp_path: Path) -> None:
    session = session_with(endless, tmp_path, Fallback(Service(BeaconProvider(id="standby"), ""), 0.01))
    await session.run()
    assert said(session) == list(range(COUNT))
    assert not [mark for mark in session.document.marks if isinstance(mark, Gap)]


async def test_findings_without_end_are_on_disk_and_the_newest_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.session.recall.KEPT", 100)
    monkeypatch.setattr("desktop.session.recall.AT_ONCE", 1)
    count = itertools.count()

    def noise(heard: float) -> Sequence[StreamEvent]:
        return [Insight(InsightKind.QUESTION, f"finding {next(count)}", start=heard) for _ in range(20)]

    session = session_with(noise, tmp_path)
    tasks: list[int] = []
    session.subscribe(lambda _event: tasks.append(len(asyncio.all_tasks())))
    await session.run()
    found = [mark for mark in session.document.marks if isinstance(mark, Insight)]
    assert len(found) == 100
    assert found[-1].text == f"finding {next(count) - 1}"
    assert max(tasks) < 50, "they wait in the socket, not in tasks"
    assert session.journal is not None
    saved = [entry.text for entry in read(session.journal).entries if isinstance(entry, Insight)]
    assert saved == [f"finding {at}" for at in range(len(saved))]
    assert said(session) == list(range(COUNT))


def babble(heard: float) -> Sequence[StreamEvent]:
    return [caption("open", f"noise at {heard}", 0.0, heard, final=False, revision=int(heard * 1000) + 1)]


async def test_a_service_that_says_something_and_breaks_each_time_is_stood_in_for(tmp_path: Path) -> None:
    """It answers for no sound, so it does not work, however often it can be reached."""
    service = Noisy([Fault(after=0.2, swallow=1.0)] * 1000, noise=babble)
    lanes = [LaneSpec("you", "You", BeaconSource(COUNT, pause=0.005))]
    fallback = Fallback(Service(BeaconProvider(id="standby"), ""), 0.05)
    session = Session(lanes, Service(service, "en-US"), JournalPlan([tmp_path]), fallback=fallback)
    await session.run()
    assert said(session) == list(range(COUNT))


async def test_a_service_that_says_something_and_breaks_each_time_does_not_hold_the_end_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.session.lane.FRUITLESS", 0.3)
    service = Noisy([Fault(after=0.2, swallow=1.0)] * 100_000, noise=babble)
    lanes = [LaneSpec("you", "You", BeaconSource(COUNT, live=True, pause=0.001))]
    session = Session(lanes, Service(service, "en-US"), JournalPlan([tmp_path]))
    with pytest.raises(ConnectionLost):
        await session.run()
    assert [mark.reason for mark in session.document.marks if isinstance(mark, Gap)] == ["not captioned"]


class Babbling(NoisyStream):
    """Goes on saying something for ever after the end, and answers nothing."""

    async def finish(self) -> None:
        self.heard = 1.0

    async def __aiter__(self) -> AsyncIterator[StreamEvent]:
        for revision in itertools.count(1):
            await asyncio.sleep(0.001)
            yield caption("open", f"noise {revision}", 0.0, 0.1, final=False, revision=revision)


@dataclass
class Babbler(BeaconProvider):
    @asynccontextmanager
    async def connect(self, config: StreamConfig) -> AsyncIterator[BeaconStream]:
        yield Babbling(None, lambda _heard: ())


@pytest.mark.parametrize("hasty", [False, True])
async def test_a_service_that_babbles_after_the_end_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hasty: bool
) -> None:
    monkeypatch.setattr("desktop.session.lane.HASTY_FRUITLESS" if hasty else "desktop.session.relay.FRUITLESS", 0.3)
    lanes = [LaneSpec("you", "You", BeaconSource(4, live=True, pause=0.01))]
    session = Session(lanes, Service(Babbler(), "en-US"), JournalPlan([tmp_path]))
    running = asyncio.ensure_future(session.run())
    while not session.document.segments:
        await asyncio.sleep(0.01)
    session.stop(hasty=hasty)
    async with asyncio.timeout(20.0):
        await running
    assert session.journal is not None
    assert [entry.text[:5] for entry in read(session.journal).segments] == ["noise"], "what was shown is kept"
    assert [mark.reason for mark in session.document.marks if isinstance(mark, Gap)] == ["not captioned"]
