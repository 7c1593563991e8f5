"""An open stream to a WhisperLive server: begins when the server is ready, and ends when it has caught up."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

from desktop.core.audio import AudioChunk
from desktop.core.captions import Progress, StreamEvent
from desktop.core.errors import ProviderError
from desktop.providers.whisper_live import failures
from desktop.providers.whisper_live.codec import WhisperLiveCodec
from desktop.transport.websocket import WebSocketStream

ENOUGH = 2
"""Passes over the sound after its end: the first may have begun before it."""
TICK = 0.05


@dataclass(frozen=True, slots=True)
class Waits:
    """How long a server may take, in seconds."""

    ready: float = 60.0
    """To load its model."""
    quiet: float = 5.0
    """Without a word after the last sound, before it is taken to have caught up; silence it answers with nothing."""


class WhisperLiveStream:
    """A `TranscriptionStream` over one WebSocket."""

    def __init__(self, stream: WebSocketStream, codec: WhisperLiveCodec, waits: Waits) -> None:
        self._stream = stream
        self._codec = codec
        self._waits = waits
        self._events = aiter(stream)
        self._clock = asyncio.get_running_loop().time
        self._spoke_at = self._clock()
        self._draining: asyncio.Task[None] | None = None

    async def get_ready(self) -> None:
        """Wait until the server takes sound; raises `ProviderError`."""
        try:
            async with asyncio.timeout(self._waits.ready):
                async for event in self._events:
                    if isinstance(event, Progress):
                        return
        except TimeoutError:
            raise failures.too_slow() from None
        raise failures.not_ready()

    async def send(self, chunk: AudioChunk) -> None:
        """Hand over sound; the server throws away what it has not worked off after 45 s, so not too fast."""
        await self._stream.send(chunk)

    async def finish(self) -> None:
        """Say that no more sound comes, once the server has caught up: told at once, it would stop at once."""
        if self._draining is None:
            await self._stream.write(self._codec.tail())
            self._spoke_at = self._clock()
            self._draining = asyncio.ensure_future(self._drain())

    async def _drain(self) -> None:
        passes = 0
        while self._codec.passes < ENOUGH and self._clock() - self._spoke_at < self._waits.quiet:
            if self._codec.passes != passes:
                passes, self._spoke_at = self._codec.passes, self._clock()
            await asyncio.sleep(TICK)
        with contextlib.suppress(ProviderError):  # whoever reads is told
            await self._stream.finish()

    async def __aiter__(self) -> AsyncIterator[StreamEvent]:
        async for event in self._events:
            yield event

    async def close(self) -> None:
        """Stop waiting for the server."""
        if self._draining is not None:
            self._draining.cancel()
            await asyncio.gather(self._draining, return_exceptions=True)
