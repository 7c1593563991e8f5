"""Providers whose times are never the same twice, or that give none: nothing real is cut, nothing stands twice."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.core.captions import CaptionEvent, Gap, Word
from desktop.session.repetition import Repetition
from desktop.session.service import Fallback, LaneSpec, Service
from desktop.session.session import Session
from tests.support.beacon import BeaconSource, Fault
from tests.support.mumble import Manner, MumbleProvider, said, spoken
from tests.unit.session.test_joint import FASTER

COUNT = 24
FAULTS = st.lists(
    st.builds(Fault, after=st.none() | st.floats(0.5, 7.0), swallow=st.floats(0.0, 3.0))
    | st.builds(Fault, after=st.just(1000.0), renew=st.floats(0.5, 7.0)),
    max_size=4,
)
WORDS, TIMES = st.integers(1, 5), st.booleans()
# With inexact times nobody can tell a repetition from a word that is really said twice, so there each is said once
EXACT = st.builds(Manner, words=WORDS, times=TIMES)
INEXACT = st.builds(Manner, words=WORDS, jitter=st.floats(0.0, 0.2), times=TIMES, once=st.just(True))


@given(FAULTS, EXACT | INEXACT, st.booleans(), st.booleans(), st.integers(0, 1000))
@settings(max_examples=25)
def test_what_is_said_twice_stands_twice_and_nothing_else_does(
    faults: list[Fault], manner: Manner, joint: bool, help_: bool, seed: int
) -> None:
    async def play() -> None:
        provider = MumbleProvider(manner, faults, seed=seed)
        standby = Fallback(Service(MumbleProvider(Manner(4, manner.jitter, once=manner.once), id="standby"), ""), 0.01)
        lanes = [LaneSpec("you", "You", BeaconSource(COUNT))]
        if joint:
            lanes.append(LaneSpec("them", "Them", BeaconSource(COUNT, first=5)))
        service = Service(provider, "en-US", options={"joint": "yes"} if joint else {})
        session = Session(lanes, service, fallback=standby if help_ else None)
        await session.run()
        for lane in lanes:
            texts = [one.text for one in session.document.segments if one.lane == lane.id]
            assert said(texts) == said([spoken(COUNT, 5 if lane.id == "them" else 0, once=manner.once)])
        assert not [mark for mark in session.document.marks if isinstance(mark, Gap)]

    with pytest.MonkeyPatch.context() as patch:
        for name, value in FASTER.items():
            patch.setattr(name, value)
        asyncio.run(play())


def event(start: float, *texts: str, each: float = 0.3, timed: bool = True) -> CaptionEvent:
    """A final of words that follow each other."""
    words = tuple(Word(text, start + at * each, start + (at + 1) * each) for at, text in enumerate(texts))
    end = start + len(texts) * each
    return CaptionEvent("you", "1", 1, " ".join(texts), True, start, end, words=words if timed else ())


@pytest.mark.parametrize("late", [-0.2, -0.1, 0.0, 0.1, 0.2])
def test_times_that_are_a_little_off_cut_no_new_word_and_leave_no_old_one(late: float) -> None:
    again = Repetition(10.0, ["see", "you", "on", "monday"])
    assert again.count(event(9.4 + late, "on", "Monday,", "at", "noon"), 9.4) == 2


def test_words_that_were_understood_otherwise_are_cut_by_their_times() -> None:
    again = Repetition(10.0, ["see", "you", "on", "monday"])
    assert again.count(event(9.1, "yew", "an", "Sunday,", "at", "noon"), 9.1) == 3


@pytest.mark.parametrize("timed", [True, False])
def test_where_nothing_is_sent_again_nothing_is_a_repetition(timed: bool) -> None:
    again = Repetition(10.003, ["no", "no", "no"])
    assert again.count(event(10.0, "No", "no", "no", timed=timed), 10.0) == 0


def test_what_is_left_of_a_word_at_the_edge_of_a_chunk_is_no_word() -> None:
    again = Repetition(10.08, ["on", "monday"])
    assert again.count(event(10.0, "y", each=0.08), 10.0) == 1


@pytest.mark.parametrize("timed", [True, False])
def test_a_real_repetition_after_what_was_said_again_stays(timed: bool) -> None:
    again = Repetition(10.0, ["this", "is", "very"])
    assert again.count(event(9.1, "this", "is", "very", timed=timed), 9.1) == 3
    assert again.count(event(9.99, "very", "good", timed=timed), 9.1) == 0


def test_a_passage_in_several_segments_without_word_times_is_told_once() -> None:
    again = Repetition(10.0, ["we", "met", "on", "monday", "at", "noon"])
    assert again.count(event(8.2, "met", "on", "Monday", timed=False), 8.2) == 3
    assert again.count(event(9.4, "at", "noon", "then", "lunch", timed=False), 8.2) == 2
    assert not again.concerns(event(9.9, "noon")), "new words have been said, so nothing old follows"


def test_without_word_times_what_agrees_with_nothing_stays() -> None:
    again = Repetition(10.0, ["we", "met", "on", "monday", "at", "noon"])
    assert again.count(event(9.1, "somebody", "else", "spoke", timed=False), 9.1) == 0
