"""One HTTP request at a time, for tokens, orders and small documents, on the same way as the streams.

No redirect is followed here: what is sent may be a secret for one host.
"""

from __future__ import annotations

import asyncio
import json
import re
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPResponse
from io import BytesIO
from typing import Any, cast
from urllib.parse import urlsplit

from desktop import __version__
from desktop.core.errors import ConnectionLost
from desktop.core.message import say

MAX_BODY = 64 * 1024
"""Bytes of an answer that are read."""
_MOST_RAW = 2 * MAX_BODY
"""Bytes of one that comes in pieces, each under its size."""
AGENT = f"Overtitle/{'.'.join(__version__.split('.')[:2])}"
_LENGTH = re.compile(rb"^content-length:[ \t]*(\d{1,9})[ \t]*\r$", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    content: bytes = field(repr=False)
    """`MAX_BODY` bytes at most, and one more when there are more."""
    location: str = field(default="", repr=False)
    """Where else it is, as a redirect says."""

    def fields(self) -> Mapping[str, Any]:
        """The JSON object; empty when it is none, or too long."""
        try:
            found = json.loads(self.content) if len(self.content) <= MAX_BODY else None
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}


async def get(url: str, patience: float) -> Answer:
    """Ask for a document; the rest is as with `post`."""
    return await _exchange(url, "GET", (), b"", patience)


async def post_json(url: str, values: Mapping[str, object], patience: float) -> Answer:
    """Send an object; the rest is as with `post`."""
    return await post(url, json.dumps(values).encode(), "application/json", patience)


async def post(url: str, body: bytes, kind: str, patience: float) -> Answer:
    """Send `body` of this media type and return the answer, whatever its status.

    The connection may take `patience` seconds, all together twice as long. Raises `ProviderError`, which never quotes
    the URL.
    """
    return await _exchange(url, "POST", (f"Content-Type: {kind}", f"Content-Length: {len(body)}"), body, patience)


async def _exchange(url: str, method: str, headers: Sequence[str], body: bytes, patience: float) -> Answer:
    from desktop.transport.dialing import explain
    from desktop.transport.proxy import way_to
    from desktop.transport.reach import opened

    way = way_to(url)
    try:
        async with asyncio.timeout(2 * patience), opened(way, patience, encrypted=way.encrypted) as (reader, writer):
            writer.write(_head(url, method, headers) + body)
            return _parse(await _read(reader))
    except (OSError, EOFError) as error:
        raise explain(error, way.host, way.port, way.proxy) from None
    except (HTTPException, asyncio.LimitOverrunError):
        raise not_web(way.host, way.port) from None


def _head(url: str, method: str, headers: Sequence[str]) -> bytes:
    parts = urlsplit(url)
    lines = (
        f"{method} {parts.path or '/'}{'?' if parts.query else ''}{parts.query} HTTP/1.1",
        f"Host: {parts.netloc}",
        f"User-Agent: {AGENT}",
        *headers,
        "Accept-Encoding: identity",
        "Connection: close",
        "\r\n",
    )
    return "\r\n".join(lines).encode("ascii")


async def _read(reader: asyncio.StreamReader) -> bytes:
    """The answer as it came, up to its end or more than `MAX_BODY`."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = _LENGTH.search(head)
    if length is not None:
        return head + await reader.readexactly(min(int(length[1]), MAX_BODY + 1))
    body = bytearray()
    while len(body) < _MOST_RAW and (more := await reader.read(MAX_BODY)):
        body += more
    return head + bytes(body)


class _Heard:
    """What `HTTPResponse` needs of a socket."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw

    def makefile(self, _mode: str) -> BytesIO:
        return BytesIO(self._raw)


def _parse(raw: bytes) -> Answer:
    response = HTTPResponse(cast("socket.socket", _Heard(raw)))
    with response:
        response.begin()
        return Answer(response.status, response.read(MAX_BODY + 1), response.getheader("Location", ""))


def not_web(host: str, port: int) -> ConnectionLost:
    """Something else answers."""
    return ConnectionLost(
        say("Network", "{host} does not speak HTTP on port {port}.", host=host, port=port),
        say("Network", "Check the address of the service."),
    )
