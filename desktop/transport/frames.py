"""What parent and child say to each other over the child's standard streams: typed, length-prefixed frames. Pure.

A frame is a type byte, a stream number (16 bits), the payload's length (32 bits), all little-endian, and the payload.
Stream 0 is the process itself.
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Mapping
from enum import IntEnum

HEADER = struct.Struct("<BHI")
LIMIT = 1 << 20
"""Bytes that no payload may exceed: more is garbage, not an answer."""
SECONDS = struct.Struct("<d")


class Kind(IntEnum):
    """What a frame is."""

    OPEN = 1
    """To the child: a stream begins."""
    AUDIO = 2
    """To the child: the stream's next sound, in the format the two agreed on."""
    FINISH = 3
    """To the child: the stream's sound is over; answers, then DONE."""
    DROP = 4
    """To the child: forget the stream; nothing more is wanted from it."""
    READY = 16
    """From the child: it can work. Stream 0."""
    EVENT = 17
    """From the child: one answer, a JSON object."""
    TAKEN = 18
    """From the child: seconds of the stream's sound that it has worked off, as a double."""
    WORKING = 19
    """From the child: it begins on something that may take so many seconds, as a double. Stream 0."""
    DONE = 20
    """From the child: the stream's last answer is given."""
    BROKEN = 21
    """From the child: it can't work, a JSON object with `reason`. Stream 0."""


class Garbled(Exception):
    """What came is no frame; the other side can't be understood any more."""


def pack(kind: Kind, stream: int, payload: bytes = b"") -> bytes:
    """One frame."""
    return HEADER.pack(kind, stream, len(payload)) + payload


def pack_object(kind: Kind, stream: int, values: Mapping[str, object]) -> bytes:
    """One frame with a JSON object."""
    return pack(kind, stream, json.dumps(values, separators=(",", ":")).encode())


def pack_seconds(kind: Kind, stream: int, seconds: float) -> bytes:
    """One frame with a duration."""
    return pack(kind, stream, SECONDS.pack(seconds))


def unpack_header(header: bytes) -> tuple[Kind, int, int]:
    """Kind, stream and payload length; raises `Garbled`."""
    kind, stream, length = HEADER.unpack(header)
    try:
        known = Kind(kind)
    except ValueError as error:
        raise Garbled(f"frame type {kind}") from error
    if length > LIMIT:
        raise Garbled(f"payload of {length} bytes")
    return known, stream, length


def unpack_object(payload: bytes) -> dict[str, object]:
    """The JSON object of a payload; raises `Garbled`, which never quotes the payload."""
    try:
        values = json.loads(payload)
    except (ValueError, RecursionError):
        raise Garbled("no JSON") from None  # the original quotes the payload, which may be speech
    if not isinstance(values, dict):
        raise Garbled("no JSON object")
    return values


def unpack_seconds(payload: bytes) -> float:
    """The duration of a payload; raises `Garbled`."""
    try:
        seconds: float = SECONDS.unpack(payload)[0]
    except struct.error as error:
        raise Garbled("no duration") from error
    if not math.isfinite(seconds):
        raise Garbled("an endless duration")
    return seconds
