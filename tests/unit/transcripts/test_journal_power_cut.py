"""A journal that was cut off or damaged anywhere, or that a newer version wrote, is read and gone on with."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.core.captions import CaptionEvent, Gap, Mark, Word
from desktop.core.errors import TranscriptError
from desktop.transcripts.journal import Journal, read
from desktop.transcripts.lines import encode, end_line, entry_line, session_line
from desktop.transcripts.transcript import JournalHeader

HEADER = JournalHeader(datetime(2026, 11, 21, 14, 3, tzinfo=UTC), "Café", (("you", "You"),), id="1a2b3c4d")


def final(number: int) -> CaptionEvent:
    words = (Word("naïve", float(number), number + 0.2), Word("☕", number + 0.3, number + 0.4))
    return CaptionEvent("you", f"1-{number}", 0, "naïve ☕", True, float(number), number + 0.5, words=words)


LINES = [
    encode(session_line(HEADER)),
    *(encode(entry_line(each)) for each in (final(0), Gap("you", 0.5, 0.7, "lost"), final(1), Mark(1.5), final(2))),
    encode(end_line(3.0)),
]
WHOLE = b"".join(LINES)


def written_by(cut: int) -> set[int]:
    """The finals whose line was on the disk, the line end aside."""
    reach, found = 0, set()
    for line in LINES:
        reach += len(line)
        if reach - 1 <= cut and b'"segment"' in line:
            found.add(int(json.loads(line)["segment_id"][2:]))
    return found


@given(st.integers(0, len(WHOLE)), st.sampled_from([b"", b"\0", b"\0" * 4096, b"\xff\xfe", b"}\n{", b"\n\n"]))
def test_a_power_cut_at_any_byte_costs_no_line_before_it(cut: int, tail: bytes) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "cut.jsonl"
        path.write_bytes(WHOLE[:cut] + tail)
        before = path.read_bytes()
        with Journal.reopen(path) as journal:
            journal.append(final(7))
            journal.close(8.0)
        assert path.read_bytes().startswith(before), "nothing is removed"
        told = read(path)
        found = {int(segment.segment_id[2:]) for segment in told.segments}
        certain = written_by(cut) if not tail or tail[:1] == b"\n" else written_by(cut - 1)
        assert found >= {7} | certain
        assert found <= {0, 1, 2, 7}
        assert told.complete
        if cut > len(LINES[0]):
            assert told.header == HEADER


@given(st.integers(0, len(WHOLE)), st.binary(min_size=1, max_size=60))
def test_a_damaged_block_costs_only_the_lines_it_lies_in(place: int, block: bytes) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "damaged.jsonl"
        path.write_bytes(WHOLE[:place] + block + WHOLE[place + len(block) :])
        reach, untouched = 0, set()
        for line in LINES:
            begin, reach = reach, reach + len(line)
            if b'"segment"' in line and (reach <= place or begin > place + len(block)):
                untouched.add(int(json.loads(line)["segment_id"][2:]))
        try:
            told = read(path)
        except TranscriptError:
            assert not untouched
            return
        assert {segment.segment_id for segment in told.segments} >= {f"1-{number}" for number in untouched}


def test_a_journal_of_a_newer_version_is_gone_on_with(tmp_path: Path) -> None:
    newer = [
        {**json.loads(LINES[0]), "version": 2, "mood": {"deep": [1]}},
        {**json.loads(LINES[1]), "emphasis": [0, 1], "lane_colour": "#fff"},
        {"type": "gesture", "start": 0.9, "text": "waves"},
        {"type": "insight", "kind": "sentiment", "text": "glad", "lane": "you", "start": 1.0},
    ]
    path = tmp_path / "newer.jsonl"
    path.write_bytes(b"".join(encode(line) for line in newer))
    with Journal.reopen(path) as journal:
        journal.append(final(1))
        journal.close(2.0)
    told = read(path)
    assert [segment.segment_id for segment in told.segments] == ["1-0", "1-1"]
    assert told.header.title == "Café"
    assert (told.complete, told.duration) == (True, 2.0)
    assert told.damaged == 0
    lines = [json.loads(line) for line in path.read_bytes().splitlines()]
    assert lines[:4] == newer, "what is not understood stays"


@pytest.mark.parametrize("content", [b"", LINES[0][:20]])
def test_a_session_that_was_killed_before_its_first_line_is_no_transcript(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "empty.jsonl"
    path.write_bytes(content)
    with pytest.raises(TranscriptError, match="not a transcript"):
        read(path)
