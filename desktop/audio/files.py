"""Recordings as sources: paced like a live device, or as fast as they are asked for."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from pathlib import Path

from desktop.audio import decode
from desktop.audio.convert import preload
from desktop.audio.threads import in_thread
from desktop.core.audio import SPEECH, AudioChunk, SourceKind

PREFIX = "file:"
CHUNK_SECONDS = 0.1
_BLOCK_SECONDS = 1.0
"""Read per visit to a worker thread: few visits, and little memory however long the recording is."""


class MediaFile:
    """A recording; its chunks have its own rate and channels and count from second 0.

    With `realtime` a chunk comes when a device would have delivered it, on the clock that `open` is given.
    """

    kind = SourceKind.FILE
    live = False

    def __init__(self, path: Path, *, realtime: bool = False) -> None:
        self.path = path
        self.realtime = realtime
        self.id = f"{PREFIX}{path}"
        self.name = path.name

    async def length(self) -> float:
        """Seconds according to the header, 0 when it does not say. Raises `AudioError`."""
        return await in_thread(decode.measure, self.path)

    @asynccontextmanager
    async def open(self, epoch: float) -> AsyncIterator[AsyncIterator[AudioChunk]]:
        """Open the file and read its beginning; raises `AudioError` when there is no sound in it."""
        decoder = await in_thread(self._begin, undo=lambda unused: unused.close())
        try:
            first = await in_thread(decoder.read, _BLOCK_SECONDS)
            if not first:
                raise decode.without_sound(self.path)
            async with aclosing(self._chunks(decoder, first, epoch)) as chunks:
                yield chunks
        finally:
            await in_thread(decoder.close)

    def _begin(self) -> decode.Decoder:
        decoder = decode.open_recording(self.path)
        if decoder.format != SPEECH:
            preload()  # whoever wants to hear it will convert it
        return decoder

    async def _chunks(self, decoder: decode.Decoder, block: bytes, epoch: float) -> AsyncGenerator[AudioChunk, None]:
        size = decoder.format.size(CHUNK_SECONDS)
        bytes_given = 0
        while block:
            for at in range(0, len(block), size):
                chunk = AudioChunk(block[at : at + size], decoder.format, decoder.format.seconds(bytes_given))
                if self.realtime:
                    await until(epoch + chunk.end)
                yield chunk
                bytes_given += len(chunk.pcm)
            block = await in_thread(decoder.read, _BLOCK_SECONDS)


async def until(deadline: float) -> None:
    """Sleep until `time.monotonic()` says `deadline`; qasync's timers end up to 5 % early, so look at the clock."""
    while True:
        left = deadline - time.monotonic()
        if left <= 0:
            return
        await asyncio.sleep(max(left, 0.001))
