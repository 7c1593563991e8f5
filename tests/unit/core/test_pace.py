"""No row leaves before it could be read, and none is waited for without end."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from desktop.core.captions import CaptionEvent
from desktop.core.layout import Flow
from desktop.core.pace import MOST_WAITING, Pace

LETTERS = 20
LINE = "x" * LETTERS
SLOW = 60
"""Words a minute: six letters a second."""


class Reading:
    """A flow and its pace, on a clock that the test moves."""

    def __init__(self, speed: int, lines: int = 2) -> None:
        self.flow = Flow(lambda text: 10.0 * len(text), 10.0 * LETTERS, lines)
        self.pace = Pace(speed)
        self.lines = lines
        self.top = self.now = 0.0
        self.number = 0

    def say(self, text: str, *, final: bool = True, lane: str = "them") -> None:
        self.number += final
        segment = str(self.number)
        self.flow.put(CaptionEvent(lane, segment, 1, text, final, 0.0, 1.0, stable_chars=len(text)))

    def at(self, now: float) -> list[str]:
        rows = self.flow.shown(self.flow.top - int(self.top))
        self.top = self.pace.top(rows, int(self.top), self.lines, now)
        return [row.text[0] for row in self.flow.shown(self.flow.top - int(self.top))[: self.lines]]


def test_a_burst_is_shown_row_by_row_as_it_is_read() -> None:
    one = Reading(SLOW)
    for letter in "abcd":
        one.say(letter * LETTERS)
    assert one.at(100.0) == ["a", "b"]
    assert one.pace.due is not None
    assert abs(one.pace.due - (100 + LETTERS / 6)) < 0.01
    assert one.at(one.pace.due - 0.01) == ["a", "b"]
    assert one.at(one.pace.due) == ["b", "c"]
    assert one.at(100 + 2 * LETTERS / 6 + 0.01) == ["c", "d"]
    assert one.pace.due is None


def test_words_that_come_as_fast_as_they_are_read_wait_for_nothing() -> None:
    one = Reading(SLOW, lines=2)
    for second, letter in enumerate("abcdefgh"):
        one.say(letter * LETTERS)
        shown = one.at(second * LETTERS / 6)
        assert shown[-1] == letter


def test_a_pause_counts_as_time_to_read() -> None:
    one = Reading(SLOW)
    one.say("a" * LETTERS)
    one.say("b" * LETTERS)
    one.at(0.0)
    one.say("c" * LETTERS)
    assert one.at(60.0) == ["b", "c"]


def test_nobody_waits_at_a_speed_of_nought() -> None:
    one = Reading(0)
    for letter in "abcd":
        one.say(letter * LETTERS)
    assert one.at(0.0) == ["c", "d"]


def test_only_so_many_rows_wait() -> None:
    one = Reading(SLOW)
    for number in range(30):
        one.say(chr(ord("a") + number % 26) * LETTERS)
    one.at(0.0)
    assert one.flow.top - one.top == MOST_WAITING


def test_a_tail_that_changes_takes_no_time_again() -> None:
    one = Reading(SLOW)
    one.say("aaaaa bbbbb", final=False)
    one.at(0.0)
    until = one.pace._read_until
    for text in ("aaaaa ccccc", "aaaaa ddddd"):
        one.say(text, final=False)
        one.at(0.1)
    assert one.pace._read_until == until


def test_ideographs_take_longer_than_letters() -> None:
    letters, signs = Reading(SLOW), Reading(SLOW)
    letters.say("aaaaaa")
    signs.say("会议室六号楼")
    letters.at(0.0)
    signs.at(0.0)
    assert signs.pace._read_until > 2 * letters.pace._read_until


@given(st.lists(st.tuples(st.integers(1, 6), st.floats(0, 5)), max_size=20), st.integers(0, 600))
def test_the_top_never_goes_back_and_never_passes_the_newest(steps: list[tuple[int, float]], speed: int) -> None:
    one = Reading(speed)
    now, before = 0.0, 0.0
    for rows, pause in steps:
        for _ in range(rows):
            one.say(LINE)
        now += pause
        one.at(now)
        assert before <= one.top <= one.flow.top
        assert one.flow.top - one.top <= MOST_WAITING
        assert (one.pace.due is None) == (one.top == one.flow.top)
        before = one.top
