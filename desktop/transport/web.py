"""One HTTP request at a time, for tokens and the like: a POST of JSON, on the same way as the streams.

No redirect is followed: what is sent is a secret for one host.
"""

from __future__ import annotations

import asyncio
import json
import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPResponse
from io import BytesIO
from typing import Any, cast
from urllib.parse import urlsplit

from desktop.core.errors import ConnectionLost
from desktop.core.message import say

MAX_BODY = 64 * 1024
"""Bytes of an answer that are read."""
_LENGTH = re.compile(rb"^content-length:[ \t]*(\d{1,9})[ \t]*\r$", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    body: Mapping[str, Any] = field(repr=False)
    """The JSON object; empty when it is none."""


async def post_json(url: str, values: Mapping[str, object], patience: float) -> Answer:
    """Send an object and return the answer, whatever its status; raises `ProviderError`, which never quotes the URL."""
    from desktop.transport.dialing import explain
    from desktop.transport.proxy import way_to
    from desktop.transport.reach import opened

    way = way_to(url)
    try:
        async with asyncio.timeout(2 * patience), opened(way, patience, encrypted=way.encrypted) as (reader, writer):
            writer.write(_request(url, json.dumps(values).encode()))
            return _parse(await _read(reader))
    except (OSError, EOFError) as error:
        raise explain(error, way.host, way.port, way.proxy) from None
    except (HTTPException, asyncio.LimitOverrunError):
        raise not_web(way.host, way.port) from None


def _request(url: str, body: bytes) -> bytes:
    parts = urlsplit(url)
    lines = (
        f"POST {parts.path or '/'}{'?' if parts.query else ''}{parts.query} HTTP/1.1",
        f"Host: {parts.netloc}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        "Connection: close",
        "\r\n",
    )
    return "\r\n".join(lines).encode("ascii") + body


async def _read(reader: asyncio.StreamReader) -> bytes:
    """The answer as it came, up to its end or `MAX_BODY`."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = _LENGTH.search(head)
    if length is not None:
        return head + await reader.readexactly(min(int(length[1]), MAX_BODY))
    body = bytearray()
    while len(body) < MAX_BODY and (more := await reader.read(MAX_BODY)):
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
        return Answer(response.status, _object(response.read(MAX_BODY)))


def not_web(host: str, port: int) -> ConnectionLost:
    """Something else answers."""
    return ConnectionLost(
        say("Network", "{host} does not speak HTTP on port {port}.", host=host, port=port),
        say("Network", "Check the address of the service."),
    )


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
