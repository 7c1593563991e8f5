"""The steps below a WebSocket one by one, for trying out why a service can't be reached, through a proxy or without."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

from websockets.asyncio.client import connect_http_proxy
from websockets.exceptions import InvalidHandshake, InvalidProxy
from websockets.proxy import Proxy, get_proxy, parse_proxy
from websockets.uri import parse_uri

from desktop.transport.dialing import explain, tls_context
from desktop.transport.target import is_loopback

MAX_HEAD = 16 * 1024
"""Bytes of an HTTP answer that are looked at."""

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


def proxied(url: str) -> bool:
    """Whether a WebSocket to `url` goes through a proxy."""
    host = urlsplit(url).hostname or ""
    return not is_loopback(host) and get_proxy(parse_uri(url)) is not None


def proxy_to(url: str) -> Proxy | None:
    """The proxy on the way to `url` (without a query); raises `ProviderError` for one that can't be used."""
    if not proxied(url):
        return None
    target = parse_uri(url)
    try:
        proxy = parse_proxy(get_proxy(target) or "")
    except InvalidProxy as error:
        raise explain(error, target.host, target.port) from None
    if proxy.scheme.startswith("socks"):
        raise explain(ImportError(), target.host, target.port)  # as `websockets` does without a package for SOCKS
    return proxy


async def resolve(host: str, port: int) -> None:
    """Look the host's address up; raises `ProviderError`."""
    try:
        await asyncio.get_running_loop().getaddrinfo(host, port)
    except OSError as error:
        raise explain(error, host, port) from None


async def open_port(host: str, port: int, patience: float, proxy: Proxy | None = None) -> None:
    """Connect, by the proxy's CONNECT when there is one, and close; raises `ProviderError`."""
    async with _connected(host, port, patience, _tunnel(host, port, proxy) if proxy else _direct(host, port)):
        pass


async def read_date(host: str, port: int, patience: float, proxy: Proxy | None = None) -> str:
    """Agree on encryption and return the `Date` of the service's answer, empty without one; raises `ProviderError`."""
    tls = await tls_context()
    opening = _tunnel(host, port, proxy, tls) if proxy else _direct(host, port, tls)
    async with _connected(host, port, patience, opening) as (reader, writer):
        try:
            request = f"GET / HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n"
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
async def _connected(
    host: str, port: int, patience: float, opening: contextlib.AbstractAsyncContextManager[Streams]
) -> AsyncIterator[Streams]:
    async with contextlib.AsyncExitStack() as stack:
        try:
            async with asyncio.timeout(patience):
                streams = await stack.enter_async_context(opening)
        except (OSError, InvalidHandshake, EOFError) as error:
            raise explain(error, host, port) from None
        yield streams


@contextlib.asynccontextmanager
async def _direct(host: str, port: int, tls: ssl.SSLContext | None = None) -> AsyncIterator[Streams]:
    reader, writer = await asyncio.open_connection(host, port, ssl=tls, limit=MAX_HEAD)
    try:
        yield reader, writer
    finally:
        writer.transport.abort()


@contextlib.asynccontextmanager
async def _tunnel(host: str, port: int, proxy: Proxy, tls: ssl.SSLContext | None = None) -> AsyncIterator[Streams]:
    """Streams through the CONNECT that `websockets` itself makes, so that what is tried is what will be used."""
    loop = asyncio.get_running_loop()
    options: dict[str, Any] = {"ssl": await tls_context()} if proxy.scheme == "https" else {}
    target = parse_uri(f"wss://{f'[{host}]' if ':' in host else host}:{port}")
    transport: asyncio.Transport = await connect_http_proxy(proxy, target, **options)
    try:
        reader = asyncio.StreamReader(MAX_HEAD, loop)
        protocol = asyncio.StreamReaderProtocol(reader, loop=loop)
        transport.set_protocol(protocol)
        if tls is not None:
            transport = await loop.start_tls(transport, protocol, tls, server_hostname=host) or transport
        protocol.connection_made(transport)
        yield reader, asyncio.StreamWriter(transport, protocol, reader, loop)
    finally:
        transport.abort()
