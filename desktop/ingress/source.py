"""What a remote track is to a session: a live source, fed by the connection, that ends with the track."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace

from desktop.audio.queue import ChunkQueue
from desktop.core.audio import AudioChunk, SourceKind

HOLD = 10.0
"""Seconds of sound that wait for the session; of more, the oldest goes and shows as a gap."""


class RemoteSource:
    """The sound of one remote track. Build it inside the event loop."""

    kind = SourceKind.REMOTE
    live = True

    def __init__(self, source_id: str, name: str) -> None:
        self.id = source_id
        self.name = name
        self._queue = ChunkQueue(HOLD)

    @property
    def dropped(self) -> float:
        """Seconds lost because the session was too slow."""
        return self._queue.dropped

    def put(self, chunk: AudioChunk) -> None:
        """Hand over sound that is stamped with `time.monotonic()`."""
        self._queue.put(chunk)

    def end(self) -> None:
        """No more sound comes; what waits is still heard."""
        self._queue.close()

    def open(self, epoch: float) -> AbstractAsyncContextManager[AsyncIterator[AudioChunk]]:
        """Hear the track, with times on the session clock."""
        return self._listen(epoch)

    @asynccontextmanager
    async def _listen(self, epoch: float) -> AsyncIterator[AsyncIterator[AudioChunk]]:
        yield self._chunks(epoch)

    async def _chunks(self, epoch: float) -> AsyncIterator[AudioChunk]:
        async for chunk in self._queue:
            # a call may have begun before the session
            yield replace(chunk, start=max(0.0, chunk.start - epoch))
