from __future__ import annotations

import io
import struct
import wave

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.wire.riff import Malformed, read_wave


def written(sound: bytes, rate: int = 16_000, channels: int = 1) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(channels)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(sound)
    return file.getvalue()


def test_a_header_of_the_standard_library() -> None:
    found = read_wave(written(b"\x01\x02" * 4, 8_000, 2))
    assert found is not None
    assert (found.coding, found.bits, found.sample_rate, found.channels) == (1, 16, 8_000, 2)
    assert found.sound == b"\x01\x02" * 4


def test_sizes_of_a_stream_are_not_believed() -> None:
    header = bytearray(written(b"")[:44])
    header[40:44] = b"\xff\xff\xff\xff"
    found = read_wave(bytes(header) + b"\x05\x06")
    assert found is not None
    assert found.sound == b"\x05\x06"


def test_other_chunks_are_skipped() -> None:
    plain = written(b"\x01\x02")
    listed = plain[:36] + b"LIST" + struct.pack("<I", 3) + b"abc\0" + plain[36:]
    found = read_wave(listed)
    assert found is not None
    assert found.sound == b"\x01\x02"


def test_extensible_headers_tell_the_coding_behind_them() -> None:
    fields = struct.pack("<HHIIHHHHIH", 0xFFFE, 1, 16_000, 32_000, 2, 16, 22, 16, 4, 1) + bytes(14)
    found = read_wave(b"RIFF\0\0\0\0WAVEfmt " + struct.pack("<I", 40) + fields + b"data\0\0\0\0ab")
    assert found is not None
    assert found.coding == 1


def test_sound_without_a_header_is_none() -> None:
    assert read_wave(b"\x00\x10" * 320) is None
    assert read_wave(b"") is None
    assert read_wave(b"RIFF") is None


@pytest.mark.parametrize(
    "data", [b"RIFF\0\0\0\0WAVE", b"RIFF\0\0\0\0WAVEdata\0\0\0\0", b"RIFF\0\0\0\0WAVEfmt \x02\0\0\0\0\0data\0\0\0\0"]
)
def test_half_a_header_is_malformed(data: bytes) -> None:
    with pytest.raises(Malformed):
        read_wave(data)


@given(st.binary(max_size=200))
def test_nothing_else_is_raised(data: bytes) -> None:
    try:
        read_wave(b"RIFF\0\0\0\0WAVE" + data)
    except Malformed:
        return
