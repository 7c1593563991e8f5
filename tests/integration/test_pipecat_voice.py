"""A bot is heard on the output that was chosen, recorded from the sink's monitor, and only when that is wanted."""

from __future__ import annotations

import asyncio
import math
import os
import time
from array import array

import pytest

from desktop.audio.convert import level
from desktop.audio.devices import open_source
from desktop.core.audio import SPEECH, AudioChunk
from desktop.core.provider import StreamConfig
from desktop.providers.pipecat.opening import Manners
from desktop.providers.pipecat.provider import Pipecat
from tests.support.beacon import beacon_pcm
from tests.support.pipecat_server import start

pytestmark = [
    pytest.mark.desktop,
    pytest.mark.skipif(
        "PULSE_SERVER" not in os.environ, reason="platform: ./dev test starts a sound server of its own"
    ),
]

TONE = array("h", (round(12_000 * math.sin(2 * math.pi * 440 * at / 24_000)) for at in range(24_000))).tobytes()


@pytest.mark.parametrize(("wanted", "seconds"), [("yes", 1.0), ("no", 0.0)])
async def test_a_reply_is_heard_when_that_is_wanted(wanted: str, seconds: float) -> None:
    heard, epoch = 0.0, time.monotonic()
    async with start() as server, open_source("pulse:ci_out.monitor").open(epoch) as chunks:
        server.talks_back, server.voice = True, TONE
        options = {"url": server.url, "hear-bot": wanted, "output-device": "ci_out"}
        provider = Pipecat(Manners(greeting=0.3, settle=2.0))
        async with asyncio.timeout(90), provider.connect(StreamConfig("en-US", SPEECH, {}, options)) as stream:
            await stream.send(AudioChunk(beacon_pcm(1) + bytes(3200), SPEECH, 0.0))
            await stream.finish()
            reading = asyncio.ensure_future(anext(aiter(chunks)))
            listening = asyncio.ensure_future(collect(stream))
            while not listening.done():
                await asyncio.wait([reading, listening], return_when=asyncio.FIRST_COMPLETED)
                if reading.done():
                    chunk = reading.result()
                    heard += chunk.duration if level(chunk.pcm, chunk.format) > -30 else 0.0
                    reading = asyncio.ensure_future(anext(aiter(chunks)))
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
            await listening
            quiet = 0.0
            async for chunk in chunks:  # what was played is recorded later
                loud = level(chunk.pcm, chunk.format) > -30
                heard += chunk.duration if loud else 0.0
                quiet = 0.0 if loud else quiet + chunk.duration
                if quiet > 1.0 and heard > seconds - 0.3:
                    break
    assert heard == pytest.approx(seconds, abs=0.3), "once; a busy computer stretches it"


async def collect(stream: object) -> None:
    assert hasattr(stream, "__aiter__")
    async for _ in stream:
        pass
