"""What the recognition servers of one's own have in common: a port, a token, faults on order, and what was heard."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import TypeVar

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response


@dataclass
class Fault:
    """What goes wrong on one connection: `refuse` with a status, or a kind that the server knows."""

    kind: str
    after: float = 0.0
    """Seconds of sound."""
    status: int = 401


class OwnServer:
    """Refuses, and hands over what it lets in."""

    def __init__(self) -> None:
        self.faults: list[Fault | None] = []
        """One for each connection attempt, in order; later ones work."""
        self.attempts = 0
        self.complaints: list[str] = []
        """Rules that a client broke."""
        self.token = ""
        """What the server, or a gateway before it, asks for."""
        self.url = ""

    def check(self, connection: ServerConnection, request: Request) -> Response | None:
        fault = self.faults[self.attempts] if self.attempts < len(self.faults) else None
        self.attempts += 1
        if fault is not None and fault.kind == "refuse":
            return connection.respond(HTTPStatus(fault.status), "no\n")
        if self.token and request.headers.get("Authorization") != f"Bearer {self.token}":
            return connection.respond(HTTPStatus.UNAUTHORIZED, "no\n")
        return None

    async def converse(self, connection: ServerConnection) -> None:
        fault = self.faults[self.attempts - 1] if self.attempts <= len(self.faults) else None
        with contextlib.suppress(ConnectionClosed):
            await self.recognise(connection, fault)

    async def recognise(self, connection: ServerConnection, fault: Fault | None) -> None:
        """One stream from its first message to its end."""
        raise NotImplementedError


Server = TypeVar("Server", bound=OwnServer)


@asynccontextmanager
async def start_server(server: Server) -> AsyncIterator[Server]:
    """Let it listen on this computer."""
    async with serve(
        server.converse, "127.0.0.1", 0, process_request=server.check, compression=None, ping_interval=None,
        close_timeout=0.5,
    ) as running:  # fmt: skip
        server.url = f"ws://127.0.0.1:{running.sockets[0].getsockname()[1]}"
        try:
            yield server
        finally:
            for connection in list(running.connections):
                connection.transport.abort()
            await asyncio.sleep(0)
