"""One POST: every answer comes back, every failure is explained, and a redirect is not followed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest

from desktop.core import errors
from desktop.core.errors import ProviderError
from desktop.transport.web import MAX_BODY, post_json

CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


@asynccontextmanager
async def answering(reply: bytes, got: list[bytes] | None = None) -> AsyncIterator[str]:
    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.read(1)
        if head == b"\x16":  # TLS
            writer.transport.abort()
            return
        head += await reader.readuntil(b"\r\n\r\n")
        size = int(head.lower().partition(b"content-length:")[2].split()[0])
        if got is not None:
            got.append(head + await reader.readexactly(size))
        writer.write(reply)
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(behave, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/path"


def reply(status: str, body: bytes, *more: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *more, "", ""]
    return "\r\n".join(lines).encode() + body


@pytest.mark.parametrize(
    ("raw", "status", "fields"),
    [
        (reply("200 OK", b'{"a": 1}'), 200, {"a": 1}),
        (reply("401 No", b'{"message": "no"}'), 401, {"message": "no"}),
        (reply("500 Oh", b"<html>"), 500, {}),
        (reply("200 OK", b"[1]"), 200, {}),
        (reply("200 OK", b'{"a": "' + b"x" * MAX_BODY + b'"}'), 200, {}),
        (reply("200 OK", b'{"a": "' + b"x" * (MAX_BODY - 8) + b'"}'), 200, {}),
        (reply("302 Found", b"{}", "Location: http://127.0.0.1:1/"), 302, {}),
        (reply("307 Again", b"{}", "Location: http://127.0.0.1:1/"), 307, {}),
        (CHUNKED + b'3\r\n{"a\r\n5\r\n": 1}\r\n0\r\n\r\n', 200, {"a": 1}),
        (b"HTTP/1.1 200 OK\r\n\r\n{}", 200, {}),
    ],
)
async def test_answers(raw: bytes, status: int, fields: Mapping[str, Any]) -> None:
    got: list[bytes] = []
    async with answering(raw, got) as url:
        answer = await post_json(url, {"secret": "canary"}, 5.0)
    assert (answer.status, answer.fields()) == (status, fields)
    assert got[0].startswith(b"POST /path HTTP/1.1\r\n")
    assert got[0].endswith(b'{"secret": "canary"}')
    assert len(got) == 1


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda url: "http://127.0.0.1:1/", errors.ConnectionLost, "refuses connections"),
        (lambda url: "http://nowhere.invalid/", errors.ConnectionLost, "can't be found"),
        (lambda url: url.replace("http:", "https:"), errors.ProviderError, "127.0.0.1"),
        (lambda url: url, errors.ConnectionLost, "does not speak HTTP"),
        (lambda url: url.replace("http:", "HTTPS:"), errors.ProviderError, "127.0.0.1"),
    ],
)
async def test_failures(make: Callable[[str], str], error: type[ProviderError], words: str) -> None:
    async with answering(b"hello there\r\n\r\n") as url:
        with pytest.raises(error, match=words) as found:
            await post_json(make(url), {"secret": "canary"}, 2.0)
    assert "canary" not in str(found.value)
    assert found.value.__suppress_context__


async def test_a_silent_server_is_given_up() -> None:
    release = asyncio.Event()

    async def silent(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await release.wait()
        writer.close()

    async with await asyncio.start_server(silent, "127.0.0.1", 0) as server:
        with pytest.raises(errors.ConnectionLost, match="does not answer"):
            await post_json(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/", {}, 0.1)
        release.set()
