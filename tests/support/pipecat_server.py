"""A Pipecat server on this computer that behaves as one of pipecat-ai 1.14.0 did, and fails as told.

It hears the numbers of `tests.support.beacon` and says them as that bot says what it recognised: each interim and each
final twice, in RTVI messages within protobuf frames. Whatever a client loses, doubles or changes on the way shows.
`tests/peers` runs the real one, and `tests/conformance/pipecat/*.jsonl` are recordings of it.
"""

from __future__ import annotations

import asyncio
import itertools
import json
from array import array
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from ssl import PROTOCOL_TLS_SERVER, SSLContext
from urllib.parse import parse_qs, urlsplit

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from desktop.wire import rtvi
from desktop.wire.pipecat import AudioFrame, MessageFrame, PipecatFrame, TextFrame, TranscriptionFrame, decode, encode
from desktop.wire.rtvi import RtviMessage
from tests.support.beacon import BASE

WORDS = "café número {n}, d’accord ?"
TOKEN = "s3cr3t/tok+en=="  # noqa: S105 - the token of a test


@dataclass
class Fault:
    """What goes wrong on one connection."""

    kind: str
    """Name of a method of `Conversation` without `fault_`, or `refuse` for an HTTP answer."""
    after: float = 0.0
    """Seconds of sound."""
    status: int = 403
    code: int = 1000


@dataclass
class Heard:
    """One stream as the server saw it."""

    path: str
    headers: dict[str, str]
    sound: bytearray = field(default_factory=bytearray)
    sizes: list[int] = field(default_factory=list)
    rates: set[int] = field(default_factory=set)
    ready: list[rtvi.ClientReady] = field(default_factory=list)
    gone: bool = False


class PipecatServer:
    """Listens on a port of its own; `async with start(...)` gives one."""

    def __init__(self) -> None:
        self.faults: list[Fault | None] = []
        """One for each connection attempt, in order; later ones work."""
        self.streams: list[Heard] = []
        self.attempts = 0
        self.complaints: list[str] = []
        """Rules that a client broke."""
        self.token = ""
        self.origins: list[str] = []
        self.ways = ["input", "transcription"]
        """How it says what it heard: also `raw`, `frame`, `text`."""
        self.interims = True
        self.introduces_itself = True
        self.single = False
        """One client at a time, as Pipecat's own server."""
        self.talks_back = False
        self.voice = bytes(960)
        """What it sends as the sound of a reply: PCM of 24 kHz."""
        self.last_wait = 0.0
        """Seconds before what is said after the last sound."""
        self.url = ""
        self.busy = False
        """It has a client, as far as it knows."""
        self._clock = itertools.count()

    def check(self, connection: ServerConnection, request: Request) -> Response | None:
        """Let a request become a stream, or refuse it."""
        fault = self.faults[self.attempts] if self.attempts < len(self.faults) else None
        if fault is not None and fault.kind == "refuse":
            self.attempts += 1
            return connection.respond(HTTPStatus(fault.status), "no")
        if self.origins and request.headers.get("Origin") not in self.origins:
            return connection.respond(HTTPStatus.FORBIDDEN, "Failed to open a WebSocket connection: invalid Origin.\n")
        given = [request.headers.get("Authorization", "").removeprefix("Bearer ")]
        given += parse_qs(urlsplit(request.path).query).get("token", [])
        if self.token and self.token not in given:
            return connection.respond(HTTPStatus.UNAUTHORIZED, "who?")
        return None

    async def converse(self, connection: ServerConnection) -> None:
        request = connection.request
        assert request is not None
        fault = self.faults[self.attempts] if self.attempts < len(self.faults) else None
        self.attempts += 1
        if self.single and self.busy:
            await connection.close(1013, "Server already has a connected client")
            return
        self.busy = True
        heard = Heard(request.path, dict(request.headers.raw_items()))
        self.streams.append(heard)
        try:
            await Conversation(self, connection, heard, fault).run()
        except ConnectionClosed:
            pass
        finally:
            heard.gone = True
            self.busy = False

    def moment(self) -> str:
        """A time stamp that no other message has."""
        return f"2026-11-21T05:00:{next(self._clock) % 3600 / 60:09.6f}+00:00"


class Conversation:
    """One stream: hears numbers, says words."""

    def __init__(self, server: PipecatServer, connection: ServerConnection, heard: Heard, fault: Fault | None) -> None:
        self.server = server
        self.connection = connection
        self.heard = heard
        self.fault = fault
        self.number: int | None = None
        self.at = 0.0
        """Seconds of sound heard."""
        self.segments = itertools.count(1)

    async def run(self) -> None:
        async for data in self.connection:
            frame = decode(data) if isinstance(data, bytes) else None
            if isinstance(frame, MessageFrame):
                await self.message(rtvi.read(frame.data))
            elif isinstance(frame, AudioFrame):
                await self.hear(frame)
            else:
                self.server.complaints.append("neither sound nor a message")
            if self.fault and self.at >= self.fault.after:
                await getattr(self, "fault_" + self.fault.kind)()
                return

    async def message(self, message: RtviMessage | None) -> None:
        if not isinstance(message, rtvi.ClientReady):
            self.server.complaints.append("not client-ready")
            return
        self.heard.ready.append(message)
        if len(self.heard.ready) > 1:
            self.server.complaints.append("client-ready twice")
        if self.server.introduces_itself:
            await self.tell(rtvi.BotReady(message.id, "2.2.0", "pipecat-ai", "1.14.0"))

    async def hear(self, frame: AudioFrame) -> None:
        if len(frame.pcm) % 2 or frame.channels != 1:
            self.server.complaints.append("half a sample")
        self.heard.sound += frame.pcm
        self.heard.sizes.append(len(frame.pcm))
        self.heard.rates.add(frame.sample_rate)
        samples = array("h", frame.pcm)
        step = frame.sample_rate // 200
        for offset in range(0, len(samples), step):
            number = samples[offset] - BASE if samples[offset] > BASE - 1 else None
            if number != self.number:
                await self.turn_to(number)
            self.at += len(samples[offset : offset + step]) / frame.sample_rate

    async def turn_to(self, number: int | None) -> None:
        if self.number is not None:
            await asyncio.sleep(self.server.last_wait)
            await self.say(WORDS.format(n=self.number), final=True)
            if self.server.talks_back:
                await self.reply(self.number)
        self.number = number
        if number is not None and self.server.interims:
            await self.say(WORDS.format(n=number)[:5], final=False)
            await self.say(WORDS.format(n=number), final=False)

    async def say(self, text: str, *, final: bool) -> None:
        moment = self.server.moment()
        for way in self.server.ways:
            if way == "input":
                await self.tell(rtvi.UserInput(text, "transcription", "user-1", moment, final))
            elif way in ("transcription", "raw"):
                await self.tell(rtvi.UserTranscription(text, "user-1", moment, final, way == "raw"))
            elif final:
                await self.put(TranscriptionFrame(text, "user-1", moment) if way == "frame" else TextFrame(text))

    async def reply(self, number: int) -> None:
        """As a voice with word times does: announced, spoken word by word, completed."""
        text, segment = f"Reply {number}.", next(self.segments)
        await self.tell(rtvi.BotTranscription(text))
        await self.tell(rtvi.BotOutput(text, segment, "sentence", "new", accumulated=""))
        await self.tell(rtvi.Speaking(bot=True, started=True))
        for at in range(0, len(self.server.voice), 1920):
            await self.put(AudioFrame(self.server.voice[at : at + 1920], 24_000, 1, 7, "OutputAudioRawFrame#0"))
        await self.tell(rtvi.BotOutput(text, segment, "sentence", "in-progress", accumulated="Reply"))
        await self.tell(rtvi.BotTtsText("Reply"))
        await self.tell(rtvi.BotOutput(text, segment, "sentence", "completed", accumulated=text))
        await self.tell(rtvi.Speaking(bot=True, started=False))

    async def tell(self, message: RtviMessage) -> None:
        await self.put(MessageFrame(rtvi.write(message)))

    async def put(self, frame: PipecatFrame) -> None:
        await self.connection.send(encode(frame))

    async def fault_drop(self) -> None:
        self.connection.transport.abort()

    async def fault_close(self) -> None:
        assert self.fault is not None
        await self.connection.close(self.fault.code, "quoted")

    async def fault_garbage(self) -> None:
        await self.connection.send(b"\x0a\xff\xff\xff\xff\x0f")
        await self.fault_mute()

    async def fault_text(self) -> None:
        await self.connection.send('{"hello": "there"}')
        await self.fault_mute()

    async def fault_fatal(self) -> None:
        await self.tell(rtvi.Error("key sk-secret is wrong", fatal=True))
        await self.fault_mute()

    async def fault_error(self) -> None:
        for _ in range(3):
            await self.tell(rtvi.Error("key sk-secret is wrong"))
        self.fault = None
        await self.run()

    async def fault_mute(self) -> None:
        """Takes everything and says nothing more."""
        async for _ in self.connection:
            pass


@dataclass
class Recording:
    """What a real server sent, with the seconds of sound that it had been sent before each message."""

    lines: list[tuple[float, bytes]]

    @classmethod
    def load(cls, path: Path) -> Recording:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        return cls([(row["after"], bytes.fromhex(row["hex"])) for row in rows])


@asynccontextmanager
async def start(pem: Path | None = None) -> AsyncIterator[PipecatServer]:
    """A server on a free port, over TLS with a certificate of its own, or plain."""
    server = PipecatServer()
    context = None
    if pem is not None:
        context = SSLContext(PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem)
    async with serve(
        server.converse, "127.0.0.1", 0, ssl=context, process_request=server.check, compression=None
    ) as running:
        port = next(iter(running.sockets)).getsockname()[1]
        server.url = f"{'wss' if pem else 'ws'}://{'localhost' if pem else '127.0.0.1'}:{port}/ws"
        yield server
