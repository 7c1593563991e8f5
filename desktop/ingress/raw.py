"""Raw sound: binary messages of samples, described by the query of the URL, and captions back as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence

from desktop.ingress.dialect import (
    BAD_DATA,
    WRONG_KIND,
    Caption,
    Ignored,
    PeerEvent,
    Sound,
    Started,
    Stopped,
    Undecodable,
    Violation,
    WireMessage,
    audio_format,
    name,
    parse_object,
    whole,
)
from desktop.wire.g711 import from_alaw, from_mulaw

LARGEST = 1024 * 1024
"""Bytes of one message."""
_DECODERS: dict[str, Callable[[bytes], bytes]] = {"s16le": bytes, "ulaw": from_mulaw, "alaw": from_alaw}


class RawDialect:
    """One connection of raw sound: `?rate=16000&channels=1&encoding=s16le&name=Ann&captions=no`.

    A text message `{"event": "stop"}` commits what was said; more sound may follow it.
    """

    largest = LARGEST

    def __init__(self, query: Mapping[str, str] | None = None) -> None:
        """Raises `Violation` for a query that describes no sound."""
        given = query or {}
        decoder = _DECODERS.get(given.get("encoding", "s16le"))
        if decoder is None:
            raise Undecodable(WRONG_KIND, "encoding is one of s16le, ulaw, alaw")
        self._decode = decoder
        usual = "16000" if decoder is bytes else "8000"
        self._format = audio_format(whole(given.get("rate", usual)), whole(given.get("channels", "1")))
        self._name = name(given.get("name", ""))
        self._answers = given.get("captions", "yes") != "no"
        self._started = False

    def read(self, message: WireMessage) -> Sequence[PeerEvent]:
        """What a message means; raises `Violation`."""
        if isinstance(message, str):
            return self._command(message)
        sound = Sound(self._name, self._decode(message), self._format)
        if self._started:
            return [sound]
        self._started = True
        return [Started(self._name, self._format), sound]

    def _command(self, message: str) -> Sequence[PeerEvent]:
        match parse_object(message).get("event"):
            case "stop" if self._started:
                self._started = False
                return [Stopped(self._name)]
            case "start" | "stop":
                return [Ignored("a start or stop that changes nothing")]
            case _:
                raise Violation(BAD_DATA, "the only commands are start and stop")

    def caption(self, caption: Caption) -> Sequence[WireMessage]:
        """One JSON object, like a line of `overtitle live --json`."""
        if not self._answers:
            return []
        event = caption.event
        fields = {
            "event": "final" if event.is_final else "partial",
            "segment_id": event.segment_id,
            "revision": event.revision,
            "text": event.text,
            "start": round(event.start, 3),
            "end": round(event.end, 3),
            "language": event.language,
        }
        return [json.dumps(fields, ensure_ascii=False)]
