"""What disks do to a session: stand still, refuse, lose its folder. Nothing that was shown is lost, or it is said."""

from __future__ import annotations

import asyncio
import errno
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from desktop.core.captions import CaptionEvent, Gap, LaneAdded, Mark, Word
from desktop.core.errors import JournalUnwritable
from desktop.session.board import Board
from desktop.session.events import Saved, SessionEvent
from desktop.session.recorder import JournalPlan, Recorder
from desktop.transcripts.journal import Journal, read
from desktop.transcripts.transcript import JournalHeader

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="platform: /proc tells which file is written")

HEADER = JournalHeader(datetime(2026, 11, 21, 14, 3, tzinfo=UTC), "Call", (("you", "You"),), id="1a2b3c4d")


def final(number: int, text: str | None = None) -> CaptionEvent:
    said = f"number {number}" if text is None else text
    words = (Word(said, float(number), number + 0.5),)
    return CaptionEvent("you", f"1-{number}", 0, said, True, float(number), number + 0.5, words=words)


class Desk:
    """A board with its recorder, and what was told."""

    def __init__(self, *folders: Path) -> None:
        self.board = Board(["you"])
        self.told: list[SessionEvent] = []
        self.board.subscribe(self.told.append)
        self.recorder = Recorder(JournalPlan(folders), HEADER, self.board)

    @property
    def shown(self) -> list[int]:
        return [int(segment.segment_id[2:]) for segment in self.board.document.segments]

    @property
    def problem(self) -> str:
        return " ".join(str(problem.error.what) for problem in self.board.problems)

    @property
    def path(self) -> Path:
        assert self.recorder.path is not None
        return self.recorder.path


def saved(path: Path) -> list[int]:
    return [int(segment.segment_id[2:]) for segment in read(path).segments]


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not true():
            await asyncio.sleep(0.002)


class Hang:
    """A disk that stands still in one folder whenever it is told to."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self._patch = patch
        self._answers = threading.Event()
        self.go()

    def stop(self) -> None:
        """From now on; only from now on is anybody impatient."""
        self._patch.setattr("desktop.session.disk.PATIENCE", 0.05)
        self._answers.clear()

    def go(self) -> None:
        self._patch.setattr("desktop.session.disk.PATIENCE", 60.0)
        self._answers.set()

    def wait(self, place: str) -> None:
        if Path(place).is_relative_to(self.folder):
            self._answers.wait()


@pytest.fixture
def share(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hang]:
    hang, sync, make = Hang(tmp_path / "share", monkeypatch), os.fsync, os.mkdir

    def slow_sync(handle: int) -> None:
        hang.wait(str(Path(f"/proc/self/fd/{handle}").readlink()))
        sync(handle)

    def slow_make(path: Path, mode: int = 0o777) -> None:
        hang.wait(str(path))
        make(path, mode)

    monkeypatch.setattr(os, "fsync", slow_sync)
    monkeypatch.setattr(os, "mkdir", slow_make)
    yield hang
    hang.go()


async def test_captions_go_on_while_the_disk_stands_still_and_all_is_saved_when_it_answers(share: Hang) -> None:
    desk = Desk(share.folder)
    await desk.recorder.open()
    await desk.recorder.final(final(1))
    share.stop()
    await desk.recorder.final(final(2))
    assert desk.shown == [1, 2]
    assert "the disk does not answer" in desk.problem
    assert str(share.folder) in desk.problem
    for number in range(3, 6):
        await desk.recorder.final(final(number))
    desk.recorder.mark(Mark(5.5, "ask"))
    assert desk.shown == [1, 2, 3, 4, 5]
    share.go()
    await until(lambda: not desk.problem)
    assert saved(desk.path) == [1, 2, 3, 4, 5]
    await desk.recorder.final(final(6))
    assert saved(desk.path) == [1, 2, 3, 4, 5, 6], "on the disk before it is shown, as before"
    await desk.recorder.close(7.0)
    told = read(desk.path)
    assert told.complete
    assert Mark(5.5, "ask") in told.entries


async def test_a_session_starts_beside_a_disk_that_stands_still(share: Hang) -> None:
    desk = Desk(share.folder)
    share.stop()
    await desk.recorder.open()
    assert "the disk does not answer" in desk.problem
    await desk.recorder.final(final(1))
    assert desk.shown == [1]
    share.go()
    await until(lambda: not desk.problem)
    assert saved(desk.path) == [1]
    await desk.recorder.close(2.0)


async def test_the_end_does_not_wait_for_a_disk_that_stands_still(share: Hang, tmp_path: Path) -> None:
    desk = Desk(share.folder, tmp_path / "other")
    await desk.recorder.open()
    await desk.recorder.final(final(1))
    share.stop()
    await desk.recorder.final(final(2))
    await desk.recorder.final(final(3))
    await desk.recorder.close(4.0)
    assert desk.path.parent == tmp_path / "other"
    assert saved(desk.path) == [1, 2, 3]
    assert read(desk.path).complete
    assert not desk.problem, "all of it is saved, and the program says where"
    assert desk.told[-1] == Saved(desk.path, complete=True, sound=False)


async def test_a_disk_that_stops_at_the_end_line_costs_nothing(share: Hang) -> None:
    desk = Desk(share.folder)
    await desk.recorder.open()
    await desk.recorder.final(final(1))
    share.stop()
    await desk.recorder.close(4.0)
    assert saved(desk.path) == [1]
    assert not desk.problem


async def test_an_end_where_nothing_answers_says_so(share: Hang) -> None:
    desk = Desk(share.folder)
    await desk.recorder.open()
    share.stop()
    await desk.recorder.final(final(1))
    with pytest.raises(JournalUnwritable, match="does not answer") as caught:
        await desk.recorder.close(4.0)
    assert "Copy what is shown" in str(caught.value.hint), "nothing goes on by itself any more"


def refuse(monkeypatch: pytest.MonkeyPatch, folder: Path, after: int = 0) -> None:
    """The disk of `folder` is full once so many bytes more were written there."""
    write = os.write
    room = [after]

    def full(handle: int, data: bytes) -> int:
        if Path(f"/proc/self/fd/{handle}").readlink().is_relative_to(folder):
            if not room[0]:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            data = data[: room[0]]
            room[0] -= len(data)
        return write(handle, data)

    monkeypatch.setattr(os, "write", full)


async def test_a_session_that_had_to_be_saved_elsewhere_stands_there_alone_and_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.session.recall.KEPT", 2)
    monkeypatch.setattr("desktop.session.recall.AT_ONCE", 1)
    first, other = tmp_path / "full", tmp_path / "other"
    desk = Desk(first, other)
    await desk.recorder.open()
    await desk.recorder.lane(LaneAdded("them", "Ann"))
    for number in range(6):
        await desk.recorder.final(final(number))
    refuse(monkeypatch, first, after=30)
    await desk.recorder.final(final(6))
    assert "the disk is full" in desk.problem
    await desk.recorder.close(7.0)
    told = read(desk.path)
    assert desk.path.parent == other
    assert saved(desk.path) == [0, 1, 2, 3, 4, 5, 6]
    assert all(segment.words for segment in told.segments)
    assert told.header.lanes == (("you", "You"), ("them", "Ann"))
    assert (told.complete, told.damaged) == (True, 0)
    assert list(first.iterdir()) == [], "half a session of the same name would only mislead"
    assert not desk.problem


async def test_a_session_whose_folder_is_gone_for_good_is_saved_whole_from_what_is_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.session.recall.KEPT", 2)
    monkeypatch.setattr("desktop.session.recall.AT_ONCE", 1)
    first, other = tmp_path / "gone", tmp_path / "other"
    desk = Desk(first, other)
    await desk.recorder.open()
    for number in range(6):
        await desk.recorder.final(final(number))
    shutil.rmtree(first)
    first.write_text("in the way", encoding="utf-8")
    await desk.recorder.final(final(6))
    assert "it is a file, not a folder" in desk.problem
    await desk.recorder.close(7.0)
    assert desk.path.parent == other
    assert saved(desk.path) == [0, 1, 2, 3, 4, 5, 6]


async def test_a_second_disk_that_fills_up_keeps_no_half_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second, third = (tmp_path / name for name in ("first", "second", "third"))
    desk = Desk(first, second, third)
    await desk.recorder.open()
    await desk.recorder.final(final(1))
    refuse(monkeypatch, first)
    refuse(monkeypatch, second, after=200)
    await desk.recorder.final(final(2))
    await desk.recorder.close(3.0)
    assert saved(desk.path) == [1, 2]
    assert desk.path.parent == third
    assert list(second.iterdir()) == []


async def test_a_disk_that_refuses_the_end_line_alone_has_every_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(tmp_path / "full", tmp_path / "other")
    await desk.recorder.open()
    await desk.recorder.final(final(1))
    refuse(monkeypatch, tmp_path / "full")
    await desk.recorder.close(3.0)
    assert saved(desk.path) == [1]
    assert desk.told[-1] == Saved(desk.path, complete=True, sound=False)
    Journal.reopen(desk.path).release()  # it was let go


async def test_what_an_editor_takes_out_is_written_again(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    await desk.recorder.open()
    await desk.recorder.lane(LaneAdded("them", "Ann"))
    early = desk.path.read_bytes()
    for number in range(3):
        await desk.recorder.final(final(number))
    desk.path.write_bytes(early)
    await desk.recorder.final(final(3))
    assert saved(desk.path) == [0, 1, 2, 3], "at once"
    desk.path.write_bytes(b"")
    await desk.recorder.final(final(4))
    await desk.recorder.close(5.0)
    told = read(desk.path)
    assert saved(desk.path) == [0, 1, 2, 3, 4]
    assert told.header.lanes == (("you", "You"), ("them", "Ann"))
    assert told.damaged == 0


async def test_what_an_editor_takes_out_before_the_end_is_written_again(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    await desk.recorder.open()
    early = desk.path.read_bytes()
    for number in range(3):
        await desk.recorder.final(final(number))
    desk.path.write_bytes(early)
    await desk.recorder.close(5.0)
    assert saved(desk.path) == [0, 1, 2]
    assert read(desk.path).complete


async def test_a_mark_at_the_very_end_is_no_trouble(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    await desk.recorder.open()
    desk.recorder.mark(Mark(1.0, "in time"))
    closing = asyncio.ensure_future(desk.recorder.close(2.0))
    for number in range(50):
        desk.recorder.mark(Mark(2.0 + number, "while it closes"))
        await asyncio.sleep(0)
    await closing
    assert Mark(1.0, "in time") in read(desk.path).entries


async def test_a_day_of_broken_streams_stays_small_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop.session.recall.WORDY", 5)
    monkeypatch.setattr("desktop.session.recall.KEPT", 20)
    monkeypatch.setattr("desktop.session.recall.AT_ONCE", 1)
    desk = Desk(tmp_path)
    await desk.recorder.open()
    for number in range(100):
        await desk.recorder.final(final(2 * number))
        await desk.recorder.final(final(2 * number + 1, ""))  # withdrawn when its stream broke
        desk.recorder.mark(Gap("you", number + 0.5, number + 0.6, "lost"))
    await desk.recorder.close(200.0)
    document = desk.board.document
    assert len(document.marks) <= 20
    assert len(document._segments) <= 20
    assert sum(len(event.words) for event in document._segments.values()) <= 5
    assert document.segments[-1].text == "number 198"
    told = read(desk.path)
    assert len(told.segments) == 100
    assert len(told.entries) == 200


async def test_a_session_that_is_kept_nowhere_stays_small_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop.session.recall.WORDY", 2)
    monkeypatch.setattr("desktop.session.recall.KEPT", 4)
    monkeypatch.setattr("desktop.session.recall.AT_ONCE", 1)
    desk = Desk()
    await desk.recorder.open()
    for number in range(10):
        await desk.recorder.final(final(number))
    await desk.recorder.close(10.0)
    assert desk.shown == [6, 7, 8, 9]
    assert not desk.told or all(not isinstance(event, Saved) for event in desk.told)


async def test_a_transcript_that_is_renamed_is_told_with_its_new_name(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    await desk.recorder.open()
    await desk.recorder.final(final(1))
    desk.path.rename(tmp_path / "With Ann.jsonl")
    await desk.recorder.final(final(2))
    await desk.recorder.close(3.0)
    places = [event.path.name for event in desk.told if isinstance(event, Saved)]
    assert places == ["2026-11-21 14.03 Call.jsonl", "With Ann.jsonl", "With Ann.jsonl"]
    assert saved(tmp_path / "With Ann.jsonl") == [1, 2]


NEVER = """
import asyncio, os, sys, threading
from pathlib import Path
from tests.unit.session.test_recorder import Desk, final
sync, never = os.fsync, threading.Event()

async def main(share, other):
    desk = Desk(share, other)
    await desk.recorder.open()
    await desk.recorder.final(final(1))
    still = lambda handle: Path(f"/proc/self/fd/{handle}").readlink().is_relative_to(share) and never.wait()
    os.fsync = lambda handle: still(handle) or sync(handle)
    await desk.recorder.final(final(2))
    await desk.recorder.close(3.0)
    print(desk.path)

asyncio.run(main(Path(sys.argv[1]), Path(sys.argv[2])))
"""


def test_the_program_ends_although_a_disk_never_answers(tmp_path: Path) -> None:
    command = [sys.executable, "-c", NEVER, str(tmp_path / "share"), str(tmp_path / "other")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[3])
    assert (done.returncode, done.stderr) == (0, "")
    path = Path(done.stdout.strip())
    assert path.parent == tmp_path / "other"
    assert saved(path) == [1, 2]
