"""The sound of a whole session: the place of each line plays the words of that line, and captions never wait for it."""

from __future__ import annotations

import asyncio
import errno
import os
from pathlib import Path

import pytest

from desktop.audio.flac import FlacReader, FlacWriter
from desktop.core.audio import SPEECH, SourceKind
from desktop.core.errors import DeviceLost, SoundUnwritable
from desktop.core.message import say
from desktop.session.events import ProblemRaised, Saved, SessionEvent
from desktop.session.recorder import Earlier, JournalPlan
from desktop.session.service import LaneSpec, Service
from desktop.session.session import Session
from desktop.transcripts.journal import read
from desktop.transcripts.sound import sounds_of
from tests.support.beacon import BASE, BeaconProvider, BeaconSource, numbers
from tests.unit.session.test_pause import Device, quick, said, until

__all__ = ["quick"]  # a fixture


def session_of(plan: JournalPlan, *sources: BeaconSource | Device) -> Session:
    names = ("you", "them")
    lanes = [LaneSpec(name, name, source) for name, source in zip(names, sources, strict=False)]
    return Session(lanes, Service(BeaconProvider(), "en-US"), plan)


def sounds(journal: Path) -> dict[str, FlacReader]:
    return {each.path.name.removeprefix(journal.stem): FlacReader.open(each.path)
            for each in sounds_of(journal, read(journal).header.id)}  # fmt: skip


def heard(reader: FlacReader, seconds: float) -> int | None:
    """The number that is heard there; None for silence."""
    sample = int(reader.read(round(seconds * SPEECH.sample_rate), 1)[0])
    return sample - BASE if sample else None


def lines_play(journal: Path, names: dict[str, str]) -> list[int]:
    """The numbers that the lines say, after making sure that each line's place plays its number."""
    readers = sounds(journal)
    segments = read(journal).segments
    for segment in segments:
        assert heard(readers[names[segment.lane]], segment.start + 0.03) == int(segment.text)
    for reader in readers.values():
        reader.close()
    return numbers([segment.text for segment in segments])


async def test_each_line_plays_what_it_says(tmp_path: Path) -> None:
    session = session_of(JournalPlan([tmp_path], "Call", sound=True), BeaconSource(6), BeaconSource(4, first=40))
    told: list[SessionEvent] = []
    session.subscribe(told.append)
    await session.run()
    assert session.journal is not None
    said_there = lines_play(session.journal, {"you": ".you.flac", "them": ".them.flac"})
    assert sorted(said_there) == [0, 1, 2, 3, 4, 5, 40, 41, 42, 43]
    assert [event.sound for event in told if isinstance(event, Saved)] == [True, True]


async def test_nothing_is_kept_unless_it_is_asked_for(tmp_path: Path) -> None:
    session = session_of(JournalPlan([tmp_path], "Call"), BeaconSource(3))
    await session.run()
    assert list(tmp_path.iterdir()) == [session.journal]


async def test_a_device_that_was_away_is_silence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop.session.capture.REOPEN", 0.001)
    lost = DeviceLost(say("Test", "Gone."))
    source = BeaconSource(
        4, live=True, kind=SourceKind.MICROPHONE, broken=[None, lost, None, None], breaks_after=2, hole=3.0
    )
    session = session_of(JournalPlan([tmp_path], "Call", sound=True), source)
    await session.run()
    assert session.journal is not None
    assert lines_play(session.journal, {"you": ".you.flac"}) == [0, 1, 2, 3]
    reader = sounds(session.journal)[".you.flac"]
    assert [heard(reader, at) for at in (0.75, 1.5, 3.5, 4.25, 4.75)] == [1, None, None, 2, 3]
    reader.close()


async def test_pause_and_mute_are_silence(tmp_path: Path) -> None:
    mic = Device()
    session = session_of(JournalPlan([tmp_path], "Call", sound=True), mic)
    running = asyncio.ensure_future(session.run())
    await until(lambda: mic.is_open)
    mic.say(0, 0.0)
    await until(lambda: said(session) == [0])
    session.pause(True)
    await until(lambda: not mic.is_open)
    session.pause(False)
    await until(lambda: mic.is_open)
    mic.say(1, 60.0)
    await until(lambda: said(session) == [0, 1])
    session.mute("you", True)
    mic.say(2, 60.6)
    await until(mic.waiting.empty)
    session.mute("you", False)
    mic.say(3, 61.2)
    await until(lambda: said(session) == [0, 1, 3])
    session.stop()
    await running
    assert session.journal is not None
    assert lines_play(session.journal, {"you": ".you.flac"}) == [0, 1, 3]
    reader = sounds(session.journal)[".you.flac"]
    assert [heard(reader, at) for at in (0.25, 30.0, 60.25, 60.85, 61.45)] == [0, None, 1, None, 3]
    reader.close()


async def test_a_session_that_goes_on_gets_another_file_with_the_same_times(tmp_path: Path) -> None:
    first = session_of(JournalPlan([tmp_path], "Call", sound=True), BeaconSource(4))
    await first.run()
    path = first.journal
    assert path is not None
    again = JournalPlan([tmp_path], "", Earlier(path, read(path)), sound=True)
    await session_of(again, BeaconSource(3, first=50)).run()
    readers = sounds(path)
    assert list(readers) == [".you.2.flac", ".you.flac"]
    for segment in read(path).segments:
        together = [heard(reader, segment.start + 0.03) for reader in readers.values()]
        assert [each for each in together if each is not None] == [int(segment.text)], "in one of them, never in both"
    for reader in readers.values():
        reader.close()


async def test_a_session_that_is_not_kept_leaves_no_sound(tmp_path: Path) -> None:
    session = session_of(JournalPlan([tmp_path], "Call", sound=True), BeaconSource(4))
    session.subscribe(lambda _event: session.forget())
    await session.run()
    assert list(tmp_path.iterdir()) == []


async def test_a_disk_that_refuses_sound_costs_no_word(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_writer: FlacWriter, _pcm: bytes) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(FlacWriter, "write", refuse)
    session = session_of(JournalPlan([tmp_path], "Call", sound=True), BeaconSource(8), BeaconSource(8, first=40))
    told: list[SessionEvent] = []
    session.subscribe(told.append)
    await session.run()
    assert session.journal is not None
    assert sorted(numbers([each.text for each in read(session.journal).segments])) == [*range(8), *range(40, 48)]
    assert read(session.journal).complete
    raised = [event.problem.error for event in told if isinstance(event, ProblemRaised)]
    assert [type(error) for error in raised] == [SoundUnwritable], "said once"
    assert "Captions and transcript go on." in str(raised[0].hint)
