"""Trying a Pipecat bot out: to the steps of every service it adds the bot's answer."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator
from dataclasses import replace

from desktop.core.captions import StreamEvent
from desktop.core.errors import ProviderError
from desktop.core.message import Message, say
from desktop.core.provider import ProbeStep, StreamConfig
from desktop.providers.pipecat import options
from desktop.providers.pipecat.opening import Manners, PipecatStream, connect
from desktop.transport import trial
from desktop.transport.target import Target


def probe(config: StreamConfig, manners: Manners) -> AsyncIterator[ProbeStep]:
    """The steps, ending with the first that fails."""

    async def aim() -> Target:
        return options.settings(config).target

    return trial.try_out(aim, _converse(config, manners))


async def _converse(config: StreamConfig, manners: Manners) -> AsyncIterator[ProbeStep]:
    """The WebSocket opened, the bot asked who it is, and half a second of silence that it must not hang up on."""
    door, steps = say("Pipecat", "WebSocket and token"), []
    settings = replace(options.settings(config), hear_bot=False)
    patient = replace(manners, greeting=max(manners.greeting, trial.SILENCE))
    try:
        async with connect(settings, config.format, patient) as stream:
            steps = [ProbeStep(door), ProbeStep(say("Pipecat", "the bot's answer"), detail=_introduction(stream))]
            await trial.send_silence(stream, config.format)
            await _hear_out(stream)
            steps.append(ProbeStep(trial.STILL))
    except ProviderError as error:
        steps.append(ProbeStep(trial.STILL if steps else door, error))
    for step in steps:
        yield step


async def _hear_out(stream: PipecatStream) -> None:
    """Read for as long as the silence lasts; raises what the bot ends it with."""
    reading = asyncio.ensure_future(_read(stream))
    try:
        async with asyncio.timeout(trial.SILENCE):
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
