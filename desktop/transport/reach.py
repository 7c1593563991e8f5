"""The steps below a WebSocket one by one, for trying out why a service can't be reached."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import Awaitable
from urllib.parse import urlsplit

from websockets.proxy import get_proxy
from websockets.uri import parse_uri

from desktop.core.errors import ProviderError
from desktop.transport.dialing import explain, tls_context
from desktop.transport.target import is_loopback

MAX_HEAD = 16 * 1024
"""Bytes of an HTTP answer that are looked at."""


def proxied(url: str) -> bool:
    """Whether a WebSocket to `url` goes through a proxy."""
    host = urlsplit(url).hostname or ""
    return not is_loopback(host) and get_proxy(parse_uri(url)) is not None


async def resolve(host: str, port: int) -> None:
    """Look the host's address up; raises `ProviderError`."""
    try:
        await asyncio.get_running_loop().getaddrinfo(host, port)
    except OSError as error:
        raise explain(error, host, port) from None


async def open_port(host: str, port: int, patience: float) -> None:
    """Connect and close; raises `ProviderError`."""
    _, writer = await _within(patience, asyncio.open_connection(host, port), host, port)
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()


async def read_date(host: str, port: int, patience: float) -> str:
    """Agree on encryption and return the `Date` of the service's answer, empty without one; raises `ProviderError`."""
    opening = asyncio.open_connection(host, port, ssl=await tls_context(), limit=MAX_HEAD)
    reader, writer = await _within(patience, opening, host, port)
    try:
        writer.write(f"GET / HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n".encode("ascii", "replace"))
        async with asyncio.timeout(patience):
            head = await reader.readuntil(b"\r\n\r\n")
    except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        return ""
    finally:
        writer.transport.abort()
    for line in head.decode("latin-1").split("\r\n"):
        name, _, value = line.partition(":")
        if name.lower() == "date":
            return value.strip()
    return ""


async def _within(
    patience: float, opening: Awaitable[tuple[asyncio.StreamReader, asyncio.StreamWriter]], host: str, port: int
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    try:
        async with asyncio.timeout(patience):
            return await opening
    except (OSError, ssl.SSLError) as error:
        raised: ProviderError = explain(error, host, port)
        raise raised from None
