"""One stream per channel, for a provider that takes one channel where another took two."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace

from desktop.core.audio import AudioChunk, AudioFormat
from desktop.core.captions import CaptionEvent, Insight, Progress, StreamEvent
from desktop.core.provider import TranscriptionStream
from desktop.session.joint import channels_of
from desktop.session.service import Service


@asynccontextmanager
async def connect(service: Service, sound: AudioFormat, side: str = "") -> AsyncIterator[TranscriptionStream]:
    """Open a stream for `sound`, or as many as it has channels; raises `ProviderError`."""
    provider = service.provider
    async with AsyncExitStack() as stack:
        if sound.channels <= provider.capabilities.channels:
            yield await stack.enter_async_context(provider.connect(service.config(sound, side)))
            return
        mono = AudioFormat(sound.sample_rate)
        configs = [service.config(mono, f"{side}/{channel}") for channel in range(sound.channels)]
        yield SplitStream([await stack.enter_async_context(provider.connect(config)) for config in configs])


class SplitStream:
    """Several streams that look like one; each event says which channel it belongs to."""

    def __init__(self, streams: Sequence[TranscriptionStream]) -> None:
        self._streams = streams
        self._answered = [0.0] * len(streams)

    async def send(self, chunk: AudioChunk) -> None:
        """Hand over each channel."""
        for stream, mono in zip(self._streams, channels_of(chunk), strict=True):
            await stream.send(mono)

    async def finish(self) -> None:
        """Say that no more sound comes."""
        for stream in self._streams:
            await stream.finish()

    async def __aiter__(self) -> AsyncIterator[StreamEvent]:
        events: asyncio.Queue[StreamEvent | None] = asyncio.Queue()
        reading = [asyncio.ensure_future(self._read(at, events)) for at in range(len(self._streams))]
        for task in reading:
            task.add_done_callback(lambda _task: events.put_nowait(None))
        try:
            while not all(task.done() for task in reading) or not events.empty():
                event = await events.get()
                if event is not None:
                    yield event
                for task in reading:
                    if task.done():
                        task.result()
        finally:
            for task in reading:
                task.cancel()
            await asyncio.gather(*reading, return_exceptions=True)

    async def _read(self, channel: int, events: asyncio.Queue[StreamEvent | None]) -> None:
        async for event in self._streams[channel]:
            if isinstance(event, CaptionEvent):
                events.put_nowait(replace(event, lane=str(channel), segment_id=f"{channel}-{event.segment_id}"))
            elif isinstance(event, Insight):
                events.put_nowait(replace(event, lane=str(channel)))
            elif isinstance(event, Progress):
                self._answered[channel] = event.end
                events.put_nowait(Progress(min(self._answered)))
            else:
                events.put_nowait(event)
