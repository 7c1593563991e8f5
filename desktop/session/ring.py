"""The sound that no provider has answered for yet: what is not sent, and what may have to be sent again."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass

from desktop.core.audio import AudioChunk

CAPACITY = 60.0
"""Seconds of sound kept in memory: 1.9 MB at 16 kHz."""


@dataclass(frozen=True, slots=True)
class Lost:
    """A stretch of the session clock whose sound is gone without an answer."""

    start: float
    end: float


class ReplayRing:
    """Sound of one lane from the end of the last answer to now, with a cursor at what is to be sent next.

    Used from one event loop. `send()` returning proves nothing, so only an answer lets sound go.
    """

    def __init__(self, capacity: float = CAPACITY) -> None:
        self._capacity = capacity
        self._chunks: deque[tuple[AudioChunk, bool]] = deque()
        self._sent = 0
        self._seconds = 0.0
        self._unsent = 0.0
        self._doubtful: Lost | None = None
        self._closed = False
        self._changed = asyncio.Event()
        self._space = asyncio.Event()
        self.newest = 0.0
        """End of the newest sound, seconds on the session clock."""

    @property
    def unsent(self) -> float:
        """Seconds of sound waiting to be sent."""
        return self._unsent

    def append(self, chunk: AudioChunk, *, voiced: bool) -> Lost | None:
        """Take in new sound; returns what had to go unsent to make room for it."""
        self._chunks.append((chunk, voiced))
        self._seconds += chunk.duration
        self._unsent += chunk.duration
        self.newest = chunk.end
        self._changed.set()
        lost: Lost | None = None
        while self._seconds > self._capacity:
            lost = joined(lost, self._evict())
        return lost

    def _evict(self) -> Lost | None:
        chunk, voiced = self._chunks.popleft()
        self._seconds -= chunk.duration
        if self._sent == 0:
            self._unsent -= chunk.duration
            return Lost(chunk.start, chunk.end)
        self._sent -= 1
        if voiced:
            # It was sent, so its words may still come; only a broken stream makes it lost.
            self._doubtful = joined(self._doubtful, Lost(chunk.start, chunk.end))
        return None

    def answered(self, until: float) -> None:
        """The provider has said all about the sound before `until` (seconds on the session clock)."""
        while self._sent > 0 and self._chunks[0][0].end <= until:
            chunk, _ = self._chunks.popleft()
            self._seconds -= chunk.duration
            self._sent -= 1
        if self._doubtful is not None:
            start = max(self._doubtful.start, until)
            self._doubtful = Lost(start, self._doubtful.end) if start < self._doubtful.end else None
        self._space.set()

    def rewind(self) -> Lost | None:
        """Start over from the oldest sound kept; returns voiced sound that was sent, never answered, and is gone."""
        self._sent = 0
        self._unsent = self._seconds
        self._changed.set()
        lost, self._doubtful = self._doubtful, None
        return lost

    async def next(self) -> AudioChunk | None:
        """The next chunk to send; None when the ring is closed and everything was sent."""
        while self._sent >= len(self._chunks):
            if self._closed:
                return None
            self._changed.clear()
            await self._changed.wait()
        chunk, _ = self._chunks[self._sent]
        self._sent += 1
        self._unsent -= chunk.duration
        self._space.set()
        return chunk

    async def wait_for_space(self, limit: float) -> None:
        """Return once fewer than `limit` seconds wait to be sent, and the ring can take more without forgetting."""
        while self._unsent >= limit or (self._seconds >= self._capacity - limit and self._unsent > 0):
            self._space.clear()
            await self._space.wait()

    def close(self) -> None:
        """No more sound comes."""
        self._closed = True
        self._changed.set()

    def remaining(self) -> Lost | None:
        """The voiced sound that is still unanswered, from the first to the last chunk of it."""
        voiced = [chunk for chunk, is_voiced in self._chunks if is_voiced]
        rest = Lost(voiced[0].start, voiced[-1].end) if voiced else None
        return joined(self._doubtful, rest)


def joined(first: Lost | None, second: Lost | None) -> Lost | None:
    """The stretch from the start of the earlier to the end of the later."""
    if first is None or second is None:
        return first or second
    return Lost(min(first.start, second.start), max(first.end, second.end))
