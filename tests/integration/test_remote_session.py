"""Remote calls in a real session: lanes that come and go, and captions that find their way back."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from desktop.core.captions import CaptionEvent, LaneAdded
from desktop.core.errors import ListenerError
from desktop.core.state import SessionState
from desktop.ingress.config import Clients, ListenerConfig
from desktop.providers.replay import ReplayProvider
from desktop.session.events import SessionEvent
from desktop.session.recorder import JournalPlan
from desktop.session.remote import RemoteCalls
from desktop.session.service import Service
from desktop.session.session import Session
from tests.support.callers import TOKEN, calling, media, start, stop

REPLAY = [
    {"at": 0.1, "caption": {"id": "1", "revision": 1, "text": "hel", "start": 0.0, "end": 0.1}},
    {"at": 0.2, "caption": {"id": "1", "revision": 2, "text": "hello", "final": True, "start": 0.0, "end": 0.2}},
]


class Room:
    """A session that waits for calls."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.events: list[SessionEvent] = []
        self.callers: list[tuple[str, ...]] = []
        self.news = asyncio.Event()
        session.subscribe(self._read)

    def _read(self, event: SessionEvent) -> None:
        self.events.append(event)
        self.news.set()

    async def finals(self, count: int) -> list[CaptionEvent]:
        while True:
            found = [each for each in self.events if isinstance(each, CaptionEvent) and each.is_final]
            if len(found) >= count:
                return found
            self.news.clear()
            await self.news.wait()

    @property
    def lanes(self) -> list[tuple[str, str]]:
        return [(each.lane, each.label) for each in self.events if isinstance(each, LaneAdded)]


@asynccontextmanager
async def room(folder: Path, **changes: Any) -> AsyncIterator[tuple[RemoteCalls, Room]]:
    recording = folder / "replay.jsonl"
    recording.write_text("\n".join(map(json.dumps, REPLAY)), encoding="utf-8")
    service = Service(ReplayProvider(), "en-US", {}, {"path": str(recording)})
    session = Session((), service, JournalPlan([folder / "saved"]), open_ended=True)
    seen = Room(session)
    config = ListenerConfig(port=0, **changes)
    async with RemoteCalls(session, config, TOKEN, lambda _event: None, seen.callers.append) as calls:
        running = asyncio.ensure_future(session.run())
        yield calls, seen
        session.stop()
        await running
    assert session.state is SessionState.STOPPED


async def send(call: Any, tag: str, chunks: int = 15) -> None:
    await call.send(start(tag))
    for number in range(chunks):
        await call.send(media(number, tag=tag))


async def test_a_call_is_a_lane_with_captions_in_the_transcript_and_back(tmp_path: Path) -> None:
    async with room(tmp_path) as (calls, seen), calling(calls.listener, "/voximplant") as call:
        await send(call, "caller")
        (final,) = await seen.finals(1)
        assert (final.lane, final.text) == ("caller", "hello")
        back = [json.loads(await call.recv()) for _ in range(2)]
        assert [(each["text"], each["final"], each["tag"]) for each in back] == [
            ("hel", False, "caller"),
            ("hello", True, "caller"),
        ]
        await call.close()
    assert [len(callers) for callers in seen.callers] == [1, 0]
    (journal,) = (tmp_path / "saved").glob("*.jsonl")
    lines = [json.loads(line) for line in journal.read_text(encoding="utf-8").splitlines()]
    assert "hello" in [line.get("text") for line in lines]


async def test_the_last_words_come_back_after_stop_and_before_the_end(tmp_path: Path) -> None:
    async with room(tmp_path) as (calls, _), calling(calls.listener, "/voximplant") as call:
        await send(call, "caller", chunks=3)
        await call.send(stop("caller"))
        assert [json.loads(await call.recv())["final"] for _ in range(2)] == [False, True]


async def test_the_same_tag_again_is_another_lane_with_the_same_label(tmp_path: Path) -> None:
    async with room(tmp_path) as (calls, seen), calling(calls.listener, "/voximplant") as call:
        for round_ in (1, 2):
            await send(call, "caller")
            await call.send(stop("caller"))
            await seen.finals(round_)
        assert seen.lanes == [("caller", "caller"), ("caller-2", "caller")]


async def test_two_calls_at_once_are_told_apart(tmp_path: Path) -> None:
    both = room(tmp_path, clients=Clients.MIX)
    async with both as (calls, seen), calling(calls.listener, "/voximplant") as one:
        await send(one, "caller")
        async with calling(calls.listener, "/voximplant") as other:
            await send(other, "caller")
            await seen.finals(2)
            assert set(seen.lanes) == {("caller", "caller"), ("caller-2", "caller 2")}
            assert len(seen.callers[-1]) == 2


async def test_a_call_that_comes_before_the_session_runs_is_not_lost(tmp_path: Path) -> None:
    service = Service(ReplayProvider(), "en-US", {}, {"path": str(tmp_path / "replay.jsonl")})
    (tmp_path / "replay.jsonl").write_text(json.dumps(REPLAY[1]), encoding="utf-8")
    session = Session((), service, open_ended=True)
    seen = Room(session)
    async with RemoteCalls(session, ListenerConfig(port=0), TOKEN, lambda _event: None) as calls:
        async with calling(calls.listener, "/voximplant") as call:
            await send(call, "early")
            running = asyncio.ensure_future(session.run())
            await seen.finals(1)
        session.stop()
        await running


async def test_a_port_that_is_taken_leaves_nothing_behind(tmp_path: Path) -> None:
    async with room(tmp_path) as (calls, seen):
        second = Session((), seen.session.service, open_ended=True)
        with pytest.raises(ListenerError):
            async with RemoteCalls(second, ListenerConfig(port=calls.listener.port), TOKEN, lambda _event: None):
                pass
