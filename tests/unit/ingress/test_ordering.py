from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from desktop.core.audio import SPEECH
from desktop.ingress.dialect import Sound
from desktop.ingress.ordering import WINDOW, Ordering


def sound(number: int | None) -> Sound:
    return Sound("", b"", SPEECH, number)


def fed(*numbers: int) -> tuple[list[tuple[int | None, int]], Ordering]:
    ordering = Ordering()
    placed = [each for number in numbers for each in ordering.push(sound(number))]
    return [(each.sound.sequence, each.skipped) for each in [*placed, *ordering.flush()]], ordering


def test_in_order_nothing_waits() -> None:
    ordering = Ordering()
    assert [len(ordering.push(sound(number))) for number in (7, 8, 9)] == [1, 1, 1]


def test_peers_that_do_not_count_are_believed() -> None:
    ordering = Ordering()
    assert [len(ordering.push(sound(None))) for _ in range(3)] == [1, 1, 1]


def test_reordered_chunks_find_their_place() -> None:
    assert fed(0, 2, 1, 4, 3)[0] == [(0, 0), (1, 0), (2, 0), (3, 0), (4, 0)]


def test_a_chunk_is_waited_for_as_long_as_the_window() -> None:
    assert fed(0, 2, 3, 4, 1)[0] == [(0, 0), (1, 0), (2, 0), (3, 0), (4, 0)]
    assert fed(0, 2, 3, 4, 5, 1)[0] == [(0, 0), (2, 1), (3, 0), (4, 0), (5, 0)]


def test_late_and_double_chunks_are_counted_and_dropped() -> None:
    placed, ordering = fed(0, 1, 1, 0, 2)
    assert [number for number, _ in placed] == [0, 1, 2]
    assert ordering.late == 2


def test_counting_anew_is_not_being_late() -> None:
    placed, ordering = fed(*range(100, 200), 0, 1, 2)
    assert [number for number, _ in placed] == [*range(100, 200), 0, 1, 2]
    assert ordering.late == 0


@given(st.lists(st.integers(0, 2**64), max_size=40))
def test_memory_is_bounded_and_order_rises_between_restarts(numbers: list[int]) -> None:
    ordering = Ordering()
    for number in numbers:
        ordering.push(sound(number))
        assert len(ordering._waiting) <= WINDOW


@given(st.permutations(range(4)))
def test_whatever_comes_within_the_window_is_in_order(order: list[int]) -> None:
    numbers = [0, *(1 + number for number in order)]
    assert [number for number, _ in fed(*numbers)[0]] == [0, 1, 2, 3, 4]
