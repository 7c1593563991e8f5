"""The library finds what was said, follows the folders, and survives whatever happens to its index."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop.core.captions import CaptionEvent
from desktop.core.errors import TranscriptError, TranscriptNotFound
from desktop.transcripts import index
from desktop.transcripts.export import write_export
from desktop.transcripts.journal import Journal, read
from desktop.transcripts.library import Library
from desktop.transcripts.transcript import JournalHeader

STARTED = datetime(2026, 11, 21, 14, 3, tzinfo=UTC)
LANES = (("you", "You"), ("them", "Them"))


def journal(folder: Path, texts: list[str], day: int = 0, title: str = "Call", session: str = "") -> Path:
    header = JournalHeader(STARTED + timedelta(days=day), title, LANES, "en-US", "on-device", session or f"{day:08x}")
    with Journal.create(folder, header) as made:
        for number, text in enumerate(texts):
            made.append(CaptionEvent("them", str(number), 0, text, True, float(number), number + 1.0))
        made.close(float(len(texts)))
    return made.path


@pytest.fixture(params=[True, False], ids=["FTS5", "no FTS5"])
def folder(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(index, "has_full_text", lambda: request.param)
    return tmp_path / "transcripts"


@pytest.fixture
def library(folder: Path, tmp_path: Path) -> Library:
    return Library(tmp_path / "data" / "library.db", [folder])


def found(library: Library, query: str, limit: int = 50) -> list[str]:
    return [hit.text for hit in library.search(query, limit)]


def test_sessions_are_listed_newest_first(library: Library, folder: Path) -> None:
    old, new = journal(folder, ["one"]), journal(folder, ["two", "three"], day=1, title="Delivery call")
    assert library.refresh() == 2
    first, second = library.sessions()
    assert (first.path, second.path) == (new, old)
    assert (first.id, first.title, first.started) == ("00000001", "Delivery call", STARTED + timedelta(days=1))
    assert (first.duration, first.lanes, first.language) == (2.0, LANES, "en-US")
    assert (first.provider, first.complete, first.segments) == ("on-device", True, 2)


def test_a_search_folds_accents_and_finishes_the_last_word(library: Library, folder: Path) -> None:
    journal(folder, ["La réunion est à midi", "rien d'autre"])
    library.refresh()
    for query in ("reunion", "RÉUNION midi", "midi reuni", '"est a midi"', "re\u0301un"):
        assert found(library, query) == ["La réunion est à midi"], query
    for query in ("midi soir", '"midi est"', '"reuni"' if index.has_full_text() else "soir", "", "   ", "?!", '"'):
        assert found(library, query) == [], query


def test_the_newest_hits_come_first_even_after_an_old_journal_has_changed(library: Library, folder: Path) -> None:
    old = journal(folder, ["parcel old a", "parcel old b"])
    journal(folder, ["parcel new a", "parcel new b"], day=1)
    library.refresh()
    with Journal.reopen(old) as made:
        made.append_edit("them", "0", "parcel old edited")
    assert library.refresh() == 1
    assert found(library, "parcel") == ["parcel new b", "parcel new a", "parcel old b", "parcel old edited"]
    assert found(library, "parcel", limit=1) == ["parcel new b"]


def test_two_sessions_of_one_second_are_both_found(library: Library, folder: Path) -> None:
    journal(folder, ["parcel one"], session="aaaa0001")
    journal(folder, ["parcel two"], session="aaaa0002")
    library.refresh()
    assert {hit.session_id for hit in library.search("parcel")} == {"aaaa0001", "aaaa0002"}


def test_a_hit_says_where_it_is(library: Library, folder: Path) -> None:
    path = journal(folder, ["nothing", "the parcel"])
    library.refresh()
    (hit,) = library.search("parcel")
    assert (hit.session_id, hit.path, hit.lane, hit.label, hit.start) == ("00000000", path, "them", "Them", 1.0)


def test_what_is_removed_is_forgotten(library: Library, folder: Path) -> None:
    path = journal(folder, ["parcel"])
    library.refresh()
    path.unlink()
    assert library.refresh() == 1
    assert library.sessions() == []
    assert found(library, "parcel") == []
    assert library.refresh() == 0


def test_a_journal_that_is_being_written_is_followed(library: Library, folder: Path) -> None:
    header = JournalHeader(STARTED, "Live", LANES)
    with Journal.create(folder, header) as made:
        for number in range(3):
            made.append(CaptionEvent("you", str(number), 0, f"parcel {number}", True, float(number), number + 1.0))
            library.refresh()
            assert len(found(library, "parcel")) == number + 1
        assert not library.sessions()[0].complete
        with pytest.raises(TranscriptError, match="still being written"):
            library.delete(header.id)
        assert made.path.exists()


def test_other_files_are_left_alone(library: Library, folder: Path) -> None:
    folder.mkdir()
    (folder / "data.jsonl").write_text('{"parcel": 1}\n')
    (folder / "notes.txt").write_text("parcel")
    library.refresh()
    assert library.sessions() == []
    assert library.refresh() == 0


def test_a_session_is_found_by_id_even_when_it_begins_another(library: Library, folder: Path) -> None:
    path = journal(folder, ["x"], session="ab")
    journal(folder, ["y"], session="ab000001")
    library.refresh()
    assert library.find("ab").path == path


def test_a_session_is_found_by_prefix_or_path_when_there_is_only_one(library: Library, folder: Path) -> None:
    one = journal(folder, ["x"], session="ab000001")
    journal(folder, ["y"], session="ac000001")
    library.refresh()
    assert library.find("AB").path == one
    assert library.find(str(one)).id == "ab000001"
    with pytest.raises(TranscriptNotFound, match="a stands for 2 transcripts"):
        library.find("a")
    for key in ("zz", "", "%", "_", "ab000001x", str(folder)):
        with pytest.raises(TranscriptNotFound, match="There is no transcript"):
            library.find(key)


def test_deleting_takes_the_exports_that_say_the_same(library: Library, folder: Path, tmp_path: Path) -> None:
    path = journal(folder, ["a canary parcel", "more"])
    write_export(read(path), "srt", path.with_suffix(".srt"))
    with Journal.reopen(path) as made:
        made.append_edit("them", "1", "edited")
    write_export(read(path), "txt", path.with_suffix(".txt"))
    path.with_suffix(".md").write_text("my own notes")
    target = tmp_path / "elsewhere.vtt"
    target.write_text("x")
    path.with_suffix(".vtt").symlink_to(target)
    library.refresh()
    deleted = library.delete("00000000")
    assert set(deleted.removed) == {path, path.with_suffix(".srt"), path.with_suffix(".txt")}
    assert deleted.kept == (path.with_suffix(".md"),)
    assert {each.name for each in folder.iterdir()} == {path.with_suffix(".md").name, path.with_suffix(".vtt").name}
    assert target.exists()
    assert library.sessions() == []
    for each in (tmp_path / "data").iterdir():
        assert b"canary" not in each.read_bytes()


@pytest.mark.parametrize("damage", ["not a database", "torn"])
def test_a_broken_index_is_moved_aside_and_built_anew(
    library: Library, folder: Path, tmp_path: Path, damage: str, expect_log: Callable[..., None]
) -> None:
    expect_log("desktop.transcripts.library", "damaged")
    journal(folder, [f"parcel {number}" for number in range(200)])
    library.refresh()
    database = tmp_path / "data" / "library.db"
    data = database.read_bytes()
    database.write_bytes(b"no database " * 1000 if damage == "not a database" else data[:4096] + b"\xff" * 4096 * 3)
    assert len(library.search("parcel", 500)) == 200
    assert len(library.sessions()) == 1
    aside = [each.name for each in (tmp_path / "data").iterdir() if ".bad-" in each.name]
    assert len(aside) == 1


def test_an_index_of_another_version_is_built_anew(library: Library, folder: Path, tmp_path: Path) -> None:
    journal(folder, ["parcel"])
    library.refresh()
    with sqlite3.connect(tmp_path / "data" / "library.db") as database:
        database.execute("PRAGMA user_version = 4242")
    database.close()
    library.refresh()
    assert found(library, "parcel") == ["parcel"]


def test_an_index_that_can_not_be_opened_is_a_sentence(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    with pytest.raises(TranscriptError, match="can't be opened"):
        Library(tmp_path / "data" / "library.db", [folder]).refresh()


def test_only_the_owner_may_read_the_index(library: Library, folder: Path, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        journal(folder, ["parcel"])
        library.refresh()
        with index.opened(tmp_path / "data" / "library.db", index.has_full_text()) as database:
            database.execute("CREATE TABLE another (x)")
            modes = {each.name: stat.S_IMODE(each.stat().st_mode) for each in (tmp_path / "data").iterdir()}
    finally:
        os.umask(before)
    assert modes == {"library.db": 0o600, "library.db-wal": 0o600, "library.db-shm": 0o600}
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700


def test_names_that_are_no_text_are_no_obstacle(library: Library, folder: Path) -> None:
    path = journal(folder, ["parcel"])
    strange = Path(os.fsdecode(os.fsencode(path.parent) + b"/\xff.jsonl"))
    path.rename(strange)
    library.refresh()
    assert library.sessions()[0].path == strange


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=30) | st.text('"*^-+:(){}NEAR ANDORNOT', max_size=20))
def test_nothing_typed_breaks_the_search(library: Library, query: str) -> None:
    library.search(query)


def test_a_library_without_folders_is_empty(tmp_path: Path) -> None:
    library = Library(tmp_path / "library.db", [tmp_path / "none"])
    assert library.refresh() == 0
    assert library.sessions() == []


def test_many_may_use_the_library_at_once(library: Library, folder: Path, tmp_path: Path) -> None:
    for number in range(8):
        journal(folder, [f"parcel {number}"], day=number)

    def use(_: int) -> int:
        other = Library(tmp_path / "data" / "library.db", [folder])
        other.refresh()
        return len(other.search("parcel"))

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(use, range(24))) == [8] * 24


def test_an_index_that_several_find_broken_at_once_is_built_anew(
    folder: Path, tmp_path: Path, expect_log: Callable[..., None]
) -> None:
    expect_log("desktop.transcripts.library", "damaged")
    journal(folder, ["parcel"])
    database = tmp_path / "data" / "library.db"
    database.parent.mkdir()
    database.write_bytes(b"no database " * 1000)

    def use(_: int) -> int:
        return len(Library(database, [folder]).search("parcel"))

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(use, range(4))) == [1] * 4
