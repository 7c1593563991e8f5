"""The trash brings back what was deleted, and keeps nothing of what was deleted for good."""

from __future__ import annotations

import shutil
import stat
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from desktop.core.captions import CaptionEvent
from desktop.core.errors import TranscriptError, TranscriptNotFound
from desktop.transcripts.change import change, keep_line
from desktop.transcripts.export import write_export
from desktop.transcripts.journal import Journal, read
from desktop.transcripts.library import Library
from desktop.transcripts.retention import expired, tidy
from desktop.transcripts.transcript import JournalHeader
from desktop.transcripts.trash import Trash

STARTED = datetime(2026, 11, 21, 14, 3, tzinfo=UTC)
NOW = datetime.now(UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "folder"


@pytest.fixture
def library(tmp_path: Path, folder: Path) -> Library:
    return Library(tmp_path / "data" / "library.db", [folder])


@pytest.fixture
def trash(tmp_path: Path) -> Trash:
    return Trash(tmp_path / "data" / "trash")


def journal(folder: Path, session: str = "0a0b0c0d", text: str = "Hello.") -> Path:
    header = JournalHeader(STARTED, "Call é", (("you", "You"),), "en-US", "on-device", session)
    with Journal.create(folder, header) as made:
        made.append(CaptionEvent("you", "1", 0, text, True, 0.0, 1.0))
        made.close(2.0)
    return made.path


def test_it_comes_back_with_its_exports_as_it_was(library: Library, trash: Trash, folder: Path) -> None:
    path = journal(folder)
    write_export(read(path), "txt", path.with_suffix(".txt"))
    before = {each.name: each.read_bytes() for each in folder.iterdir()}
    library.discard("0a0b0c0d", trash)
    assert list(folder.iterdir()) == []
    assert library.sessions() == []
    assert library.search("hello") == []
    (item,) = trash.items()
    assert (item.title, item.lanes, item.duration, item.folder) == ("Call é", ("You",), 2.0, folder)
    assert library.restore("0a0b0c0d", trash) == path
    assert {each.name: each.read_bytes() for each in folder.iterdir()} == before
    assert len(library.search("hello")) == 1
    assert trash.items() == []


def test_a_name_that_was_taken_meanwhile_stays_with_its_owner(library: Library, trash: Trash, folder: Path) -> None:
    path = journal(folder)
    library.discard("0a0b0c0d", trash)
    other = journal(folder, "11111111", "Other.")
    assert other == path
    back = library.restore("0a0b0c0d", trash)
    assert back.name == f"{path.stem} 2.jsonl"
    assert {session.id for session in library.sessions()} == {"0a0b0c0d", "11111111"}


def test_the_folder_is_made_again_when_it_is_gone(library: Library, trash: Trash, folder: Path) -> None:
    path = journal(folder)
    library.discard("0a0b0c0d", trash)
    shutil.rmtree(folder)
    assert library.restore("0a0b0c0d", trash) == path


def test_only_its_owner_can_read_it(library: Library, trash: Trash, folder: Path, tmp_path: Path) -> None:
    if sys.platform == "win32":
        pytest.skip("platform: modes mean nothing there")
    journal(folder)
    library.discard("0a0b0c0d", trash)
    for each in (tmp_path / "data" / "trash").rglob("*"):
        assert stat.S_IMODE(each.stat().st_mode) & 0o077 == 0


def test_for_good_leaves_nothing(library: Library, trash: Trash, folder: Path, tmp_path: Path) -> None:
    journal(folder, text="Xylophone.")
    library.discard("0a0b0c0d", trash)
    library.forget_discarded("0a0b0c0d", trash)
    assert trash.items() == []
    left = [each for each in tmp_path.rglob("*") if each.is_file()]
    assert not any(b"ylophone" in each.read_bytes() for each in left)
    with pytest.raises(TranscriptNotFound):
        library.restore("0a0b0c0d", trash)


def test_what_is_being_written_is_not_taken_away(library: Library, trash: Trash, folder: Path) -> None:
    path = journal(folder)
    with Journal.reopen(path), pytest.raises(TranscriptError):
        library.discard("0a0b0c0d", trash)
    assert path.exists()


def test_when_it_cannot_be_moved_it_stays_whole(
    library: Library, trash: Trash, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = journal(folder)
    write_export(read(path), "txt", path.with_suffix(".txt"))
    move, moved = shutil.move, []

    def refuse_second(source: Path, target: Path) -> object:
        moved.append(source)
        if len(moved) == 2:
            raise PermissionError(13, "Permission denied")
        return move(source, target)

    monkeypatch.setattr(shutil, "move", refuse_second)
    with pytest.raises(TranscriptError, match="Permission denied"):
        library.discard("0a0b0c0d", trash)
    assert path.exists()
    assert path.with_suffix(".txt").exists()
    assert trash.items() == []


def test_what_is_not_ours_in_the_trash_is_passed_over(library: Library, trash: Trash, tmp_path: Path) -> None:
    (tmp_path / "data" / "trash" / "something").mkdir(parents=True)
    assert trash.items() == []


def test_only_what_is_old_and_not_kept_by_hand_expires(library: Library, trash: Trash, folder: Path) -> None:
    old, kept = journal(folder, "0a0b0c0d"), journal(folder, "11111111")
    change(kept, [keep_line(keep=True)])
    library.refresh()
    later = NOW + timedelta(days=31)
    assert expired(library.sessions(), 0, later) == []
    assert expired(library.sessions(), 32, later) == []
    assert [session.id for session in expired(library.sessions(), 30, later)] == ["0a0b0c0d"]
    assert tidy(library, trash, 30, later) == 1
    assert not old.exists()
    assert kept.exists()


def test_tidying_is_off_unless_it_is_asked_for(library: Library, trash: Trash, folder: Path) -> None:
    path = journal(folder)
    assert tidy(library, trash, 0, NOW + timedelta(days=9999)) == 0
    assert path.exists()


def test_tidying_empties_the_trash_of_what_is_old_and_spares_what_is_written(
    library: Library, trash: Trash, folder: Path
) -> None:
    journal(folder)
    library.discard("0a0b0c0d", trash)
    with Journal.reopen(journal(folder, "11111111")):
        assert tidy(library, trash, 30, NOW + timedelta(days=31)) == 1
    assert trash.items() == []
    assert [session.id for session in library.sessions()] == ["11111111"]
