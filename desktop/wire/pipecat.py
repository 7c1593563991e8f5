"""Pipecat's frames: the protobuf messages that its WebSocket transports exchange, without a protobuf runtime.

    Frame         oneof: 1 text, 2 audio, 3 transcription, 4 message, 5 interruption
    text          1 id, 2 name, 3 text
    audio         1 id, 2 name, 3 audio, 4 sample_rate, 5 num_channels, 6 pts
    transcription 1 id, 2 name, 3 text, 4 user_id, 5 timestamp
    message       1 data, a JSON text (desktop.wire.rtvi)
    interruption  1 id, 2 name

Source: `pipecat/frames/frames.proto` of pipecat-ai 1.14.0 and the protobuf encoding guide. Only numbers and
length-delimited fields occur; unknown fields are skipped, groups are refused.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass

MAX_FRAME = 1024 * 1024
"""Bytes of one frame; Pipecat's own servers take no more."""
MAX_NUMBER = (1 << 64) - 1
_MAX_U32 = (1 << 32) - 1
_NUMBER, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_MAX_FIELD = (1 << 29) - 1
_MOST_FIELDS = 64
"""Fields of one message; a real one has six at most. A megabyte of two-byte fields would be read for half a second."""


class PipecatFrameError(Exception):
    """These bytes are no frame, or this frame can't be written. Quotes nothing of the content."""


@dataclass(frozen=True, slots=True)
class TextFrame:
    """A text, from bots that send captions in a way of their own."""

    text: str
    id: int = 0
    name: str = ""


@dataclass(frozen=True, slots=True)
class AudioFrame:
    """Sound as the peer claims it: neither rate, channels nor whole samples have been checked."""

    pcm: bytes
    """16-bit little-endian samples; some peers put a WAV header before them (`without_wav_header`)."""
    sample_rate: int
    channels: int
    id: int = 0
    name: str = ""
    pts: int | None = None


@dataclass(frozen=True, slots=True)
class TranscriptionFrame:
    """Something that a user said, final."""

    text: str
    user_id: str = ""
    timestamp: str = ""
    """ISO 8601 as far as the peer keeps to it."""
    id: int = 0
    name: str = ""


@dataclass(frozen=True, slots=True)
class MessageFrame:
    """A message to the other program."""

    data: str
    """A JSON text as far as the peer keeps to it."""


@dataclass(frozen=True, slots=True)
class InterruptionFrame:
    """The user spoke while the bot did."""

    id: int = 0
    name: str = ""


PipecatFrame = TextFrame | AudioFrame | TranscriptionFrame | MessageFrame | InterruptionFrame
Fields = dict[int, int | bytes | str]


def encode(frame: PipecatFrame) -> bytes:
    """One frame; raises `PipecatFrameError` when a value does not fit the format."""
    number, body = _WRITERS[type(frame)](frame)
    data = _field(number, body) if body else bytes((number << 3 | _BYTES, 0))
    if len(data) > MAX_FRAME:
        raise PipecatFrameError("frame too long")
    return data


def _write_text(frame: TextFrame) -> tuple[int, bytes]:
    return 1, _head(frame) + _field(3, frame.text)


def _write_audio(frame: AudioFrame) -> tuple[int, bytes]:
    if max(frame.sample_rate, frame.channels) > _MAX_U32:
        raise PipecatFrameError("number of more than 32 bits")
    sound = _field(3, frame.pcm) + _field(4, frame.sample_rate) + _field(5, frame.channels)
    pts = b"" if frame.pts is None else b"\x30" + _varint(frame.pts)
    return 2, _head(frame) + sound + pts


def _write_transcription(frame: TranscriptionFrame) -> tuple[int, bytes]:
    return 3, _head(frame) + _field(3, frame.text) + _field(4, frame.user_id) + _field(5, frame.timestamp)


def _write_message(frame: MessageFrame) -> tuple[int, bytes]:
    return 4, _field(1, frame.data)


def _write_interruption(frame: InterruptionFrame) -> tuple[int, bytes]:
    return 5, _head(frame)


_WRITERS: dict[type, Callable[..., tuple[int, bytes]]] = {
    TextFrame: _write_text,
    AudioFrame: _write_audio,
    TranscriptionFrame: _write_transcription,
    MessageFrame: _write_message,
    InterruptionFrame: _write_interruption,
}


def _head(frame: TextFrame | AudioFrame | TranscriptionFrame | InterruptionFrame) -> bytes:
    return _field(1, frame.id) + _field(2, frame.name)


def _field(number: int, value: int | bytes | str) -> bytes:
    """One field; nothing for a zero or an empty value, which is what a missing field means."""
    if not value:
        return b""
    if isinstance(value, int):
        return bytes((number << 3 | _NUMBER,)) + _varint(value)
    raw = _utf8(value) if isinstance(value, str) else value
    return bytes((number << 3 | _BYTES,)) + _varint(len(raw)) + raw


def _utf8(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise PipecatFrameError("text with half a character") from None


def _varint(value: int) -> bytes:
    if not 0 <= value <= MAX_NUMBER:
        raise PipecatFrameError("number below zero or of more than 64 bits")
    parts = bytearray()
    while value > 0x7F:
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    parts.append(value)
    return bytes(parts)


def decode(data: bytes) -> PipecatFrame | None:
    """The frame that `data` is; None for one of a kind that is not known here, or of none.

    Raises `PipecatFrameError` for anything else, whatever the bytes.
    """
    if len(data) > MAX_FRAME:
        raise PipecatFrameError("frame too long")
    kind, found = 0, Fields()
    for number, value in _fields(data):
        if number in _READERS and isinstance(value, bytes):
            # a kind that comes again is merged into the first, another one replaces it
            found = (found if number == kind else {}) | dict(_typed(number, value))
            kind = number
    return _READERS[kind](found) if kind else None


def _fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Number and value of each field, those of fixed length left out."""
    at = count = 0
    while at < len(data):
        key, at = _read_varint(data, at)
        count += 1
        if count > _MOST_FIELDS:
            raise PipecatFrameError("too many fields")
        number, form = key >> 3, key & 7
        if not 0 < number <= _MAX_FIELD:
            raise PipecatFrameError("field of no or too high a number")
        if form == _NUMBER:
            value, at = _read_varint(data, at)
            yield number, value
        elif form in (_BYTES, _FIXED64, _FIXED32):
            size, at = (8 if form == _FIXED64 else 4, at) if form != _BYTES else _read_varint(data, at)
            if size > len(data) - at:
                raise PipecatFrameError("field longer than the frame")
            if form == _BYTES:
                yield number, data[at : at + size]
            at += size
        else:
            raise PipecatFrameError("field of an unknown form")


def _read_varint(data: bytes, at: int) -> tuple[int, int]:
    """The number that begins at `at`, and where the next field goes on."""
    value = 0
    for place, byte in enumerate(data[at : at + 10]):
        value |= (byte & 0x7F) << 7 * place
        if byte < 0x80:
            if value > MAX_NUMBER:
                break
            return value, at + place + 1
    raise PipecatFrameError("number cut off or of more than 64 bits")


_HEAD: dict[int, type] = {1: int, 2: str}
_SHAPES: dict[int, dict[int, type]] = {
    1: {**_HEAD, 3: str},
    2: {**_HEAD, 3: bytes, 4: int, 5: int, 6: int},
    3: {**_HEAD, 3: str, 4: str, 5: str},
    4: {1: str},
    5: _HEAD,
}


def _typed(kind: int, body: bytes) -> Iterator[tuple[int, int | bytes | str]]:
    """The fields that a kind has, each in its type; one of another form is skipped as if it were unknown."""
    for number, value in _fields(body):
        wanted = _SHAPES[kind].get(number)
        if wanted is int and isinstance(value, int):
            yield number, _number(kind, number, value)
        elif wanted is bytes and isinstance(value, bytes):
            yield number, value
        elif wanted is str and isinstance(value, bytes):
            yield number, _text(value)


def _number(kind: int, number: int, value: int) -> int:
    if kind == 2 and number in (4, 5) and value > _MAX_U32:
        raise PipecatFrameError("number of more than 32 bits")
    return value


def _text(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        raise PipecatFrameError("text that is no UTF-8") from None


def _int(fields: Fields, number: int) -> int:
    value = fields.get(number)
    return value if isinstance(value, int) else 0


def _str(fields: Fields, number: int) -> str:
    value = fields.get(number)
    return value if isinstance(value, str) else ""


def _read_audio(fields: Fields) -> AudioFrame:
    pcm, pts = fields.get(3), fields.get(6)
    return AudioFrame(
        pcm if isinstance(pcm, bytes) else b"",
        _int(fields, 4),
        _int(fields, 5),
        _int(fields, 1),
        _str(fields, 2),
        pts if isinstance(pts, int) else None,
    )


_READERS: dict[int, Callable[[Fields], PipecatFrame]] = {
    1: lambda fields: TextFrame(_str(fields, 3), _int(fields, 1), _str(fields, 2)),
    2: _read_audio,
    3: lambda fields: TranscriptionFrame(
        _str(fields, 3), _str(fields, 4), _str(fields, 5), _int(fields, 1), _str(fields, 2)
    ),
    4: lambda fields: MessageFrame(_str(fields, 1)),
    5: lambda fields: InterruptionFrame(_int(fields, 1), _str(fields, 2)),
}


def without_wav_header(pcm: bytes) -> bytes:
    """The samples after a WAV header, which Pipecat's Python client puts before every frame by default."""
    if pcm[:4] != b"RIFF" or pcm[8:12] != b"WAVE":
        return pcm
    at = 12
    while at + 8 <= len(pcm):
        (size,) = struct.unpack_from("<I", pcm, at + 4)
        if pcm[at : at + 4] == b"data":
            return pcm[at + 8 :]  # whatever length it gives: a header made for a stream gives none
        at += 8 + size + size % 2
    return b""
