"""Two sides share one stream of two channels, and neither loses, doubles or swaps a word."""

from __future__ import annotations

import asyncio
from array import array
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.core.audio import SPEECH, AudioChunk, AudioFormat
from desktop.core.captions import Gap, Seam
from desktop.core.errors import DeviceNotFound
from desktop.core.message import say
from desktop.core.provider import StreamConfig, TranscriptionStream
from desktop.session.joint import LAG, Joint, channels_of, interleaved
from desktop.session.ring import ReplayRing
from desktop.session.service import Fallback, LaneSpec, Service
from desktop.session.session import Session
from desktop.session.split import SplitStream
from tests.support.beacon import BeaconProvider, BeaconSource, BeaconStream, Fault, numbers

FASTER: dict[str, float] = {
    "desktop.session.backoff.FIRST": 0.001,
    "desktop.session.backoff.CAP": 0.002,
    "desktop.session.backoff.LINE_CAP": 0.002,
    "desktop.session.succession.PROMPT": 0.01,
    "desktop.session.succession.WARM_UP": 0.0,
    "desktop.session.succession.GRACE": 0.0,
    "desktop.session.relay.TURN_PATIENCE": 0.05,
    "desktop.session.relay.TICK": 0.01,
}


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in FASTER.items():
        monkeypatch.setattr(name, value)


@dataclass
class StereoBeacon(BeaconProvider):
    """Reads a number from each channel."""

    capabilities = replace(BeaconProvider.capabilities, channels=2, joining="joint")

    def __post_init__(self) -> None:
        self.formats: list[AudioFormat] = []

    @asynccontextmanager
    async def connect(self, config: StreamConfig) -> AsyncIterator[TranscriptionStream]:  # type: ignore[override] # two of its streams look like one
        self.formats.append(config.format)
        fault = self.faults[self.connections] if self.connections < len(self.faults) else None
        self.connections += 1
        if fault is not None and fault.after is None:
            raise fault.error()
        yield SplitStream([BeaconStream(fault), BeaconStream(None if fault is None else replace(fault))])


def joint_session(provider: StereoBeacon, you: BeaconSource, them: BeaconSource, **more: object) -> Session:
    lanes = [LaneSpec("you", "You", you), LaneSpec("them", "Them", them)]
    return Session(lanes, Service(provider, "en-US", options={"joint": "yes"}), **more)  # type: ignore[arg-type] # keywords handed on


def captioned(session: Session, lane: str) -> list[int]:
    return numbers([segment.text for segment in session.document.segments if segment.lane == lane])


async def test_both_sides_are_captioned_through_one_stream() -> None:
    provider = StereoBeacon()
    session = joint_session(provider, BeaconSource(8), BeaconSource(5, first=100))
    await session.run()
    assert captioned(session, "you") == list(range(8))
    assert captioned(session, "them") == list(range(100, 105))
    assert provider.formats == [AudioFormat(16000, 2)]


async def test_without_the_option_each_side_has_its_own_stream() -> None:
    provider = StereoBeacon()
    lanes = [LaneSpec("you", "You", BeaconSource(2)), LaneSpec("them", "Them", BeaconSource(2, first=100))]
    session = Session(lanes, Service(provider, "en-US"))
    with pytest.raises(ExceptionGroup):  # the stereo beacon was given one channel
        await session.run()
    assert provider.connections == 2
    assert provider.formats == [SPEECH, SPEECH]


@given(
    st.lists(st.builds(Fault, after=st.none() | st.floats(0.1, 5.0), swallow=st.floats(0.0, 2.0)), max_size=5),
    st.integers(1, 12),
    st.booleans(),
)
@settings(max_examples=25)
def test_no_word_is_lost_doubled_or_swapped_whatever_breaks(faults: list[Fault], count: int, help_: bool) -> None:
    async def play() -> None:
        fallback = Fallback(Service(BeaconProvider(id="standby"), ""), 0.01) if help_ else None
        session = joint_session(
            StereoBeacon(faults, id="joint"), BeaconSource(10), BeaconSource(count, first=100), fallback=fallback
        )
        await session.run()
        assert captioned(session, "you") == list(range(10))
        assert captioned(session, "them") == list(range(100, 100 + count))
        assert not [mark for mark in session.document.marks if isinstance(mark, Gap)]

    with pytest.MonkeyPatch.context() as patch:
        for name, value in FASTER.items():
            patch.setattr(name, value)
        asyncio.run(play())


async def test_a_standby_of_one_channel_captions_both_sides() -> None:
    standby = BeaconProvider(id="standby")
    provider = StereoBeacon([Fault(after=None)] * 1000, id="joint")
    fallback = Fallback(Service(standby, ""), 0.02)
    session = joint_session(provider, BeaconSource(8), BeaconSource(8, first=100), fallback=fallback)
    await session.run()
    assert captioned(session, "you") == list(range(8))
    assert captioned(session, "them") == list(range(100, 108))
    assert standby.connections == 2
    assert {mark.lane for mark in session.document.marks if isinstance(mark, Seam)} == {"you", "them"}


async def test_a_missing_device_leaves_the_other_side_captioned() -> None:
    missing = DeviceNotFound(say("Test", "No such microphone."))
    session = joint_session(StereoBeacon(), BeaconSource(0, broken=[missing]), BeaconSource(6, first=100))
    await session.run()
    assert captioned(session, "them") == list(range(100, 106))
    assert [(problem.lane, problem.error) for problem in session.problems] == [("you", missing)]


async def test_no_device_at_all_is_a_failure() -> None:
    missing = DeviceNotFound(say("Test", "No such microphone."))
    sources = BeaconSource(0, broken=[missing]), BeaconSource(0, broken=[missing])
    with pytest.raises(DeviceNotFound):
        await joint_session(StereoBeacon(), *sources).run()


def tone(value: int, start: float, seconds: float = 0.1) -> AudioChunk:
    return AudioChunk(array("h", [value]).tobytes() * round(seconds * 16000), SPEECH, start)


def heard(ring: ReplayRing) -> list[tuple[float, int, int]]:
    """Start and first samples of each block."""
    blocks = []
    while (kept := ring.take()) is not None:
        left, right = channels_of(kept.chunk)
        blocks.append((round(kept.chunk.start, 3), array("h", left.pcm)[0], array("h", right.pcm)[0]))
    return blocks


def test_a_side_whose_device_is_gone_is_silent_beside_the_other() -> None:
    now = 0.0
    ring = ReplayRing()
    joint = Joint(ring, lambda: now, live=True)
    left, right = joint.tracks
    for tenth in range(3):
        left.append(tone(1, tenth / 10), voiced=True)
    right.append(tone(2, 0.0), voiced=True)
    assert heard(ring) == [(0.0, 1, 2)]
    for step in range(7):
        now = 0.2 * step
        left.append(tone(1, 0.3, seconds=0.0), voiced=False)  # nobody stands still
    now = 0.3 + LAG + 0.01
    left.append(tone(1, 0.3), voiced=True)
    assert heard(ring) == [(0.1, 1, 0), (0.2, 1, 0)], "the last one is not late yet"
    lost = right.append(tone(3, 0.1, seconds=0.3), voiced=True)
    assert lost is not None
    assert (round(lost.start, 3), round(lost.end, 3)) == (0.1, 0.3), "what comes too late is told"
    assert heard(ring) == [(0.3, 1, 3)]


def test_silence_on_one_side_does_not_hold_the_others_sound() -> None:
    joint = Joint(ReplayRing(), lambda: 0.0, live=True)
    left, right = joint.tracks
    for tenth in range(10):
        left.append(tone(1, tenth / 10), voiced=True)
        right.append(tone(0, tenth / 10), voiced=tenth == 7)
    assert left.silent_from(0.3) == 0.3
    assert right.silent_from(0.0) == pytest.approx(0.7)
    assert right.silent_from(0.85) == pytest.approx(1.0)


def test_channels_come_apart_as_they_were_put_together() -> None:
    frames = interleaved([array("h", [1, 2, 3]), array("h", [-1, -2, -3])])
    assert array("h", frames).tolist() == [1, -1, 2, -2, 3, -3]
    parts = channels_of(AudioChunk(frames, AudioFormat(16000, 2), 5.0))
    assert [array("h", part.pcm).tolist() for part in parts] == [[1, 2, 3], [-1, -2, -3]]
    assert {part.start for part in parts} == {5.0}


def test_a_recording_never_counts_as_late() -> None:
    ring = ReplayRing()
    joint = Joint(ring, lambda: 1000.0, live=False)
    left, right = joint.tracks
    assert left.append(tone(1, 0.0), voiced=True) is None
    assert heard(ring) == []
    right.end()
    assert heard(ring) == [(0.0, 1, 0)]


def test_sound_that_waited_while_the_program_stood_still_is_put_together_whole() -> None:
    now = 0.0
    ring = ReplayRing()
    joint = Joint(ring, lambda: now, live=True)
    left, right = joint.tracks
    for tenth in range(3):
        left.append(tone(1, tenth / 10), voiced=True)
        right.append(tone(2, tenth / 10), voiced=True)
    heard(ring)
    now = 9.0
    assert not [lost for tenth in range(3, 90) if (lost := left.append(tone(1, tenth / 10), voiced=True))]
    assert not [lost for tenth in range(3, 90) if (lost := right.append(tone(2, tenth / 10), voiced=True))]
    assert heard(ring)[:86] == [(round(tenth / 10, 3), 1, 2) for tenth in range(3, 89)]


def test_a_side_that_is_gone_is_not_waited_for_again_although_the_other_comes_in_bursts() -> None:
    now = 0.0
    ring = ReplayRing()
    joint = Joint(ring, lambda: now, live=True)
    left, _ = joint.tracks
    given: list[tuple[float, int, int]] = []
    for burst in range(1, 40):
        now = 0.5 * burst
        for tenth in range(5 * burst - 5, 5 * burst):
            left.append(tone(1, tenth / 10), voiced=True)
        given += heard(ring)
    assert given == [(round(tenth / 10, 3), 1, 0) for tenth in range(len(given))]
    assert given[-1][0] > now - LAG - 0.5


def test_the_time_in_which_neither_device_is_there_is_left_out() -> None:
    now = 0.3
    ring = ReplayRing()
    joint = Joint(ring, lambda: now, live=True)
    left, right = joint.tracks
    for track, value in ((left, 1), (right, 2)):
        assert track.append(tone(value, 0.0, seconds=0.25), voiced=True) is None
    now = 3600.3
    for tenth in range(3):
        for track, value in ((right, 2), (left, 1)):
            assert track.append(tone(value, 3600 + tenth / 10), voiced=True) is None
    blocks = heard(ring)
    assert len(blocks) < 20
    assert blocks[:2] == [(0.0, 1, 2), (0.1, 1, 2)]
    assert {(3600.0, 1, 2), (3600.1, 1, 2)} < set(blocks)


@pytest.mark.parametrize("drift", [-1e-3, 1e-3])
def test_a_device_whose_clock_drifts_is_followed_and_nothing_is_called_missing(drift: float) -> None:
    now = 0.0
    ring = ReplayRing()
    joint = Joint(ring, lambda: now, live=True)
    left, right = joint.tracks
    for tenth in range(3000):
        now = tenth / 10
        assert left.append(tone(1, tenth / 10), voiced=True) is None
        assert right.append(tone(2, tenth / 10 * (1 + drift)), voiced=True) is None
    ring.close()
    assert right.reach == pytest.approx(300 * (1 + drift), abs=0.15)


def test_times_that_go_back_double_nothing() -> None:
    ring = ReplayRing()
    joint = Joint(ring, lambda: 0.0, live=True)
    left, right = joint.tracks
    right.append(tone(2, 0.0, seconds=1.0), voiced=True)
    for start, value in ((0.0, 1), (0.1, 3), (0.0, 5), (0.1, 7), (0.2, 9)):
        assert left.append(tone(value, start), voiced=True) is None
    assert heard(ring) == [(0.0, 1, 2), (0.1, 3, 2), (0.2, 9, 2)]
