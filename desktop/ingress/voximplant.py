"""Voximplant's media over WebSocket, as a scenario sends it: one connection, several tags, text alone.

Written after voximplant.com/docs/guides/media-streams (format, websocket). Where those pages and others disagree both
ways are taken: numbers come as numbers or strings, `customParameters` as an object or as JSON within a string.

Pure, so that it serves the listener and a connection that this computer opens alike.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from desktop.core.audio import AudioFormat
from desktop.ingress.dialect import (
    BAD_DATA,
    MOST_TRACKS,
    POLICY,
    Caption,
    Ignored,
    PeerEvent,
    Sound,
    Started,
    Stopped,
    Violation,
    WireMessage,
    name,
    parse_object,
    part,
    texts,
    whole,
)
from desktop.ingress.media_json import LARGEST, Coding, coding_of, payload


class VoximplantDialect:
    """The messages of one connection with a scenario."""

    largest = LARGEST

    def __init__(self) -> None:
        self._open: dict[str, tuple[Coding, AudioFormat]] = {}
        self._ended: set[str] = set()

    def read(self, message: WireMessage) -> Sequence[PeerEvent]:
        """What a message means; raises `Violation`."""
        fields = parse_object(message)
        match fields.get("event"):
            case "start":
                return self._start(part(fields, "start"), fields)
            case "media":
                return self._media(part(fields, "media"), fields)
            case "stop":
                return self._stop(fields)
            case _:
                return [Ignored("a message of the scenario's own")]

    def _start(self, start: dict[str, Any], fields: dict[str, Any]) -> Sequence[PeerEvent]:
        tag = _tag(start, fields)
        coding, form = coding_of(part(start, "mediaFormat"))
        if tag not in self._open and len(self._open) >= MOST_TRACKS:
            raise Violation(POLICY, f"more than {MOST_TRACKS} tags at once")
        self._open[tag] = (coding, form)
        self._ended.discard(tag)
        return [Started(tag, form, texts(start.get("customParameters")))]

    def _media(self, media: dict[str, Any], fields: dict[str, Any]) -> Sequence[PeerEvent]:
        tag = _tag(media, fields)
        known = self._open.get(tag)
        if known is None:
            if tag in self._ended:
                return [Ignored("sound after its stop")]
            raise Violation(BAD_DATA, "media before start")
        coding, form = known
        pcm = coding.decode(payload(media))
        return [Sound(tag, pcm, form, whole(media.get("chunk")), whole(media.get("timestamp")))]

    def _stop(self, fields: dict[str, Any]) -> Sequence[PeerEvent]:
        stop = fields.get("stop")
        tag = _tag(stop if isinstance(stop, dict) else {}, fields)
        if self._open.pop(tag, None) is None:
            return [Ignored("a stop without start")]
        if len(self._ended) < 4 * MOST_TRACKS:
            self._ended.add(tag)
        return [Stopped(tag)]

    def caption(self, caption: Caption) -> Sequence[WireMessage]:
        """A custom event: what carries `event` too, Voximplant would take for media."""
        event = caption.event
        fields = {
            "customEvent": "caption",
            "text": event.text,
            "final": event.is_final,
            "tag": caption.track,
            "id": event.segment_id,
            "start": round(event.start, 3),
            "end": round(event.end, 3),
            "language": event.language,
        }
        return [json.dumps(fields, ensure_ascii=False)]


def _tag(inner: dict[str, Any], fields: dict[str, Any]) -> str:
    return name(inner.get("tag", fields.get("tag", "")))
