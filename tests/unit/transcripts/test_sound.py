"""The sound goes where its transcript goes: to the trash and back, away for good, or away alone."""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path

import pytest

from desktop.audio.flac import FlacWriter
from desktop.core.errors import TranscriptError
from desktop.transcripts.change import change, title_line
from desktop.transcripts.export import write_export
from desktop.transcripts.journal import Journal, read
from desktop.transcripts.library import Library
from desktop.transcripts.retention import tidy
from desktop.transcripts.sound import sound_mark, sound_names, sounds_of
from desktop.transcripts.trash import Trash
from tests.unit.transcripts.test_trash import NOW, folder, journal, library, trash

__all__ = ["folder", "library", "trash"]  # fixtures

KEY = "0a0b0c0d"


def kept(path: Path, lane: str = "you", session: str = KEY) -> Path:
    """Half a second of silence, as a session keeps it."""
    name = next(each for each in sound_names(path, lane) if not each.exists())
    writer = FlacWriter.create(name, sound_mark(session, lane))
    writer.silence(8000)
    writer.close()
    return name


def names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def test_it_goes_to_the_trash_and_comes_back(library: Library, trash: Trash, folder: Path) -> None:
    path = journal(folder)
    kept(path), kept(path), kept(path, "them")
    write_export(read(path), "txt", path.with_suffix(".txt"))
    before = {each.name: each.read_bytes() for each in folder.iterdir()}
    assert len(before) == 5
    library.discard(KEY, trash)
    assert names(folder) == []
    assert library.restore(KEY, trash) == path
    assert {each.name: each.read_bytes() for each in folder.iterdir()} == before


def test_a_name_that_was_taken_meanwhile_gets_a_number_on_all_of_them(
    library: Library, trash: Trash, folder: Path
) -> None:
    path = journal(folder)
    kept(path)
    library.discard(KEY, trash)
    other = journal(folder, session="0e0f0a0b")
    back = library.restore(KEY, trash)
    assert back.stem == f"{path.stem} 2"
    (sound,) = sounds_of(back, KEY)
    assert sound.path.name == f"{path.stem} 2.you.flac"
    assert sounds_of(other, "0e0f0a0b") == ()


def test_for_good_takes_it_along(library: Library, trash: Trash, folder: Path, tmp_path: Path) -> None:
    path = journal(folder)
    sound = kept(path)
    library.refresh()
    assert sound in library.delete(KEY).removed
    assert names(folder) == []
    kept(journal(folder))
    library.refresh()
    library.discard(KEY, trash)
    library.forget_discarded(KEY, trash)
    assert not list(tmp_path.rglob("*.flac"))


def test_what_is_too_old_goes_with_its_sound(library: Library, trash: Trash, folder: Path) -> None:
    kept(journal(folder))
    assert tidy(library, trash, 30, NOW + timedelta(days=31)) == 1
    assert names(folder) == []


def test_the_sound_can_go_alone(library: Library, folder: Path) -> None:
    path = journal(folder)
    kept(path), kept(path, "them")
    own = kept(path, "other", session="ffffffff")
    library.refresh()
    library.delete_sound(KEY)
    assert names(folder) == sorted([path.name, own.name])
    assert [segment.text for segment in read(path).segments] == ["Hello."]


def test_while_it_is_written_it_stays(library: Library, folder: Path) -> None:
    path = journal(folder)
    sound = kept(path)
    library.refresh()
    with Journal.reopen(path), pytest.raises(TranscriptError, match="still being written"):
        library.delete_sound(KEY)
    assert sound.exists()


def test_a_change_does_not_touch_it(library: Library, folder: Path) -> None:
    path = journal(folder)
    sound = kept(path)
    before = sound.read_bytes()
    change(path, [title_line("Another")])
    assert sound.read_bytes() == before
    assert [each.path for each in sounds_of(path, KEY)] == [sound]


def test_what_is_not_ours_is_left_alone(library: Library, folder: Path, tmp_path: Path) -> None:
    path = journal(folder)
    strange = [path.with_name(f"{path.stem}.{end}.flac") for end in ("mine", "empty", "short")]
    strange[0].write_bytes(b"RIFF" + bytes(100))
    strange[1].write_bytes(b"")
    strange[2].write_bytes(b"fLaC\x04\xff\xff\xff")
    if sys.platform != "win32":
        outside = kept(journal(tmp_path / "outside"))
        path.with_name(f"{path.stem}.link.flac").symlink_to(outside)
    library.refresh()
    assert sounds_of(path, KEY) == ()
    library.delete(KEY)
    assert all(each.exists() for each in strange)
    if sys.platform != "win32":
        assert outside.exists()
