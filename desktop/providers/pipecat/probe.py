"""Trying a Pipecat bot out, one step after the other, so that the step that fails names the cause."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from urllib.parse import urlsplit

from desktop.core.audio import AudioChunk
from desktop.core.captions import StreamEvent
from desktop.core.errors import ProviderError
from desktop.core.message import Message, say
from desktop.core.provider import ProbeStep, StreamConfig
from desktop.providers.pipecat import options
from desktop.providers.pipecat.opening import Manners, PipecatStream, connect
from desktop.providers.pipecat.options import Settings
from desktop.transport.target import require_encryption

PATIENCE = 10.0
"""Seconds for one step on the network."""
SILENCE = 0.5
"""Seconds of silence that are sent, and that the bot then has to hang up."""
_OPTIONS = say("Pipecat", "options")
_DOOR = say("Pipecat", "WebSocket and token")
_BOT = say("Pipecat", "the bot's answer")
_SILENCE = say("Pipecat", "half a second of silence")


async def probe(config: StreamConfig, manners: Manners) -> AsyncIterator[ProbeStep]:
    """The steps, ending with the first that fails."""
    try:
        settings = replace(options.settings(config), hear_bot=False)
        require_encryption(settings.target)
    except ProviderError as error:
        yield ProbeStep(_OPTIONS, error)
        return
    async for step in _network(settings.target.url):
        yield step
        if step.error is not None:
            return
    for step in await _stream(settings, config, manners):
        yield step


async def _network(url: str) -> AsyncIterator[ProbeStep]:
    """Name, port and encryption; behind a proxy only the WebSocket itself can be tried."""
    from desktop.transport.reach import open_port, proxied, read_date, resolve

    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "wss" else 80)
    if proxied(url):
        yield ProbeStep(say("Pipecat", "proxy"), detail=say("Pipecat", "The connection goes through a proxy."))
        return
    yield await _tried(say("Pipecat", "name resolution"), lambda: resolve(host, port))
    yield await _tried(say("Pipecat", "port {port}", port=port), lambda: open_port(host, port, PATIENCE))
    if parts.scheme == "wss":
        yield await _tried(say("Pipecat", "encryption (TLS)"), lambda: read_date(host, port, PATIENCE))


async def _tried(title: Message, attempt: Callable[[], Awaitable[object]]) -> ProbeStep:
    try:
        await attempt()
    except ProviderError as error:
        return ProbeStep(title, error)
    return ProbeStep(title)


async def _stream(settings: Settings, config: StreamConfig, manners: Manners) -> list[ProbeStep]:
    """The WebSocket opened, the bot asked who it is, and half a second of silence that it must not hang up on."""
    steps: list[ProbeStep] = []
    patient = replace(manners, greeting=max(manners.greeting, SILENCE))
    try:
        async with connect(settings, config.format, patient) as stream:
            steps += [ProbeStep(_DOOR), ProbeStep(_BOT, detail=_introduction(stream))]
            await _say_nothing(stream, config)
    except ProviderError as error:
        return [*steps, ProbeStep(_SILENCE if steps else _DOOR, error)]
    return [*steps, ProbeStep(_SILENCE)]


async def _say_nothing(stream: PipecatStream, config: StreamConfig) -> None:
    size = config.format.size(SILENCE / 5)
    for number in range(5):
        await stream.send(AudioChunk(bytes(size), config.format, number * SILENCE / 5))
    reading = asyncio.ensure_future(_read(stream))
    try:
        async with asyncio.timeout(SILENCE):
            await reading
    except TimeoutError:
        return  # the bot listens on
    finally:
        reading.cancel()
        with contextlib.suppress(asyncio.CancelledError, ProviderError):
            await reading


async def _read(stream: PipecatStream) -> list[StreamEvent]:
    return [event async for event in stream]


def _introduction(stream: PipecatStream) -> Message:
    ready = stream.codec.ready
    if ready is None:
        return say("Pipecat", "The bot does not introduce itself; captions may come all the same.")
    name, version = (re.sub(r"[^\w.+-]", "", text)[:40] for text in (ready.library, ready.library_version))
    return say("Pipecat", "{name} {version}, RTVI {protocol}", name=name or "?", version=version,
               protocol=re.sub(r"[^\d.]", "", ready.version)[:20])  # fmt: skip
