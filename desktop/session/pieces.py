"""Chunks of sound on their way: moved in time, cut, and one put back at the head of the others."""

from __future__ import annotations

from collections.abc import AsyncIterator

from desktop.core.audio import AudioChunk


def moved(chunk: AudioChunk, shift: float) -> AudioChunk:
    """The chunk `shift` seconds later."""
    return AudioChunk(chunk.pcm, chunk.format, chunk.start + shift) if shift else chunk


def after(chunk: AudioChunk, moment: float) -> AudioChunk:
    """What of the chunk lies after this session time, maybe nothing."""
    early = moment - chunk.start
    if early <= 0:
        return chunk
    pcm = chunk.pcm[chunk.format.size(early) :]
    return AudioChunk(pcm, chunk.format, max(chunk.start, moment))


async def with_first(first: AudioChunk, chunks: AsyncIterator[AudioChunk]) -> AsyncIterator[AudioChunk]:
    """The chunks again, with the one that was taken from them."""
    yield first
    async for chunk in chunks:
        yield chunk
