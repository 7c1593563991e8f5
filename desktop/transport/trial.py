"""Trying a service out, one step after the other, so that the step that fails names the cause.

What lies below the stream is the same for every provider; each adds the steps that are its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from functools import partial
from typing import TYPE_CHECKING

from desktop.core.audio import AudioChunk, AudioFormat
from desktop.core.errors import ProviderError, StreamStalled
from desktop.core.message import NOTHING, Message, say
from desktop.core.provider import ProbeStep, TranscriptionStream
from desktop.transport.target import Target, require_encryption

if TYPE_CHECKING:
    from desktop.transport.proxy import Way

PATIENCE = 10.0
"""Seconds for one step on the network."""
SILENCE = 0.5
"""Seconds of silence that are sent."""
OPTIONS = say("Network", "options")
WEBSOCKET = say("Network", "WebSocket")
STILL = say("Network", "half a second of silence")
_PROXY = say("Network", "proxy")
_PROXY_LOOKS_UP = say("Network", "The connection goes through it, and it looks up the address of the service.")

OnDate = Callable[[str], None]
"""Told the `Date` of a service that speaks TLS, empty when it names none."""


async def try_out(
    aim: Callable[[], Awaitable[Target]], *parts: AsyncIterator[ProbeStep], on_date: OnDate | None = None
) -> AsyncIterator[ProbeStep]:
    """The steps to where `aim` says, then those of the parts; the first that fails is the last.

    `aim` checks the whole configuration and raises `ProviderError`.
    """
    try:
        target = await aim()
        require_encryption(target)
    except ProviderError as error:
        yield ProbeStep(OPTIONS, error)
        return
    for part in (_reach(target.url, on_date), *parts):
        async for step in part:
            yield step
            if step.error is not None:
                return


async def _reach(url: str, on_date: OnDate | None) -> AsyncIterator[ProbeStep]:
    """Name, port and encryption; behind a proxy the name is the proxy's to look up."""
    from desktop.transport.proxy import way_to
    from desktop.transport.reach import open_port, open_proxy, resolve

    try:
        way = way_to(url)
    except ProviderError as error:
        yield ProbeStep(_PROXY, error)
        return
    if way.proxy is None:
        yield await step(say("Network", "name resolution"), partial(resolve, way))
        title = say("Network", "port {port}", port=way.port)
    else:
        yield await step(_PROXY, partial(open_proxy, way.proxy, PATIENCE), _PROXY_LOOKS_UP)
        title = say("Network", "port {port} through the proxy", port=way.port)
    yield await step(title, partial(open_port, way, PATIENCE))
    if way.encrypted:
        yield await step(say("Network", "encryption (TLS)"), partial(_agree, way, on_date))


async def _agree(way: Way, on_date: OnDate | None) -> None:
    from desktop.transport.reach import read_date

    date = await read_date(way, PATIENCE)
    if on_date is not None:
        on_date(date)


async def step(title: Message, attempt: Callable[[], Awaitable[object]], detail: Message = NOTHING) -> ProbeStep:
    """One step; an attempt that returns a `Message` gives the detail."""
    try:
        found = await attempt()
    except ProviderError as error:
        return ProbeStep(title, error)
    return ProbeStep(title, detail=found if isinstance(found, Message) else detail)


async def listen(
    connecting: AbstractAsyncContextManager[TranscriptionStream],
    sound: AudioFormat,
    patience: float,
    opening: Message = WEBSOCKET,
    refusals: tuple[type[ProviderError], ...] = (),
) -> AsyncIterator[ProbeStep]:
    """The WebSocket opened and ready, half a second of silence sent, and the end awaited for `patience` seconds.

    `refusals` are of the opening, even when they come after it.
    """
    opened = False
    error: ProviderError | None = None
    try:
        async with asyncio.timeout(patience), connecting as stream:
            opened = True
            await send_silence(stream, sound)
            await stream.finish()
            async for _ in stream:
                pass
    except TimeoutError:
        error = StreamStalled(say("Network", "The service did not answer in time."))
    except ProviderError as raised:
        error = raised
        opened = opened and not isinstance(raised, refusals)
    if opened:
        yield ProbeStep(opening)
    yield ProbeStep(STILL if opened else opening, error)


async def send_silence(stream: TranscriptionStream, sound: AudioFormat) -> None:
    """`SILENCE` seconds, in five pieces."""
    for number in range(5):
        await stream.send(AudioChunk(bytes(sound.size(SILENCE / 5)), sound, number * SILENCE / 5))
