"""Shares of talk, silence and overlap are what the times of the words say."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from desktop.core.captions import CaptionEvent, Gap, Word
from desktop.transcripts.part import between, of_lanes, of_segments
from desktop.transcripts.talk import merged, sliced, talk_of
from desktop.transcripts.transcript import JournalHeader, Transcript

HEADER = JournalHeader(datetime(2026, 11, 21, tzinfo=UTC), "Call", (("you", "You"), ("them", "Them")))


def said(lane: str, start: float, end: float, text: str = "one two", words: tuple[Word, ...] = ()) -> CaptionEvent:
    return CaptionEvent(lane, f"{start}", 0, text, True, start, end, words=words)


def told(*entries: CaptionEvent | Gap, duration: float = 100.0) -> Transcript:
    return Transcript(HEADER, entries, True, 0, duration)


def test_talk_silence_and_overlap_add_up() -> None:
    talk = talk_of(told(said("you", 0, 10), said("them", 5, 25), said("you", 50, 60)), slices=10)
    you, them = talk.lanes[0], talk.lanes[1]
    assert [you.seconds, them.seconds] == [20, 20]
    assert talk.overlap == 5
    assert talk.silence == 100 - 35
    assert talk.silence + you.seconds + them.seconds - talk.overlap == 100
    assert you.pace == pytest.approx(4 / 20 * 60)
    assert list(you.parts) == [1, 0, 0, 0, 0, 1, 0, 0, 0, 0]
    assert list(them.parts) == [0.5, 1, 0.5, 0, 0, 0, 0, 0, 0, 0]
    assert list(talk.overlaps) == [0.5, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    assert talk.share(you.seconds) == 0.2


def test_pauses_within_a_segment_are_silence() -> None:
    words = (Word("one", 0.0, 1.0), Word("two", 1.2, 2.0), Word("three", 8.0, 9.0))
    talk = talk_of(told(said("you", 0, 9, "one two three", words)))
    assert talk.lanes[0].seconds == pytest.approx(3.0)
    assert talk.lanes[0].words == 3


def test_a_session_without_words_or_without_length_is_silence() -> None:
    talk = talk_of(told(duration=0.0))
    assert [lane.pace for lane in talk.lanes] == [0.0, 0.0]
    assert (talk.share(0), talk.silence) == (0.0, 0.0)
    assert talk_of(told()).silence == 100


def test_what_reaches_past_the_end_counts_as_well() -> None:
    assert talk_of(told(said("you", 90, 120))).duration == 120


def test_spans_that_touch_are_one() -> None:
    assert merged([(5, 6), (0, 2), (1, 3), (3, 4), (7, 7)]) == [(0, 4), (5, 6)]
    assert sliced([(0, 4)], 4, 2) == (1, 1)


def test_parts_of_a_transcript_keep_its_times() -> None:
    whole = told(said("you", 0, 10), Gap("them", 12, 13, "x"), said("them", 20, 25), said("you", 50, 60))
    assert [each.start for each in between(whole, 10, 50).entries] == [12, 20]
    assert [each.start for each in of_lanes(whole, ["you"]).entries] == [0, 50]
    assert [each.start for each in of_segments(whole, {("them", "20")}).entries] == [20]
