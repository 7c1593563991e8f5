"""A Symbl-compatible server on this computer: tokens, streams, messages and insights, and it fails as told.

It hears the numbers of `tests.support.beacon`: each is recognised as an interim, then as done, and only the message
that follows is what the conversation holds. Both official SDKs talk to this server (tests/peers), so what it takes and
says is not of our own making alone. Both protocols are on one port; the token request is a POST, answered before
`websockets` would refuse it.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from array import array
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, urlsplit

from websockets.asyncio.server import ServerConnection, serve
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from tests.support.beacon import BASE
from tests.support.http_first import HttpFirst

APP_ID, SECRET = "app-id-of-tests", "secret-of-tests"
PATHS = ("/v1/realtime/insights/", "/v1/streaming/")
LARGEST = 8192


@dataclass
class Fault:
    """What goes wrong on one connection."""

    kind: str
    """Name of a method of `Conversation` without `fault_`, or `refuse` for an HTTP answer."""
    after: float = 0.0
    """Seconds of sound."""
    status: int = 403
    text: str = ""


@dataclass
class Heard:
    """One stream as the server saw it."""

    id: str
    token: str
    request: dict[str, Any] = field(default_factory=dict)
    sound: bytearray = field(default_factory=bytearray)
    sizes: list[int] = field(default_factory=list)
    early: int = 0
    """Bytes of sound that came before the server listened, and were ignored."""
    stopped: bool = False
    texts: list[str] = field(default_factory=list)
    """Every text message, as it came."""
    source: str = ""
    """What the client calls itself in its query."""
    offers_token: bool = False
    """The token is offered as a subprotocol too."""


class SymblServer:
    """Listens on a port of its own; `async with start()` gives one."""

    def __init__(self) -> None:
        self.faults: list[Fault | None] = []
        """One for each connection attempt, in order; later ones work."""
        self.streams: list[Heard] = []
        self.attempts = 0
        self.complaints: list[str] = []
        """Rules that a client broke."""
        self.tokens = 0
        self.token_answers: list[tuple[int, dict[str, Any]]] = []
        """Answers to the next token requests instead of a token."""
        self.expires_in = 86_400
        self.valid: set[str] = set()
        self.forgetful = False
        """Whether the speaker is left out of what it says."""
        self.slow_start = 0.0
        """Seconds between the request and `started_listening`."""
        self.held: asyncio.Event | None = None
        """When set: messages wait for it."""
        self.completes = True
        """Whether the end of a conversation is said."""
        self.extra: list[dict[str, Any]] = []
        """Sent once after `started_listening`."""
        self.left_over: list[dict[str, Any]] = []
        """Messages of a broken connection, which come on the next one of the same conversation."""
        self.port = 0

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}"

    def make_token(self, body: bytes) -> tuple[int, dict[str, Any]]:
        """The answer to `POST /oauth2/token:generate`."""
        if self.token_answers:
            return self.token_answers.pop(0)
        try:
            asked = json.loads(body)
        except ValueError:
            asked = {}
        if asked.get("type") != "application" or (asked.get("appId"), asked.get("appSecret")) != (APP_ID, SECRET):
            return 401, {"message": "Invalid appId or appSecret"}
        return 200, {"accessToken": self.new_token(), "expiresIn": self.expires_in}

    def new_token(self) -> str:
        """A token of the form that the JavaScript SDK looks into for its end."""
        self.tokens += 1
        parts = ({"alg": "none"}, {"exp": int(time.time()) + self.expires_in}, {"number": self.tokens})
        token = ".".join(urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts)
        self.valid.add(token)
        return token

    def check(self, connection: ServerConnection, request: Request) -> Response | None:
        """Let a request become a stream, or refuse it."""
        parts = urlsplit(request.path)
        if not parts.path.startswith(PATHS):
            return self.answer(HTTPStatus.NOT_FOUND)
        fault = self.faults[self.attempts] if self.attempts < len(self.faults) else None
        self.attempts += 1
        if fault is not None and fault.kind == "refuse":
            return self.answer(HTTPStatus(fault.status))
        if self.token_of(request) not in self.valid:
            return self.answer(HTTPStatus.UNAUTHORIZED)
        return None

    def token_of(self, request: Request) -> str:
        """From the header, the query or the subprotocol, as clients of the service had it."""
        query = parse_qs(urlsplit(request.path).query).get("access_token", [""])[0]
        return request.headers.get("X-API-KEY") or query or request.headers.get("Sec-WebSocket-Protocol", "")

    def answer(self, status: HTTPStatus) -> Response:
        return Response(status.value, status.phrase, Headers({"Content-Length": "0", "Connection": "close"}), b"")

    async def converse(self, connection: ServerConnection) -> None:
        """One stream from its request to its end."""
        assert connection.request is not None
        fault = self.faults[self.attempts - 1] if self.attempts <= len(self.faults) else None
        identifier = urlsplit(connection.request.path).path.rpartition("/")[2]
        heard = Heard(identifier, self.token_of(connection.request))
        heard.source = parse_qs(urlsplit(connection.request.path).query).get("source", [""])[0]
        heard.offers_token = connection.request.headers.get("Sec-WebSocket-Protocol") == heard.token
        self.streams.append(heard)
        with contextlib.suppress(ConnectionClosed):
            await Stream(self, connection, heard, fault).run()


class Stream:
    """The state of one connection."""

    def __init__(self, server: SymblServer, connection: ServerConnection, heard: Heard, fault: Fault | None) -> None:
        self.server, self.connection, self.heard, self.fault = server, connection, heard, fault
        self.listening = False
        self.at = self.since = 0.0
        self.number: int | None = None
        self.messages = 0
        self.rate = 16_000
        self.saying: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        try:
            async for message in self.connection:
                if isinstance(message, bytes):
                    await self.hear(message)
                elif not await self.obey(message):
                    return
        finally:
            for task in self.saying:
                task.cancel()
            await asyncio.gather(*self.saying, return_exceptions=True)

    async def obey(self, message: str) -> bool:
        """One text message; False when the conversation is over."""
        self.heard.texts.append(message)
        if message == "__PING__":
            await self.connection.send("__PONG__")
            return True
        try:
            body = json.loads(message)
        except ValueError:
            body = {"type": "stop_request"} if message == "{'type': 'stop_request'}" else {}  # symbl 2.0.6 sends this
        if body.get("type") == "start_request":
            await self.begin(body)
        elif body.get("type") == "stop_request":
            return await self.end()
        else:
            self.server.complaints.append(f"message {message[:40]}")
        return True

    async def begin(self, body: dict[str, Any]) -> None:
        self.heard.request = body
        self.rate = body["config"]["speechRecognition"]["sampleRateHertz"]
        if self.fault is not None and self.fault.kind == "deaf":
            return
        if self.fault is not None and self.fault.kind == "mute":
            await self.connection.close(1011)
            return
        await self.inner("conversation_created", data={"conversationId": "c-1"})
        await self.inner("recognition_started", data={"conversationId": "c-1"})
        self.saying.add(asyncio.ensure_future(self.listen()))

    async def listen(self) -> None:
        with contextlib.suppress(ConnectionClosed):
            await asyncio.sleep(self.server.slow_start)
            self.listening = True
            await self.inner("started_listening")
            for each in [*self.server.left_over, *self.server.extra]:
                await self.connection.send(json.dumps(each))
            self.server.extra, self.server.left_over = [], []

    async def inner(self, kind: str, **more: object) -> None:
        await self.connection.send(json.dumps({"type": "message", "message": {"type": kind, **more}}))

    async def hear(self, sound: bytes) -> None:
        if not self.listening:
            self.heard.early += len(sound)
            return
        self.heard.sound += sound
        self.heard.sizes.append(len(sound))
        if len(sound) > LARGEST or len(sound) % 2:
            self.server.complaints.append(f"{len(sound)} bytes of sound")
        samples = array("h", sound)
        step = self.rate // 200
        for offset in range(0, len(samples), step):
            number = samples[offset] - BASE if samples[offset] > BASE - 1 else None
            if number != self.number:
                await self.close()
                self.number, self.since = number, self.at
                if number is not None:
                    await self.recognise(is_final=False)
            self.at += len(samples[offset : offset + step]) / self.rate
        if self.fault and self.fault.kind != "deaf" and self.at >= self.fault.after:
            await getattr(self, "fault_" + self.fault.kind)()

    async def close(self) -> None:
        if self.number is not None:
            await self.recognise(is_final=True)
            response = self.message(self.number)
            task = asyncio.ensure_future(self.say(response))
            self.saying.add(task)
            task.add_done_callback(self.saying.discard)
            self.number = None

    async def say(self, response: dict[str, Any]) -> None:
        """The message, whenever it may come."""
        with contextlib.suppress(ConnectionClosed):
            if self.server.held is not None:
                await self.server.held.wait()
            await self.connection.send(json.dumps(response))

    def speaker(self) -> dict[str, Any]:
        return {} if self.server.forgetful else dict(self.heard.request.get("speaker") or {})

    async def recognise(self, *, is_final: bool) -> None:
        said = f"number {self.number}"
        end = self.at if is_final else self.since + 0.05
        middle = (self.since + end) / 2
        times = [(self.since, middle), (middle, end)]
        words = [
            {"word": word, "startTime": moment(start), "endTime": moment(stop)}
            for word, (start, stop) in zip(said.split(), times, strict=True)
        ]
        await self.inner(
            "recognition_result",
            isFinal=is_final,
            user=self.speaker(),
            payload={"raw": {"alternatives": [{"words": words, "transcript": said}]}},
            punctuated={"transcript": said.capitalize() if is_final else ""},
        )

    def message(self, number: int) -> dict[str, Any]:
        self.messages += 1
        said = {
            "id": f"{self.heard.id}-{len(self.server.streams)}-{self.messages}",
            "from": self.speaker(),
            "payload": {"content": f"Number {number}.", "contentType": "text/plain"},
            "channel": {"id": "realtime-api"},
            "metadata": {"originalContent": f"number {number}", "words": "[]", "timezoneOffset": 0},
            "dismissed": False,
            "duration": {"startTime": "2026-11-21T10:00:00.000Z", "endTime": "2026-11-21T10:00:01.000Z"},
        }
        return {"type": "message_response", "messages": [said]}

    async def end(self) -> bool:
        self.heard.stopped = True
        if self.number is not None and self.fault and self.fault.kind == "keep_last":
            await self.recognise(is_final=True)
            self.number = None
        await self.close()
        await self.inner("recognition_stopped")
        if self.saying:
            await asyncio.wait(set(self.saying), timeout=1.0)
        if not self.server.completes:
            return True
        await self.inner("conversation_completed", conversationId="c-1", summaryUrl="")
        if self.heard.request.get("disconnectOnStopRequest", True):
            await self.connection.close(1000)
            return False
        return True

    async def fault_drop(self) -> None:
        self.connection.transport.abort()

    async def fault_drop_and_remember(self) -> None:
        """The connection breaks in the middle of a number, whose message then comes on the next connection."""
        if self.number is not None:
            self.server.left_over.append(self.message(self.number))
        self.connection.transport.abort()

    async def fault_close(self) -> None:
        await self.connection.close(1000)

    async def fault_error(self) -> None:
        assert self.fault is not None
        await self.inner("error", details=self.fault.text)
        await self.connection.close(1011)

    async def fault_damaged(self) -> None:
        await self.connection.send("{no json")

    async def fault_keep_last(self) -> None:
        """Handled at the end of the sound."""


def moment(seconds: float) -> dict[str, str]:
    """A time as the recogniser writes it."""
    whole = int(seconds)
    return {"seconds": str(whole), "nanos": str(round((seconds - whole) * 1e9))}


def first_subprotocol(_connection: ServerConnection, offered: Sequence[Subprotocol]) -> Subprotocol | None:
    """The JavaScript SDK offers its token, and takes no answer without it."""
    return offered[0] if offered else None


@asynccontextmanager
async def start(port: int = 0) -> AsyncIterator[SymblServer]:
    """A server on this computer."""
    symbl = SymblServer()

    async def web(path: str, body: bytes) -> tuple[int, bytes]:
        status, answer = symbl.make_token(body) if path == "/oauth2/token:generate" else (404, {})
        return status, json.dumps(answer).encode()

    async with (
        serve(
            symbl.converse, "127.0.0.1", 0, process_request=symbl.check, select_subprotocol=first_subprotocol,
            compression=None, ping_interval=None, close_timeout=0.5,
        ) as sockets,
        HttpFirst(web, sockets.sockets[0].getsockname()[1], port) as front,
    ):  # fmt: skip
        symbl.port = front.port
        try:
            yield symbl
        finally:
            for connection in list(sockets.connections):
                connection.transport.abort()
