"""The WebSockets of the listener. The only module of this package that loads `websockets`; loaded when one opens."""

from __future__ import annotations

import asyncio
import logging
import ssl
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from http import HTTPStatus
from typing import Any

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request as HttpRequest
from websockets.http11 import Response

from desktop.core.message import Message, say
from desktop.ingress import door
from desktop.ingress.config import Clients, ListenerConfig, Protocol
from desktop.ingress.dialect import Dialect, Violation, name
from desktop.ingress.events import ListenerEvent, ListenerEventKind
from desktop.ingress.limits import Failures
from desktop.ingress.peer import About, Host, Peer
from desktop.ingress.pipecat import PipecatDialect
from desktop.ingress.raw import RawDialect
from desktop.ingress.twilio import TwilioDialect
from desktop.ingress.voximplant import VoximplantDialect

log = logging.getLogger(__name__)

GOING_AWAY, INTERNAL, TRY_LATER = 1001, 1011, 1013
REPLACED, TIMED_OUT, TOO_LONG = 4001, 4002, 4003
"""Close codes of our own (RFC 6455 leaves 4000 to 4999 to programs)."""
LARGEST = 1024 * 1024
"""Bytes of any message; dialects take less."""
READ_AT_ONCE = 8 * 1024
"""Bytes. asyncio reads 256 KiB; so much of tiny frames held everyone up for 46 ms, with this it was 14 ms."""
JUST_NOW = 1.0
"""Seconds since the last bytes of a peer within which it need not be asked whether it is still there."""
WAITING = 4
"""Messages of one peer that wait to be taken."""

_K = ListenerEventKind


class _Connection(ServerConnection):
    """One connection, counted from its first byte to its last."""

    crowd: dict[_Connection, None]
    """In the order in which they came."""
    most: int
    heard: float = float("-inf")
    """`time.monotonic()` of the last bytes from the other side, or until when it is made to wait."""
    dialect: Dialect | None = None
    about: About | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        if hasattr(transport, "max_size"):  # asyncio's own; missing elsewhere, where it is no harm but slower
            transport.max_size = READ_AT_ONCE
        self.heard = time.monotonic()
        self.crowd[self] = None
        if len(self.crowd) > self.most:
            # who has not asked for anything yet goes first: slow handshakes must not keep a good peer out
            waiting = (each for each in self.crowd if each.about is None and not each.transport.is_closing())
            next(waiting, self).transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self.crowd.pop(self, None)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self.heard = max(self.heard, time.monotonic())
        super().data_received(data)

    @property
    def address(self) -> str:
        """Address and port of the other side."""
        peer = self.remote_address
        if not peer:
            return "?"
        return f"[{peer[0]}]:{peer[1]}" if ":" in peer[0] else f"{peer[0]}:{peer[1]}"


class Sockets:
    """The open port and everyone connected to it."""

    def __init__(self, config: ListenerConfig, token: str, host: Host) -> None:
        self._config = config
        self._host = host
        self._door = door.Door(token, frozenset(config.paths), config.hosts, config.origins)
        self._failures = Failures(config.limits.failures)
        self._server: Server | None = None
        self._refusals = Failures(config.limits.failures)
        self._crowd: dict[_Connection, None] = {}
        self._admitting = asyncio.Lock()
        self._peers: dict[_Connection, Peer] = {}
        self._closing: set[asyncio.Task[None]] = set()
        self.port = 0

    async def open(self, port: int, tls: ssl.SSLContext | None) -> None:
        """Listen; raises `OSError`."""
        limits, everyone = self._config.limits, self._crowd

        class Counted(_Connection):
            crowd = everyone
            most = limits.connections

        self._server = await serve(
            self._serve,
            self._config.host,
            port,
            ssl=tls,
            ssl_handshake_timeout=limits.handshake if tls else None,
            process_request=self._request,
            create_connection=Counted,
            select_subprotocol=_subprotocol,
            compression=None,  # a small message could grow without limit
            open_timeout=limits.handshake,
            close_timeout=limits.close,
            ping_interval=limits.ping,
            ping_timeout=None,  # `_watch` decides: an answer may stand behind minutes of sound that is made to wait
            max_size=LARGEST,
            max_queue=WAITING,
            server_header=None,
            logger=_quiet(),
        )
        self.port = self._server.sockets[0].getsockname()[1]

    # ---- before the handshake

    def _request(self, connection: ServerConnection, request: HttpRequest) -> Response | None:
        """Refuse a request, or remember what it asks for."""
        assert isinstance(connection, _Connection)  # noqa: S101 - built by `_connection`
        verdict = self._door.admit(_said(request), _host_of(connection.address), self._failures, time.monotonic())
        if isinstance(verdict, door.Refused):
            return self._refuse(connection, verdict)
        protocol = self._config.paths[verdict.path]
        try:
            connection.dialect = _dialect(protocol, verdict)
        except Violation as violation:
            return self._refuse(connection, door.Refused(400, violation.reason), violation)
        connection.about = About(connection.address, protocol.value, name(verdict.query.get("name", "")))
        return None

    def _refuse(self, connection: _Connection, refused: door.Refused, violation: Violation | None = None) -> Response:
        if self._refusals.count(_host_of(connection.address), time.monotonic()) and not refused.quiet:
            kind = _K.AUTHENTICATION_FAILED if refused.status == HTTPStatus.UNAUTHORIZED else _K.REFUSED
            values = {"peer": connection.address, "status": refused.status}
            message = (
                say("Listener", "{peer} was refused: it did not show the right token.", peer=connection.address)
                if kind is _K.AUTHENTICATION_FAILED
                else say("Listener", "{peer} was refused (status {status}).", **values)
            )
            message = message if violation is None else violation.told(connection.address)
            self._host.told(ListenerEvent(kind, message, connection.address, refused.status))
        response = connection.respond(refused.status, f"{refused.reason}\n")
        if refused.status == HTTPStatus.UNAUTHORIZED:
            response.headers["WWW-Authenticate"] = "Bearer"
        return response

    # ---- one connection

    async def _serve(self, connection: ServerConnection) -> None:
        assert isinstance(connection, _Connection)  # noqa: S101 - built by `_connection`
        if connection.about is None or connection.dialect is None or self._server is None:
            return
        config = self._config
        peer = Peer(connection.about, connection.dialect, config.limits, config.handling, self._host)
        async with self._admitting:
            fits = await self._make_room(connection)
            if fits:
                self._peers[connection] = peer
        if not fits:
            await self._end(connection, TRY_LATER, "this listener already has a client")
            return
        values = {"peer": peer.about.address, "protocol": peer.about.protocol}
        self._tell(peer, _K.CONNECTED, say("Listener", "{peer} is connected ({protocol}).", **values))
        try:
            async with self._attending(connection, peer):
                await self._listen(connection, peer)
        finally:
            self._peers.pop(connection, None)
            peer.end(time.monotonic())
            code = connection.close_code
            message = say("Listener", "{peer} has left (code {code}).", peer=peer.about.address, code=code)
            self._tell(peer, _K.DISCONNECTED, message, code)

    def _tell(self, peer: Peer, kind: ListenerEventKind, message: Message, code: int | None = None) -> None:
        self._host.told(ListenerEvent(kind, message, peer.about.address, code))

    async def _make_room(self, connection: _Connection) -> bool:
        """Apply the policy for several clients; False when this one has to go."""
        others = [each for each in self._peers if not each.transport.is_closing()]
        if self._config.clients is Clients.REFUSE and await self._any_there(others):
            values = {"peer": connection.address}
            message = say("Listener", "{peer} was sent away: another client is connected.", **values)
            self._host.told(ListenerEvent(_K.REFUSED, message, connection.address, TRY_LATER))
            return False
        if self._config.clients is Clients.REPLACE:
            for each in others:
                self._end_later(each, REPLACED, "replaced by a newer client")
        return True

    async def _any_there(self, connections: list[_Connection]) -> bool:
        """Whether one of them still answers; the others are dropped.

        A network that broke tells nobody: without this a peer that comes back finds its own place taken.
        """
        for each in connections:
            if time.monotonic() - each.heard < JUST_NOW or await self._still_there(each):
                return True
            each.transport.abort()
        return False

    async def _still_there(self, connection: _Connection) -> bool:
        with suppress(TimeoutError, ConnectionClosed):
            async with asyncio.timeout(self._config.limits.close):
                await (await connection.ping())
                return True
        return False

    async def _listen(self, connection: _Connection, peer: Peer) -> None:
        """Take in what comes until the connection ends or breaks the rules."""
        try:
            async for message in connection:
                wait = peer.take(message, time.monotonic())
                if wait:
                    await _hold(connection, wait)
        except Violation as violation:
            self._tell(peer, _K.REFUSED, violation.told(peer.about.address), violation.code)
            await self._end(connection, violation.code, violation.reason)
        except ConnectionClosed:
            return
        except Exception:  # a bug: it is logged with its trace, and the other connections go on
            log.exception("A remote peer's connection failed")
            await self._end(connection, INTERNAL, "unexpected trouble")

    @asynccontextmanager
    async def _attending(self, connection: _Connection, peer: Peer) -> AsyncIterator[None]:
        """Send answers and watch the clock meanwhile."""
        tasks = [
            asyncio.ensure_future(self._answer(connection, peer)),
            asyncio.ensure_future(self._watch(connection, peer)),
        ]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _answer(self, connection: _Connection, peer: Peer) -> None:
        with suppress(ConnectionClosed):
            while True:
                await connection.send(await peer.answers.next())

    async def _watch(self, connection: _Connection, peer: Peer) -> None:
        """Send a peer away that sends no sound, or stays for too long; drop one that is not there any more."""
        limits, began = self._config.limits, time.monotonic()
        while True:
            now = time.monotonic()
            silent_at = max(began, peer.last_sound) + limits.idle
            if now >= began + limits.session:
                return self._time_out(connection, peer, TOO_LONG, "the longest session is over")
            if now >= silent_at:
                return self._time_out(connection, peer, TIMED_OUT, f"no sound for {limits.idle:g} seconds")
            lost_at = connection.heard + 2 * limits.ping
            if now >= lost_at:
                lost = say("Listener", "{peer} does not answer any more.", peer=peer.about.address)
                self._tell(peer, _K.TIMED_OUT, lost)
                connection.transport.abort()
                return None
            await asyncio.sleep(min(silent_at, began + limits.session, lost_at) - now)

    def _time_out(self, connection: _Connection, peer: Peer, code: int, reason: str) -> None:
        values = {"peer": peer.about.address}
        message = (
            say("Listener", "{peer} sent no sound for too long.", **values)
            if code == TIMED_OUT
            else say("Listener", "{peer} was connected for as long as is allowed.", **values)
        )
        self._tell(peer, _K.TIMED_OUT, message, code)
        self._end_later(connection, code, reason)

    # ---- the end

    def _end_later(self, connection: _Connection, code: int, reason: str) -> None:
        task = asyncio.ensure_future(self._end(connection, code, reason))
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    async def _end(self, connection: _Connection, code: int, reason: str) -> None:
        """Close; a peer that does not read would hold the closing handshake for ever."""
        try:
            async with asyncio.timeout(self._config.limits.close):
                await connection.close(code, reason)
        except TimeoutError:
            connection.transport.abort()

    def change_token(self, token: str) -> None:
        """Ask for another token from now on."""
        self._door.change_token(token)

    def close_door(self) -> None:
        """Let nobody in any more."""
        if self._server is not None:
            self._server.close(close_connections=False)

    def end_lanes(self) -> None:
        """End the sound of everyone who is connected."""
        for peer in tuple(self._peers.values()):
            peer.end_lanes(time.monotonic())

    async def close(self) -> None:
        """Close everything; returns when nothing is left."""
        if self._server is None:
            return
        self.close_door()
        await asyncio.gather(*(self._answered(peer) for peer in self._peers.values()))
        ends = [self._end(each, GOING_AWAY, "captions have ended") for each in tuple(self._crowd)]
        await asyncio.gather(*ends, *self._closing)
        await self._server.wait_closed()

    async def _answered(self, peer: Peer) -> None:
        """Give the last captions a moment to go out."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self._config.limits.close):
                await peer.answers.sent()


async def _hold(connection: _Connection, wait: float) -> None:
    """Read nothing more for a while; the library and the system then make the peer wait. Ends with the connection."""
    connection.heard = time.monotonic() + wait
    with suppress(TimeoutError):
        async with asyncio.timeout(wait):
            await connection.wait_closed()


def _dialect(protocol: Protocol, admission: door.Admission) -> Dialect:
    match protocol:
        case Protocol.PIPECAT:
            return PipecatDialect()
        case Protocol.VOXIMPLANT:
            return VoximplantDialect()
        case Protocol.TWILIO:
            return TwilioDialect()
        case Protocol.RAW:
            return RawDialect(admission.query)


def _quiet() -> logging.Logger:
    """The library's lines hold whole requests, tokens included, and anyone can make it write them."""
    quiet = logging.getLogger("websockets.desktop.ingress")
    quiet.disabled = True
    return quiet


def _said(request: HttpRequest) -> door.Request:
    every = request.headers.get_all
    return door.Request(request.path, tuple(every("Host")), tuple(every("Origin")), tuple(every("Authorization")))


def _host_of(address: str) -> str:
    return address.rpartition(":")[0]


def _subprotocol(_connection: ServerConnection, offered: Any) -> Any:
    """Voximplant offers `chat`, and some clients refuse an answer that names none of what they offered."""
    return "chat" if "chat" in offered else None
