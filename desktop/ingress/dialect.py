"""What a remote peer's messages mean, whatever dialect it speaks. Pure: no clock, no I/O, nothing but messages."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from desktop.core.audio import AudioFormat
from desktop.core.captions import CaptionEvent
from desktop.core.message import Message, say

WireMessage = str | bytes

RATES = frozenset({8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000})
"""Samples per second that a peer may send."""
MOST_CHANNELS = 2
MOST_TRACKS = 8
"""Tracks that one peer may have open at once."""
LONGEST_NAME = 64
"""Characters of a tag; the rest is cut off."""

WRONG_KIND, BAD_DATA, POLICY, TOO_BIG = 1003, 1007, 1008, 1009
"""WebSocket close codes (RFC 6455, section 7.4.1)."""


class Violation(Exception):
    """The peer sent something that can't be taken; the connection is closed with this code and reason.

    The reason is one line of our own words: it never quotes what was sent.
    """

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason

    def told(self, peer: str) -> Message:
        """The same for the one who listens here."""
        values = {"peer": peer, "code": self.code, "reason": self.reason}
        return say("Listener", "{peer} was sent away (code {code}): {reason}.", **values)


class Undecodable(Violation):
    """The peer offers sound in a coding that is not known here, say OPUS."""

    def told(self, peer: str) -> Message:
        """What can be done about it, and by whom."""
        return say(
            "Listener",
            "{peer} was sent away: it sends sound in a coding that is not supported ({reason}). Set it at the caller.",
            peer=peer,
            reason=self.reason,
        )


@dataclass(frozen=True, slots=True)
class Started:
    """A track begins, or begins again."""

    track: str
    """The peer's own name for it, cleaned; empty when it has none."""
    format: AudioFormat
    parameters: Mapping[str, str] = field(default_factory=dict, repr=False)
    """What the peer's own configuration says beside it."""


@dataclass(frozen=True, slots=True)
class Sound:
    """Sound of one track, decoded to 16-bit PCM; it may end within a sample."""

    track: str
    pcm: bytes = field(repr=False)
    format: AudioFormat
    sequence: int | None = None
    """Number of this chunk within its track, rising by one; None when the peer does not count."""
    position: int | None = None
    """Samples of this track before this chunk; None when the peer does not say."""


@dataclass(frozen=True, slots=True)
class Stopped:
    """A track ends; it may start again on the same connection."""

    track: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What the protocol wants answered at once."""

    message: WireMessage = field(repr=False)


@dataclass(frozen=True, slots=True)
class Ignored:
    """A message that means nothing here."""

    kind: str
    """Its name in this program's words, never the peer's."""


PeerEvent = Started | Sound | Stopped | Reply | Ignored


@dataclass(frozen=True, slots=True)
class Caption:
    """A caption on its way back to the peer whose sound it is."""

    track: str
    event: CaptionEvent
    spoken: str
    """When it was said: ISO 8601, UTC."""


class Dialect(Protocol):
    """One connection's messages. Building one does nothing."""

    @property
    def largest(self) -> int:
        """Bytes of the largest message that is taken."""

    def read(self, message: WireMessage) -> Sequence[PeerEvent]:
        """What a message means; raises `Violation`."""

    def caption(self, caption: Caption) -> Sequence[WireMessage]:
        """The messages that tell the peer a caption; none where its protocol has no place for it."""


def audio_format(rate: int | None, channels: int | None = 1) -> AudioFormat:
    """A format that can be taken; raises `Violation`."""
    if rate not in RATES:
        raise Violation(BAD_DATA, "this sample rate is not supported; use 8000, 16000, 24000 or 48000")
    if channels is None or not 1 <= channels <= MOST_CHANNELS:
        raise Violation(BAD_DATA, "only one or two channels are supported")
    return AudioFormat(rate, channels)


def parse_object(message: WireMessage) -> dict[str, Any]:
    """A text message as a JSON object; raises `Violation`."""
    if not isinstance(message, str):
        raise Violation(WRONG_KIND, "this path takes text messages")
    try:
        value = json.loads(message, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise Violation(BAD_DATA, "the message is no JSON") from None  # the original quotes the message
    if not isinstance(value, dict):
        raise Violation(BAD_DATA, "the message is no JSON object")
    return value


def _no_number(_name: str) -> None:
    raise ValueError  # NaN and Infinity are Python's, not JSON's


def part(message: Mapping[str, Any], name: str) -> dict[str, Any]:
    """A member that has to be an object; raises `Violation`."""
    value = message.get(name)
    if not isinstance(value, dict):
        raise Violation(BAD_DATA, f"the member {name} is missing")
    return value


def whole(value: object) -> int | None:
    """A whole number that a peer wrote as a number or as a string; None when it is none, or beyond 64 bits."""
    if isinstance(value, bool):
        return None
    if isinstance(value, float):
        value = int(value) if value.is_integer() and abs(value) < 2**53 else None
    if isinstance(value, str):
        value = int(value) if value.isascii() and value.isdigit() and len(value) <= 20 else None
    return value if isinstance(value, int) and 0 <= value < 2**64 else None


def name(value: object) -> str:
    """A peer's name for something, safe to keep: one line, printable, not endless."""
    if not isinstance(value, str):
        return ""
    return "".join(character for character in value if character.isprintable())[:LONGEST_NAME].strip()


def texts(value: object) -> dict[str, str]:
    """Parameters that come as an object, or as an object within a string."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return {}
    if not isinstance(value, dict):
        return {}
    return {name(key): name(text) for key, text in list(value.items())[:16] if isinstance(text, str)}
