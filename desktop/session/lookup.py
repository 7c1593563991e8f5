"""Looks names up in threads that nobody waits for."""

from __future__ import annotations

import asyncio
import socket
from functools import partial
from typing import Any

from desktop.settings.aside import aside


def look_up_aside(loop: asyncio.AbstractEventLoop) -> None:
    """Let whatever runs on `loop` look names up this way.

    A resolver whose network is gone gives up after half a minute. In asyncio's own pool it would hold the end of the
    program for as long, and with a few of them everything else that is done there.
    """
    loop.getaddrinfo = _getaddrinfo  # type: ignore[method-assign]  # connections of every kind ask the loop


async def _getaddrinfo(host: bytes | str | None, port: bytes | str | int | None, **hints: int) -> list[Any]:
    return await asyncio.wrap_future(aside(partial(socket.getaddrinfo, host, port, **hints)))
