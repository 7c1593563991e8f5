"""Twilio's side of a media stream: the frames of `<Start><Stream>`, and a caller that sends them.

Shapes: twilio.com/docs/voice/media-streams/websocket-messages. Every number is a string; `timestamp` counts
milliseconds from the start of the stream; mu-law at 8 kHz alone. Twilio sets no header of ours and drops the query
string, so a token travels as a custom parameter of `start`. Close codes and headers of the upgrade are not documented.
"""

from __future__ import annotations

import base64
import contextlib
import json
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

from tests.support.g711 import mu_law
from tests.support.remote_faults import NONE, Faults, interleave, pieces, travel

RATE = 8000
CHUNK_MS = 20
STREAM, ACCOUNT, CALL = "MZ" + "0" * 32, "AC" + "0" * 32, "CA" + "0" * 32


@dataclass
class Stream:
    """One `<Stream>`: `tracks` is ("inbound",), ("outbound",) or both."""

    tracks: tuple[str, ...] = ("inbound",)
    parameters: Mapping[str, str] = field(default_factory=dict)
    _sequence: int = field(default=0, init=False)
    _chunks: dict[str, int] = field(default_factory=dict, init=False)

    def connected(self) -> str:
        """The first frame of a socket; the only one without a number."""
        return json.dumps({"event": "connected", "protocol": "Call", "version": "1.0.0"})

    def start(self) -> str:
        """What will come, and the `<Parameter>`s of the document that asked for it."""
        body = {
            "streamSid": STREAM,
            "accountSid": ACCOUNT,
            "callSid": CALL,
            "tracks": list(self.tracks),
            "customParameters": dict(self.parameters),
            "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": RATE, "channels": 1},
        }
        return self._frame("start", body)

    def media(self, track: str, pcm: bytes) -> Iterator[str]:
        """16-bit mono PCM at 8 kHz as frames of 20 ms; the chunks of each track count from 1."""
        for piece in pieces(pcm, 2 * RATE * CHUNK_MS // 1000):
            chunk = self._chunks[track] = self._chunks.get(track, 0) + 1
            body = {
                "track": track,
                "chunk": str(chunk),
                "timestamp": str((chunk - 1) * CHUNK_MS),
                "payload": base64.b64encode(mu_law(piece)).decode(),
            }
            yield self._frame("media", body)

    def digit(self, digit: str) -> str:
        """A key was pressed; sent for bidirectional streams alone."""
        return self._frame("dtmf", {"track": "inbound_track", "digit": digit})

    def stop(self) -> str:
        """The stream or the call is over; the socket closes after it."""
        return self._frame("stop", {"accountSid": ACCOUNT, "callSid": CALL})

    def _frame(self, event: str, body: dict[str, Any]) -> str:
        self._sequence += 1
        return json.dumps(
            {"event": event, "sequenceNumber": str(self._sequence), event: body, "streamSid": STREAM},
        )


@dataclass
class Peer:
    """An open socket of Twilio's cloud."""

    socket: ClientConnection

    async def speak(self, stream: Stream, voices: Mapping[str, bytes], faults: Faults = NONE, speed: float = 0) -> None:
        """Send the tracks' sound interleaved; `speed` 1 is real time, 0 as fast as it goes."""
        ways = [travel(stream.media(track, pcm), faults) for track, pcm in voices.items()]
        await interleave(self.socket, ways, CHUNK_MS / 1000, speed)

    async def call(self, stream: Stream, voices: Mapping[str, bytes], faults: Faults = NONE, speed: float = 0) -> None:
        """A whole call: connected, start, the tracks' sound, stop."""
        await self.socket.send(stream.connected())
        await self.socket.send(stream.start())
        await self.speak(stream, voices, faults, speed)
        await self.socket.send(stream.stop())


@contextlib.asynccontextmanager
async def dialled(url: str, **options: Any) -> AsyncIterator[Peer]:
    """Twilio opens the socket: no header that a person could set, no Origin, no subprotocol, no query string."""
    bare, _, _ = url.partition("?")
    async with connect(bare, compression=None, proxy=None, **options) as socket:
        yield Peer(socket)
