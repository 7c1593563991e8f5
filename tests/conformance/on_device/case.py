"""The on-device engine with the first sentences of the sample speech."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from desktop.audio.files import MediaFile
from desktop.core.provider import StreamConfig
from desktop.providers import discover
from desktop.settings.paths import resources
from desktop.testing.conformance import Case

SECONDS = 9.0


@asynccontextmanager
async def open_case() -> AsyncIterator[Case]:
    source = MediaFile(resources() / "sample" / "them.flac")
    async with source.open(0.0) as chunks:
        speech = [chunk async for chunk in chunks if chunk.end <= SECONDS]
    yield Case(discover()["on-device"], StreamConfig("en-US"), speech)
