"""How far a recording is, on a terminal."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Self

from desktop.cli.output import Output, clock, plain, tail
from desktop.core.audio import AudioChunk, AudioSource, SourceKind

_BAR = 24  # characters
_REDRAW = 0.1  # seconds between two drawings


class Progress:
    """A bar on standard error, only where that is a terminal."""

    def __init__(self, out: Output, name: str, duration: float | None = None) -> None:
        self._out = out
        self._name = tail(plain(name), 30)
        self._duration = duration
        self._drawn_at = 0.0
        self.position = 0.0
        """Seconds of the recording that have been read."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._out.shows_progress:
            self._out.redraw("")

    def reached(self, position: float) -> None:
        """The recording has been read up to `position` (seconds)."""
        self.position = position
        now = time.monotonic()
        if self._out.shows_progress and now - self._drawn_at >= _REDRAW:
            self._drawn_at = now
            self._out.redraw(self._line(position))

    def _line(self, position: float) -> str:
        if not self._duration:
            return f"{self._name}  {clock(position)}"
        share = min(position / self._duration, 1.0)
        bar = "#" * round(share * _BAR)
        return f"{self._name}  [{bar:.<{_BAR}}] {share:4.0%}  {clock(position)} of {clock(self._duration)}"


class Watched:
    """An audio source that tells how far it has been read, and ends early where asked to."""

    def __init__(self, source: AudioSource, reached: Callable[[float], None], until: float | None = None) -> None:
        self._source = source
        self._reached = reached
        self._until = until

    @property
    def id(self) -> str:
        """The source's own."""
        return self._source.id

    @property
    def name(self) -> str:
        """The source's own."""
        return self._source.name

    @property
    def kind(self) -> SourceKind:
        """The source's own."""
        return self._source.kind

    @property
    def live(self) -> bool:
        """The source's own."""
        return self._source.live

    @asynccontextmanager
    async def open(self, epoch: float) -> AsyncIterator[AsyncIterator[AudioChunk]]:
        """Open the source."""
        async with self._source.open(epoch) as chunks:
            yield self._watch(chunks)

    async def _watch(self, chunks: AsyncIterator[AudioChunk]) -> AsyncIterator[AudioChunk]:
        async for chunk in chunks:
            if self._until is not None and chunk.start >= self._until:
                return
            yield chunk
            self._reached(chunk.end)
