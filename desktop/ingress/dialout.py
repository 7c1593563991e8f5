"""A call that this computer asks for: starts our scenario at Voximplant and connects to its session.

What comes through the connection is what a scenario sends to the listener, so everything behind it is the same; only
the direction differs. No port is opened here, and no tunnel is needed.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit

from desktop.core.errors import ConnectionLost, ConnectionUntrusted, OvertitleError, ProviderError
from desktop.core.message import Message, say
from desktop.ingress.dialect import Violation, WireMessage
from desktop.ingress.events import ListenerEvent, ListenerEventKind
from desktop.ingress.limits import Limits
from desktop.ingress.peer import About, Handling, Host, Peer
from desktop.ingress.voximplant import VoximplantDialect
from desktop.ingress.voximplant_api import Order, make_key, start
from desktop.transport.target import Refusal, Target

if TYPE_CHECKING:
    from websockets.asyncio.client import ClientConnection

log = logging.getLogger(__name__)

DELAYS = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds before each attempt to find a session again."""
NORMAL = 1000
"""Close code of a session that has ended (RFC 6455, section 7.4.1)."""
FIRST_ATTEMPTS = 3
"""Of these delays, for a session that has just been started."""
HANG_UP_PATIENCE = 5.0
"""Seconds for a scenario to end the call once it is asked to; ours takes one."""
PROTOCOL = "voximplant"
_STATES: Mapping[str, Message] = {
    "ready": say("Voximplant", "The scenario has started."),
    "calling": say("Voximplant", "Calling: {side}."),
    "connected": say("Voximplant", "On the line: {side}."),
}


@dataclass(frozen=True, slots=True)
class DialOutConfig:
    """Which call, and how it is treated."""

    order: Order
    credentials: Mapping[str, str] = field(repr=False)
    handling: Handling = field(default_factory=Handling)
    limits: Limits = field(default_factory=Limits)
    delays: tuple[float, ...] = DELAYS
    ping: float = 5.0
    """Seconds between an answer and the next ping."""
    pong: float = 10.0
    """Seconds without an answer, once there was one, after which a connection is lost."""


class DialOut:
    """One call, from asking for it until it is over or its context ends. The call itself outlives the context."""

    def __init__(self, config: DialOutConfig, host: Host) -> None:
        self.config = config
        self._host = host
        self._key = make_key()
        self._peer = Peer(About("Voximplant", PROTOCOL), VoximplantDialect(), config.limits, config.handling, host)
        self._connection: ClientConnection | None = None
        self._left = False
        """The session sent what can't be taken, so it is not looked for again."""
        self._running: asyncio.Task[None] | None = None

    async def __aenter__(self) -> DialOut:
        """Start the scenario and connect; raises `ProviderError`."""
        target = await start(self.config.order, self.config.credentials, self._key)
        self._peer.about = About(urlsplit(target.url).hostname or PROTOCOL, PROTOCOL)
        connection = await self._find(target)
        self._tell(
            ListenerEventKind.CONNECTED, say("Voximplant", "Connected to {peer}.", peer=self._peer.about.address)
        )
        self._running = asyncio.ensure_future(self._attend(target, connection))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(self.config.limits.close):
                await self._peer.answers.sent()
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)

    url = ""
    """Nobody connects to here."""
    urls: ClassVar[Mapping[str, str]] = {}

    def close_door(self) -> None:
        """Nobody comes in here anyway."""

    def hang_up(self) -> None:
        """End the sound, so that the last captions can be made and told before the context ends."""
        self._peer.end_lanes(time.monotonic())

    async def end_call(self, patience: float = HANG_UP_PATIENCE) -> bool:
        """Ask the scenario to hang both sides up; False when it does not, as a version before this one."""
        self._peer.answers.put(json.dumps({"customEvent": "hangup"}))
        if self._running is not None:
            await asyncio.wait({self._running}, timeout=patience)
        return self._running is None or self._running.done()

    # ---- the connection

    async def _find(self, target: Target) -> ClientConnection:
        """The first connection; the answer of the API may come before the scenario takes any."""
        for delay in self.config.delays[:FIRST_ATTEMPTS]:
            try:
                return await self._connect(target)
            except ConnectionUntrusted:
                raise
            except ProviderError as error:
                log.info("The session is not there yet: %s", error)
            await asyncio.sleep(delay)
        return await self._connect(target)

    async def _connect(self, target: Target) -> ClientConnection:
        from websockets.exceptions import ConnectionClosed

        from desktop.transport.dialing import Refused, dial
        from desktop.transport.websocket import explain_refusal

        try:
            connection = await dial(target, self.config.limits.handshake)
        except Refused as error:
            raise _not_there(error.refusal, explain_refusal) from None  # a handshake's error carries the request
        with suppress(ConnectionClosed):  # the one who reads says why
            await connection.send(json.dumps({"customEvent": "hello", "key": self._key}))
        return connection

    async def _attend(self, target: Target, connection: ClientConnection) -> None:
        """Hear the session until it is over, and say so whatever ended it."""
        code: int | None = None
        try:
            code = await self._follow(target, connection)
        except Exception:  # a bug: it is logged with its trace, and the session is told that the call is over
            log.exception("A call asked for from here failed")
        finally:
            self._peer.end(time.monotonic())
        message = say("Voximplant", "The call is over (code {code}).", code="-" if code is None else code)
        self._tell(ListenerEventKind.OVER, message, code)

    async def _follow(self, target: Target, connection: ClientConnection) -> int | None:
        """Hear the session through as many connections as it takes; returns the last one's close code."""
        attempts = iter(self.config.delays)
        while True:
            before = self._peer.last_sound
            code = await self._hear(connection)
            if code == NORMAL or self._left:
                return code
            if self._peer.last_sound > before:
                attempts = iter(self.config.delays)
            found = await self._again(target, attempts)
            if found is None:
                return code
            connection = found

    async def _again(self, target: Target, attempts: Iterator[float]) -> ClientConnection | None:
        """Another connection to the same session; None when it is not to be had with the attempts that are left."""
        values = {"peer": self._peer.about.address}
        self._tell(ListenerEventKind.DISCONNECTED, say("Voximplant", "The connection to {peer} is lost.", **values))
        for delay in attempts:
            await asyncio.sleep(delay)
            try:
                connection = await self._connect(target)
            except OvertitleError as error:
                log.info("The session was not found again: %s", error)
                continue
            self._tell(ListenerEventKind.CONNECTED, say("Voximplant", "Connected to {peer}.", **values))
            return connection
        return None

    async def _hear(self, connection: ClientConnection) -> int | None:
        """Take in what comes; returns the close code, None for a connection that broke."""
        from websockets.exceptions import ConnectionClosed

        from desktop.transport.dialing import drop, hang_up

        self._connection = connection
        tasks = [asyncio.ensure_future(work(connection)) for work in (self._answer, self._watch)]
        try:
            async for message in connection:
                self._report(message)
                wait = self._peer.take(message, time.monotonic())
                if wait:
                    await asyncio.sleep(wait)
        except Violation as violation:
            log.warning("The session was left: %s", violation.reason)
            self._tell(ListenerEventKind.REFUSED, violation.told(self._peer.about.address), violation.code)
            self._left = True
            return violation.code
        except ConnectionClosed:
            return connection.close_code
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            try:
                await hang_up(connection, self.config.limits.close)
            except asyncio.CancelledError:
                drop(connection)
                raise
        return connection.close_code

    async def _answer(self, connection: ClientConnection) -> None:
        from websockets.exceptions import ConnectionClosed

        with suppress(ConnectionClosed):
            while True:
                await connection.send(await self._peer.answers.next())

    async def _watch(self, connection: ClientConnection) -> None:
        """Drop a connection that is dead; a server that never answers a ping is not given up for it."""
        from websockets.exceptions import ConnectionClosed

        from desktop.transport.dialing import drop

        answered = False
        with suppress(ConnectionClosed):
            while True:
                await asyncio.sleep(self.config.ping)
                try:
                    async with asyncio.timeout(self.config.pong):
                        await (await connection.ping())
                except TimeoutError:
                    if answered:
                        drop(connection)
                    return
                answered = True

    # ---- what is told

    def _report(self, message: WireMessage) -> None:
        """Say how the call comes about, as our scenario tells it."""
        if not isinstance(message, str) or '"customEvent"' not in message[:200]:
            return
        with suppress(ValueError, RecursionError):
            fields: Any = json.loads(message)
            if isinstance(fields, dict) and fields.get("customEvent") == "state":
                template = _STATES.get(str(fields.get("state")))
                if template is not None:
                    side = "".join(each for each in str(fields.get("tag", ""))[:64] if each.isprintable())
                    self._tell(ListenerEventKind.PROGRESS, Message(template.context, template.template, {"side": side}))

    def _tell(self, kind: ListenerEventKind, message: Message, code: int | None = None) -> None:
        log.info("%s: %s", kind.value, message)
        self._host.told(ListenerEvent(kind, message, self._peer.about.address, code))


def _not_there(refusal: Refusal, explain: Callable[[Refusal], OvertitleError]) -> OvertitleError:
    if refusal.status != 404:
        return explain(refusal)
    return ConnectionLost(
        say("Voximplant", "The scenario's session takes no connection (HTTP status 404)."),
        say("Voximplant", "Check that the rule runs Overtitle's scenario, in its present version."),
    )
