"""What passes sound from a device's thread to the event loop."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress
from typing import Generic, TypeVar

from desktop.core.audio import AudioChunk

HOLD_SECONDS = 10.0
"""A window that is frozen this long loses nothing (the device's thread goes on while the event loop stands still)."""

T = TypeVar("T")

_MICRO = 1_000_000


def _length(chunk: AudioChunk) -> int:
    """Microseconds: whole numbers add up without error however long a session is."""
    return round(chunk.duration * _MICRO)


class _Bell:
    """Wakes one waiting coroutine from any thread."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._event = asyncio.Event()

    def ring(self) -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            self._loop.call_soon_threadsafe(self._event.set)

    def clear(self) -> None:
        self._event.clear()

    async def wait(self) -> None:
        await self._event.wait()


class ChunkQueue:
    """Chunks on their way from one producer thread to one consumer; when full, the oldest goes.

    `put` and `close` may be called from a device's callback: they take no lock, log nothing and import nothing. What
    was dropped shows to the consumer as a jump of `AudioChunk.start`, and is counted in `dropped`.

    Iteration first yields what was put before `close`, then ends, or raises the error that `close` was given. Build it
    inside the event loop that will iterate.
    """

    def __init__(self, hold: float = HOLD_SECONDS) -> None:
        self._hold = round(hold * _MICRO)
        self._chunks: deque[AudioChunk] = deque()
        self._bell = _Bell()
        self._closed = False
        self._error: Exception | None = None
        # Microseconds. Each sum has one writer, so that no thread needs a lock to read the difference.
        self._added = 0
        self._dropped = 0
        self._taken = 0

    @property
    def dropped(self) -> float:
        """Seconds lost so far because the consumer was too slow."""
        return self._dropped / _MICRO

    @property
    def held(self) -> float:
        """Seconds that wait for the consumer."""
        return (self._added - self._dropped - self._taken) / _MICRO

    def put(self, chunk: AudioChunk) -> None:
        """Add a chunk; ignored once the queue is closed."""
        if self._closed:
            return
        self._chunks.append(chunk)
        self._added += _length(chunk)
        while self._added - self._dropped - self._taken > self._hold and len(self._chunks) > 1:
            try:
                self._dropped += _length(self._chunks.popleft())
            except IndexError:  # the consumer was quicker
                break
        self._bell.ring()

    def close(self, error: Exception | None = None) -> None:
        """End the iteration, after what is still held, with `error` if there is one. The first call counts."""
        if self._closed:
            return
        self._error = error
        self._closed = True
        self._bell.ring()

    def __aiter__(self) -> ChunkQueue:
        return self

    async def __anext__(self) -> AudioChunk:
        while True:
            closed = self._closed  # read before the chunks: what was put before closing still counts
            with suppress(IndexError):
                chunk = self._chunks.popleft()
                self._taken += _length(chunk)
                return chunk
            if closed:
                if self._error is not None:
                    raise self._error
                raise StopAsyncIteration
            self._bell.clear()
            if not self._chunks and not self._closed:
                await self._bell.wait()


class Latest(Generic[T]):
    """News of which only the latest counts, from any thread to one consumer."""

    def __init__(self) -> None:
        self._bell = _Bell()
        self._news: deque[T] = deque(maxlen=1)
        self._closed = False
        self._error: Exception | None = None

    def put(self, value: T) -> None:
        """Replace what the consumer has not taken yet."""
        self._news.append(value)
        self._bell.ring()

    def close(self, error: Exception | None = None) -> None:
        """End the iteration, with `error` if there is one."""
        self._error = error
        self._closed = True
        self._bell.ring()

    def __aiter__(self) -> Latest[T]:
        return self

    async def __anext__(self) -> T:
        while True:
            closed = self._closed
            with suppress(IndexError):
                return self._news.popleft()
            if closed:
                if self._error is not None:
                    raise self._error
                raise StopAsyncIteration
            self._bell.clear()
            if not self._news and not self._closed:
                await self._bell.wait()
