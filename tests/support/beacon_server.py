"""A provider's server that reads the numbers of `tests.support.beacon` back from the sound, for any protocol.

`Ear` is the core: `hear(pcm)` gives what was said. An `Adapter` is one protocol around it, three methods long: what a
message of the client means as sound, what `Said` looks like as a message, and how the last word is put. To add one,
write such a class and start it:

    async with beacon_server(MyAdapter) as server:   # server.url, server.port; behind a FaultProxy or not

`AmazonAdapter` speaks Amazon Transcribe's event stream; `PlainAdapter` the smallest JSON protocol, which `PlainCodec`
and `PlainProvider` speak on the program's own transport.
"""

from __future__ import annotations

import asyncio
import json
import random
from array import array
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Protocol
from urllib.parse import parse_qsl, urlsplit

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from desktop.core.audio import SPEECH, AudioChunk
from desktop.core.captions import CaptionEvent, Progress, StreamEvent, Word
from desktop.core.errors import ConnectionLost, ProtocolViolation, ProviderError
from desktop.core.message import say
from desktop.core.provider import Capabilities, StreamConfig, TranscriptionStream
from desktop.transport.target import Refusal, Target
from desktop.transport.websocket import Ending, Patience, WireMessage, connect, explain_refusal
from tests.support.amazon_parts import result, transcript
from tests.support.amazon_server import AmazonServer
from tests.support.beacon import BASE

Message = bytes | str


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that the server heard."""

    number: int
    start: float
    """Seconds of sound before it, from the first sample of this connection."""
    end: float
    is_final: bool

    @property
    def id(self) -> str:
        """Of its segment; the same for its partials and its final."""
        return f"{self.start:.3f}"


class Ear:
    """Hears the numbers in 16-bit mono sound: a partial soon after the start of each, a final once it is over.

    As with a real service a scrap of a number is not understood, and no time is quite right or the same twice.
    """

    STEP = 0.005
    """Seconds between two looks at the sound."""
    UNDERSTOOD = 0.15
    """Seconds of a number without which it is not understood."""
    JITTER = 0.1
    """Seconds by which a time that is told may be off."""

    def __init__(self, rate: int = SPEECH.sample_rate, seed: int | None = None) -> None:
        self._rate = rate
        self._step = round(rate * self.STEP)
        self._random = None if seed is None else random.Random(seed)  # noqa: S311 - no secret, but times
        self._left = b""
        self._number: int | None = None
        self._since = self._told = 0.0
        self._partial: Said | None = None
        self.heard = 0.0
        """Seconds of sound so far."""

    def hear(self, pcm: bytes) -> list[Said]:
        """What these samples, in whatever portions, make known."""
        pcm = self._left + pcm
        whole = len(pcm) - len(pcm) % (2 * self._step)
        self._left = pcm[whole:]
        return [said for sample in array("h", pcm[:whole])[:: self._step] for said in self._look(sample)]

    def _look(self, sample: int) -> Iterator[Said]:
        number = sample - BASE if sample >= BASE else None
        if number != self._number:
            yield from self.end()
            self._number, self._since = number, self.heard
        self.heard += self.STEP
        if number is not None and self._partial is None and self.heard - self._since > self.UNDERSTOOD:
            self._partial = Said(number, max(self._told, self._off(self._since)), self.heard, is_final=False)
            yield self._partial

    def end(self) -> list[Said]:
        """What is still open when no more sound comes."""
        self._number = None
        partial, self._partial = self._partial, None
        if partial is None:
            return []
        self._told = min(self.heard, max(partial.start, self._off(self.heard)))
        return [replace(partial, end=self._told, is_final=True)]

    def _off(self, time: float) -> float:
        return time if self._random is None else max(0.0, time + self._random.uniform(-self.JITTER, self.JITTER))


@dataclass(frozen=True, slots=True)
class End:
    """The client says that no more sound comes."""


class Adapter(Protocol):
    """One wire protocol around the ear. One of its own for each connection; pure."""

    def __init__(self, request: Request) -> None:
        """The request that opened the connection."""

    def opening(self) -> Sequence[Message]:
        """What the server says first."""

    def receive(self, message: Message) -> bytes | End:
        """The sound of a client's message (16 kHz mono), empty for one that carries none. Raises `ValueError`."""

    def say(self, said: Said) -> Message:
        """The message that tells what was heard."""

    def closing(self) -> Sequence[Message]:
        """What the server says after the last final, before it closes with code 1000."""


@dataclass
class BeaconServer:
    """The running server."""

    port: int = 0
    url: str = ""
    connections: int = 0
    finals: int = 0
    """Finals that were sent, over all connections."""
    complaints: list[str] = field(default_factory=list)
    """Rules of the protocol that a client broke."""
    quiet: bool = False
    """Hears, and says nothing: the stall that only the session can notice."""
    flood: int = 0
    """Partials that are sent in addition with each piece of sound."""


async def _converse(server: BeaconServer, make: Callable[[Request], Adapter], connection: ServerConnection) -> None:
    request = connection.request
    assert request is not None
    server.connections += 1
    adapter, ear = make(request), Ear(seed=server.connections)
    for message in adapter.opening():
        await connection.send(message)
    async for received in connection:
        try:
            sound = adapter.receive(received)
        except ValueError as error:
            server.complaints.append(str(error))
            await connection.close(1008)
            return
        if isinstance(sound, End):
            break
        await _tell(server, connection, adapter, ear.hear(sound))
    else:
        return
    await _tell(server, connection, adapter, ear.end())
    for message in adapter.closing():
        await connection.send(message)


async def _tell(server: BeaconServer, connection: ServerConnection, adapter: Adapter, heard: Sequence[Said]) -> None:
    for said in heard:
        if server.quiet:
            continue
        for _ in range(0 if said.is_final else server.flood):
            await connection.send(adapter.say(said))
        await connection.send(adapter.say(said))
        server.finals += said.is_final


@asynccontextmanager
async def beacon_server(
    make: Callable[[Request], Adapter],
    check: Callable[[ServerConnection, Request], Response | None] | None = None,
    port: int = 0,
) -> AsyncIterator[BeaconServer]:
    """A server on this computer; `check` may refuse a request before a connection is opened."""
    server = BeaconServer()

    async def converse(connection: ServerConnection) -> None:
        with suppress(ConnectionClosed):
            await _converse(server, make, connection)

    listening: Server = await serve(
        converse, "127.0.0.1", port, process_request=check,
        compression=None, ping_interval=None, max_size=None, close_timeout=0.5,
    )  # fmt: skip
    server.port = listening.sockets[0].getsockname()[1]
    server.url = f"ws://127.0.0.1:{server.port}"
    try:
        yield server
    finally:
        listening.close(close_connections=False)
        for connection in list(listening.connections):
            connection.transport.abort()
        await listening.wait_closed()


class AmazonAdapter:
    """Amazon Transcribe: AudioEvents in, TranscriptEvents out; an empty AudioEvent is the end."""

    def __init__(self, request: Request) -> None:
        from botocore.eventstream import EventStreamBuffer

        self._buffer = EventStreamBuffer
        query = dict(parse_qsl(urlsplit(request.path).query))
        if query.get("sample-rate") != "16000" or query.get("media-encoding") != "pcm":
            raise ValueError("this server hears 16 kHz PCM")

    def opening(self) -> Sequence[Message]:
        return ()

    def receive(self, message: Message) -> bytes | End:
        from botocore.eventstream import ParserError

        if isinstance(message, str):
            raise ValueError("text message")  # noqa: TRY004 - a broken rule of the protocol
        buffer = self._buffer()
        buffer.add_data(message)
        try:
            (event,) = buffer
        except ParserError as error:
            raise ValueError(str(error)) from None
        return event.payload or End()

    def say(self, said: Said) -> Message:
        text = f"color number {said.number}."
        return transcript(result(f"r-{said.id}", text, (said.start, said.end), is_final=said.is_final))

    def closing(self) -> Sequence[Message]:
        return ()


def amazon_beacon(port: int = 0) -> AbstractAsyncContextManager[BeaconServer]:
    """The Amazon protocol; signatures are verified with botocore by the strict server's own rules."""
    return beacon_server(AmazonAdapter, AmazonServer().check, port)


class PlainAdapter:
    """Sound as binary messages, the empty one for the end; captions as JSON."""

    def __init__(self, request: Request) -> None:
        self.path = request.path

    def opening(self) -> Sequence[Message]:
        return ()

    def receive(self, message: Message) -> bytes | End:
        if isinstance(message, str):
            raise ValueError("text message")  # noqa: TRY004 - a broken rule of the protocol
        return message or End()

    def say(self, said: Said) -> Message:
        row = {"id": said.id, "text": str(said.number), "start": said.start, "end": said.end, "final": said.is_final}
        return json.dumps(row)

    def closing(self) -> Sequence[Message]:
        return ()


class PlainCodec:
    """The client's side of `PlainAdapter`, as a codec of the program."""

    complete = False

    def __init__(self) -> None:
        self._sent = 0.0
        self._revision = 0

    def opening(self) -> Sequence[WireMessage]:
        return ()

    def encode(self, chunk: AudioChunk) -> Sequence[WireMessage]:
        self._sent += chunk.duration
        return [chunk.pcm]

    def keep_alive(self) -> Sequence[WireMessage]:
        return ()

    def closing(self) -> Sequence[WireMessage]:
        return [b""]

    def decode(self, message: WireMessage) -> Sequence[StreamEvent]:
        try:
            row = json.loads(message)
            self._revision += 1
            text, start, end = str(row["text"]), float(row["start"]), float(row["end"])
            words = tuple(Word(word, start, end) for word in text[:4000].split())
            one = CaptionEvent("", str(row["id"]), self._revision, text, bool(row["final"]), start, end, words=words)
        except (ValueError, TypeError, LookupError, RecursionError):
            raise ProtocolViolation(say("Test", "That was no caption.")) from None
        return [one]

    def ended(self, ending: Ending) -> Sequence[StreamEvent]:
        if ending.asked and ending.code == 1000:
            return [Progress(self._sent)]
        raise ConnectionLost(say("Test", "The connection broke."))

    def refused(self, refusal: Refusal) -> ProviderError:
        return explain_refusal(refusal)


@dataclass
class PlainProvider:
    """A provider over `PlainCodec` and the program's real transport."""

    url: str
    catch_up: float | None = None
    patience: Patience = field(default_factory=lambda: Patience(keep_alive=5.0))
    id: str = "plain"
    title = say("Test", "Plain")
    credential_fields = ()

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(("en-US",), say("Test", "Stays here."), needs_network=True, catch_up=self.catch_up)

    def availability(self) -> ProviderError | None:
        return None

    def connect(self, config: StreamConfig) -> AbstractAsyncContextManager[TranscriptionStream]:
        return connect(Target(self.url), PlainCodec(), self.patience)


async def settled(condition: Callable[[], bool], patience: float = 60.0) -> None:
    """Return once something holds that no event tells of."""
    async with asyncio.timeout(patience):
        while not condition():
            await asyncio.sleep(0.01)
