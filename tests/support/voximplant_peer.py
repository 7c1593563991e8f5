"""Voximplant's side of a media stream: the frames of its cloud, and a caller that sends them in real time or faster.

Shapes: voximplant.com/docs/guides/media-streams/format. `customParameters` is a string with JSON in it; `timestamp`
counts samples; a stream without a tag has no such member at all.
"""

from __future__ import annotations

import base64
import contextlib
import json
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from tests.support.g711 import a_law, mu_law
from tests.support.remote_faults import NONE, Encoder, Faults, interleave, pieces, travel

TWENTY_MS = 0.02
ENCODINGS: dict[str, tuple[int, Encoder]] = {
    "PCM8": (8000, bytes),
    "PCM16": (16000, bytes),
    "ULAW": (8000, mu_law),
    "ALAW": (8000, a_law),
}
"""Rate and encoder by the name on the wire; PCM8 is 16 bits wide at 8 kHz."""
MEDIA_TYPES = {"ULAW": "audio/x-mulaw"}


@dataclass
class Leg:
    """One media unit sent to the socket: `call.sendMediaTo(socket, {tag, encoding, customParameters})`."""

    tag: str | None = "caller"
    encoding: str = "PCM16"
    parameters: dict[str, Any] | None = None
    wordy: bool = False
    """Numbers as strings, and ULAW named as a media type: one official example and other implementations have it so."""
    _chunk: int = field(default=0, init=False)
    _sent: int = field(default=0, init=False)
    _sequence: int = field(default=0, init=False)

    @property
    def rate(self) -> int:
        """Samples a second."""
        return ENCODINGS[self.encoding][0]

    def start(self) -> str:
        """The stream begins; chunks count from 0 again."""
        self._chunk = self._sent = self._sequence = 0
        form: dict[str, Any] = {"encoding": self.encoding, "sampleRate": self._number(self.rate)}
        if self.wordy:
            form = {**form, "encoding": MEDIA_TYPES.get(self.encoding, self.encoding), "channels": 1}
        body: dict[str, Any] = {"mediaFormat": form}
        if self.parameters is not None:
            body["customParameters"] = json.dumps(self.parameters)
        return self._frame("start", body)

    def media(self, pcm: bytes) -> Iterator[str]:
        """16-bit mono PCM of the leg's rate as frames of 20 ms."""
        samples = round(self.rate * TWENTY_MS)
        encode = ENCODINGS[self.encoding][1]
        for piece in pieces(pcm, 2 * samples):
            payload = encode(piece)
            yield self._frame(
                "media",
                {
                    "chunk": self._number(self._chunk),
                    "timestamp": self._number(self._chunk * samples),
                    "payload": base64.b64encode(payload).decode(),
                },
            )
            self._chunk += 1
            self._sent += len(payload)

    def stop(self) -> str:
        """The stream is over; another `start` may follow on the same socket."""
        duration = round(self._chunk * TWENTY_MS)
        return self._frame("stop", {"mediaInfo": {"bytesSent": self._sent, "duration": duration}})

    def _number(self, value: int) -> int | str:
        return str(value) if self.wordy else value

    def _frame(self, event: str, body: dict[str, Any]) -> str:
        tagged = body if self.tag is None else {"tag": self.tag, **body}
        frame = {"event": event, "sequenceNumber": self._number(self._sequence), event: tagged}
        self._sequence += 1
        return json.dumps(frame)


@dataclass
class Peer:
    """An open socket of a scenario."""

    socket: ClientConnection

    async def speak(self, voices: Sequence[tuple[Leg, bytes]], faults: Faults = NONE, speed: float = 0.0) -> None:
        """Send the legs' sound interleaved; `speed` 1 is real time, 0 as fast as it goes."""
        ways = [travel(leg.media(pcm), faults) for leg, pcm in voices]
        await interleave(self.socket, ways, TWENTY_MS, speed)

    async def call(self, voices: Sequence[tuple[Leg, bytes]], faults: Faults = NONE, speed: float = 0.0) -> None:
        """A whole call: every leg starts, speaks and stops."""
        for leg, _ in voices:
            await self.socket.send(leg.start())
        await self.speak(voices, faults, speed)
        for leg, _ in voices:
            await self.socket.send(leg.stop())

    async def answer(self) -> dict[str, Any]:
        """The next text that came back."""
        message: dict[str, Any] = json.loads(await self.socket.recv())
        return message


@contextlib.asynccontextmanager
async def dialled(url: str, token: str | None, **options: Any) -> AsyncIterator[Peer]:
    """A scenario's `VoxEngine.createWebSocket(url, {headers})`: subprotocol `chat`, no Origin, no compression."""
    headers = {"Authorization": f"Bearer {token}"} if token is not None else {}
    async with connect(
        url,
        subprotocols=[Subprotocol("chat")],
        additional_headers=headers,
        compression=None,
        proxy=None,
        **options,
    ) as socket:
        yield Peer(socket)
