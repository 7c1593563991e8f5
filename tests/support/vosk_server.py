"""A Vosk server on this computer, as strict as the real one, with a recogniser that hears the numbers of the beacon.

One answer to each message of sound; the end is known by its exact spelling, and any other text that is no
configuration would be decoded as sound, which is a complaint here.
"""

from __future__ import annotations

import json
from array import array
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.server import ServerConnection

from tests.support.beacon import BASE
from tests.support.own_server import Fault, OwnServer, start_server

END = '{"eof" : 1}'


@dataclass
class Heard:
    """One stream as the server saw it."""

    config: dict[str, Any] = field(default_factory=dict)
    sound: bytearray = field(default_factory=bytearray)
    ended: bool = False


class VoskServer(OwnServer):
    """`async with start()` gives one. Its faults: `drop`, `close` or `garbage`."""

    def __init__(self) -> None:
        super().__init__()
        self.streams: list[Heard] = []
        self.alternatives = False
        """Whether it answers with alternatives, as servers may be set to."""

    async def recognise(self, connection: ServerConnection, fault: Fault | None) -> None:
        heard = Heard()
        self.streams.append(heard)
        recogniser: Recogniser | None = None
        async for message in connection:
            if isinstance(message, str) and "config" in message:
                heard.config = json.loads(message)["config"]
                continue
            recogniser = recogniser or Recogniser(int(heard.config.get("sample_rate", 8000)))
            if message == END:
                heard.ended = True
                await connection.send(self.said(recogniser.close()))
                return
            if isinstance(message, str):
                self.complaints.append(f"text {message[:40]}")
                continue
            heard.sound += message
            result = recogniser.accept(message)
            await connection.send(json.dumps({"partial": recogniser.partial}) if result is None else self.said(result))
            if fault is not None and recogniser.at >= fault.after:
                await self._fail(connection, fault)

    def said(self, result: dict[str, Any]) -> str:
        return json.dumps({"alternatives": [{"confidence": 200.0, **result}]} if self.alternatives else result)

    async def _fail(self, connection: ServerConnection, fault: Fault) -> None:
        if fault.kind == "drop":
            connection.transport.abort()
        elif fault.kind == "close":
            await connection.close(1000)
        else:
            await connection.send("[]")


class Recogniser:
    """An utterance for each number, over when something else begins."""

    def __init__(self, rate: int) -> None:
        self.rate = rate
        self.at = self.since = 0.0
        self.number: int | None = None

    @property
    def partial(self) -> str:
        return "" if self.number is None else f"number {self.number}"

    def accept(self, sound: bytes) -> dict[str, Any] | None:
        """The utterance that ended in this sound, if one did; one at most, as in the real one."""
        samples = array("h", sound)
        step = self.rate // 200
        result = None
        for offset in range(0, len(samples), step):
            number = samples[offset] - BASE if samples[offset] > BASE - 1 else None
            if number != self.number:
                result = self.close() if self.number is not None else result
                self.number, self.since = number, self.at
            self.at += len(samples[offset : offset + step]) / self.rate
        return result

    def close(self) -> dict[str, Any]:
        if self.number is None:
            return {"text": ""}
        middle = (self.since + self.at) / 2
        result = [
            {"conf": 1.0, "start": self.since, "end": middle, "word": "number"},
            {"conf": 0.9, "start": middle, "end": self.at, "word": str(self.number)},
        ]
        text = self.partial
        self.number = None
        return {"result": result, "text": text}


def start() -> AbstractAsyncContextManager[VoskServer]:
    """A server on this computer."""
    return start_server(VoskServer())
