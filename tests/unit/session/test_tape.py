"""The sound that is kept: every place in a file is that time of the session, whatever happened meanwhile."""

from __future__ import annotations

import asyncio
import errno
import os
import stat
import sys
import threading
from array import array
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop.audio.flac import FlacReader, FlacWriter
from desktop.core.audio import SPEECH, AudioChunk
from desktop.core.errors import SoundUnwritable
from desktop.session.tape import Tape
from desktop.transcripts.sound import sounds_of

SECOND = SPEECH.sample_rate


def numbered(start: float, seconds: float = 1.0) -> list[AudioChunk]:
    """Sound in chunks of 20 ms; every sample says in which 10 ms of the session it was heard."""
    begin, end = round(start * SECOND), round((start + seconds) * SECOND)
    samples = array("h", (1 + at // 160 for at in range(begin, end)))
    return [AudioChunk(samples[at : at + 320].tobytes(), SPEECH, (begin + at) / SECOND)
            for at in range(0, len(samples), 320)]  # fmt: skip


def hear(tape: Tape, journal: Path, chunks: list[AudioChunk], lane: str = "you") -> None:
    for chunk in chunks:
        tape.hear(journal, lane, chunk)


def at(path: Path, seconds: float, *, length: float = 0.2) -> set[int]:
    """Which hundredths of a second are heard there, from 1 on; 0 is silence."""
    reader = FlacReader.open(path)
    found = reader.read(round(seconds * SECOND), round(length * SECOND))
    reader.close()
    return {int(each) for each in found}


def hundredths(start: float, seconds: float) -> set[int]:
    return {1 + number for number in range(round(start * 100), round((start + seconds) * 100))}


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    return tmp_path / "2026-11-21 14.03 Call [1].jsonl"


async def test_a_time_is_a_place_through_pauses_and_lost_sound(journal: Path) -> None:
    tape = Tape("0a")
    hear(tape, journal, numbered(0.5))
    hear(tape, journal, numbered(30.0))  # after a pause
    hear(tape, journal, numbered(31.25))  # the device lost a quarter of a second
    hear(tape, journal, numbered(32.0))  # and the clock was set back by as much
    await tape.close(journal)
    assert tape.trouble is None
    (sound,) = sounds_of(journal, "0a")
    assert at(sound.path, 0.0, length=0.5) == {0}
    assert at(sound.path, 0.5) == hundredths(0.5, 0.2)
    assert at(sound.path, 1.5, length=28.5) == {0}
    assert at(sound.path, 30.1) == hundredths(30.1, 0.2)
    assert at(sound.path, 31.0, length=0.25) == {0}
    assert at(sound.path, 32.0) == hundredths(32.0, 0.2)
    assert at(sound.path, 32.6) <= hundredths(32.58, 0.24), "within 20 ms"
    assert at(sound.path, 33.02) == {0}, "beyond its end"
    if sys.platform != "win32":
        assert stat.S_IMODE(sound.path.stat().st_mode) == 0o600


async def test_each_lane_and_each_run_has_a_file(journal: Path) -> None:
    for start in (0.0, 60.0):
        tape = Tape("0a")
        hear(tape, journal, numbered(start))
        hear(tape, journal, numbered(start), "Caller: 1/2")
        await tape.close(journal)
    sounds = sounds_of(journal, "0a")
    assert [sound.path.name.removeprefix(journal.stem) for sound in sounds] == [
        ".Caller 1 2.2.flac", ".Caller 1 2.flac", ".you.2.flac", ".you.flac"]  # fmt: skip
    assert [sound.lane for sound in sounds] == ["Caller: 1/2", "Caller: 1/2", "you", "you"]
    assert at(sounds[2].path, 60.5) == hundredths(60.5, 0.2)
    assert at(sounds[2].path, 0.0, length=60.0) == {0}
    assert sounds_of(journal, "0b") == ()


async def test_without_a_journal_nothing_is_left(journal: Path) -> None:
    tape = Tape("0a")
    hear(tape, journal, numbered(0.0))
    await tape.close(None)
    assert list(journal.parent.iterdir()) == []


async def test_it_follows_a_journal_that_had_to_move(journal: Path, tmp_path: Path) -> None:
    tape = Tape("0a")
    hear(tape, journal, numbered(0.0))
    other = tmp_path / "other"
    other.mkdir()
    await tape.close(other / "Call 2.jsonl")
    assert [each.name for each in other.iterdir()] == ["Call 2.you.flac"]


@pytest.mark.parametrize(
    ("number", "words"),
    [(errno.ENOSPC, "the disk is full"), (errno.EIO, "reports"), (errno.ENOENT, "no longer there")],
)
async def test_a_disk_that_refuses_is_told_once_and_what_was_kept_can_be_heard(
    journal: Path, monkeypatch: pytest.MonkeyPatch, number: int, words: str
) -> None:
    tape = Tape("0a")
    hear(tape, journal, numbered(0.0, 2.0))
    await flushed(tape)
    monkeypatch.setattr(FlacWriter, "write", refusing(number))
    hear(tape, journal, numbered(2.0, 2.0))
    await flushed(tape)
    assert isinstance(tape.trouble, SoundUnwritable)
    assert words in str(tape.trouble.what)
    before = tape.waiting
    hear(tape, journal, numbered(4.0))
    assert tape.waiting == before, "nothing gathers in memory"
    await tape.close(journal)
    assert tape.waiting == pytest.approx(0)
    (sound,) = sounds_of(journal, "0a")
    assert at(sound.path, 1.0) == hundredths(1.0, 0.2)


def refusing(number: int) -> Callable[[FlacWriter, bytes], None]:
    def write(_writer: FlacWriter, _pcm: bytes) -> None:
        raise OSError(number, os.strerror(number))

    return write


async def flushed(tape: Tape) -> None:
    """Wait until the thread has nothing to do."""
    assert tape._job is not None
    await asyncio.wrap_future(tape._job)


@pytest.mark.skipif(sys.platform == "win32", reason="platform: an open file can't be removed there")
async def test_a_file_that_was_removed_is_missed(journal: Path) -> None:
    tape = Tape("0a")
    hear(tape, journal, numbered(0.0, 2.0))
    await flushed(tape)
    for each in journal.parent.iterdir():
        each.unlink()
    hear(tape, journal, numbered(2.0, 2.0))
    await flushed(tape)
    assert isinstance(tape.trouble, SoundUnwritable)
    assert "no longer there" in str(tape.trouble.what)
    await tape.close(journal)


async def test_a_disk_that_stands_still_costs_no_more_than_the_sound(
    journal: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    going, stuck = threading.Event(), threading.Event()
    write = FlacWriter.write

    def wait(writer: FlacWriter, pcm: bytes) -> None:
        stuck.set()
        going.wait()
        write(writer, pcm)

    monkeypatch.setattr(FlacWriter, "write", wait)
    tape = Tape("0a", limit=2.0)
    hear(tape, journal, numbered(0.0, 0.6))
    stuck.wait()
    hear(tape, journal, numbered(0.6, 9.0))  # returns although nothing is written
    assert tape.waiting < 2.1
    assert isinstance(tape.trouble, SoundUnwritable)
    assert "too slow" in str(tape.trouble.what)
    going.set()
    await tape.close(journal)


async def test_the_end_does_not_wait_for_a_disk_that_stands_still(
    journal: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    going = threading.Event()
    monkeypatch.setattr(FlacWriter, "write", lambda _writer, _pcm: going.wait())
    monkeypatch.setattr("desktop.session.tape.LAST", 0.05)
    tape = Tape("0a")
    hear(tape, journal, numbered(0.0))
    await tape.close(journal)
    assert "too slow" in str(tape.trouble)
    going.set()


async def test_a_recording_is_read_no_faster_than_it_is_kept(journal: Path) -> None:
    tape = Tape("0a", limit=1.0)
    for chunk in numbered(0.0, 30.0):
        tape.hear(journal, "you", chunk)
        await tape.keep_up()
    await tape.close(journal)
    assert tape.trouble is None
    (sound,) = sounds_of(journal, "0a")
    assert at(sound.path, 29.5) == hundredths(29.5, 0.2)


@pytest.mark.skipif(sys.platform == "win32", reason="platform: the folder of an open file can't be moved there")
async def test_sound_that_is_not_beside_its_transcript_any_more_is_missed(tmp_path: Path) -> None:
    folder = tmp_path / "transcripts"
    folder.mkdir()
    tape = Tape("0a")
    hear(tape, folder / "Call.jsonl", numbered(0.0, 2.0))
    await flushed(tape)
    folder.rename(tmp_path / "older")
    hear(tape, folder / "Call.jsonl", numbered(2.0))
    await tape.close(folder / "Call.jsonl")
    assert "no longer there" in str(tape.trouble)
