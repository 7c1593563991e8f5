"""Segments hold all the speech there is, never overlap, and end when they should."""

from __future__ import annotations

from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.providers.on_device.segments import HOP, HOP_SECONDS, Rules, Segment, Segmenter

RULES = Rules(pre_roll=0.2, hang=0.4, long_hang=0.6, tail=0.3, soft_limit=3.0, dip=0.1, hard_limit=5.0)


def sound(value: float = 0.5) -> array[float]:
    return array("f", [value]) * HOP


def run(flags: list[bool], rules: Rules = RULES, finished: bool = False) -> tuple[list[Segment], Segmenter]:
    """What comes out for these voice decisions; each hop's samples hold its number."""
    segmenter = Segmenter(rules)
    segments = []
    for number, flag in enumerate(flags):
        ended = segmenter.push(sound(float(number)), flag)
        if ended is not None:
            segments.append(ended)
        if segmenter.open is not None and finished and segmenter.open.quiet:
            segmenter.open.finished = True
    last = segmenter.flush()
    return [*segments, *([last] if last is not None else [])], segmenter


def hops(seconds: float) -> int:
    return round(seconds / HOP_SECONDS)


def test_a_segment_has_room_before_and_after_its_speech() -> None:
    (segment,), _ = run([False] * 40 + [True] * 30 + [False] * 40)

    before = hops(RULES.pre_roll)
    assert segment.start == (40 - before - 1) * HOP  # the onset may be one hop older than the three that made it
    assert segment.end == (70 + hops(RULES.tail)) * HOP
    assert list(segment.samples[::HOP]) == [float(at) for at in range(segment.start // HOP, segment.end // HOP)]
    assert segment.speech == pytest.approx(30 * HOP_SECONDS)


def test_clicks_begin_nothing() -> None:
    segments, segmenter = run(([True, True, False, False, False] * 20) + [False] * 20)

    assert segments == []
    assert segmenter.settled == segmenter.heard


def test_a_pause_within_a_sentence_does_not_end_it_but_a_finished_one_does() -> None:
    pause = hops(0.5)
    flags = [True] * 20 + [False] * pause + [True] * 20 + [False] * 40

    assert len(run(flags)[0]) == 1
    assert len(run(flags, finished=True)[0]) == 2


def test_from_the_soft_limit_on_a_dip_ends_a_segment() -> None:
    flags = [True] * hops(3.2) + [False] * hops(0.1) + [True] * hops(1.0)
    first, second = run(flags)[0]

    assert first.end == second.start
    assert first.seconds == pytest.approx(3.3, abs=0.1)


def test_the_hard_limit_cuts_at_the_quietest_place_and_loses_nothing() -> None:
    segmenter = Segmenter(RULES)
    flags, quiet = hops(8.0), hops(3.7)
    segments = [
        ended
        for number in range(flags)
        if (ended := segmenter.push(sound(0.01 if abs(number - quiet) < 2 else 0.5), True)) is not None
    ]
    rest = segmenter.flush()

    assert rest is not None
    assert segments[0].end == pytest.approx(quiet * HOP, abs=2 * HOP)
    assert segments[0].start == 0
    assert rest.end == flags * HOP
    assert rest.start == segments[-1].end


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 60)), max_size=12), st.booleans())
def test_segments_follow_each_other_and_hold_every_run_of_speech(runs: list[tuple[bool, int]], finished: bool) -> None:
    flags = [flag for flag, length in runs for _ in range(length)]
    segments, segmenter = run(flags, finished=finished)

    edges = [edge for segment in segments for edge in (segment.start, segment.end)]
    assert edges == sorted(edges)
    inside = {at for segment in segments for at in range(segment.start // HOP, segment.end // HOP)}
    for segment in segments:
        assert [segment.samples[at * HOP] for at in range(len(segment.voiced))] == [
            float(segment.start // HOP + at) for at in range(len(segment.voiced))
        ]
    at = 0
    for flag, length in _joined(runs):
        if flag and length >= RULES.onset:
            assert set(range(at, at + length)) <= inside
        at += length
    assert segmenter.settled == len(flags) * HOP


@given(st.lists(st.booleans(), max_size=200))
def test_no_segment_begins_before_what_was_called_settled(flags: list[bool]) -> None:
    segmenter = Segmenter(RULES)
    settled = 0
    for flag in flags:
        ended = segmenter.push(sound(), flag)
        if ended is not None:
            assert ended.start >= settled
        if segmenter.open is not None:
            assert segmenter.open.start >= settled
        assert segmenter.settled >= settled
        settled = segmenter.settled


def _joined(runs: list[tuple[bool, int]]) -> list[tuple[bool, int]]:
    joined: list[tuple[bool, int]] = []
    for flag, length in runs:
        if joined and joined[-1][0] == flag:
            joined[-1] = (flag, joined[-1][1] + length)
        else:
            joined.append((flag, length))
    return joined
