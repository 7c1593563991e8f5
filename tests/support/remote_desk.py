"""Who owns a line of remote calls in a test: keeps the lanes and everything told."""

from __future__ import annotations

import asyncio
from array import array

from desktop.core.captions import CaptionEvent
from desktop.ingress.events import ListenerEvent, ListenerEventKind
from desktop.ingress.peer import RemoteLane


class Desk:
    """Who owns the listener: keeps the lanes, and everything told."""

    def __init__(self) -> None:
        self.lanes: asyncio.Queue[RemoteLane] = asyncio.Queue()
        self.ended: asyncio.Queue[RemoteLane] = asyncio.Queue()
        self.events: list[ListenerEvent] = []
        self._news = asyncio.Event()

    def lane_started(self, lane: RemoteLane) -> None:
        self.lanes.put_nowait(lane)

    def lane_ended(self, lane: RemoteLane) -> None:
        self.ended.put_nowait(lane)

    def told(self, event: ListenerEvent) -> None:
        self.events.append(event)
        self._news.set()

    async def until(self, kind: ListenerEventKind, times: int = 1) -> ListenerEvent:
        """The event that makes it `times` of this kind."""
        while True:
            found = [event for event in self.events if event.kind is kind]
            if len(found) >= times:
                return found[times - 1]
            self._news.clear()
            await self._news.wait()

    async def both(self) -> dict[str, RemoteLane]:
        """The two lanes that start next, by label."""
        lanes = [await self.lanes.get(), await self.lanes.get()]
        return {lane.label: lane for lane in lanes}


async def heard(lane: RemoteLane, size: int) -> bytes:
    """The first `size` bytes of a lane's sound."""
    pcm = b""
    async with lane.source.open(0.0) as chunks:
        async for chunk in chunks:
            pcm += chunk.pcm
            if len(pcm) >= size:
                break
    return pcm


def ramp(first: int, samples: int = 3200) -> bytes:
    """Sound that can't be taken for any other."""
    return array("h", [(first + index) % 30_000 for index in range(samples)]).tobytes()


def caption(text: str, *, final: bool = True) -> CaptionEvent:
    """Something to send back."""
    return CaptionEvent("caller", "1", 1, text, final, 0.0, 1.0, "en-US")
