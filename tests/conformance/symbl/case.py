"""Symbl's protocol against the server of this repository, with numbers for speech."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from desktop.core.audio import SPEECH
from desktop.core.provider import StreamConfig
from desktop.providers import discover
from desktop.testing.conformance import Case
from tests.support.beacon import beacon_chunks
from tests.support.symbl_server import APP_ID, SECRET, start


@asynccontextmanager
async def open_case() -> AsyncIterator[Case]:
    async with start() as server:
        config = StreamConfig("en-US", SPEECH, {"app-id": APP_ID, "app-secret": SECRET}, {"url": server.url})
        yield Case(discover()["symbl"], config, beacon_chunks(3, first=7, silence=1.0))
        assert not server.complaints
        assert not any(heard.early for heard in server.streams)
