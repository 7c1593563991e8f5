"""A web server of this computer, over TLS with a certificate of its own, that answers as it is told."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from tests.support.serving import serving

Answer = bytes | Callable[[asyncio.StreamWriter], Awaitable[None]]
"""All that is sent, or what sends it."""


class WebServer:
    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        """By path."""
        self.heads: list[str] = []
        self.url = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        self.heads.append(head)
        answer = self.answers[head.split(" ")[1].partition("?")[0]]
        if isinstance(answer, bytes):
            writer.write(answer)
            await writer.drain()
        else:
            await answer(writer)


def reply(body: bytes, status: str = "200 OK", *more: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *more, "", ""]
    return "\r\n".join(lines).encode() + body


def moved(target: str, status: str = "302 Found") -> bytes:
    return reply(b"gone", status, f"Location: {target}")


@asynccontextmanager
async def web_server(pem: Path | None) -> AsyncIterator[WebServer]:
    """`url` is that of the server, without a path; plain HTTP without a certificate."""
    server = WebServer()
    context = None
    if pem is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem)
    async with serving(server.serve, context) as port:
        server.url = f"http{'s' if pem else ''}://localhost:{port}"
        yield server
