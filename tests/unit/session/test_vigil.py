"""A computer that slept, and a network that comes back, are noticed."""

from __future__ import annotations

import asyncio

import pytest

from desktop.session import vigil
from desktop.session.vigil import Vigil
from desktop.transport.network import has_route


async def watched(watch: Vigil, ticks: list[float], waiting: bool, walls: list[float] | None = None) -> None:
    """Let `watch` look at these moments of its clock, and of the one on the wall."""
    moments = iter(ticks)
    on_the_wall = iter((walls or ticks)[1:])
    done = asyncio.Event()

    def clock() -> float:
        moment = next(moments, None)
        if moment is None:
            done.set()
            return ticks[-1]
        return moment

    watch.clock = clock
    watch.wall = lambda: next(on_the_wall, (walls or ticks)[-1])
    watching = asyncio.ensure_future(watch.watch(lambda: waiting))
    await done.wait()
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)


async def test_a_clock_that_went_on_without_us_means_sleep(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vigil, "TICK", 0.001)
    slept: list[float] = []
    await watched(Vigil(slept.append, lambda: None), [0.0, 1.0, 1.5, 30.0, 31.0], waiting=False)
    assert [round(seconds) for seconds in slept] == [28]


@pytest.mark.parametrize(
    ("walls", "told"),
    [
        ([100.0, 101.0, 102.0, 103.5, 130.0, 131.0], []),
        ([100.0, 101.0, 3702.0, 3703.5, 3730.0, 3731.0], ["forward by 3600 s"]),
        ([9000.0, 9001.0, 5402.0, 5403.5, 5430.0, 9031.0], ["back by 3600 s", "forward by 3600 s"]),
    ],
)
async def test_a_clock_that_is_set_is_noted_and_one_that_sleeps_is_not(
    walls: list[float], told: list[str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(vigil, "TICK", 0.001)
    caplog.set_level("INFO", vigil.__name__)
    await watched(Vigil(lambda _seconds: None, lambda: None), [0.0, 1.0, 2.0, 3.5, 30.0, 31.0], False, walls)
    assert [record.getMessage().partition("set ")[2].partition(";")[0] for record in caplog.records] == told


async def test_only_a_route_that_was_gone_and_is_there_again_is_news(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vigil, "TICK", 0.001)
    routes = iter([True, False, False, True, True])
    monkeypatch.setattr(vigil, "has_route", lambda: next(routes, True))
    told: list[str] = []
    await watched(Vigil(lambda _seconds: None, lambda: told.append("online")), [0.0] * 7, waiting=True)
    assert told == ["online"]


def test_asking_for_a_route_sends_nothing_and_never_raises() -> None:
    assert has_route() is False, "tests have no network"


def test_the_clock_never_goes_back() -> None:
    assert vigil.awake_or_not() <= vigil.awake_or_not()
