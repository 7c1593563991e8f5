"""Opening a stream to a bot, and ending it: no message says that a bot has said its last word."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from desktop.audio.convert import Converter, preload
from desktop.core.audio import AudioChunk, AudioFormat
from desktop.core.captions import Notice, Progress, StreamEvent
from desktop.core.errors import AudioError
from desktop.providers.pipecat.codec import PipecatCodec
from desktop.providers.pipecat.options import Settings
from desktop.transport.websocket import Ending, Patience, WebSocketStream
from desktop.transport.websocket import connect as websocket

_ASKED = Ending(1000, "", asked=True)


@dataclass(frozen=True, slots=True)
class Manners:
    """How long a bot is waited for, in seconds."""

    greeting: float = 1.0
    """For `bot-ready`, or a refusal, which comes after the WebSocket has been opened; many bots say nothing at all."""
    settle: float = 3.0
    """Without a word after the last sound, before the stream is taken for over; slow recognisers take 2 s."""
    network: Patience | None = None


@contextlib.asynccontextmanager
async def connect(settings: Settings, given: AudioFormat, manners: Manners) -> AsyncIterator[PipecatStream]:
    """Open a stream for sound in the format `given`. Raises `ProviderError`, also when the bot has a client already."""
    codec = PipecatCodec(settings.language, settings.format, bot_captions=settings.bot_captions)
    async with contextlib.AsyncExitStack() as stack:
        notices = await _open_voice(stack, codec, settings)
        converter = None
        if given != settings.format:
            await asyncio.to_thread(preload)
            converter = Converter(given, settings.format)
        connection = await stack.enter_async_context(websocket(settings.target, codec, manners.network))
        stream = PipecatStream(connection, codec, converter, manners)
        stack.push_async_callback(stream.release)
        await stream.greet()
        stream.first = notices
        yield stream


async def _open_voice(stack: contextlib.AsyncExitStack, codec: PipecatCodec, settings: Settings) -> list[StreamEvent]:
    """Let the bot be heard, if that is wanted; captions come even when it can't be."""
    if not settings.hear_bot:
        return []
    from desktop.audio.playback import open_playback

    try:
        codec.voice = await stack.enter_async_context(open_playback(settings.output))
    except AudioError as error:
        return [Notice(error)]
    return []


class PipecatStream:
    """An open stream."""

    def __init__(
        self, connection: WebSocketStream, codec: PipecatCodec, converter: Converter | None, manners: Manners
    ) -> None:
        self.codec = codec
        self.first: list[StreamEvent] = []
        """What is told before anything that the bot says."""
        self._connection = connection
        self._converter = converter
        self._manners = manners
        self._events = aiter(connection)
        self._upcoming: asyncio.Task[StreamEvent | None] | None = None
        loop = asyncio.get_running_loop()
        self._clock = loop.time
        self._heard_at = 0.0
        self._finished: asyncio.Future[float] = loop.create_future()

    async def send(self, chunk: AudioChunk) -> None:
        """Hand over sound in the configured format."""
        for piece in self._converter.feed(chunk) if self._converter else (chunk,):
            await self._connection.send(piece)

    async def finish(self) -> None:
        """Say that no more sound comes."""
        for piece in self._converter.flush() if self._converter else ():
            await self._connection.send(piece)
        await self._connection.finish()
        if not self._finished.done():
            self._finished.set_result(self._clock())

    async def greet(self) -> None:
        """Wait for the bot's first sign, if it gives one soon; raises what a refusal means."""
        await asyncio.wait([self._ask()], timeout=self._manners.greeting)
        first = self._upcoming
        if first is not None and first.done():
            event = first.result()
            if isinstance(event, Progress) and self.codec.ready is not None:
                self._upcoming = None  # no sign that captions come: the session is to go on slowing its attempts

    def _ask(self) -> asyncio.Task[StreamEvent | None]:
        if self._upcoming is None:
            self._upcoming = asyncio.create_task(self._read())
        return self._upcoming

    async def _read(self) -> StreamEvent | None:
        return await anext(self._events, None)

    async def __aiter__(self) -> AsyncIterator[StreamEvent]:
        for notice in self.first:
            yield notice
        while await self._comes():
            event = self._ask().result()
            self._upcoming = None
            if event is None:
                return
            self._heard_at = self._clock()
            yield event
        for last in self.codec.ended(_ASKED):
            yield last

    async def _comes(self) -> bool:
        """Whether another event comes, or the end by itself; False when the bot has fallen silent after the sound."""
        upcoming = self._ask()
        while not upcoming.done():
            if not self._finished.done():
                either: list[asyncio.Future[Any]] = [upcoming, self._finished]
                await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
                continue
            left = max(self._finished.result(), self._heard_at) + self._manners.settle - self._clock()
            if left <= 0:
                return False
            await asyncio.wait([upcoming], timeout=left)
        return True

    async def release(self) -> None:
        """Stop reading; what was read and not taken is dropped."""
        self._finished.cancel()
        if self._upcoming is not None:
            self._upcoming.cancel()
            await asyncio.gather(self._upcoming, return_exceptions=True)
