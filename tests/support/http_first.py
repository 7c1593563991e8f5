"""One port for two protocols: a POST is answered here, anything else is passed on to a WebSocket server.

`websockets` takes GET alone, and the services that are imitated have their token endpoint on the same host.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

Web = Callable[[str, bytes], Awaitable[tuple[int, bytes]]]
"""Path and body to status and JSON."""


class HttpFirst:
    """`async with HttpFirst(answer, port of the WebSocket server) as front`; clients use `front.port`."""

    def __init__(self, web: Web, behind: int, port: int = 0) -> None:
        self._web = web
        self._behind = behind
        self.port = port
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> HttpFirst:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for writer in list(self._writers):
            writer.transport.abort()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._writers.add(writer)
        try:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
                head = await reader.readuntil(b"\r\n\r\n")
                if head.startswith(b"POST "):
                    await self._post(head, reader, writer)
                else:
                    await self._pass_on(head, reader, writer)
        finally:
            writer.transport.abort()
            self._writers.discard(writer)
            self._tasks.discard(task)

    async def _post(self, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        lines = head.decode("latin-1").split("\r\n")
        fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
        body = await reader.readexactly(int(fields.get("content-length", "0")))
        status, answer = await self._web(lines[0].split()[1], body)
        writer.write(
            f"HTTP/1.1 {status} Answer\r\nContent-Type: application/json\r\nContent-Length: {len(answer)}\r\n"
            f"Connection: close\r\n\r\n".encode()
            + answer
        )
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    async def _pass_on(self, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        behind, to_behind = await asyncio.open_connection("127.0.0.1", self._behind)
        self._writers.add(to_behind)
        to_behind.write(head)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(pump(reader, to_behind))
                group.create_task(pump(behind, writer))
        finally:
            to_behind.transport.abort()
            self._writers.discard(to_behind)


async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Bytes from one to the other until the end, which the other is told; a break is passed on as one."""
    try:
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
        writer.write_eof()
    except OSError:
        writer.transport.abort()
