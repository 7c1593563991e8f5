"""Trying Amazon Transcribe out, one step after the other, so that the step that fails names the cause."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from urllib.parse import urlsplit

from desktop.core.audio import AudioChunk
from desktop.core.errors import AuthenticationFailed, ClockSkew, PermissionMissing, ProviderError
from desktop.core.message import Message, say
from desktop.core.provider import ProbeStep, StreamConfig
from desktop.providers.amazon_transcribe import failures
from desktop.providers.amazon_transcribe.opening import Opener, Plan, skew_of
from desktop.providers.amazon_transcribe.signing import Keys

PATIENCE = 10.0
"""Seconds for one step on the network."""
SILENCE = 0.5
"""Seconds of silence that are sent; AWS bills 15 seconds for it."""
_OPTIONS = say("Amazon", "options")
_CREDENTIALS = say("Amazon", "credentials")
_PERMISSION = say("Amazon", "permission to stream")
_PROXY = say("Amazon", "proxy")
_PROXY_LOOKS_UP = say("Amazon", "The connection goes through it, and it looks up the address of the service.")
_SILENCE = say("Amazon", "half a second of silence")


async def probe(opener: Opener, config: StreamConfig) -> AsyncIterator[ProbeStep]:
    """The steps, ending with the first that fails."""
    try:
        plan = await opener.plan(config)
    except ProviderError as error:
        yield ProbeStep(_OPTIONS, error)
        return
    async for step in _network(opener, plan):
        yield step
        if step.error is not None:
            return
    try:
        keys: Keys = await opener.keys(plan)
    except ProviderError as error:
        yield ProbeStep(_CREDENTIALS, error)
        return
    yield ProbeStep(_CREDENTIALS, detail=keys.origin)
    for step in await _stream(opener, config):
        yield step


async def _network(opener: Opener, plan: Plan) -> AsyncIterator[ProbeStep]:
    """Name, port, encryption and clock; behind a proxy the name is the proxy's to look up."""
    from desktop.transport.reach import open_port, proxy_to, read_date, resolve

    url = plan.endpoint.url
    host, port = urlsplit(url).hostname or "", urlsplit(url).port or (443 if url.startswith("wss:") else 80)
    try:
        proxy = proxy_to(url)
    except ProviderError as error:
        yield ProbeStep(_PROXY, error)
        return
    if proxy is None:
        found = await _tried(say("Amazon", "name resolution"), lambda: resolve(host, port))
        yield found if found.error is None else ProbeStep(found.title, await opener.explained(plan, found.error))
        title = say("Amazon", "port {port}", port=port)
    else:
        reached = await _tried(_PROXY, lambda: open_port(proxy.host, proxy.port, PATIENCE))
        yield ProbeStep(_PROXY, reached.error, _PROXY_LOOKS_UP)
        title = say("Amazon", "port {port} through the proxy", port=port)
    yield await _tried(title, lambda: open_port(host, port, PATIENCE, proxy))
    if url.startswith("wss:"):
        date = ""

        async def handshake() -> None:
            nonlocal date
            date = await read_date(host, port, PATIENCE, proxy)

        yield await _tried(say("Amazon", "encryption (TLS)"), handshake)
        yield _clock(date)


async def _tried(title: Message, attempt: Callable[[], Awaitable[None]]) -> ProbeStep:
    try:
        await attempt()
    except ProviderError as error:
        return ProbeStep(title, error)
    return ProbeStep(title)


def _clock(date: str) -> ProbeStep:
    skew = skew_of(date)
    title = say("Amazon", "clock")
    if abs(skew) <= failures.TOLERANCE:
        return ProbeStep(title)
    return ProbeStep(title, detail=failures.clock_skew(skew).what)  # requests are signed for the service's clock


async def _stream(opener: Opener, config: StreamConfig) -> list[ProbeStep]:
    """Opened, half a second of silence sent, and closed in peace."""
    opened = False
    try:
        async with asyncio.timeout(3 * PATIENCE), opener.connect(config) as stream:
            opened = True
            size = config.format.size(SILENCE / 5)
            for number in range(5):
                await stream.send(AudioChunk(bytes(size), config.format, number * SILENCE / 5))
            await stream.finish()
            async for _ in stream:
                pass
    except TimeoutError:
        return [ProbeStep(_PERMISSION), ProbeStep(_SILENCE, failures.broken_close(None))]
    except ProviderError as error:
        refused = not opened or isinstance(error, AuthenticationFailed | PermissionMissing | ClockSkew)
        return [ProbeStep(_PERMISSION, error)] if refused else [ProbeStep(_PERMISSION), ProbeStep(_SILENCE, error)]
    return [ProbeStep(_PERMISSION), ProbeStep(_SILENCE)]
