"""Another device that is picked while captions run reaches the session; what a session leaves is collected later."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest

from desktop.app import captioning
from desktop.app.captioning import Captioning
from desktop.app.loop import Tasks
from desktop.core.errors import DeviceNotFound
from desktop.core.message import say
from desktop.core.state import Problem, SessionState
from desktop.session.service import LaneSpec
from desktop.session.session import Session
from desktop.ui.state_line import LAST_WORDS
from desktop.ui.values import REMOTE, LaneRequest, StartRequest
from tests.support.beacon import BeaconSource

MISSING = DeviceNotFound(say("Test", "It is not connected."))


class Running:
    """What is asked of a session that runs."""

    elapsed = 7.0
    lanes = (LaneSpec("you", "You", BeaconSource(1)), LaneSpec("them", "Them", BeaconSource(1)))

    def __init__(self) -> None:
        self.heard: list[tuple[str, str]] = []

    def hear(self, lane: str, source: BeaconSource) -> None:
        self.heard.append((lane, source.id))

    async def add_lane(self, spec: LaneSpec) -> None:
        self.heard.append((f"{spec.id} at last", spec.source.id))


def wanted(**devices: str) -> StartRequest:
    return StartRequest(tuple(LaneRequest(lane, lane, device) for lane, device in devices.items()), "en-US", "any")


async def hear(request: StartRequest, monkeypatch: pytest.MonkeyPatch, *missing: str) -> tuple[Running, list[Problem]]:
    def open_it(request: LaneRequest) -> BeaconSource:
        if request.device == "gone":
            raise MISSING
        return BeaconSource(1, id=request.device)

    monkeypatch.setattr(captioning, "_open", open_it)
    tasks, running, told = Tasks(), Running(), list[Problem]()
    unused = cast("Any", None)
    desk = Captioning(tasks, unused, unused, unused, unused, unused)
    desk.hear(request, told.append)  # nothing runs yet
    desk.session = cast("Session", running)
    desk._missing = set(missing)
    before = asyncio.all_tasks()
    desk.hear(request, told.append)
    await asyncio.gather(*(asyncio.all_tasks() - before))
    return running, told


async def test_each_side_hears_the_device_that_is_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    running, told = await hear(wanted(you="usb", them="hdmi"), monkeypatch)
    assert running.heard == [("you", "usb"), ("them", "hdmi")]
    assert not told


async def test_one_that_is_not_there_is_told_and_costs_the_other_side_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    running, told = await hear(wanted(you="gone", them="hdmi"), monkeypatch)
    assert running.heard == [("them", "hdmi")]
    assert told == [Problem(MISSING, since=7.0, lane="you")]


async def test_sides_that_are_not_captioned_and_remote_calls_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    running, told = await hear(wanted(them=REMOTE, other="usb"), monkeypatch)
    assert not running.heard
    assert not told


async def test_what_a_session_leaves_is_collected_once_nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    collected = list[str]()
    ends = [asyncio.Event(), asyncio.Event()]
    runs = iter(ends)

    async def caption(_self: Captioning, *_: object, sample: bool) -> None:
        await next(runs).wait()

    monkeypatch.setattr(Captioning, "_caption", caption)
    monkeypatch.setattr(captioning, "IDLE", 0.0)
    monkeypatch.setattr(captioning, "spare_collections", lambda: collected.append("all"))
    tasks, unused = Tasks(), cast("Any", None)
    desk = Captioning(tasks, unused, unused, unused, unused, unused)
    before = asyncio.all_tasks()
    desk.start(wanted(you="usb"), unused, unused)
    ends[0].set()
    assert desk._run is not None
    await desk._run
    desk.start(wanted(you="usb"), unused, unused)
    for _ in range(10):
        await asyncio.sleep(0)
    assert not collected, "another one runs already"
    ends[1].set()
    await asyncio.gather(*(asyncio.all_tasks() - before))
    assert collected == ["all"]


async def test_a_side_whose_device_was_not_there_at_the_start_joins_once_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    running, told = await hear(wanted(other="usb", them="hdmi"), monkeypatch, "other")
    assert running.heard == [("other at last", "usb"), ("them", "hdmi")]
    assert not told


def test_stop_is_hasty_only_when_it_is_pressed_again_after_the_last_words_took_long() -> None:
    unused = cast("Any", None)
    desk = Captioning(unused, unused, unused, unused, unused, unused)
    asked: list[bool] = []
    desk.stop()  # nothing runs
    session = SimpleNamespace(elapsed=5.0, state=SessionState.LIVE, stop=lambda *, hasty: asked.append(hasty))
    desk.session = cast("Session", session)
    desk.stop()
    session.state, session.elapsed = SessionState.STOPPING, 5.3
    desk.stop()
    session.elapsed = 5.0 + LAST_WORDS
    desk.stop()
    assert asked == [False, False, True], "a double click costs no word"
