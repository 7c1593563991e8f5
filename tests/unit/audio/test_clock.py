"""Capture times follow from counted frames; only real losses move them."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from random import Random

import pytest

from desktop.audio.clock import GAP, CaptureClock

RATE = 16_000
BLOCK = 320
STEP = BLOCK / RATE


def stamps(arrivals: Iterable[float], epoch: float = 0.0) -> list[float]:
    clock = CaptureClock(RATE, epoch)
    return [clock.stamp(BLOCK, arrival) for arrival in arrivals]


def jumps(starts: list[float]) -> list[float]:
    holes = [now - before - STEP for before, now in pairwise(starts)]
    return [hole for hole in holes if abs(hole) > 0.002]


def test_the_first_block_was_captured_before_it_arrived() -> None:
    assert stamps([105.0], epoch=100.0) == [pytest.approx(5.0 - STEP)]


def test_jitter_and_pairs_of_blocks_do_not_show() -> None:
    random = Random(1)  # noqa: S311 - jitter, no secret
    steady = [10 + number * STEP + random.uniform(0, 0.03) for number in range(500)]
    pairs = [10 + (number // 2) * 2 * STEP for number in range(500)]
    assert jumps(stamps(steady)) == []
    assert jumps(stamps(pairs)) == []


def test_a_burst_that_catches_up_after_a_stall_is_no_gap() -> None:
    before = [number * STEP for number in range(100)]
    burst = [5.0 + number * 0.001 for number in range(150)]  # what was captured from 2 s to 5 s
    after = [5.0 + number * STEP for number in range(1, 100)]
    assert jumps(stamps([*before, *burst, *after])) == []


@pytest.mark.parametrize("hole", [0.15, 1.0, 60.0])
def test_lost_blocks_become_one_jump_of_their_length(hole: float) -> None:
    before = [number * STEP for number in range(200)]
    after = [before[-1] + hole + number * STEP for number in range(1, 200)]
    starts = stamps([*before, *after])
    assert jumps(starts) == [pytest.approx(hole, abs=0.003)]
    assert starts[-1] == pytest.approx(after[-1] - STEP, abs=0.003)
    moved = next(number for number, start in enumerate(starts) if start > before[-1] + hole - 2 * STEP)
    assert (moved - 200) * STEP <= 0.8


def test_losses_below_the_limit_are_followed_slowly() -> None:
    before = [number * STEP for number in range(200)]
    after = [before[-1] + GAP - 0.02 + number * STEP for number in range(1, 20_000)]
    starts = stamps([*before, *after])
    assert jumps(starts) == []
    assert starts[-1] == pytest.approx(after[-1] - STEP, abs=0.003)


@pytest.mark.parametrize("drift", [-200e-6, 200e-6])
def test_an_hour_of_crystal_drift_is_followed_without_a_jump(drift: float) -> None:
    arrivals = [number * STEP * (1 + drift) for number in range(180_000)]
    starts = stamps(arrivals)
    assert jumps(starts) == []
    assert starts[-1] == pytest.approx(arrivals[-1] - STEP, abs=0.01)


def test_a_slow_callback_whose_blocks_are_kept_by_the_server_loses_nothing() -> None:
    before = [number * STEP for number in range(100)]
    slow = [before[-1] + 0.05 + number * 0.05 for number in range(80)]
    burst = [slow[-1] + 0.001 * number for number in range(1, 127)]
    after = [burst[-1] + number * STEP for number in range(1, 500)]
    starts = stamps([*before, *slow, *burst, *after])
    assert jumps(starts) == []
    assert starts[-1] == pytest.approx(after[-1] - STEP, abs=0.1)


def test_one_block_of_ten_lost_again_and_again_is_followed() -> None:
    arrivals = [number * STEP for number in range(5000) if number % 10]
    starts = stamps(arrivals)
    assert starts[-1] == pytest.approx(arrivals[-1], abs=0.3)


def test_a_first_block_that_came_late_is_made_good_soon() -> None:
    arrivals = [max(1.0, number * STEP) for number in range(2000)]
    starts = stamps(arrivals)
    assert jumps(starts) == []
    assert starts[-1] == pytest.approx(arrivals[-1] - STEP, abs=0.003)


def test_time_never_runs_backwards() -> None:
    random = Random(2)  # noqa: S311 - jitter, no secret
    now, arrivals = 0.0, []
    for _ in range(5000):
        now += random.choice([0.0, STEP, STEP, 0.5])
        arrivals.append(now)
    starts = stamps(arrivals)
    assert all(later >= earlier + 0.9 * STEP for earlier, later in pairwise(starts))
