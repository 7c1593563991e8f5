"""The computer's clock is set in the middle of a session: only stamps go by it."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from desktop.core.captions import CaptionEvent, Gap
from desktop.session import vigil
from desktop.session.events import ProblemRaised, SessionEvent
from desktop.session.recorder import JournalPlan
from desktop.session.service import LaneSpec, Service
from desktop.session.session import Session
from desktop.transcripts.journal import read
from desktop.transcripts.library import Library
from tests.support.beacon import BeaconProvider, BeaconSource
from tests.support.beacon_server import BeaconServer, amazon_beacon, settled
from tests.support.fault_proxy import Fault, FaultProxy, fault_proxy
from tests.support.trials import amazon

HOUR = 3600.0


@dataclass
class Wall:
    """What `time.time` says beside the truth."""

    ahead: float = 0.0


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> Wall:
    """The clock on the wall, to be set; `time.monotonic` and the loop's timers go on."""
    made, real = Wall(), time.time
    monkeypatch.setattr(time, "time", lambda: real() + made.ahead)
    original = vigil.Vigil.__init__

    def init(self: vigil.Vigil, *arguments: Callable[..., None]) -> None:
        original(self, *arguments)
        self.wall = time.time

    monkeypatch.setattr(vigil.Vigil, "__init__", init)
    monkeypatch.setattr(vigil, "TICK", 0.05)
    return made


@pytest.fixture
def zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Sets the time zone of this process, as the change to summer time does."""
    if not hasattr(time, "tzset"):
        pytest.skip("platform: the zone of a process can't be set")
    before = os.environ.get("TZ")

    def use(name: str) -> None:
        os.environ["TZ"] = name
        time.tzset()

    yield use
    os.environ.pop("TZ", None)
    if before is not None:
        os.environ["TZ"] = before
    time.tzset()


class Trial:
    """A session with Amazon's protocol on a line that can be cut, and what it told."""

    def __init__(self, server: BeaconServer, proxy: FaultProxy, folder: Path) -> None:
        self.server, self.proxy = server, proxy
        self.source = BeaconSource(8, live=True, pause=0.01)
        self.session = Session([LaneSpec("you", "You", self.source)], amazon(proxy.port), JournalPlan([folder]))
        self.troubles: list[str] = []
        self.session.subscribe(self._note)

    def _note(self, event: SessionEvent) -> None:
        if isinstance(event, ProblemRaised):
            self.troubles.append(type(event.problem.error).__name__)

    async def captioned(self, count: int) -> None:
        await settled(lambda: sum(one.is_final for one in self.session.document.latest(100)) >= count, 60.0)

    async def cut(self) -> None:
        """Break the line once, so that the next stream has to be signed anew."""
        before = self.server.connections
        self.proxy.apply(Fault.RESET)
        await settled(lambda: "ConnectionLost" in self.troubles, 60.0)
        self.troubles.clear()
        await self.proxy.heal()
        await settled(lambda: self.server.connections > before, 60.0)


def check(session: Session, count: int) -> None:
    """Every word once, in order, with times that only rise, and no mark of anything missing."""
    assert session.journal is not None
    saved = read(session.journal)
    said = [one for one in saved.entries if isinstance(one, CaptionEvent)]
    assert [int(one.text.split()[-1].strip(".")) for one in said] == list(range(count))
    assert all(one.start < one.end <= two.start + 0.01 for one, two in pairwise(said))
    assert not [one for one in saved.entries if isinstance(one, Gap)]
    assert saved.complete
    assert 0 < saved.duration < HOUR / 2


@pytest.mark.parametrize("jump", [HOUR, -HOUR], ids=["forward", "back"])
async def test_the_clock_is_set_while_captions_run(
    jump: float, wall: Wall, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", vigil.__name__)
    async with amazon_beacon() as server, fault_proxy("127.0.0.1", server.port) as proxy:
        trial = Trial(server, proxy, tmp_path)
        running = asyncio.ensure_future(trial.session.run())
        await trial.captioned(1)
        wall.ahead = jump
        await trial.captioned(3)
        assert "ClockSkew" not in trial.troubles, "an open stream knows nothing of the clock"
        await trial.cut()
        await running
    check(trial.session, 8)
    way = "forward" if jump > 0 else "back"
    assert f"The computer's clock was set {way} by 3600 s" in caplog.text


async def test_summer_time_begins_and_ends_while_captions_run(zone: Callable[[str], None], tmp_path: Path) -> None:
    """The same hour twice: what was said later stands later, in the journal and in the library."""
    paths: list[Path] = []
    for title, before, then in (("First", "CEST-2", "CET-1"), ("Second", "CET-1", "CEST-2")):
        zone(before)
        source = BeaconSource(8, live=True, pause=0.002)
        plan = JournalPlan([tmp_path], title)
        session = Session([LaneSpec("you", "You", source)], Service(BeaconProvider(), "en-US"), plan)
        running = asyncio.ensure_future(session.run())
        await settled(lambda session=session: len(session.document.latest(9)) > 2)  # type: ignore[misc]  # a default
        zone(then)
        await running
        check(session, 8)
        assert session.journal is not None
        paths.append(session.journal)
    first, second = (read(path).header.started for path in paths)
    assert first < second < first + timedelta(minutes=30)
    library = Library(tmp_path / "library.db", [tmp_path])
    library.refresh()
    assert [one.title for one in library.sessions()] == ["Second", "First"]
