"""The stand-in is kept ready for as long as the session may need it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from desktop.core.errors import EngineFailed
from desktop.core.message import say
from desktop.session.service import Fallback, LaneSpec, Service
from desktop.session.session import Session
from desktop.session.standby import kept_warm
from tests.support.beacon import BeaconProvider, BeaconSource


class Engine(BeaconProvider):
    """A provider that says whether it is kept warm."""

    def __init__(self, *, broken: bool = False) -> None:
        super().__init__(id="engine")
        self.broken = broken
        self.is_warm = asyncio.Event()
        self.times = 0

    @asynccontextmanager
    async def warm(self) -> AsyncIterator[None]:
        self.times += 1
        if self.broken:
            raise EngineFailed(say("Test", "It does not start."), say("Test", "Leave it."))
        self.is_warm.set()
        try:
            yield
        finally:
            self.is_warm.clear()


def fallback(engine: Engine) -> Fallback:
    return Fallback(Service(engine, ""), 3.0)


async def test_the_stand_in_is_ready_while_the_session_runs_and_let_go_after_it() -> None:
    engine = Engine()
    source = BeaconSource(400, live=True, pause=0.01)
    session = Session([LaneSpec("you", "You", source)], Service(BeaconProvider(), "en-US"), fallback=fallback(engine))
    running = asyncio.ensure_future(session.run())
    async with asyncio.timeout(60):
        await engine.is_warm.wait()
    session.stop()
    await running
    assert not engine.is_warm.is_set()
    assert engine.times == 1


@pytest.mark.parametrize(
    ("broken", "language", "times"), [(True, "en-US", 1), (False, "tlh", 0)], ids=["broken", "other language"]
)
async def test_one_that_can_not_stand_in_is_no_trouble_before_it_is_needed(
    broken: bool, language: str, times: int
) -> None:
    engine = Engine(broken=broken)
    await kept_warm(fallback(engine), Service(BeaconProvider(), language))
    assert engine.times == times


async def test_an_engine_that_captions_itself_needs_no_second_one() -> None:
    engine = Engine()
    await kept_warm(fallback(engine), Service(engine, "en-US"))
    await kept_warm(None, Service(engine, "en-US"))
    assert not engine.times
