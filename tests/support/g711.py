"""G.711 encoders for stand-ins, written from the standard's tables and apart from the decoder they try."""

from __future__ import annotations

from array import array

MU_CLIP, MU_BIAS = 32_635, 132


def mu_law(pcm: bytes) -> bytes:
    """16-bit little-endian PCM as mu-law, one byte for a sample."""
    return bytes(_mu(sample) for sample in _samples(pcm))


def a_law(pcm: bytes) -> bytes:
    """16-bit little-endian PCM as A-law, one byte for a sample."""
    return bytes(_a(sample) for sample in _samples(pcm))


def _samples(pcm: bytes) -> array[int]:
    samples = array("h")
    samples.frombytes(pcm)
    return samples


def _mu(sample: int) -> int:
    sign = 0x80 if sample < 0 else 0
    size = min(abs(sample), MU_CLIP) + MU_BIAS
    exponent = size.bit_length() - 8
    return ~(sign | exponent << 4 | size >> exponent + 3 & 0x0F) & 0xFF


def _a(sample: int) -> int:
    sign = 0x80 if sample >= 0 else 0
    size = (sample if sample >= 0 else ~sample) >> 4  # 12 bits of size, G.711 table 1a
    exponent = max(size.bit_length() - 4, 1)
    code = size & 0x0F if size < 16 else exponent << 4 | size >> exponent - 1 & 0x0F
    return (sign | code) ^ 0x55
