"""G.711, the telephone's two ways to squeeze a sample into eight bits (ITU-T G.711, 1988): mu-law and A-law."""

from __future__ import annotations


def _from_mulaw(code: int) -> int:
    code = ~code & 0xFF
    magnitude = ((((code & 0x0F) << 3) + 0x84) << ((code & 0x70) >> 4)) - 0x84
    return -magnitude if code & 0x80 else magnitude


def _from_alaw(code: int) -> int:
    code ^= 0x55
    segment = (code & 0x70) >> 4
    magnitude = ((code & 0x0F) << 4) + (0x108 if segment else 0x08)
    magnitude <<= max(0, segment - 1)
    return magnitude if code & 0x80 else -magnitude


def _tables(values: list[int]) -> tuple[bytes, bytes]:
    """The low and the high byte of each code's sample."""
    return bytes(value & 0xFF for value in values), bytes((value >> 8) & 0xFF for value in values)


_MULAW = _tables([_from_mulaw(code) for code in range(256)])
_ALAW = _tables([_from_alaw(code) for code in range(256)])


def _decode(data: bytes, tables: tuple[bytes, bytes]) -> bytes:
    pcm = bytearray(2 * len(data))
    pcm[0::2] = data.translate(tables[0])
    pcm[1::2] = data.translate(tables[1])
    return bytes(pcm)


def from_mulaw(data: bytes) -> bytes:
    """16-bit little-endian PCM of mu-law codes, one sample for each byte."""
    return _decode(data, _MULAW)


def from_alaw(data: bytes) -> bytes:
    """16-bit little-endian PCM of A-law codes, one sample for each byte."""
    return _decode(data, _ALAW)
