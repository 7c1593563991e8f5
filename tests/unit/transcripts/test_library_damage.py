"""Whatever stands in the file of the index: the library reads as before, and nobody is told what was said."""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import shutil
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop.core.captions import CaptionEvent
from desktop.core.errors import TranscriptError
from desktop.transcripts import index
from desktop.transcripts.journal import Journal
from desktop.transcripts.library import Library
from desktop.transcripts.transcript import JournalHeader


def session(folder: Path, number: int, *said: str) -> Path:
    started = datetime(2026, 11, 21, 14, number, tzinfo=UTC)
    with Journal.create(folder, JournalHeader(started, "Call", (("you", "You"),), id=f"{number:08x}")) as journal:
        for at, text in enumerate(said):
            journal.append(CaptionEvent("you", f"1-{at}", 0, text, True, float(at), at + 0.5))
    return journal.path


@pytest.fixture
def library(tmp_path: Path) -> Library:
    for number in range(3):
        session(tmp_path / "transcripts", number, "the parcel is here", "and a naive letter")
    library = Library(tmp_path / "data" / "library.db", [tmp_path / "transcripts"])
    library.refresh()
    return library


def reads_as_before(library: Library) -> bool:
    library.refresh()
    told = library.sessions(), library.search("parcel"), library.search_page("letter").found
    return [len(each) for each in told] == [3, 3, 3]


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE segment SET text = CAST(x'6875ff' AS TEXT)",
        "UPDATE journal SET started = '2026-11-<1T14:04'",
        "UPDATE journal SET started = CAST(x'32ff' AS TEXT)",
        "UPDATE journal SET lanes = '[['",
        "UPDATE journal SET modified = 'soon'",
        "UPDATE journal SET duration = 'long'",
        "DROP TABLE segment",
        "ALTER TABLE journal DROP COLUMN kept",
    ],
)
def test_values_that_can_not_be_so_are_damage(
    library: Library, tmp_path: Path, damage: str, expect_log: Callable[..., None]
) -> None:
    expect_log("desktop.transcripts.library", "damaged")
    with contextlib.closing(sqlite3.connect(tmp_path / "data" / "library.db")) as database:
        database.execute(damage)
        database.commit()
    library.sessions()
    library.search("parcel")
    library.search_page("letter")
    assert reads_as_before(library)


def test_a_message_never_tells_what_was_said(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with contextlib.closing(sqlite3.connect(tmp_path / "data" / "library.db")) as database:
        database.execute("UPDATE segment SET text = CAST(x'70617263656c20ff' AS TEXT)")
        database.commit()
    monkeypatch.setattr(index, "is_broken", lambda _error: False)
    with caplog.at_level(logging.DEBUG), pytest.raises(TranscriptError) as caught:
        library.search_page("letter")
    assert "parcel" not in str(caught.value)
    assert "parcel" not in caplog.text


@given(st.floats(0, 1), st.binary(min_size=1, max_size=600), st.booleans(), st.binary(max_size=5000))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_damage_anywhere_is_no_more_than_a_new_index(
    library: Library, tmp_path: Path, place: float, block: bytes, cut: bool, log: bytes
) -> None:
    logging.getLogger("desktop.transcripts.library").disabled = True
    whole = (tmp_path / "data" / "library.db").read_bytes()
    try:
        with TemporaryDirectory() as folder:
            path = Path(folder) / "library.db"
            at = int(place * len(whole))
            path.write_bytes(whole[:at] if cut else whole[:at] + block + whole[at + len(block) :])
            if log:
                path.with_name("library.db-wal").write_bytes(log)
            damaged = Library(path, [tmp_path / "transcripts"])
            damaged.refresh()
            damaged.sessions()
            damaged.search("parcel")
            damaged.search_page("letter")
    finally:
        logging.getLogger("desktop.transcripts.library").disabled = False


def test_copies_of_a_session_are_each_found_by_an_id_of_their_own(library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "transcripts"
    first = next(info.path for info in library.sessions() if info.id == "00000001")
    copy = first.with_name(f"{first.stem} 2.jsonl")
    shutil.copy(first, copy)
    for one in (library, Library(tmp_path / "anew.db", [folder])):
        one.refresh()
        ids = {info.path: info.id for info in one.sessions()}
        assert len(set(ids.values())) == 4
        assert ids[first] == "00000001", "the one without a number keeps it"
        assert {path: one.find(key).path for path, key in ids.items()} == {path: path for path in ids}
    library.delete(ids[copy])
    assert [path.name for path in folder.glob("*.jsonl") if path == copy] == []
    assert library.find("00000001").path == first


def test_a_file_that_vanishes_while_the_folder_is_read_costs_no_other(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Vanishing:
        def __init__(self, entry: os.DirEntry[str]) -> None:
            self.name, self.path, self.is_file = entry.name, entry.path, entry.is_file
            self._entry = entry

        def stat(self) -> os.stat_result:
            if "14.01" in self.name:
                raise FileNotFoundError
            return self._entry.stat()

    scan = os.scandir
    monkeypatch.setattr(os, "scandir", lambda folder: [Vanishing(entry) for entry in scan(folder)])
    library.refresh()
    assert len(library.sessions()) == 2


def test_a_transcript_that_can_not_be_read_for_a_while_is_read_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    session(tmp_path / "transcripts", 1, "the parcel is here")
    library = Library(tmp_path / "data" / "library.db", [tmp_path / "transcripts"])
    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", refused)
        library.refresh()
        assert library.sessions() == []
    library.refresh()
    assert len(library.sessions()) == 1


@pytest.mark.parametrize(("number", "listed"), [(errno.EACCES, 3), (errno.EIO, 3), (errno.ENOENT, 0)])
def test_a_folder_that_can_not_be_looked_into_does_not_look_empty(
    library: Library, monkeypatch: pytest.MonkeyPatch, number: int, listed: int
) -> None:
    def refused(_folder: Path) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "scandir", refused)
    library.refresh()
    assert len(library.sessions()) == listed
