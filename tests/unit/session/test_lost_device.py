"""A device that goes away at an awkward moment: every second without sound is marked, and nothing stale is said."""

from __future__ import annotations

import asyncio
from array import array
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop.core.audio import SPEECH, AudioChunk, AudioFormat
from desktop.core.captions import Gap
from desktop.core.errors import DefaultChanged, DeviceLost, DeviceNotFound
from desktop.core.message import say
from desktop.session.capture import SHORTEST_GAP
from desktop.session.events import LevelChanged, ProblemCleared, ProblemRaised, SessionEvent
from desktop.session.service import LaneSpec
from desktop.session.session import Session
from desktop.transcripts.journal import read
from tests.unit.session.test_change_device import Device, heard, journal, listening, until

NOT_THERE = DeviceNotFound(say("Test", "It is not connected."))
CHANGED = DefaultChanged(say("Test", "Another one is used now."))


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop.session.capture.LAST_CHUNKS", 0.05)
    monkeypatch.setattr("desktop.session.capture.REOPEN", 0.02)
    monkeypatch.setattr("desktop.session.capture.PAUSE_TAIL", 0.02)


async def lose(device: Device, session: Session) -> None:
    """Its loss has been told, and it can't be opened."""
    device.refuses = NOT_THERE
    device.breaks()
    await until(lambda: session.problems)


def pass_(session: Session, seconds: float) -> None:
    """The session clock goes on."""
    session._board.epoch -= seconds


async def test_a_device_that_never_comes_back_leaves_a_mark_up_to_the_end(tmp_path: Path) -> None:
    mic = Device("Mic")
    async with listening(mic, tmp_path) as session:
        mic.hears(0, 1)
        await until(lambda: heard(session) == [0])
        await lose(mic, session)
        pass_(session, 60)
    assert not session.problems, "of a session that is over"
    (gap,) = journal(session)[2]
    assert gap.start == 1.0
    assert gap.end >= 60.0


async def test_a_device_that_is_lost_before_its_first_sound_leaves_a_mark_from_the_start(tmp_path: Path) -> None:
    mic = Device("Mic")
    async with listening(mic, tmp_path) as session:
        await until(lambda: mic.is_open)
        await lose(mic, session)
        mic.refuses = None
        mic.hears(20, 21)
        await until(lambda: 20 in heard(session))
        assert not session.problems
    (gap,) = journal(session)[2]
    assert gap.start < 1.0
    assert gap.end == 10.0


async def test_a_device_that_is_lost_in_a_pause_leaves_a_mark_from_the_end_of_the_pause(tmp_path: Path) -> None:
    mic, told = Device("Mic"), list[SessionEvent]()
    async with listening(mic, tmp_path) as session:
        mic.hears(0, 1)
        await until(lambda: heard(session) == [0])
        session.subscribe(told.append)
        session.pause(True)
        await until(lambda: LevelChanged("you", -120.0, voiced=False) in told)  # when it is closed
        mic.refuses = NOT_THERE
        pass_(session, 100)
        session.pause(False)
        await until(lambda: session.problems)
        mic.refuses = None
        mic.hears(400, 401)
        await until(lambda: 400 in heard(session))
    paused, missing = journal(session)[2]
    assert paused.reason == "paused"
    assert 100.0 <= missing.start < 150.0
    assert missing.end == 200.0


async def test_a_pause_while_a_device_is_away_ends_one_hole_and_begins_another(tmp_path: Path) -> None:
    mic = Device("Mic")
    async with listening(mic, tmp_path) as session:
        mic.hears(0, 1)
        await until(lambda: heard(session) == [0])
        await lose(mic, session)
        pass_(session, 30)
        session.pause(True)
        await until(lambda: len(gaps(session)) == 2)
        pass_(session, 100)
        tried = mic.openings
        session.pause(False)
        await until(lambda: mic.openings > tried)
        pass_(session, 30)
        mic.refuses = None
        mic.hears(400, 401)
        await until(lambda: 400 in heard(session))
    first, second = [gap for gap in journal(session)[2] if gap.reason != "paused"]
    assert first.start == 1.0
    assert 30.0 <= first.end < 60.0
    assert 130.0 <= second.start < 160.0
    assert second.end == 200.0


def gaps(session: Session) -> list[Gap]:
    return [mark for mark in session.document.marks if isinstance(mark, Gap)]


async def test_a_device_that_is_lost_while_the_session_stops_is_no_trouble_any_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.session.capture.LAST_CHUNKS", 600.0)
    mic = Device("Mic")
    async with listening(mic, tmp_path) as session:
        mic.hears(0, 1)
        await until(lambda: heard(session) == [0])
        pass_(session, 60)
        session.stop()
        mic.breaks()
    assert not session.problems
    (gap,) = journal(session)[2]
    assert gap.end >= 60.0


async def test_after_a_changed_default_the_reason_why_nothing_is_heard_is_told(tmp_path: Path) -> None:
    mic, told = Device("Mic"), list[SessionEvent]()
    async with listening(mic, tmp_path) as session:
        mic.hears(0, 1)
        await until(lambda: heard(session) == [0])
        session.subscribe(told.append)
        mic.refuses = NOT_THERE
        mic.breaks(CHANGED)
        await until(lambda: [one.error for one in session.problems] == [NOT_THERE])
        mic.refuses = None
        mic.hears(4, 5)
        await until(lambda: 4 in heard(session))
        assert not session.problems
    assert [one.problem.error for one in told if isinstance(one, ProblemRaised)] == [CHANGED, NOT_THERE]
    assert [one.problem.error for one in told if isinstance(one, ProblemCleared)] == [CHANGED, NOT_THERE]


async def test_the_meter_falls_when_the_device_is_lost(tmp_path: Path) -> None:
    mic, levels = Device("Mic"), list[float]()
    async with listening(mic, tmp_path) as session:
        session.subscribe(lambda event: levels.append(event.rms) if isinstance(event, LevelChanged) else None)
        mic.hears(0, 1)
        await until(lambda: heard(session) == [0])
        assert levels[-1] > -60
        await lose(mic, session)
        assert levels[-1] == -120


async def test_the_last_sound_of_a_lost_device_is_heard_to_its_last_sample(tmp_path: Path) -> None:
    """The resampler holds back what has to be asked for."""
    mic, headset = Device("Mic"), AudioFormat(44_100, 2)
    pcm = array("h", [2000]).tobytes() * 2 * 44_100
    async with listening(mic, tmp_path) as session:
        await until(lambda: mic.is_open)
        mic.gives(AudioChunk(pcm, headset, 0.0))
        await lose(mic, session)
        assert session._running[0]._sound.ring.newest == pytest.approx(1.0, abs=1 / SPEECH.sample_rate)


async def test_a_device_that_flaps_is_told_and_forgotten_each_time(tmp_path: Path) -> None:
    mic, told = Device("Mic"), list[SessionEvent]()
    async with listening(mic, tmp_path) as session:
        session.subscribe(told.append)
        for time in range(5):
            mic.hears(4 * time, 4 * time + 1)
            mic.breaks()
        await until(lambda: mic.openings == 6)
        mic.hears(20, 21)
        await until(lambda: 20 in heard(session))
        assert not session.problems
    said, _, holes = journal(session)
    assert said == [number for time in range(6) for number in (4 * time, 4 * time + 1)]
    assert [(one.start, one.end) for one in holes] == [(2.0 * time + 1, 2.0 * time + 2) for time in range(5)]
    assert all(one.end - one.start > SHORTEST_GAP for one in holes)
    assert {type(one.problem.error) for one in told if isinstance(one, ProblemRaised)} == {DeviceLost}


async def test_the_microphone_is_closed_in_a_pause_although_the_timers_of_a_window_are_early(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop = asyncio.get_running_loop()
    call_later = loop.call_later
    monkeypatch.setattr(loop, "call_later", lambda delay, *rest: call_later(delay * 0.9, *rest))
    mic = Device("Mic")
    async with listening(mic, tmp_path) as session:
        await until(lambda: mic.is_open)
        session.pause(True)
        await until(lambda: not mic.is_open)


async def test_a_device_that_can_not_be_closed_does_not_keep_the_session_from_ending(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, expect_log: Callable[..., None]
) -> None:
    monkeypatch.setattr("desktop.session.capture.CLOSING", 0.05)
    expect_log("desktop.audio.threads", "was left to itself")
    mic, other = Device("Mic"), Device("Other")
    async with listening(mic, tmp_path) as session:
        mic.hears(0, 1)
        await until(lambda: heard(session) == [0])
        session.hear("you", other)
        await until(lambda: other.is_open)
        for device in (mic, other):
            device.lets_out.clear()
    assert journal(session)[0] == [0, 1]
    assert session.journal is not None
    assert read(session.journal).complete
    for device in (mic, other):
        device.lets_out.set()
    await until(lambda: not (mic.is_open or other.is_open))


async def test_a_side_that_could_not_be_opened_begins_with_the_device_that_is_chosen_then(tmp_path: Path) -> None:
    mic, call, other = Device("Mic"), Device("Call"), Device("Other")
    mic.refuses = NOT_THERE
    async with listening(call, tmp_path, LaneSpec("me", "Me", mic)) as session:
        await until(lambda: call.is_open and session.problems)
        call.hears(0, 1)
        await until(lambda: 0 in heard(session))
        pass_(session, 5)
        session.hear("me", other)
        await until(lambda: other.is_open)
        assert not session.problems
        other.hears(20, 21)
        await until(lambda: 20 in heard(session))
    assert not other.is_open
    (gap,) = gaps(session)
    assert (gap.lane, gap.reason) == ("me", "no sound from the device")
    assert gap.end - gap.start >= 5


async def test_a_side_that_never_had_a_device_is_marked_for_all_of_the_session(tmp_path: Path) -> None:
    mic, call = Device("Mic"), Device("Call")
    mic.refuses = NOT_THERE
    async with listening(call, tmp_path, LaneSpec("me", "Me", mic)) as session:
        await until(lambda: call.is_open and session.problems)
        call.hears(0, 1)
        await until(lambda: 0 in heard(session))
        pass_(session, 60)
    (gap,) = journal(session)[2]
    assert gap.lane == "me"
    assert gap.end - gap.start >= 60


async def test_a_changed_default_is_followed_without_waiting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop.session.capture.REOPEN", 600.0)
    mic = Device("Mic")
    async with listening(mic, tmp_path) as session:
        mic.hears(0, 1)
        mic.breaks(CHANGED)
        mic.hears(2, 3)
        await until(lambda: 2 in heard(session))
    assert journal(session)[2] == []
