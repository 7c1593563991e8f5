"""While a session is paused nothing is heard or sent; the transcript shows a break, and words go on after it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from desktop.core.audio import SPEECH, AudioChunk, SourceKind
from desktop.core.captions import Gap
from desktop.session.capture import LAST_CHUNKS
from desktop.session.service import LaneSpec, Service
from desktop.session.session import Session
from tests.support.beacon import BeaconProvider, beacon_pcm, numbers

TAIL = 0.05


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop.session.capture.PAUSE_TAIL", TAIL)
    monkeypatch.setattr("desktop.session.capture.LAST_CHUNKS", min(LAST_CHUNKS, 0.05))


@dataclass
class Device:
    """A microphone that is open or not, and gives what a test puts in."""

    kind: SourceKind = SourceKind.MICROPHONE
    id: str = "mic"
    name: str = "Microphone"
    live: bool = True
    opened: list[float] = field(default_factory=list)
    is_open: bool = False

    def __post_init__(self) -> None:
        self.waiting: asyncio.Queue[AudioChunk] = asyncio.Queue()

    def say(self, number: int, start: float) -> None:
        self.waiting.put_nowait(AudioChunk(beacon_pcm(number) + bytes(SPEECH.size(0.1)), SPEECH, start))

    @asynccontextmanager
    async def open(self, epoch: float) -> AsyncIterator[AsyncIterator[AudioChunk]]:
        self.opened.append(epoch)
        self.is_open = True
        try:
            yield self._chunks()
        finally:
            self.is_open = False

    async def _chunks(self) -> AsyncIterator[AudioChunk]:
        while True:
            yield await self.waiting.get()


async def until(true: Callable[[], object]) -> None:
    async with asyncio.timeout(60):
        while not true():
            await asyncio.sleep(0.005)


def said(session: Session) -> list[int]:
    return numbers([segment.text for segment in session.document.segments if segment.is_final])


async def test_a_paused_session_closes_the_microphone_and_goes_on_where_it_is_opened_again() -> None:
    mic, provider = Device(), BeaconProvider()
    session = Session([LaneSpec("you", "You", mic)], Service(provider, "en-US"))
    running = asyncio.ensure_future(session.run())
    await until(lambda: mic.is_open)
    mic.say(0, 0.0)
    await until(lambda: said(session) == [0])
    session.pause(True)
    session.pause(True)
    assert session.paused
    await until(lambda: not mic.is_open)
    sent = sum(provider.sent)
    session.pause(False)
    await until(lambda: mic.is_open)
    assert sum(provider.sent) == sent, "nothing was sent meanwhile"
    mic.say(1, 60.0)
    await until(lambda: said(session) == [0, 1])
    session.stop()
    await running
    gaps = [mark for mark in session.document.marks if isinstance(mark, Gap)]
    assert [(gap.reason, gap.end - gap.start) for gap in gaps] == [("paused", 0.0)], "one mark, and no missing device"
    assert len(mic.opened) == 2


async def test_what_is_said_after_the_press_is_never_sent_even_before_the_microphone_is_closed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("desktop.session.capture.PAUSE_TAIL", 600.0)
    mic = Device()
    session = Session([LaneSpec("you", "You", mic)], Service(BeaconProvider(), "en-US"))
    running = asyncio.ensure_future(session.run())
    await until(lambda: mic.is_open)
    mic.say(0, 0.0)
    await until(lambda: said(session) == [0])
    session.pause(True)
    mic.say(1, 0.5)
    await until(mic.waiting.empty)
    session.pause(False)
    mic.say(2, 1.0)
    await until(lambda: 2 in said(session))
    session.stop()
    await running
    assert 1 not in said(session)


async def test_a_remote_call_is_not_hung_up_by_a_pause() -> None:
    call = Device(kind=SourceKind.REMOTE)
    session = Session([LaneSpec("call", "Call", call)], Service(BeaconProvider(), "en-US"))
    running = asyncio.ensure_future(session.run())
    await until(lambda: call.is_open)
    session.pause(True)
    await asyncio.sleep(2 * TAIL)  # longer than a device would stay open
    call.say(0, 1.0)
    await until(call.waiting.empty)
    assert call.is_open
    session.pause(False)
    call.say(1, 5.0)
    await until(lambda: said(session) == [1])
    session.stop()
    await running
    assert len(call.opened) == 1


async def test_a_paused_session_can_be_stopped() -> None:
    mic = Device()
    session = Session([LaneSpec("you", "You", mic)], Service(BeaconProvider(), "en-US"))
    running = asyncio.ensure_future(session.run())
    await until(lambda: mic.is_open)
    session.pause(True)
    await until(lambda: not mic.is_open)
    session.stop()
    await asyncio.wait_for(running, 60)


async def test_two_sides_of_one_stream_skip_the_pause_instead_of_sending_it_as_silence() -> None:
    from desktop.session.joint import Joint
    from desktop.session.ring import ReplayRing

    ring = ReplayRing(sound=Joint.format)
    joint = Joint(ring, lambda: 0.0, live=True)
    first, second = joint.tracks
    for track in (first, second):
        track.append(AudioChunk(beacon_pcm(0), SPEECH, 0.0), voiced=True)
    joint.skip(3600.0)
    for track in (first, second):
        track.append(AudioChunk(beacon_pcm(1), SPEECH, 3600.0), voiced=True)
    starts = []
    while (kept := ring.take()) is not None:
        starts.append(kept.chunk.start)
    ring.close()
    assert len(starts) < 40
    assert starts[-1] > 3600.0 - 1
