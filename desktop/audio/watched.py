"""A recording that says how far it was read."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from desktop.core.audio import AudioChunk, AudioSource


class Watched:
    """An audio source that knows and tells how far it has been read, and ends early where asked to."""

    def __init__(
        self, source: AudioSource, tell: Callable[[float], None] | None = None, until: float | None = None
    ) -> None:
        self._source = source
        self._tell = tell
        self._until = until
        self.reached = 0.0
        """Seconds."""
        self.id, self.name, self.kind, self.live = source.id, source.name, source.kind, source.live

    @asynccontextmanager
    async def open(self, epoch: float) -> AsyncIterator[AsyncIterator[AudioChunk]]:
        """Open the source; raises `AudioError`."""
        async with self._source.open(epoch) as chunks:
            yield self._watch(chunks)

    async def _watch(self, chunks: AsyncIterator[AudioChunk]) -> AsyncIterator[AudioChunk]:
        async for chunk in chunks:
            if self._until is not None and chunk.start >= self._until:
                return
            yield chunk
            self.reached = chunk.end
            if self._tell is not None:
                self._tell(chunk.end)
