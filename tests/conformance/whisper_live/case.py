"""WhisperLive against the server of this repository, with numbers for speech."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from desktop.core.audio import SPEECH
from desktop.core.provider import StreamConfig
from desktop.providers import discover
from desktop.testing.conformance import Case
from tests.support.beacon import beacon_chunks
from tests.support.whisper_live_server import start

KEY = "canary"


@asynccontextmanager
async def open_case() -> AsyncIterator[Case]:
    async with start() as server:
        server.token = KEY
        config = StreamConfig("fr-FR", SPEECH, {"token": KEY}, {"url": server.url})
        yield Case(discover()["whisper-live"], config, beacon_chunks(3, first=7, silence=1.0))
        assert not server.complaints
