"""The header of a WAV file, which some peers put before every message of sound."""

from __future__ import annotations

import struct
from dataclasses import dataclass

PCM, ALAW, MULAW, EXTENSIBLE = 1, 6, 7, 0xFFFE
_CHUNK = struct.Struct("<4sI")
_FORMAT = struct.Struct("<HHIIHH")
_LONGEST = 4096
"""Bytes; a header that goes on longer is none."""


class Malformed(Exception):
    """It begins like a WAV file and can't be read as one."""


@dataclass(frozen=True, slots=True)
class Wave:
    """What a header says, and the sound behind it."""

    coding: int
    """Format tag: `PCM`, `ALAW`, `MULAW` or another."""
    channels: int
    sample_rate: int
    bits: int
    sound: bytes


def read_wave(data: bytes) -> Wave | None:
    """The sound behind a header; None when there is no header. Raises `Malformed`.

    Sizes are not believed: a header that is written before the sound says 0 or 4 GiB.
    """
    if data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        return None
    at, described = 12, None
    while at + _CHUNK.size <= min(len(data), _LONGEST):
        name, size = _CHUNK.unpack_from(data, at)
        at += _CHUNK.size
        if name == b"data":
            return _wave(described, data[at:])
        if name == b"fmt ":
            described = data[at : at + size]
        at += size + size % 2
    raise Malformed("a WAV header without sound")


def _wave(described: bytes | None, sound: bytes) -> Wave:
    if described is None or len(described) < _FORMAT.size:
        raise Malformed("a WAV header without a format")
    coding, channels, rate, _, _, bits = _FORMAT.unpack_from(described)
    if coding == EXTENSIBLE and len(described) >= 26:
        coding = int.from_bytes(described[24:26], "little")  # the real one stands first in the sub-format's GUID
    return Wave(coding, channels, rate, bits, sound)
