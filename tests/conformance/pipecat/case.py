"""A Pipecat bot: the strict server of this repository, with numbers for speech."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from desktop.core.audio import SPEECH, AudioChunk
from desktop.core.provider import StreamConfig
from desktop.providers.pipecat.opening import Manners
from desktop.providers.pipecat.provider import Pipecat
from desktop.testing.conformance import Case
from tests.support.beacon import beacon_pcm
from tests.support.pipecat_server import TOKEN, start


def speech() -> list[AudioChunk]:
    """Three numbers and a second of silence, in chunks of 50 ms."""
    pcm = b"".join(beacon_pcm(number) for number in (7, 8, 9)) + bytes(SPEECH.size(1.0))
    size = SPEECH.size(0.05)
    return [AudioChunk(pcm[at : at + size], SPEECH, SPEECH.seconds(at)) for at in range(0, len(pcm), size)]


@asynccontextmanager
async def open_case() -> AsyncIterator[Case]:
    async with start() as server:
        server.token = TOKEN
        server.talks_back = True
        server.ways = ["input", "transcription", "frame", "text"]
        config = StreamConfig("fr-FR", SPEECH, {"token": TOKEN}, {"url": server.url})
        yield Case(Pipecat(Manners(settle=1.5)), config, speech())
        assert not server.complaints
