"""The messages of a WhisperLive server: a greeting, sound as 32-bit floats, and the last segments again and again.

Source: github.com/collabora/WhisperLive, server.py, backend/base.py, client.py (bde730b). Every message repeats the
last completed segments and may end with one that is still open. Servers before `completed` leave the last one open.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from desktop.core.audio import AudioChunk, AudioFormat
from desktop.core.captions import Progress, Renew, StreamEvent
from desktop.core.errors import AuthenticationFailed, ProviderError
from desktop.core.message import say
from desktop.providers.whisper_live import failures
from desktop.providers.whisper_live.segments import Segments
from desktop.transport.target import Refusal
from desktop.transport.websocket import Ending, WireMessage, explain_refusal
from desktop.wire.pieces import Pieces

PIECE = 0.1
"""Seconds of sound in one message."""
TAIL = 1.0
"""Seconds of silence after the last sound: the server leaves a rest of less than one second alone."""
END = b"END_OF_AUDIO"
RENEW_EARLY = 60.0
"""Seconds before the server's time limit at which a new stream is asked for."""
_FULL_SCALE = 32768.0


class Stage(Enum):
    """How far a stream has come."""

    WAITING = 1
    """The server has not said that it is ready; it may be loading a model."""
    READY = 2
    DRAINING = 3
    """All sound is sent; the server is working on the rest."""
    ENDED = 4


@dataclass(frozen=True, slots=True)
class Hello:
    """What the server is told first."""

    uid: str
    language: str | None
    """`fr`; None to let the model find out."""
    caption_language: str
    """What captions are marked with."""
    values: dict[str, object] = field(default_factory=dict)
    """Task, model and the other fields."""
    limit: float = 600.0
    """Seconds that the server lets a client stay."""


class WhisperLiveCodec:
    """One stream's messages."""

    def __init__(self, hello: Hello, audio_format: AudioFormat) -> None:
        self._hello = hello
        self._format = audio_format
        self._pieces = Pieces(audio_format.size(PIECE))
        self._sent = 0
        """Bytes of the session's own sound that have become messages."""
        self._segments = Segments(hello.caption_language)
        self._renewing = False
        self.stage = Stage.WAITING
        self.passes = 0
        """Messages with segments since the last sound: what the first one says may be older than the sound."""
        self.complete = False

    def opening(self) -> Sequence[WireMessage]:
        """Who asks, for what language, and with which model."""
        greeting = {"uid": self._hello.uid, "language": self._hello.language, **self._hello.values}
        return [json.dumps(greeting, ensure_ascii=False)]

    def encode(self, chunk: AudioChunk) -> Sequence[WireMessage]:
        """Whole pieces; the rest waits for the next chunk."""
        return [self._audio(piece) for piece in self._pieces.add(chunk.pcm)]

    def _audio(self, piece: bytes) -> bytes:
        self._sent += len(piece)
        return floats(piece)

    def keep_alive(self) -> Sequence[WireMessage]:
        """The server waits for as long as its time limit allows."""
        return ()

    def tail(self) -> Sequence[WireMessage]:
        """The last sound, and silence after it; what comes back from now on is waited for."""
        last = [self._audio(piece) for piece in self._pieces.rest()]
        self.stage = Stage.DRAINING
        return [*last, *[floats(bytes(self._pieces.size))] * round(TAIL / PIECE)]

    def closing(self) -> Sequence[WireMessage]:
        """The end: the server stops at once, whatever it still has to say."""
        self.stage = Stage.ENDED
        return [END]

    def decode(self, message: WireMessage) -> Sequence[StreamEvent]:
        """The captions of a message; raises what the server complains about."""
        try:
            body = json.loads(message)
        except (ValueError, RecursionError):
            raise failures.not_whisper_live() from None  # the original quotes the message, which may be speech
        if not isinstance(body, dict):
            raise failures.not_whisper_live()
        if body.get("uid") not in (self._hello.uid, None):
            return ()
        if "status" in body:
            return self._status(body)
        if body.get("message") == "SERVER_READY":
            self.stage = Stage.READY
            return [Progress(0.0)]
        if body.get("message") == "DISCONNECT":
            raise failures.time_limit()
        return [*self._heard(body), *self._renewal()]

    def _status(self, body: dict[str, Any]) -> Sequence[StreamEvent]:
        if body["status"] == "WAIT":
            raise failures.full(body.get("message"))
        if body["status"] == "ERROR":
            raise failures.refuses(str(self._hello.values.get("model", "")))
        return ()  # WARNING: it works on with another engine

    def _heard(self, body: dict[str, Any]) -> Sequence[StreamEvent]:
        language = body.get("language")
        if isinstance(language, str) and self._hello.language is None:
            self._segments.language = language[:20]
        if "segments" not in body:
            return ()
        self.passes += self.stage is Stage.DRAINING
        try:
            return self._segments.take(body["segments"], self._format.seconds(self._sent))
        except (ValueError, TypeError, AttributeError, LookupError, OverflowError):
            raise failures.not_whisper_live() from None

    def _renewal(self) -> Sequence[StreamEvent]:
        early = self._format.seconds(self._sent) > self._hello.limit - RENEW_EARLY
        if self._renewing or not early or self._hello.limit <= RENEW_EARLY:
            return ()
        self._renewing = True
        return [Renew()]

    def ended(self, ending: Ending) -> Sequence[StreamEvent]:
        """What is open is final as it stands; raises when nobody had asked for the end."""
        if self.stage is Stage.WAITING:
            raise failures.not_ready()
        if not ending.asked:
            raise failures.lost()
        return [*self._segments.close(), Progress(self._format.seconds(self._sent))]

    def refused(self, refusal: Refusal) -> ProviderError:
        """A server with a key refuses others."""
        if refusal.status in (401, 403):
            return AuthenticationFailed(
                say("WhisperLive", "The WhisperLive server does not accept the access key."),
                say("WhisperLive", "Enter the key with which the server was started (--api_key)."),
            )
        return explain_refusal(refusal)


def floats(pcm: bytes) -> bytes:
    """16-bit samples as 32-bit floats from -1 to 1, both little-endian."""
    count = len(pcm) // 2
    samples = struct.unpack(f"<{count}h", pcm[: 2 * count])
    return struct.pack(f"<{count}f", *[sample / _FULL_SCALE for sample in samples])
