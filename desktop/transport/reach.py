"""The steps below a WebSocket one by one, for requests and for trying out why a service can't be reached."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from typing import Any

from websockets.asyncio.client import connect_http_proxy
from websockets.exceptions import InvalidHandshake
from websockets.proxy import Proxy
from websockets.uri import parse_uri

from desktop.transport.dialing import explain, tls_context
from desktop.transport.proxy import Way

MAX_HEAD = 16 * 1024
"""Bytes of an HTTP answer's head that are looked at."""

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def resolve(way: Way) -> None:
    """Look the service's address up; raises `ProviderError`."""
    try:
        await asyncio.get_running_loop().getaddrinfo(way.host, way.port)
    except OSError as error:
        raise explain(error, way.host, way.port, way.proxy) from None


async def open_proxy(proxy: Proxy, patience: float) -> None:
    """Connect to the proxy itself, and close; raises `ProviderError`."""
    await open_port(Way(proxy.host, proxy.port), patience)


async def open_port(way: Way, patience: float) -> None:
    """Connect, by the proxy's CONNECT when there is one, and close; raises `ProviderError`."""
    async with opened(way, patience, encrypted=False):
        pass


async def read_date(way: Way, patience: float) -> str:
    """Agree on encryption and return the `Date` of the service's answer, empty without one; raises `ProviderError`."""
    async with opened(way, patience, encrypted=True) as (reader, writer):
        try:
            request = f"GET / HTTP/1.1\r\nHost: {way.host}:{way.port}\r\nConnection: close\r\n\r\n"
            writer.write(request.encode("ascii", "replace"))
            async with asyncio.timeout(patience):
                head = await reader.readuntil(b"\r\n\r\n")
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            return ""
    for line in head.decode("latin-1").split("\r\n"):
        name, _, value = line.partition(":")
        if name.lower() == "date":
            return value.strip()
    return ""


@contextlib.asynccontextmanager
async def opened(way: Way, patience: float, *, encrypted: bool) -> AsyncIterator[Streams]:
    """Streams to the service, dropped on leaving; raises `ProviderError` when that takes longer than `patience` s."""
    async with contextlib.AsyncExitStack() as stack:
        try:
            async with asyncio.timeout(patience):
                tls = await tls_context() if encrypted else None
                opening = _tunnel(way, way.proxy, tls) if way.proxy else _direct(way, tls)
                streams = await stack.enter_async_context(opening)
        except (OSError, InvalidHandshake, EOFError) as error:
            raise explain(error, way.host, way.port, way.proxy) from None
        yield streams


@contextlib.asynccontextmanager
async def _direct(way: Way, tls: ssl.SSLContext | None) -> AsyncIterator[Streams]:
    reader, writer = await asyncio.open_connection(way.host, way.port, ssl=tls, limit=MAX_HEAD)
    try:
        yield reader, writer
    finally:
        writer.transport.abort()


@contextlib.asynccontextmanager
async def _tunnel(way: Way, proxy: Proxy, tls: ssl.SSLContext | None) -> AsyncIterator[Streams]:
    """Streams through the CONNECT that `websockets` itself makes, so that what is tried is what will be used."""
    loop = asyncio.get_running_loop()
    options: dict[str, Any] = {"ssl": await tls_context()} if proxy.scheme == "https" else {}
    target = parse_uri(f"wss://{f'[{way.host}]' if ':' in way.host else way.host}:{way.port}")
    transport: asyncio.Transport = await connect_http_proxy(proxy, target, **options)
    try:
        reader = asyncio.StreamReader(MAX_HEAD, loop)
        protocol = asyncio.StreamReaderProtocol(reader, loop=loop)
        transport.set_protocol(protocol)
        if tls is not None:
            transport = await loop.start_tls(transport, protocol, tls, server_hostname=way.host) or transport
        protocol.connection_made(transport)
        yield reader, asyncio.StreamWriter(transport, protocol, reader, loop)
    finally:
        transport.abort()
