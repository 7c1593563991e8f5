"""What is appended is on the disk, readable at every instant, and nothing that goes wrong takes it away."""

from __future__ import annotations

import errno
import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.core.captions import CaptionEvent, Entry, Gap, Insight, InsightKind, Mark, Seam, Word
from desktop.core.errors import JournalUnwritable
from desktop.transcripts.clean import file_name
from desktop.transcripts.journal import Journal, read
from desktop.transcripts.transcript import JournalHeader

STARTED = datetime(2026, 11, 21, 14, 3, 5, 123_000, tzinfo=timezone(timedelta(hours=1)))
HEADER = JournalHeader(STARTED, "Delivery call", (("you", "You"), ("them", "Them")), "en-US", "on-device", "1a2b3c4d")


def final(number: int = 1, text: str = "hello there", start: float = 0.0, lane: str = "you") -> CaptionEvent:
    return CaptionEvent(lane, str(number), 0, text, True, start, start + 1.0)


WORDS = (Word("hello", 0.0, 0.4, 0.9), Word("there", 0.5, 1.0))
ENTRIES: list[Entry] = [
    replace(
        final(1), speaker="Speaker 1", language="en-US", words=(Word("hello", 0.0, 0.4, 0.9), Word("there", 0.5, 1.0))
    ),
    Gap("them", 2.0, 4.5, "connection lost"),
    Seam("them", 5.0, "on-device", "en-US", "service away"),
    Insight(InsightKind.ACTION_ITEM, "send the papers", "you", "Speaker 1", 6.0, 0.5),
    Mark(7.25, "important"),
    final(2, "naïve ☕ 日本語 שלום", 8.0, "them"),
]


@pytest.fixture
def usual_umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def test_every_kind_of_entry_comes_back(tmp_path: Path) -> None:
    with Journal.create(tmp_path, HEADER) as journal:
        for entry in ENTRIES:
            journal.append(entry)
        during = read(journal.path)
        journal.close(9.5)
    after = read(journal.path)
    assert list(after.entries) == ENTRIES
    assert during.entries == after.entries
    assert after.header == HEADER
    assert after.header.started.utcoffset() == timedelta(hours=1)
    assert (during.complete, during.duration, during.damaged) == (False, 9.0, 0)
    assert (after.complete, after.duration, after.damaged) == (True, 9.5, 0)


def test_lines_are_what_the_reference_page_says(tmp_path: Path) -> None:
    with Journal.create(tmp_path, HEADER) as journal:
        for entry in ENTRIES:
            journal.append(entry)
        journal.append_edit("you", "1", "Hello there.")
        journal.close(9.5)
    lines = [json.loads(line) for line in journal.path.read_text(encoding="utf-8").splitlines()]
    kinds = ["session", "segment", "gap", "seam", "insight", "mark", "segment", "edit", "end"]
    assert [line["type"] for line in lines] == kinds
    assert lines[0] == {
        "type": "session",
        "version": 1,
        "id": "1a2b3c4d",
        "started": "2026-11-21T13:03:05.123+00:00",
        "offset": "+01:00",
        "title": "Delivery call",
        "lanes": [{"id": "you", "label": "You"}, {"id": "them", "label": "Them"}],
        "language": "en-US",
        "provider": "on-device",
    }
    assert lines[1]["words"][0] == {"text": "hello", "start": 0.0, "end": 0.4, "confidence": 0.9}
    assert lines[-1] == {"type": "end", "duration": 9.5}


def test_names_are_readable_and_never_taken_twice(tmp_path: Path) -> None:
    header = replace(HEADER, title="Réunion: “équipe” <b>/../x")
    names = []
    for _ in range(3):
        with Journal.create(tmp_path, header) as journal:
            names.append(journal.path.name)
    stem = "2026-11-21 14.03 Réunion équipe b .. x"
    assert names == [f"{stem}.jsonl", f"{stem} 2.jsonl", f"{stem} 3.jsonl"]


@given(st.text())
def test_any_title_makes_a_safe_file_name(title: str) -> None:
    name = file_name(title)
    assert name
    assert len(name.encode()) <= 120
    assert not set('/\\:*?"<>|\n\x00') & set(name)
    assert name == name.strip(" .")


@pytest.mark.parametrize("mask", [0o000, 0o077, 0o777])
def test_only_the_owner_may_read_whatever_the_umask(tmp_path: Path, mask: int, usual_umask: None) -> None:
    os.umask(mask)
    folder = tmp_path / "a" / "b"
    with Journal.create(folder, HEADER) as journal:
        journal.append(final())
    assert stat.S_IMODE(journal.path.stat().st_mode) == 0o600
    assert {stat.S_IMODE(each.stat().st_mode) for each in (folder, folder.parent)} == {0o700}


def test_a_torn_last_line_is_kept_and_the_next_one_stands_alone(tmp_path: Path) -> None:
    with Journal.create(tmp_path, HEADER) as journal:
        journal.append(final(1))
    with journal.path.open("ab") as file:
        file.write(b'{"type": "segment", "lane": "you", "te')
    assert (len(read(journal.path).entries), read(journal.path).damaged) == (1, 0)
    with Journal.reopen(journal.path) as again:
        again.append(final(2, start=3.0))
    transcript = read(journal.path)
    assert [segment.segment_id for segment in transcript.segments] == ["1", "2"]
    assert transcript.damaged == 1
    assert b'"te\n' in journal.path.read_bytes()


def test_a_last_line_that_lacks_only_its_line_end_counts(tmp_path: Path) -> None:
    with Journal.create(tmp_path, HEADER) as journal:
        journal.append(final(1))
    journal.path.write_bytes(journal.path.read_bytes()[:-1])
    with Journal.reopen(journal.path) as again:
        again.append(final(2, start=3.0))
    assert [segment.segment_id for segment in read(journal.path).segments] == ["1", "2"]
    assert read(journal.path).damaged == 0


def test_edits_change_what_is_read_and_not_what_was_heard(tmp_path: Path) -> None:
    with Journal.create(tmp_path, HEADER) as journal:
        journal.append(ENTRIES[0])
        journal.append(final(2, start=2.0))
        journal.close(4.0)
    with Journal.reopen(journal.path) as journal:
        journal.append_edit("you", "1", "Hello, Theo.")
        journal.append_edit("you", "2", "")
    edited, heard = read(journal.path), read(journal.path, edited=False)
    assert [(one.text, one.words) for one in edited.segments] == [("Hello, Theo.", ())]
    assert [one.text for one in heard.segments] == ["hello there", "hello there"]
    assert edited.complete


def test_going_on_after_the_end_makes_the_session_open_again(tmp_path: Path) -> None:
    with Journal.create(tmp_path, HEADER) as journal:
        journal.close(1.0)
    with Journal.reopen(journal.path) as journal:
        journal.append(final())
        assert not read(journal.path).complete
        journal.close(2.0)
    assert (read(journal.path).complete, read(journal.path).duration) == (True, 2.0)


def test_a_second_instance_may_read_but_not_write(tmp_path: Path) -> None:
    program = "import sys, pathlib, desktop.transcripts.journal as j; j.Journal.reopen(pathlib.Path(sys.argv[1]))"
    with Journal.create(tmp_path, HEADER) as journal:
        command = [sys.executable, "-c", program, str(journal.path)]
        other = subprocess.run(command, capture_output=True, text=True, check=False)
        assert "JournalUnwritable: The transcript in" in other.stderr
        assert "another Overtitle" in other.stderr
        journal.append(final())
    with Journal.reopen(journal.path) as journal:
        journal.append(final(2, start=2.0))
    assert len(read(journal.path).segments) == 2


def test_a_write_that_fails_halfway_leaves_no_trace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    really, accepted = os.write, 5

    def full(handle: int, data: memoryview) -> int:
        nonlocal accepted
        if not accepted:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        wrote, accepted = really(handle, data[:accepted]), 0
        return wrote

    with Journal.create(tmp_path, HEADER) as journal:
        journal.append(final(1))
        before = journal.path.read_bytes()
        for truncates in (True, False):
            accepted = 5
            with monkeypatch.context() as patch:
                patch.setattr(os, "write", full)
                if not truncates:
                    patch.setattr(os, "ftruncate", lambda *_: (_ for _ in ()).throw(OSError(errno.EIO, "no")))
                with pytest.raises(JournalUnwritable, match="the disk is full"):
                    journal.append(final(2, start=2.0))
            assert journal.path.read_bytes() == before + (b"" if truncates else b'{"typ')
            assert len(read(journal.path).segments) == 1
        journal.append(final(2, start=2.0))
    assert [one.segment_id for one in read(journal.path).segments] == ["1", "2"]
    assert read(journal.path).damaged == 0


def test_a_start_that_fails_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(JournalUnwritable, match="Input/output error"):
        Journal.create(tmp_path, HEADER)
    assert list(tmp_path.iterdir()) == []


def test_what_a_person_has_typed_at_the_end_stays(tmp_path: Path) -> None:
    with Journal.create(tmp_path, HEADER) as journal:
        with journal.path.open("a") as file:
            file.write("note to self")
        journal.append(final(1))
    assert b"\nnote to self\n" in journal.path.read_bytes()
    assert len(read(journal.path).segments) == 1


def test_a_folder_that_is_a_file_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(JournalUnwritable, match="it is a file, not a folder"):
        Journal.create(tmp_path / "file", HEADER)


def test_partials_are_refused(tmp_path: Path) -> None:
    with Journal.create(tmp_path, HEADER) as journal, pytest.raises(ValueError, match="finals only"):
        journal.append(replace(final(), is_final=False))


def test_an_empty_final_is_not_written(tmp_path: Path) -> None:
    with Journal.create(tmp_path, HEADER) as journal:
        journal.append(final(text=" \n"))
        assert journal.path.read_bytes().count(b"\n") == 1


@given(st.text(st.characters(), max_size=50), st.floats(), st.floats())
def test_any_text_and_time_makes_one_line_of_utf_8(text: str, start: float, end: float) -> None:
    from desktop.transcripts.lines import encode, entry_line

    entry = CaptionEvent(text, text, 1, text, True, start, end, text, text, (Word(text, start, end, end),))
    data = encode(entry_line(entry))
    assert data.count(b"\n") == 1
    assert len(data.decode("utf-8").splitlines()) == 1
    json.loads(data)


def test_control_characters_and_lone_surrogates_do_not_reach_the_file(tmp_path: Path) -> None:
    with Journal.create(tmp_path, HEADER) as journal:
        journal.append(final(text="a\ud800b\x00c\nd\u202ee\u2028f"))
    assert read(journal.path).segments[0].text == "a\ufffdb c d e f"


def test_a_line_is_synced_before_it_is_acknowledged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    write, sync = os.write, os.fsync

    def writes(handle: int, data: bytes) -> int:
        done.append("write")
        return write(handle, data)

    def syncs(handle: int) -> None:
        done.append("folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "file")
        sync(handle)

    monkeypatch.setattr(os, "write", writes)
    monkeypatch.setattr(os, "fsync", syncs)
    with Journal.create(tmp_path, HEADER) as journal:
        assert done == ["write", "file", "folder"]
        done.clear()
        journal.append(final())
        journal.append_edit("you", "1", "x")
        journal.close(1.0)
        assert done == ["write", "file"] * 3


@pytest.mark.parametrize(
    ("number", "sentence", "hint"),
    [
        (errno.EACCES, "this account may not write there", "Choose another folder"),
        (errno.EROFS, "the disk is read-only", "Choose another folder"),
        (errno.ENOSPC, "the disk is full", "Free some space"),
        (errno.EIO, "the disk reports “Input/output error”", "Choose another folder"),
    ],
)
def test_each_cause_has_its_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, sentence: str, hint: str
) -> None:
    def refuse(*_: object, **__: object) -> int:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(JournalUnwritable) as caught:
        Journal.create(tmp_path, HEADER)
    assert str(caught.value.what) == f"The transcript can't be saved in {tmp_path}: {sentence}."
    assert str(caught.value.hint).startswith(hint)


def test_a_line_whose_sync_failed_is_written_once_more_and_stands_there_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a failed sync the system counts the pages as clean: only bytes that are written anew reach the disk."""

    def broken(_: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    written: list[bytes] = []
    write = os.write

    def noted(handle: int, data: bytes) -> int:
        written.append(bytes(data))
        return write(handle, data)

    with Journal.create(tmp_path, HEADER) as journal:
        journal.append(final(1))
        before = journal.path.read_bytes()
        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", broken)
            with pytest.raises(JournalUnwritable, match="Input/output error"):
                journal.append(final(2, start=2.0))
        assert journal.path.read_bytes() == before
        monkeypatch.setattr(os, "write", noted)
        journal.append(final(2, start=2.0))
    assert [one.segment_id for one in read(journal.path).segments] == ["1", "2"]
    assert b'"segment_id": "2"' in b"".join(written)
