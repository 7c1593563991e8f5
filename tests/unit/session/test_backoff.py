"""Delays grow to a cap and start over when it works again."""

from __future__ import annotations

from desktop.core.errors import ConnectionLost, RateLimited
from desktop.core.message import say
from desktop.session.backoff import CAP, FIRST, HOPELESS, LINE_CAP, Backoff


def test_delays_double_up_to_the_cap_and_start_over() -> None:
    longest = Backoff(choose=lambda _low, high: high)
    assert [longest.next() for _ in range(8)] == [min(CAP, FIRST * 2**n) for n in range(8)]
    longest.reset()
    assert longest.next() == FIRST


def test_the_jitter_spreads_over_half_of_the_delay() -> None:
    bounds: list[tuple[float, float]] = []

    def choose(low: float, high: float) -> float:
        bounds.append((low, high))
        return low

    assert Backoff(choose).next() == FIRST / 2
    assert bounds == [(FIRST / 2, FIRST)]


def test_a_line_that_is_down_is_tried_more_often_than_a_service_that_asks_for_patience() -> None:
    longest = Backoff(choose=lambda _low, high: high)
    for _ in range(10):
        longest.next()
    assert longest.next(ConnectionLost(say("Test", "Down."))) == LINE_CAP
    assert longest.next(RateLimited(say("Test", "Slower."))) == CAP
    for _ in range(HOPELESS):
        longest.next()
    assert longest.next(ConnectionLost(say("Test", "Down."))) == CAP
