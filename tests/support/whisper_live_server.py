"""A WhisperLive server on this computer, with a transcriber that hears the numbers of the beacon.

It keeps the habits of the real one that a client has to live with: every pass hears everything since the last
completed segment once more, the last segment stays open until it was heard the same a number of times, a rest of less
than one second is left alone, and the end of the sound ends everything at once.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from tests.support.beacon import BASE

RATE = 16_000
PASS = 0.02
"""Seconds between two passes."""
STEP = 80
"""Samples that are looked at together: 5 ms."""


@dataclass
class Fault:
    """What goes wrong on one connection: `drop`, `disconnect`, `full`, `no_model`, `never_ready`, or `refuse`."""

    kind: str
    after: float = 0.0
    """Seconds of sound."""
    status: int = 401


@dataclass
class Heard:
    """One stream as the server saw it."""

    hello: dict[str, Any] = field(default_factory=dict)
    samples: list[float] = field(default_factory=list)
    ended: bool = False


class WhisperLiveServer:
    """`async with start()` gives one."""

    def __init__(self) -> None:
        self.faults: list[Fault | None] = []
        self.streams: list[Heard] = []
        self.attempts = 0
        self.complaints: list[str] = []
        self.key = ""
        self.old = False
        """Whether it is one of before `completed`."""
        self.url = ""

    def check(self, connection: ServerConnection, request: Request) -> Response | None:
        fault = self.faults[self.attempts] if self.attempts < len(self.faults) else None
        self.attempts += 1
        if fault is not None and fault.kind == "refuse":
            return connection.respond(HTTPStatus(fault.status), "no\n")
        if self.key and request.headers.get("Authorization") != f"Bearer {self.key}":
            return connection.respond(HTTPStatus.UNAUTHORIZED, "no\n")
        return None

    async def converse(self, connection: ServerConnection) -> None:
        fault = self.faults[self.attempts - 1] if self.attempts <= len(self.faults) else None
        heard = Heard()
        self.streams.append(heard)
        with contextlib.suppress(ConnectionClosed):
            await Client(self, connection, heard, fault).run()


class Client:
    """One connection."""

    def __init__(
        self, server: WhisperLiveServer, connection: ServerConnection, heard: Heard, fault: Fault | None
    ) -> None:
        self.server, self.connection, self.heard, self.fault = server, connection, heard, fault
        self.transcriber = Transcriber(heard.samples)

    async def run(self) -> None:
        self.heard.hello = json.loads(await self.connection.recv())
        kind = self.fault.kind if self.fault else ""
        if kind in ("full", "no_model"):
            status: dict[str, object] = {"status": "WAIT", "message": 3.4}
            await self.tell(status if kind == "full" else {"status": "ERROR", "message": "Failed to load model: x"})
            return
        if kind == "never_ready":
            await self.connection.wait_closed()
            return
        await self.tell({"status": "WARNING", "message": "Reverting to available backend"})
        await self.tell({"message": "SERVER_READY", "backend": "faster_whisper"})
        self.transcriber.threshold = self.heard.hello["same_output_threshold"]
        transcribing = asyncio.ensure_future(self.transcribe())
        try:
            await self.listen()
        finally:
            transcribing.cancel()
            await asyncio.gather(transcribing, return_exceptions=True)

    async def tell(self, values: dict[str, object]) -> None:
        await self.connection.send(json.dumps({"uid": self.heard.hello["uid"], **values}))

    async def listen(self) -> None:
        async for message in self.connection:
            if message == b"END_OF_AUDIO":
                self.heard.ended = True
                return
            if isinstance(message, str) or len(message) % 4:
                self.server.complaints.append("not floats")
                continue
            self.heard.samples.extend(struct.unpack(f"<{len(message) // 4}f", message))
            if self.fault and len(self.heard.samples) / RATE >= self.fault.after:
                if self.fault.kind == "disconnect":
                    await self.tell({"message": "DISCONNECT"})
                    return
                self.connection.transport.abort()

    async def transcribe(self) -> None:
        while True:
            await asyncio.sleep(PASS)
            segments = self.transcriber.listen()
            if segments:
                last = segments[-self.heard.hello["send_last_n_segments"] - 1 :]
                await self.tell({"segments": [self.form(each) for each in last]})

    def form(self, segment: tuple[int, float, float, bool]) -> dict[str, Any]:
        number, start, end, completed = segment
        made: dict[str, Any] = {"start": f"{start:.3f}", "end": f"{end:.3f}", "text": f" number {number}."}
        return made if self.server.old else {**made, "completed": completed}


class Transcriber:
    """Numbers as segments."""

    def __init__(self, samples: list[float]) -> None:
        self.samples = samples
        self.threshold = 10
        self.offset = 0
        """Samples before which all is completed."""
        self.transcript: list[tuple[int, float, float, bool]] = []
        self.same = 0
        self.before: tuple[int, float, float, bool] | None = None

    def listen(self) -> list[tuple[int, float, float, bool]]:
        """One pass."""
        if len(self.samples) - self.offset < RATE:
            return []
        found = self.runs()
        if not found:
            return []
        for number, start, end in found[:-1]:
            self.transcript.append((number, start / RATE, end / RATE, True))
            self.offset = end
        number, start, end = found[-1]
        last = (number, start / RATE, end / RATE, False)
        self.same = self.same + 1 if last == self.before else 0
        self.before = last
        if self.same > self.threshold:
            self.transcript.append((number, start / RATE, end / RATE, True))
            self.offset, self.same = end, 0
            return self.transcript
        return [*self.transcript, last]

    def runs(self) -> list[tuple[int, int, int]]:
        found: list[tuple[int, int, int]] = []
        for at in range(self.offset, len(self.samples), STEP):
            level = round(self.samples[at] * 32768)
            if level < BASE:
                continue
            number = level - BASE
            if found and found[-1][0] == number and found[-1][2] == at:
                found[-1] = (number, found[-1][1], at + STEP)
            else:
                found.append((number, at, at + STEP))
        return found


@asynccontextmanager
async def start() -> AsyncIterator[WhisperLiveServer]:
    """A server on this computer."""
    whisper = WhisperLiveServer()
    async with serve(
        whisper.converse, "127.0.0.1", 0, process_request=whisper.check, compression=None, ping_interval=None,
        close_timeout=0.5,
    ) as running:  # fmt: skip
        whisper.url = f"ws://127.0.0.1:{running.sockets[0].getsockname()[1]}"
        try:
            yield whisper
        finally:
            for connection in list(running.connections):
                connection.transport.abort()
            await asyncio.sleep(0)
