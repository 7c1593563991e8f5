"""Trying a server out, one step after the other, so that the step that fails names the cause."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from functools import partial

from desktop.core.audio import AudioChunk, AudioFormat
from desktop.core.errors import ProviderError, StreamStalled
from desktop.core.message import Message, say
from desktop.core.provider import ProbeStep, TranscriptionStream
from desktop.transport.address import host_and_port

PATIENCE = 10.0
"""Seconds for one step on the network."""
SILENCE = 0.5
"""Seconds of silence that are sent."""
OPTIONS = say("Network", "options")


async def reach(url: str) -> AsyncIterator[ProbeStep]:
    """Name, port and encryption of a WebSocket URL; behind a proxy only the stream itself can be tried."""
    from desktop.transport.reach import open_port, proxied, read_date, resolve

    host, port = host_and_port(url)
    if proxied(url):
        yield ProbeStep(say("Network", "proxy"), detail=say("Network", "The connection goes through a proxy."))
        return
    steps: list[tuple[Message, Callable[[], Awaitable[object]]]] = [
        (say("Network", "name resolution"), partial(resolve, host, port)),
        (say("Network", "port {port}", port=port), partial(open_port, host, port, PATIENCE)),
    ]
    if url.startswith("wss:"):
        steps.append((say("Network", "encryption (TLS)"), partial(read_date, host, port, PATIENCE)))
    for title, attempt in steps:
        step = await tried(title, attempt)
        yield step
        if step.error is not None:
            return


async def tried(title: Message, attempt: Callable[[], Awaitable[object]]) -> ProbeStep:
    """One step."""
    try:
        await attempt()
    except ProviderError as error:
        return ProbeStep(title, error)
    return ProbeStep(title)


async def listen(
    connecting: AbstractAsyncContextManager[TranscriptionStream], sound: AudioFormat, patience: float
) -> AsyncIterator[ProbeStep]:
    """The WebSocket opened and ready, half a second of silence sent, and the end awaited for `patience` seconds."""
    opening, silence = say("Network", "WebSocket"), say("Network", "half a second of silence")
    opened = False
    try:
        async with asyncio.timeout(patience), connecting as stream:
            opened = True
            await _send_silence(stream, sound)
    except TimeoutError:
        error: ProviderError | None = StreamStalled(say("Network", "The service did not answer in time."))
    except ProviderError as raised:
        error = raised
    else:
        error = None
    if opened:
        yield ProbeStep(opening)
    yield ProbeStep(silence if opened else opening, error)


async def _send_silence(stream: TranscriptionStream, sound: AudioFormat) -> None:
    for number in range(5):
        await stream.send(AudioChunk(bytes(sound.size(SILENCE / 5)), sound, number * SILENCE / 5))
    await stream.finish()
    async for _ in stream:
        pass
