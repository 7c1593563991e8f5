"""Another device in the middle of a session: no word is lost or said twice, and times never go back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from itertools import pairwise
from pathlib import Path

import pytest

from desktop.core.audio import SPEECH, AudioChunk, SourceKind
from desktop.core.captions import CaptionEvent, Gap, Seam
from desktop.core.errors import AudioError, DeviceLost, DeviceNotFound
from desktop.core.message import say
from desktop.session.events import ProblemRaised, SessionEvent
from desktop.session.recorder import JournalPlan
from desktop.session.service import LaneSpec, Service
from desktop.session.session import Session
from desktop.transcripts.journal import read
from tests.support.beacon import BLOCK, BeaconProvider, beacon_pcm, numbers


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop.session.capture.LAST_CHUNKS", 0.05)
    monkeypatch.setattr("desktop.session.capture.REOPEN", 0.05)


class Device:
    """A live source that gives what a test puts in; number N is said from N/2 s on, as every device hears it."""

    live = True

    def __init__(self, name: str, kind: SourceKind = SourceKind.MICROPHONE) -> None:
        self.id, self.name, self.kind = name.lower(), name, kind
        self.refuses: AudioError | None = None
        self.openings = 0
        self.is_open = False
        self.lets_in = asyncio.Event()
        self.lets_in.set()
        self.lets_out = asyncio.Event()
        self.lets_out.set()
        self._waiting: asyncio.Queue[AudioChunk | AudioError] = asyncio.Queue()

    def hears(self, *spoken: int) -> None:
        for number in spoken:
            pcm, half = beacon_pcm(number), SPEECH.size(BLOCK / 2)
            for at in (0, 1):
                chunk = AudioChunk(pcm[at * half : (at + 1) * half], SPEECH, (number + at / 2) * BLOCK)
                self._waiting.put_nowait(chunk)

    def gives(self, chunk: AudioChunk) -> None:
        self._waiting.put_nowait(chunk)

    def breaks(self, error: AudioError | None = None) -> None:
        self._waiting.put_nowait(error or DeviceLost(say("Test", "It is gone.")))

    @asynccontextmanager
    async def open(self, epoch: float) -> AsyncIterator[AsyncIterator[AudioChunk]]:
        del epoch
        self.openings += 1
        await self.lets_in.wait()
        if self.refuses is not None:
            raise self.refuses
        self.is_open = True
        try:
            yield self._chunks()
        finally:
            while not self.lets_out.is_set():
                with suppress(asyncio.CancelledError):  # a library can't be interrupted
                    await self.lets_out.wait()
            self.is_open = False

    async def _chunks(self) -> AsyncIterator[AudioChunk]:
        while True:
            got = await self._waiting.get()
            if isinstance(got, AudioError):
                raise got
            yield got


async def until(true: Callable[[], object]) -> None:
    async with asyncio.timeout(30):
        while not true():
            await asyncio.sleep(0.002)


@asynccontextmanager
async def listening(first: Device, folder: Path, *more: LaneSpec) -> AsyncIterator[Session]:
    """A session that hears this device, and maybe others."""
    lanes = [LaneSpec("you", "You", first), *more]
    session = Session(lanes, Service(BeaconProvider(), "en-US"), JournalPlan([folder]))
    running = asyncio.ensure_future(session.run())
    try:
        yield session
    finally:
        session.stop()
        await running


def heard(session: Session) -> list[int]:
    return numbers([one.text for one in session.document.latest(100) if one.is_final])


def journal(session: Session) -> tuple[list[int], list[Seam], list[Gap]]:
    """Numbers, seams and gaps; the times of what was said only ever rise."""
    assert session.journal is not None
    entries = read(session.journal).entries
    said = [one for one in entries if isinstance(one, CaptionEvent)]
    assert all(one.end <= two.start + 0.001 for one, two in pairwise(said))
    seams = [one for one in entries if isinstance(one, Seam)]
    return numbers([one.text for one in said]), seams, [one for one in entries if isinstance(one, Gap)]


async def test_the_old_one_is_heard_until_the_new_one_has_begun(tmp_path: Path) -> None:
    old, new = Device("Old"), Device("New")
    async with listening(old, tmp_path) as session:
        old.hears(0, 1)
        await until(lambda: heard(session) == [0])
        session.hear("you", new)
        await until(lambda: new.is_open)
        old.hears(2, 3)
        await until(lambda: heard(session) == [0, 1, 2])
        assert old.is_open
        new.hears(4, 5, 6)
        await until(lambda: not old.is_open)
        new.hears(7)
        await until(lambda: heard(session)[-1:] == [6])
    said, seams, gaps = journal(session)
    assert said == list(range(8))
    assert [(one.lane, one.start, one.provider, one.reason) for one in seams] == [
        ("you", 2.0, "beacon", "microphone changed to New")
    ]
    assert not gaps
    assert not new.is_open


async def test_what_both_hear_is_said_once(tmp_path: Path) -> None:
    old, new = Device("Old"), Device("New", SourceKind.SYSTEM)
    async with listening(old, tmp_path) as session:
        old.hears(0, 1, 2, 3)
        await until(lambda: heard(session) == [0, 1, 2])
        session.hear("you", new)
        new.hears(2, 3, 4, 5, 6)
        await until(lambda: heard(session)[-1:] == [5])
    said, seams, _ = journal(session)
    assert said == list(range(7))
    assert [(one.start, one.reason) for one in seams] == [(2.0, "system sound changed to New")]


async def test_the_old_one_catches_up_with_the_new_one_first(tmp_path: Path) -> None:
    old, new = Device("Old"), Device("New")
    async with listening(old, tmp_path) as session:
        old.hears(0)
        await until(lambda: old.is_open)
        session.hear("you", new)
        new.hears(3, 4)  # begins ahead of what was read from the old one
        await until(lambda: new.is_open)
        old.hears(1, 2)
        await until(lambda: not old.is_open)
        new.hears(5)
        await until(lambda: heard(session)[-1:] == [4])
    said, _, gaps = journal(session)
    assert said == list(range(6))
    assert not gaps


async def test_one_that_can_not_be_opened_changes_nothing_and_may_be_tried_again(tmp_path: Path) -> None:
    old, new = Device("Old"), Device("New")
    new.refuses = DeviceNotFound(say("Test", "It is not connected."))
    async with listening(old, tmp_path) as session:
        old.hears(0, 1)
        await until(lambda: heard(session) == [0])
        session.hear("you", new)
        await until(lambda: session.problems)
        assert session.problems[0].error is new.refuses
        old.hears(2, 3)
        await until(lambda: heard(session) == [0, 1, 2])
        new.refuses = None
        session.hear("you", new)
        new.hears(4, 5)
        await until(lambda: heard(session) == [0, 1, 2, 3, 4])
        assert not session.problems
    assert new.openings == 2
    assert len(journal(session)[1]) == 1


async def test_another_one_takes_the_place_of_one_that_is_lost(tmp_path: Path) -> None:
    old, new = Device("Old"), Device("New")
    async with listening(old, tmp_path) as session:
        old.hears(0, 1)
        await until(lambda: heard(session) == [0])
        old.breaks()
        old.refuses = DeviceNotFound(say("Test", "It is not connected."))
        await until(lambda: session.problems)
        session.hear("you", new)
        assert not session.problems
        new.hears(4, 5)
        await until(lambda: 4 in heard(session))
    said, seams, gaps = journal(session)
    assert said == [0, 1, 4, 5]
    assert [one.reason for one in seams] == ["microphone changed to New"]
    assert [(one.start, one.end) for one in gaps] == [(1.0, 2.0)]


async def test_one_that_is_chosen_while_the_lost_one_is_being_opened_is_heard_at_once(tmp_path: Path) -> None:
    old, new = Device("Old"), Device("New")
    async with listening(old, tmp_path) as session:
        old.hears(0, 1)
        await until(lambda: heard(session) == [0])
        old.lets_in.clear()
        old.breaks()
        await until(lambda: old.openings == 2)
        session.hear("you", new)
        old.lets_in.set()
        old.hears(4, 5)
        new.hears(6, 7)
        await until(lambda: new.is_open and not old.is_open)
        await until(lambda: 6 in heard(session))
        assert not session.problems
    said, seams, gaps = journal(session)
    assert said == [0, 1, 6, 7]
    assert [one.reason for one in seams] == ["microphone changed to New"]
    assert [(one.start, one.end) for one in gaps] == [(1.0, 3.0)]


async def test_a_lost_one_that_fails_after_another_was_chosen_is_no_trouble(tmp_path: Path) -> None:
    old, new = Device("Old"), Device("New")
    told: list[SessionEvent] = []
    async with listening(old, tmp_path) as session:
        old.hears(0, 1)
        await until(lambda: heard(session) == [0])
        old.lets_in.clear()
        old.refuses = DeviceNotFound(say("Test", "It is not connected."))
        old.breaks()
        await until(lambda: old.openings == 2)
        session.subscribe(told.append)
        old.lets_in.set()
        await asyncio.sleep(0)  # it has failed, and nobody has looked yet
        session.hear("you", new)
        new.hears(4, 5)
        await until(lambda: 4 in heard(session))
    assert not [one for one in told if isinstance(one, ProblemRaised)]


async def test_what_could_not_be_opened_is_forgotten_when_the_one_that_is_heard_is_chosen(tmp_path: Path) -> None:
    old, new = Device("Old"), Device("New")
    new.refuses = DeviceNotFound(say("Test", "It is not connected."))
    async with listening(old, tmp_path) as session:
        old.hears(0, 1)
        await until(lambda: heard(session) == [0])
        session.hear("you", new)
        await until(lambda: session.problems)
        session.hear("you", old)
        assert not session.problems
        assert old.is_open


async def test_one_that_is_opened_when_a_pause_begins_waits_for_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.session.capture.PAUSE_TAIL", 0.02)
    old, new = Device("Old"), Device("New")
    async with listening(old, tmp_path) as session:
        old.hears(0, 1)
        await until(lambda: heard(session) == [0])
        session.hear("you", new)
        await until(lambda: new.is_open)
        session.pause(True)
        await until(lambda: not old.is_open)
        new.hears(2)
        await until(lambda: not new.is_open)
        session.pause(False)
        new.hears(6, 7)
        await until(lambda: 6 in heard(session))
    assert old.openings == 1
    assert new.openings == 2


@pytest.mark.parametrize("steps", range(8))
async def test_one_that_takes_over_in_the_moment_in_which_the_old_one_is_lost_is_read_once(
    tmp_path: Path, steps: int
) -> None:
    old, new = Device("Old"), Device("New")
    async with listening(old, tmp_path) as session:
        old.hears(0, 1)
        await until(lambda: heard(session) == [0])
        session.hear("you", new)
        await until(lambda: new.is_open)
        old.breaks()
        for _ in range(steps):
            await asyncio.sleep(0)
        new.hears(2, 3)
        await until(lambda: not old.is_open and heard(session)[-1:] == [2])
        await until(lambda: not session.problems)
        new.hears(4, 5)
        await until(lambda: heard(session)[-1:] == [4])
    assert journal(session)[0] == list(range(6))
    assert (new.openings, new.is_open) == (1, False)


async def test_the_new_one_is_lost_and_comes_back_like_any_other(tmp_path: Path) -> None:
    old, new = Device("Old"), Device("New")
    async with listening(old, tmp_path) as session:
        old.hears(0, 1)
        await until(lambda: heard(session) == [0])
        session.hear("you", new)
        new.hears(2, 3)
        new.breaks()
        await until(lambda: session.problems)
        new.hears(4, 5)
        await until(lambda: heard(session) == [0, 1, 2, 3, 4])
        assert not session.problems
    assert new.openings == 2
    assert not old.is_open


async def test_the_last_choice_counts(tmp_path: Path) -> None:
    old, second, third = Device("Old"), Device("Second"), Device("Third")
    async with listening(old, tmp_path) as session:
        old.hears(0, 1)
        await until(lambda: heard(session) == [0])
        session.hear("you", second)
        await until(lambda: second.is_open)
        session.hear("you", third)
        await until(lambda: third.is_open and not second.is_open)
        session.hear("you", old)
        await until(lambda: not third.is_open)
        old.hears(2, 3)
        await until(lambda: heard(session) == [0, 1, 2])
    assert not journal(session)[1]
    assert old.openings == 1


async def test_a_session_that_ends_closes_what_was_being_opened(tmp_path: Path) -> None:
    old, new = Device("Old"), Device("New")
    async with listening(old, tmp_path) as session:
        old.hears(0, 1)
        await until(lambda: heard(session) == [0])
        session.hear("you", new)
        await until(lambda: new.is_open)
    assert not old.is_open
    assert not new.is_open
    session.hear("you", new)
    assert new.openings == 1


async def test_a_device_chosen_in_a_pause_is_opened_after_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop.session.capture.PAUSE_TAIL", 0.02)
    old, new = Device("Old"), Device("New")
    async with listening(old, tmp_path) as session:
        old.hears(0)
        await until(lambda: old.is_open)
        session.pause(True)
        await until(lambda: not old.is_open)
        session.hear("you", new)
        assert not new.openings
        session.pause(False)
        new.hears(6, 7)
        await until(lambda: 6 in heard(session))
    assert journal(session)[0][-2:] == [6, 7]
    assert old.openings == 1
