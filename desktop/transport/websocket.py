"""Runs a provider's pure codec over a WebSocket: socket, watchdogs, limits and their errors are here and nowhere else.

`websockets` is loaded by the first connection (desktop.transport.dialing). Nothing here logs or raises a URL: its
query may be a credential.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Protocol

from desktop.core.audio import AudioChunk
from desktop.core.captions import StreamEvent
from desktop.core.errors import (
    AuthenticationFailed,
    ConnectionLost,
    ProtocolViolation,
    ProviderError,
    RateLimited,
    ServiceUnavailable,
    StreamStalled,
)
from desktop.core.message import say
from desktop.transport.target import Refusal, Target

if TYPE_CHECKING:
    from websockets.asyncio.client import ClientConnection

WireMessage = bytes | str

TURN = 0.008
"""Seconds that messages may be worked off in one go; then the loop has a turn, or a flood would stop the window."""


class Pongs(Enum):
    """What a missing answer to a ping means."""

    PROMISED = "promised"
    """The service answers pings, so a missing answer is a dead connection."""
    ONCE_SEEN = "once seen"
    """As promised, from the first answer of this connection on; a service that never answers is not given up for it."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long things may take, in seconds. Pings and pongs add up to noticing a dead connection within 3 s or so."""

    connect: float = 10.0
    ping: float = 1.0
    """Between an answer and the next ping."""
    pong: float = 1.5
    """Without an answer or any other sign of life after a ping."""
    pongs: Pongs = Pongs.ONCE_SEEN
    stall: float = 5.0
    """That one write may wait for the peer to read."""
    keep_alive: float | None = None
    """Without sound, after which the codec is asked for something to send."""
    answer: float = 10.0
    """Between two signs of the service after the last sound, before the stream is taken for over."""
    close: float = 1.0
    """For the closing handshake; a stalled peer would hold it for ever."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How a connection came to its end."""

    code: int | None
    """The service's close code; None when the connection broke without one."""
    reason: str
    asked: bool
    """The stream had been finished."""


class Codec(Protocol):
    """A service's messages. Pure: no clock, no I/O. Raises `ProviderError` alone."""

    @property
    def complete(self) -> bool:
        """The service has said its last word; what follows is no trouble."""

    def opening(self) -> Sequence[WireMessage]:
        """What is sent first."""

    def encode(self, chunk: AudioChunk) -> Sequence[WireMessage]:
        """The messages that a chunk makes ready, maybe none."""

    def keep_alive(self) -> Sequence[WireMessage]:
        """What is sent when there was no sound for `Patience.keep_alive`."""

    def closing(self) -> Sequence[WireMessage]:
        """What says that no more sound comes."""

    def decode(self, message: WireMessage) -> Sequence[StreamEvent]:
        """What a message says."""

    def ended(self, ending: Ending) -> Sequence[StreamEvent]:
        """The last events; raises when the end is trouble."""

    def refused(self, refusal: Refusal) -> ProviderError:
        """Why the service did not open the WebSocket; `explain_refusal` for a service without sayings of its own."""


def explain_refusal(refusal: Refusal) -> ProviderError:
    """What an HTTP status means by itself."""
    status = refusal.status
    if status in (401, 403):
        return AuthenticationFailed(
            say("Network", "The service refuses these credentials (HTTP status {status}).", status=status),
            say("Network", "Check the credentials of this provider."),
        )
    if status == 429:
        return RateLimited(say("Network", "The service asks for fewer connections (HTTP status 429)."))
    if status >= 500:
        return ServiceUnavailable(
            say("Network", "The service can't serve at the moment (HTTP status {status}).", status=status)
        )
    return ProtocolViolation(
        say("Network", "The service refuses the connection (HTTP status {status}).", status=status),
        say("Network", "Check the address of the service."),
    )


@contextlib.asynccontextmanager
async def connect(target: Target, codec: Codec, patience: Patience | None = None) -> AsyncIterator[WebSocketStream]:
    """Open a stream; leaving closes it, and trouble or cancellation drops it. Raises `ProviderError`."""
    from desktop.transport.dialing import Refused, dial, drop, hang_up

    patience = patience or Patience()
    try:
        connection = await dial(target, patience.connect)
    except Refused as error:
        raise codec.refused(error.refusal) from None  # a handshake's error carries the whole request
    stream = WebSocketStream(connection, codec, patience)
    watching = asyncio.ensure_future(stream.watch())
    try:
        await stream.put(codec.opening())  # when it is closed already, the reader says why
        yield stream
    except BaseException:  # cancellation too: the connection is dropped at once
        drop(connection)
        raise
    else:
        await hang_up(connection, patience.close)
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


class WebSocketStream:
    """A `TranscriptionStream` over one WebSocket."""

    def __init__(self, connection: ClientConnection, codec: Codec, patience: Patience) -> None:
        self._connection = connection
        self._codec = codec
        self._patience = patience
        self._clock = asyncio.get_running_loop().time
        self._heard_at = self._sent_at = self._clock()
        self._blocked_since: float | None = None
        self._finished_at: float | None = None
        self._answers_pings = patience.pongs is Pongs.PROMISED
        self._failure: ProviderError | None = None
        response = connection.response
        self.headers = {name.lower(): value for name, value in response.headers.raw_items()} if response else {}
        """Of the answer that opened the WebSocket, names in lower case."""

    async def send(self, chunk: AudioChunk) -> None:
        """Hand over sound; waits while the service takes no more."""
        self._check()
        self._sent_at = self._clock()
        await self.write(self._codec.encode(chunk))

    async def finish(self) -> None:
        """Say that no more sound comes; the service's last events and its close follow."""
        if self._finished_at is None:
            self._check()
            self._finished_at = self._clock()
            await self.write(self._codec.closing())

    async def __aiter__(self) -> AsyncIterator[StreamEvent]:
        from websockets.exceptions import ConnectionClosed

        turn = self._clock()
        while not self._codec.complete:
            if self._clock() - turn > TURN:  # `recv` suspends only once no message waits
                await asyncio.sleep(0)
                turn = self._clock()
            try:
                message = await self._connection.recv()
            except ConnectionClosed as closed:
                self._check()
                frame = closed.rcvd
                code, reason = (frame.code, frame.reason) if frame else (None, "")
                ending = Ending(code, reason, self._finished_at is not None)
                break
            self._heard_at = self._clock()
            for event in self._codec.decode(message):
                yield event
        else:
            ending = Ending(1000, "", self._finished_at is not None)
        for event in self._codec.ended(ending):
            yield event

    async def write(self, messages: Sequence[WireMessage]) -> None:
        """Send messages; raises `ProviderError` when the connection is dead."""
        if not await self.put(messages):
            self._check()
            await asyncio.sleep(self._patience.close)  # the reader knows better why the connection ended
            raise lost()

    async def put(self, messages: Sequence[WireMessage]) -> bool:
        """Send messages; False when the connection is closed."""
        from websockets.exceptions import ConnectionClosed

        for message in messages:
            self._blocked_since = self._clock()
            try:
                await self._connection.send(message)
            except ConnectionClosed:
                return False
            finally:
                self._blocked_since = None
        return True

    def _check(self) -> None:
        if self._failure is not None:
            raise type(self._failure)(self._failure.what, self._failure.hint)

    def _fail(self, error: ProviderError) -> None:
        self._failure = self._failure or error
        self._connection.transport.abort()

    async def watch(self) -> None:
        """Until cancelled: ping, keep alive, and give up a connection that is dead."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._ping())
            group.create_task(self._watch_times())

    async def _ping(self) -> None:
        from websockets.exceptions import ConnectionClosed

        with contextlib.suppress(ConnectionClosed):
            while True:
                await asyncio.sleep(self._patience.ping)
                await self._ping_once()

    async def _ping_once(self) -> None:
        asked = self._clock()
        try:
            async with asyncio.timeout(self._patience.pong):
                await (await self._connection.ping())
            self._answers_pings = True
        except TimeoutError:
            if self._answers_pings and self._heard_at < asked:
                self._fail(dead())

    async def _watch_times(self) -> None:
        tick = min(0.25, self._patience.stall / 4, (self._patience.keep_alive or 1.0) / 4)
        while True:
            await asyncio.sleep(tick)
            now = self._clock()
            if self._blocked_since is not None and now - self._blocked_since > self._patience.stall:
                self._fail(dead())
            elif self._finished_at is not None:
                if now - max(self._finished_at, self._heard_at) > self._patience.answer:
                    self._fail(unanswered())
            elif self._patience.keep_alive is not None and now - self._sent_at > self._patience.keep_alive:
                await self._keep_alive(now)

    async def _keep_alive(self, now: float) -> None:
        self._sent_at = now
        if self._blocked_since is None:
            await self.put(self._codec.keep_alive())  # when it is closed, whoever sends or reads next is told


def lost() -> ConnectionLost:
    """The connection broke."""
    return ConnectionLost(say("Network", "The connection to the service broke."))


def dead() -> ConnectionLost:
    """The connection stands, and nothing goes through it."""
    return ConnectionLost(
        say("Network", "The service can't be reached any more: nothing comes back through the connection."),
        say("Network", "Check this computer's network."),
    )


def unanswered() -> StreamStalled:
    """The service owes its last captions."""
    return StreamStalled(say("Network", "The service did not send the last captions in time."))
