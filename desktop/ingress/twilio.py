"""Twilio Media Streams (twilio.com/docs/voice/media-streams/websocket-messages): mu-law, one lane for each track.

Nothing is ever sent back: what Twilio makes of messages it does not know is not documented.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from desktop.core.audio import AudioFormat
from desktop.ingress.dialect import (
    BAD_DATA,
    Caption,
    Ignored,
    PeerEvent,
    Sound,
    Started,
    Stopped,
    Violation,
    WireMessage,
    parse_object,
    part,
    texts,
    whole,
)
from desktop.ingress.media_json import LARGEST, Coding, coding_of, payload

TRACKS = ("inbound", "outbound")


class TwilioDialect:
    """The messages of one media stream."""

    largest = LARGEST

    def __init__(self) -> None:
        self._coding: tuple[Coding, AudioFormat] | None = None
        self._parameters: dict[str, str] = {}
        self._firsts: dict[str, tuple[int, int]] = {}
        """For each track the place and the length of its first chunk, in samples; no length where they differ."""
        self._open: list[str] = []
        self._ended = False

    def read(self, message: WireMessage) -> Sequence[PeerEvent]:
        """What a message means; raises `Violation`."""
        fields = parse_object(message)
        match fields.get("event"):
            case "start":
                return self._start(part(fields, "start"))
            case "media":
                return self._media(part(fields, "media"))
            case "stop":
                return self._stop()
            case "connected" | "mark" | "dtmf":
                return [Ignored(str(fields["event"]))]
            case _:
                return [Ignored("an unknown event")]

    def _start(self, start: dict[str, Any]) -> Sequence[PeerEvent]:
        self._coding = coding_of(part(start, "mediaFormat"))
        self._parameters = texts(start.get("customParameters"))
        self._ended = False
        self._firsts.clear()
        given = start.get("tracks")
        named = [track for track in TRACKS if isinstance(given, list) and track in given]
        before = [Stopped(track) for track in self._open if track not in named]
        self._open = named
        return [*before, *(Started(track, self._coding[1], self._parameters) for track in named)]

    def _media(self, media: dict[str, Any]) -> Sequence[PeerEvent]:
        if self._coding is None:
            if self._ended:
                return [Ignored("sound after its stop")]
            raise Violation(BAD_DATA, "media before start")
        coding, form = self._coding
        given = media.get("track", TRACKS[0])
        if given not in TRACKS:
            raise Violation(BAD_DATA, "this track is neither inbound nor outbound")
        milliseconds = whole(media.get("timestamp"))
        position = None if milliseconds is None else milliseconds * form.sample_rate // 1000
        pcm = coding.decode(payload(media))
        sound = Sound(given, pcm, form, self._number(given, position, len(pcm) // form.bytes_per_frame), position)
        if given in self._open:
            return [sound]
        self._open.append(given)
        return [Started(given, form, self._parameters), sound]

    def _number(self, track: str, position: int | None, frames: int) -> int | None:
        """Which chunk of its track it is, by its time; None once chunks differ in length.

        Not by `chunk`: whether that counts each track or both together is documented for one track alone.
        """
        if position is None or not frames:
            return None
        first, length = self._firsts.setdefault(track, (position, frames))
        if length != frames:
            self._firsts[track] = (position, 0)
        return round((position - first) / frames) if length == frames else None

    def _stop(self) -> Sequence[PeerEvent]:
        ended, self._open, self._coding, self._ended = self._open, [], None, True
        return [Stopped(track) for track in ended] or [Ignored("a stop without start")]

    def caption(self, caption: Caption) -> Sequence[WireMessage]:
        """Nothing."""
        del caption
        return []
