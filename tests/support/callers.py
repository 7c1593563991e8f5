"""Remote peers and the owner of a listener, for tests."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from desktop.core.audio import AudioChunk
from desktop.ingress.config import ListenerConfig
from desktop.ingress.events import ListenerEvent, ListenerEventKind
from desktop.ingress.limits import Limits
from desktop.ingress.peer import RemoteLane
from desktop.ingress.server import Listener

TOKEN = "a-token-of-the-tests-that-is-long-enough-0123456789"  # noqa: S105 - of a listener that lives for one test
BEARER = {"Authorization": f"Bearer {TOKEN}"}
FRAME = b"\x00\x10" * 320
"""20 ms of sound at 16 kHz."""


class Owner:
    """Hears every lane, and remembers what it was told."""

    def __init__(self) -> None:
        self.lanes: list[RemoteLane] = []
        self.ended: list[RemoteLane] = []
        self.events: list[ListenerEvent] = []
        self.heard: dict[str, list[AudioChunk]] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._news = asyncio.Event()

    def lane_started(self, lane: RemoteLane) -> None:
        self.lanes.append(lane)
        self._tasks.append(asyncio.ensure_future(self._hear(lane)))
        self._news.set()

    def lane_ended(self, lane: RemoteLane) -> None:
        self.ended.append(lane)
        self._news.set()

    def told(self, event: ListenerEvent) -> None:
        self.events.append(event)
        self._news.set()

    async def _hear(self, lane: RemoteLane) -> None:
        async with lane.source.open(0.0) as chunks:
            async for chunk in chunks:
                self.heard.setdefault(lane.label, []).append(chunk)
                self._news.set()

    async def until(self, fulfilled: Callable[[], bool], seconds: float = 20.0) -> None:
        """Wait for news until it is so."""
        async with asyncio.timeout(seconds):
            while not fulfilled():
                self._news.clear()
                await self._news.wait()

    def kinds(self) -> list[ListenerEventKind]:
        return [event.kind for event in self.events]

    def seconds(self, label: str) -> float:
        return sum(chunk.duration for chunk in self.heard.get(label, ()))

    def sound(self, label: str) -> bytes:
        return b"".join(chunk.pcm for chunk in self.heard.get(label, ()))

    async def close(self) -> None:
        await asyncio.gather(*self._tasks)


@asynccontextmanager
async def listening(**changes: Any) -> AsyncIterator[tuple[Listener, Owner]]:
    """A listener on a free port of this computer, and its owner; `limits` may be a dictionary."""
    limits = replace(Limits(), **changes.pop("limits", {}))
    owner = Owner()
    async with Listener(replace(ListenerConfig(port=0, limits=limits), **changes), TOKEN, owner) as listener:
        yield listener, owner
    await owner.close()


def calling(listener: Listener, path: str, **options: Any) -> connect:
    """A connection with the right token in its header, to be entered."""
    given = {"additional_headers": BEARER, "compression": None, "proxy": None, **options}
    return connect(f"ws://127.0.0.1:{listener.port}{path}", **given)


async def status_of(url: str, **options: Any) -> int:
    """The HTTP status with which a connection is refused; 101 when it is not."""
    try:
        async with connect(url, compression=None, proxy=None, **options):
            return 101
    except InvalidStatus as refusal:
        return refusal.response.status_code


async def close_of(connection: ClientConnection) -> tuple[int | None, str | None]:
    """The code and the reason with which the listener closes."""
    try:
        async with asyncio.timeout(60):
            async for _ in connection:
                pass
    except ConnectionClosed:
        pass
    return connection.close_code, connection.close_reason


def start(tag: str = "caller", encoding: str = "PCM16", **more: Any) -> str:
    media = {"encoding": encoding, **more}
    return json.dumps({"event": "start", "sequenceNumber": 0, "start": {"tag": tag, "mediaFormat": media}})


def media(chunk: int, pcm: bytes = FRAME, tag: str = "caller", timestamp: int | None = None) -> str:
    fields = {"tag": tag, "chunk": chunk, "payload": base64.b64encode(pcm).decode()}
    fields["timestamp"] = 320 * chunk if timestamp is None else timestamp
    return json.dumps({"event": "media", "sequenceNumber": chunk + 1, "media": fields})


def stop(tag: str = "caller") -> str:
    return json.dumps({"event": "stop", "stop": {"tag": tag, "mediaInfo": {"bytesSent": 1, "duration": 1}}})
