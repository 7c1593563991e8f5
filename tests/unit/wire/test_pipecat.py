"""Our Pipecat frames against bytes that real servers and clients sent, and against any bytes at all."""

from __future__ import annotations

import struct
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.wire.pipecat import (
    MAX_FRAME,
    AudioFrame,
    InterruptionFrame,
    MessageFrame,
    PipecatFrame,
    PipecatFrameError,
    TextFrame,
    TranscriptionFrame,
    decode,
    encode,
    without_wav_header,
)

SILENCE = bytes(640)
GOLDEN: list[tuple[str, PipecatFrame]] = [
    ("1288051a8005" + SILENCE.hex() + "20807d2801", AudioFrame(SILENCE, 16_000, 1)),
    (
        "12220806" + "1215" + b"OutputAudioRawFrame#0".hex() + "1a02000020807d2801",
        AudioFrame(b"\0\0", 16_000, 1, 6, "OutputAudioRawFrame#0"),
    ),
    (
        "128f081205" + b"audio".hex() + "1a8008" + bytes(1024).hex() + "20807d2801",
        AudioFrame(bytes(1024), 16_000, 1, 0, "audio"),
    ),
    (
        "1a2208021214" + b"TranscriptionFrame#0".hex() + "1a0268692201752a0174",
        TranscriptionFrame("hi", "u", "t", 2, "TranscriptionFrame#0"),
    ),
    ("0a130803120b" + b"TextFrame#0".hex() + "1a026869", TextFrame("hi", 3, "TextFrame#0")),
    ("220a0a087b2261223a20317d", MessageFrame('{"a": 1}')),
    ("2a1708081213" + b"InterruptionFrame#0".hex(), InterruptionFrame(8, "InterruptionFrame#0")),
]

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
u64 = st.integers(0, 2**64 - 1)
u32 = st.integers(0, 2**32 - 1)
frames: st.SearchStrategy[PipecatFrame] = st.one_of(
    st.builds(TextFrame, texts, u64, texts),
    st.builds(AudioFrame, st.binary(max_size=80), u32, u32, u64, texts, st.none() | u64),
    st.builds(TranscriptionFrame, texts, texts, texts, u64, texts),
    st.builds(MessageFrame, texts),
    st.builds(InterruptionFrame, u64, texts),
)


@pytest.mark.parametrize(("data", "frame"), GOLDEN)
def test_reads_and_writes_what_others_sent(data: str, frame: PipecatFrame) -> None:
    assert decode(bytes.fromhex(data)) == frame
    assert encode(frame) == bytes.fromhex(data)


@given(frames)
def test_reads_what_it_writes(frame: PipecatFrame) -> None:
    assert decode(encode(frame)) == frame


@given(st.binary(max_size=120))
def test_any_bytes_give_a_frame_or_the_one_error(data: bytes) -> None:
    try:
        decode(data)
    except PipecatFrameError:
        return


@given(frames, st.data())
def test_a_damaged_frame_gives_a_frame_or_the_one_error(frame: PipecatFrame, data: st.DataObject) -> None:
    raw = bytearray(encode(frame))
    bit = data.draw(st.integers(0, len(raw) * 8 - 1))
    raw[bit // 8] ^= 1 << bit % 8
    try:
        decode(bytes(raw[: data.draw(st.integers(0, len(raw)))]))
    except PipecatFrameError:
        return


def wrapped(kind: int, body: bytes) -> bytes:
    """A frame of a kind with any body of less than 128 bytes."""
    return bytes((kind << 3 | 2, len(body))) + body


@pytest.mark.parametrize(
    "data",
    [
        b"\x0a",  # no length
        b"\x0a\x05hi",  # cut off
        b"\x0a\xff\xff\xff\xff\x0f",  # 4 GiB announced
        b"\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",  # 16 EiB announced
        b"\x80" * 11,  # a number without end
        b"\xff" * 9 + b"\x02",  # one bit too many
        b"\x02\x00",  # field 0
        b"\xff\xff\xff\xff\xff\x01\x00",  # field number of more than 29 bits
        b"\x0b\x0c",  # a group
        b"\x0f",  # form 7
        b"\x31" + bytes(7),  # fixed 64, cut off
        b"\x35" + bytes(3),  # fixed 32, cut off
        wrapped(1, b"\x1a\x05hi"),  # text longer than its frame
        wrapped(1, b"\x1a\x02\xff\xfe"),  # text that is no UTF-8
        wrapped(2, b"\x20" + b"\xff" * 4 + b"\x1f"),  # sample rate of more than 32 bits
        wrapped(4, b"\x0a" + b"\x80" * 10),  # a length without end
        wrapped(1, b"\x1a\x02\xff\xfe") + wrapped(4, b"\x0a\x01x"),  # the same in a kind that was replaced
        bytes(MAX_FRAME + 1),
    ],
)
def test_bytes_that_are_refused(data: bytes) -> None:
    with pytest.raises(PipecatFrameError):
        decode(data)


def test_a_refusal_quotes_nothing() -> None:
    with pytest.raises(PipecatFrameError) as refusal:
        decode(wrapped(1, b"\x1a\x09secret\xff\xfe\xfd"))
    assert "secret" not in repr(refusal.value)
    assert refusal.value.__cause__ is None


def test_unknown_fields_are_skipped() -> None:
    unknown = b"\x78\x01" + b"\x79" + bytes(8) + b"\x7a\x03abc" + b"\x7d" + bytes(4)
    assert decode(unknown + wrapped(1, unknown + b"\x1a\x02hi") + unknown) == TextFrame("hi")


def test_fields_of_another_form_are_skipped() -> None:
    assert decode(wrapped(1, b"\x0a\x01x\x18\x05\x1a\x02hi")) == TextFrame("hi")
    assert decode(b"\x08\x01") is None


def test_a_frame_of_no_known_kind_is_none() -> None:
    assert decode(b"") is None
    assert decode(wrapped(9, b"hello")) is None


def test_the_last_kind_counts_and_a_repeated_one_is_merged() -> None:
    assert decode(wrapped(1, b"\x1a\x02hi") + wrapped(4, b"\x0a\x01x")) == MessageFrame("x")
    assert decode(wrapped(1, b"\x08\x07") + wrapped(1, b"\x1a\x02hi")) == TextFrame("hi", 7)
    assert decode(wrapped(1, b"\x1a\x02hi") + wrapped(1, b"\x1a\x02ho")) == TextFrame("ho")


def test_an_empty_frame_keeps_its_kind() -> None:
    assert encode(TextFrame("")) == b"\x0a\x00"
    assert decode(b"\x0a\x00") == TextFrame("")


@pytest.mark.parametrize(
    "frame",
    [
        TextFrame("\ud800"),
        TextFrame("hi", id=-1),
        TextFrame("hi", id=2**64),
        AudioFrame(b"", 2**32, 1),
        AudioFrame(b"", 16_000, 2**32),
        AudioFrame(b"", -1, 1),
        AudioFrame(b"", 16_000, 1, pts=2**64),
        MessageFrame("x" * MAX_FRAME),
    ],
)
def test_frames_that_are_not_written(frame: PipecatFrame) -> None:
    with pytest.raises(PipecatFrameError):
        encode(frame)


def test_a_point_in_time_of_zero_is_not_the_same_as_none() -> None:
    frame = AudioFrame(b"", 8000, 1, pts=0)
    assert decode(encode(frame)) == frame != replace(frame, pts=None)


def wav(samples: bytes, *extra: bytes) -> bytes:
    """A WAV file with further parts before its samples."""
    form = b"fmt " + struct.pack("<IHHIIHH", 16, 1, 1, 16_000, 32_000, 2, 16)
    return b"RIFF\xff\xff\xff\xffWAVE" + form + b"".join(extra) + b"data" + struct.pack("<I", len(samples)) + samples


def test_a_wav_header_is_taken_off() -> None:
    assert without_wav_header(wav(b"\1\2\3\4")) == b"\1\2\3\4"
    assert len(wav(b"")) == 44
    assert without_wav_header(wav(b"\1\2", b"LIST\x03\x00\x00\x00abc\x00")) == b"\1\2"
    assert without_wav_header(b"\1\2\3\4") == b"\1\2\3\4"
    assert without_wav_header(b"RIFF") == b"RIFF"


def test_a_wav_header_without_samples_gives_none() -> None:
    assert without_wav_header(wav(b"")[:30]) == b""
    assert without_wav_header(b"RIFF____WAVEjunk\xff\xff\xff\xff" + bytes(20)) == b""


@given(st.binary(max_size=60))
def test_any_bytes_after_a_wav_beginning_are_survived(rest: bytes) -> None:
    assert len(without_wav_header(b"RIFF____WAVE" + rest)) <= len(rest)
