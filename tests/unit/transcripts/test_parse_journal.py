"""Whatever a file holds, what can be read of it is read, and only a typed error escapes."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.core.errors import TranscriptError
from desktop.transcripts.journal import read
from desktop.transcripts.parse import parse

GARBAGE = [
    b"\x00\x00\x00",
    b"\xff\xfe",
    b"[1]",
    b"null",
    b'{"type": 5}',
    b'{"type": "segment", "start": 1}',
    b'{"type": "segment", "start": NaN, "text": "x"}',
    b'{"type": "segment", "start": ' + b"9" * 5000 + b', "text": "x"}',
    b'{"type": "segment", "start": true, "text": "x"}',
    b'{"type": "insight", "kind": 5, "text": "x"}',
    b'{"type": "gap"}',
    b"[" * 100_000,
]


def test_garbage_is_counted_and_the_rest_is_read() -> None:
    good = b'{"type": "segment", "lane": "you", "segment_id": "7", "start": 1, "text": "fine", "later": [1]}'
    newer = [b'{"type": "weather", "sun": true}', b'{"type": "insight", "kind": "gossip", "text": "x"}']
    transcript = parse(b"\n".join([*GARBAGE, good, *newer, b""]))
    assert [one.text for one in transcript.segments] == ["fine"]
    assert transcript.damaged == len(GARBAGE)
    assert transcript.header.lanes == (("you", "you"),)


def test_words_that_make_no_sense_do_not_cost_the_text() -> None:
    line = b'{"type": "segment", "lane": "you", "start": 1, "end": "?", "text": "fine", "words": [{"text": 3}, 4]}\n'
    segment = parse(line).segments[0]
    assert (segment.text, segment.words, segment.end) == ("fine", (), 1.0)


def test_a_line_that_was_written_twice_counts_once() -> None:
    line = b'{"type": "segment", "lane": "you", "segment_id": "1", "start": 1, "end": 2, "text": "once"}\n'
    assert len(parse(line * 2).entries) == 1


def test_a_journal_without_its_first_line_borrows_from_the_file(tmp_path: Path) -> None:
    path = tmp_path / "found.jsonl"
    path.write_bytes(b'{"type": "mark", "start": 1}\n')
    os.utime(path, (1_000_000_000, 1_000_000_000))
    header = read(path).header
    assert (header.title, header.started.timestamp(), len(header.id)) == ("found", 1_000_000_000, 8)


@pytest.mark.parametrize("data", [b"", b"\x89PNG\r\n", b'{"name": "not ours"}\n'])
def test_other_files_are_not_transcripts(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(data)
    with pytest.raises(TranscriptError, match="not a transcript"):
        read(path)


def test_a_file_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(TranscriptError, match="No such file"):
        read(tmp_path / "none.jsonl")


def hostile_lines() -> st.SearchStrategy[bytes]:
    value = st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    )
    kinds = st.sampled_from(["session", "segment", "gap", "seam", "insight", "mark", "edit", "end", "new"])
    keys = ["version", "id", "started", "offset", "title", "lanes", "lane", "segment_id", "start", "end", "text"]
    keys += ["words", "kind", "confidence", "reason", "note", "duration", "provider", "language", "speaker"]
    fields = st.dictionaries(st.sampled_from(keys), value)
    line = st.tuples(kinds, fields).map(lambda pair: {**pair[1], "type": pair[0]})
    return line.map(lambda fields: json.dumps(fields).encode()) | st.binary(max_size=40)


@given(st.lists(hostile_lines(), max_size=8).map(b"\n".join))
def test_only_a_transcript_error_escapes_the_parser(data: bytes) -> None:
    try:
        transcript = parse(data)
    except TranscriptError:
        return
    starts = [entry.start for entry in transcript.entries]
    assert starts == sorted(starts)
    assert transcript.header.started.tzinfo is not None
