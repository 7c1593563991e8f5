"""The replay provider with a small recording of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from desktop.core.provider import StreamConfig
from desktop.providers.replay import PROVIDER
from desktop.testing.conformance import Case, silence

RECORDING = Path(__file__).parent / "greeting.jsonl"


@asynccontextmanager
async def open_case() -> AsyncIterator[Case]:
    config = StreamConfig("en-US", options={"path": str(RECORDING)})
    yield Case(PROVIDER, config, silence(4.0, config.format), hears_nothing_in_silence=False)
