"""Whatever is done to the file of a session while it is written: what was acknowledged can be found and read."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from desktop.core.captions import CaptionEvent, Entry, LaneAdded, Mark
from desktop.core.errors import JournalUnwritable
from desktop.transcripts import growing
from desktop.transcripts.journal import Journal, read
from desktop.transcripts.transcript import JournalHeader

HEADER = JournalHeader(datetime(2026, 11, 21, 14, 3, tzinfo=UTC), "Call", (("you", "You"),), id="1a2b3c4d")


def final(number: int) -> CaptionEvent:
    return CaptionEvent("you", f"1-{number}", 0, f"number {number}", True, float(number), number + 0.5)


def numbers(path: Path) -> list[int]:
    return [int(segment.segment_id[2:]) for segment in read(path).segments]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "transcripts"


def removed(path: Path) -> None:
    path.unlink()


def folder_removed(path: Path) -> None:
    shutil.rmtree(path.parent)


def folder_renamed(path: Path) -> None:
    path.parent.rename(path.parent.with_name("older"))


def to_the_trash(path: Path) -> None:
    (path.parent.parent / "trash").mkdir()
    path.rename(path.parent.parent / "trash" / path.name)


def hidden(path: Path) -> None:
    path.rename(path.with_name(f".{path.name}"))


@pytest.mark.parametrize("done", [removed, folder_removed, folder_renamed, to_the_trash, hidden])
def test_what_is_no_longer_in_its_place_is_written_there_anew(folder: Path, done: Callable[[Path], None]) -> None:
    with Journal.create(folder, HEADER) as journal:
        place = journal.path
        journal.append(final(1))
        done(place)
        journal.append(final(2))
        assert numbers(place) == [1, 2], "at once"
        journal.append(final(3))
        journal.close(4.0)
    assert journal.path == place
    assert numbers(place) == [1, 2, 3]
    assert read(place).complete


def test_a_file_that_is_renamed_in_its_folder_is_followed(folder: Path) -> None:
    with Journal.create(folder, HEADER) as journal:
        journal.append(final(1))
        journal.path.rename(folder / "With Ann.jsonl")
        journal.append(final(2))
        assert journal.path == folder / "With Ann.jsonl"
        assert journal.path.samefile(folder / "With Ann.jsonl")
    assert [path.name for path in folder.iterdir()] == ["With Ann.jsonl"]
    assert numbers(journal.path) == [1, 2]


@pytest.mark.parametrize("ours_is_kept", [True, False])
def test_a_file_that_is_put_in_our_place_is_not_written_over(folder: Path, ours_is_kept: bool) -> None:
    with Journal.create(folder, HEADER) as journal:
        first = journal.path
        journal.append(final(1))
        if ours_is_kept:
            to_the_trash(first)
        (folder / "new").write_text("theirs")
        (folder / "new").replace(first)
        journal.append(final(2))
        journal.append(final(3))
    assert first.read_text() == "theirs"
    assert journal.path == folder / f"{first.stem} 2.jsonl"
    assert numbers(journal.path) == [1, 2, 3]
    assert len(list(folder.iterdir())) == 2


def test_nothing_is_written_where_a_disk_was_taken_out(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    device = growing._device
    with Journal.create(folder, HEADER) as journal:
        journal.append(final(1))
        folder_renamed(journal.path)
        with monkeypatch.context() as patch:
            patch.setattr(growing, "_device", lambda place: device(place) + 1)
            for _ in range(2):
                with pytest.raises(JournalUnwritable, match="the folder is no longer there") as caught:
                    journal.append(final(2))
            assert str(folder) in str(caught.value)
            assert "Call" not in str(caught.value)
        assert not folder.exists()
        folder.with_name("older").rename(folder)
        journal.append(final(2))
    assert numbers(journal.path) == [1, 2]


def test_a_folder_that_may_not_be_looked_at_any_more_is_written_on(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> os.stat_result:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    with Journal.create(folder, HEADER) as journal:
        with monkeypatch.context() as patch:
            patch.setattr(Path, "stat", refused)
            journal.append(final(1))
        journal.append(final(2))
    assert numbers(journal.path) == [1, 2]
    assert len(list(folder.iterdir())) == 1


def test_a_disk_that_numbers_its_files_anew_is_no_trouble(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os.path, "samestat", lambda *_: False)
    with Journal.create(folder, HEADER) as journal:
        for number in range(5):
            journal.append(final(number))
    assert numbers(journal.path) == [0, 1, 2, 3, 4]
    assert len(list(folder.iterdir())) == 1


REMEMBERED: list[Entry | LaneAdded] = [LaneAdded("them", "Ann"), final(1), final(2), Mark(2.5, "ask"), final(3)]


def test_what_an_editor_writes_over_comes_back(folder: Path) -> None:
    """It read the file early, and saves it in its place with a word put right."""
    with Journal.create(folder, HEADER) as journal:
        for entry in REMEMBERED[:2]:
            journal.append(entry)
        early = journal.path.read_text(encoding="utf-8")
        for entry in REMEMBERED[2:]:
            journal.append(entry)
        journal.path.write_text(early.replace("number 1", "number one"), encoding="utf-8")
        journal.append(final(4))
        before = journal.disturbed
        journal.bring_back(HEADER, [*REMEMBERED, final(4)])
        journal.append(final(5))
        assert (before, journal.disturbed) == (True, False)
    told = read(journal.path)
    assert [entry.text for entry in told.segments] == ["number one", "number 2", "number 3", "number 4", "number 5"]
    assert Mark(2.5, "ask") in told.entries
    assert told.damaged == 0
    assert len(journal.path.read_bytes().splitlines()) == 8


@pytest.mark.parametrize("left", ["", "note to self\n", "{"])
def test_a_file_that_is_emptied_gets_all_that_is_remembered(folder: Path, left: str) -> None:
    with Journal.create(folder, HEADER) as journal:
        for entry in REMEMBERED:
            journal.append(entry)
        journal.path.write_text(left, encoding="utf-8")
        journal.append(final(4))
        journal.bring_back(HEADER, REMEMBERED)
    told = read(journal.path)
    assert told.header == JournalHeader(
        HEADER.started, "Call", (("you", "You"), ("them", "Ann")), HEADER.language, HEADER.provider, HEADER.id
    )
    assert numbers(journal.path) == [1, 2, 3, 4]
    assert left in journal.path.read_text(encoding="utf-8")


def test_a_file_that_is_shortened_while_a_torn_line_stands_in_it_is_not_filled_with_zeros(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with Journal.create(folder, HEADER) as journal:
        journal.append(final(1))
        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", refused)
            patch.setattr(os, "ftruncate", refused)
            with pytest.raises(JournalUnwritable):
                journal.append(final(2))
        journal.path.write_text("", encoding="utf-8")
        journal.append(final(2))
    assert b"\0" not in journal.path.read_bytes()


def test_somebody_elses_file_is_not_removed_in_place_of_ours(folder: Path) -> None:
    journal = Journal.create(folder, HEADER)
    to_the_trash(journal.path)
    journal.path.write_text("theirs")
    journal.discard()
    assert journal.path.read_text() == "theirs"
