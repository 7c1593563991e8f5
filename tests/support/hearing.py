"""Both directions of a stream at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from desktop.core.captions import StreamEvent
from desktop.core.provider import TranscriptionStream


async def said_while(send: Callable[[], Coroutine[Any, Any, None]], opened: TranscriptionStream) -> list[StreamEvent]:
    """Everything that a stream says while `send` runs beside it; that is given up when the stream ends."""
    sending = asyncio.ensure_future(send())
    try:
        return [event async for event in opened]
    finally:
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
