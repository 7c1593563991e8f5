from __future__ import annotations

import sys
import warnings
from array import array

import pytest

from desktop.wire.g711 import from_alaw, from_mulaw

EVERY = bytes(range(256))


def samples(pcm: bytes) -> list[int]:
    return array("h", pcm).tolist()


@pytest.mark.parametrize(
    ("code", "sample"),
    [(0x00, -32124), (0x80, 32124), (0x7F, 0), (0xFF, 0), (0x0F, -16764), (0x8F, 16764), (0xF0, 120), (0x70, -120)],
)
def test_mulaw_of_the_standard(code: int, sample: int) -> None:
    assert samples(from_mulaw(bytes([code]))) == [sample]


@pytest.mark.parametrize(
    ("code", "sample"), [(0xD5, 8), (0x55, -8), (0xAA, 32256), (0x2A, -32256), (0x80, 5504), (0x00, -5504)]
)
def test_alaw_of_the_standard(code: int, sample: int) -> None:
    assert samples(from_alaw(bytes([code]))) == [sample]


def test_both_are_odd_functions() -> None:
    positive, negative = samples(from_mulaw(EVERY[128:])), samples(from_mulaw(EVERY[:128]))
    assert positive == [-sample for sample in negative]
    flipped = bytes(code ^ 0x80 for code in EVERY)
    assert samples(from_alaw(EVERY)) == [-sample for sample in samples(from_alaw(flipped))]


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="platform: Python 3.13 has no audioop to compare with")
def test_every_code_is_that_of_the_standard_library() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        import audioop
    assert from_mulaw(EVERY) == audioop.ulaw2lin(EVERY, 2)
    assert from_alaw(EVERY) == audioop.alaw2lin(EVERY, 2)


def test_nothing_stays_nothing() -> None:
    assert from_mulaw(b"") == from_alaw(b"") == b""
