"""A WhisperLive server on this computer, with a transcriber that hears the numbers of the beacon.

It keeps the habits of the real one that a client has to live with: every pass hears everything since the last
completed segment once more, the last segment stays open until it was heard the same a number of times, a rest of less
than one second is left alone, and the end of the sound ends everything at once.
"""

from __future__ import annotations

import asyncio
import json
import struct
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.server import ServerConnection

from tests.support.beacon import BASE
from tests.support.own_server import Fault, OwnServer, start_server

RATE = 16_000
PASS = 0.02
"""Seconds between two passes."""
STEP = 80
"""Samples that are looked at together: 5 ms."""


@dataclass
class Heard:
    """One stream as the server saw it."""

    hello: dict[str, Any] = field(default_factory=dict)
    samples: list[float] = field(default_factory=list)
    ended: bool = False


class WhisperLiveServer(OwnServer):
    """`async with start()` gives one. Its faults: `drop`, `disconnect`, `full`, `no_model` or `never_ready`."""

    def __init__(self) -> None:
        super().__init__()
        self.streams: list[Heard] = []
        self.old = False
        """Whether it is one of before `completed`."""

    async def recognise(self, connection: ServerConnection, fault: Fault | None) -> None:
        heard = Heard()
        self.streams.append(heard)
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


def start() -> AbstractAsyncContextManager[WhisperLiveServer]:
    """A server on this computer."""
    return start_server(WhisperLiveServer())
