"""An HTTP proxy that knows CONNECT and leads every name to one port of this computer.

With a certificate it also speaks TLS at the far end, as what stands before a service does: the service itself is plain.
"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from ssl import PROTOCOL_TLS_SERVER, SSLContext

from tests.support.serving import serving


class ConnectProxy:
    def __init__(self, port: int, pem: Path | None = None) -> None:
        self.port = port
        self.tls: SSLContext | None = None
        if pem is not None:
            self.tls = SSLContext(PROTOCOL_TLS_SERVER)
            self.tls.load_cert_chain(pem)
        self.url = ""
        self.status = 200
        self.account = ""
        """`name:password` that it wants; empty for none."""
        self.offers: tuple[str, ...] = ()
        """`Proxy-Authenticate` of a refusal, one line each."""
        self.asked: list[str] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        method, name, _ = head.split(" ", 2)
        assert method == "CONNECT"
        self.asked.append(name)
        status = self.status if self.is_known(head) else 407
        offers = "".join(f"Proxy-Authenticate: {each}\r\n" for each in self.offers if status == 407)
        writer.write(f"HTTP/1.1 {status} Answer\r\n{offers}Content-Length: 0\r\n\r\n".encode())
        await writer.drain()
        if status == 200:
            if self.tls is not None:
                await writer.start_tls(self.tls)
            try:
                await self.carry(reader, writer)
            finally:
                writer.transport.abort()  # TLS would wait for a farewell

    def is_known(self, head: str) -> bool:
        wanted = base64.b64encode(self.account.encode()).decode()
        return not self.account or f"proxy-authorization: basic {wanted}".lower() in head.lower()

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", self.port)
        ways = [asyncio.ensure_future(copy(reader, back)), asyncio.ensure_future(copy(there, writer))]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            back.transport.abort()


async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()


@asynccontextmanager
async def start_proxy(port: int, pem: Path | None = None, *, encrypted: bool = False) -> AsyncIterator[ConnectProxy]:
    """A proxy on this computer; `encrypted` when it is itself reached over TLS."""
    proxy = ConnectProxy(port, pem)
    async with serving(proxy.serve, proxy.tls if encrypted else None) as own:
        proxy.url = f"http{'s' if encrypted else ''}://127.0.0.1:{own}"
        yield proxy
