"""WhisperLive against the server of this repository, with numbers for speech."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from desktop.core.audio import SPEECH
from desktop.core.provider import StreamConfig
from desktop.providers.whisper_live.provider import WhisperLive
from desktop.providers.whisper_live.stream import Waits
from desktop.testing.conformance import Case
from tests.support.beacon import beacon_chunks
from tests.support.whisper_live_server import start

KEY = "canary"


@asynccontextmanager
async def open_case() -> AsyncIterator[Case]:
    async with start() as server:
        server.token = KEY
        config = StreamConfig("fr-FR", SPEECH, {"token": KEY}, {"url": server.url})
        yield Case(WhisperLive(waits=Waits(quiet=2.0)), config, beacon_chunks(3, first=7, silence=1.0))
        assert not server.complaints
