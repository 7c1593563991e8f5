"""A recording that says how far it was read."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from desktop.audio.watched import Watched
from desktop.core.audio import SPEECH, AudioChunk, SourceKind


class Tones:
    id, name, kind, live = "file:x", "x", SourceKind.FILE, False

    @asynccontextmanager
    async def open(self, epoch: float) -> AsyncIterator[AsyncIterator[AudioChunk]]:
        yield self._chunks()

    async def _chunks(self) -> AsyncIterator[AudioChunk]:
        for step in range(10):
            yield AudioChunk(bytes(SPEECH.size(0.1)), SPEECH, step / 10)


async def test_watched_source_tells_how_far_it_was_read() -> None:
    reached: list[float] = []
    source = Watched(Tones(), reached.append)
    async with source.open(0.0) as chunks:
        starts = [chunk.start async for chunk in chunks]
    assert len(starts) == 10
    assert reached[-1] == source.reached == pytest.approx(1.0)
    assert (source.id, source.name, source.kind, source.live) == ("file:x", "x", SourceKind.FILE, False)


async def test_watched_source_ends_early_where_asked() -> None:
    async with Watched(Tones(), until=0.35).open(0.0) as chunks:
        assert [chunk.start async for chunk in chunks] == [0.0, 0.1, 0.2, 0.3]
