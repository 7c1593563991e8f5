"""Amazon's event stream: length-prefixed messages with typed headers and two checksums.

    u32 total length | u32 length of headers | u32 CRC-32 of these 8 bytes | headers | payload | u32 CRC-32 of the rest

Big endian. A header is `u8 length, name, u8 type, value`. Source: the event-stream encoding of the Amazon Transcribe
developer guide ("Event stream encoding"), and for types and limits botocore's `eventstream.py`.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zlib import crc32

MAX_HEADERS = 128 * 1024
"""Bytes of headers in one message."""
MAX_PAYLOAD = 24 * 1024 * 1024
"""Bytes of payload in one message."""
MAX_VALUE = 0x7FFF
"""Bytes of one text or bytes header."""

_PRELUDE = struct.Struct(">III")
_U32 = struct.Struct(">I")
_U16 = struct.Struct(">H")
_OVERHEAD = _PRELUDE.size + _U32.size
_INTEGERS = {2: struct.Struct(">b"), 3: struct.Struct(">h"), 4: struct.Struct(">i"), 5: struct.Struct(">q")}
_BYTES, _TEXT, _TIMESTAMP, _UUID = 6, 7, 8, 9
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

HeaderValue = bool | int | bytes | str | datetime | UUID


class EventStreamError(Exception):
    """These bytes are no message, or this message can't be written. Quotes nothing of the content."""


@dataclass(frozen=True, slots=True)
class EventMessage:
    """One message."""

    headers: Mapping[str, HeaderValue]
    payload: bytes

    def text(self, name: str) -> str:
        """A text header; empty when it is missing or of another type."""
        value = self.headers.get(name)
        return value if isinstance(value, str) else ""


def encode(headers: Mapping[str, HeaderValue], payload: bytes) -> bytes:
    """One message; raises `EventStreamError` when something does not fit the format."""
    return assemble(encode_headers(headers), payload)


def assemble(head: bytes, payload: bytes) -> bytes:
    """One message from headers that are encoded already: what a stream of equal headers repeats."""
    if len(payload) > MAX_PAYLOAD:
        raise EventStreamError("payload too long")
    lengths = struct.pack(">II", len(head) + len(payload) + _OVERHEAD, len(head))
    body = b"".join((lengths, _U32.pack(crc32(lengths)), head, payload))
    return body + _U32.pack(crc32(body))


def encode_headers(headers: Mapping[str, HeaderValue]) -> bytes:
    """The header block; integers take the smallest type that holds them. Raises `EventStreamError`."""
    parts = []
    for name, value in headers.items():
        key = name.encode("utf-8", "surrogatepass")
        if not 0 < len(key) <= 0xFF:
            raise EventStreamError("header name of no or too many bytes")
        parts.append(bytes((len(key),)) + key + _encode_value(value))
    head = b"".join(parts)
    if len(head) > MAX_HEADERS:
        raise EventStreamError("headers too long")
    return head


def _encode_value(value: HeaderValue) -> bytes:
    if isinstance(value, bool):
        return b"\x00" if value else b"\x01"
    if isinstance(value, str):
        return _sized(_TEXT, value.encode("utf-8", "replace"))
    if isinstance(value, bytes):
        return _sized(_BYTES, value)
    if isinstance(value, datetime):
        return b"\x08" + _INTEGERS[5].pack(_milliseconds(value))
    if isinstance(value, UUID):
        return b"\x09" + value.bytes
    return _encode_integer(value)


def _encode_integer(value: int) -> bytes:
    for kind, form in _INTEGERS.items():
        if -(1 << (form.size * 8 - 1)) <= value < 1 << (form.size * 8 - 1):
            return bytes((kind,)) + form.pack(value)
    raise EventStreamError("integer of more than 64 bits")


def _sized(kind: int, value: bytes) -> bytes:
    if len(value) > MAX_VALUE:
        raise EventStreamError("header value too long")
    return bytes((kind,)) + _U16.pack(len(value)) + value


def _milliseconds(moment: datetime) -> int:
    if moment.tzinfo is None:
        raise EventStreamError("a moment without time zone")
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def decode(data: bytes) -> EventMessage:
    """The one message that `data` is; raises `EventStreamError` for anything else, whatever the bytes."""
    if len(data) < _OVERHEAD:
        raise EventStreamError("message too short")
    total, head_length, checksum = _PRELUDE.unpack_from(data)
    if crc32(data[:8]) != checksum:
        raise EventStreamError("checksum of the lengths does not match")
    if total != len(data) or head_length > min(MAX_HEADERS, total - _OVERHEAD):
        raise EventStreamError("lengths do not fit the message")
    if total - head_length - _OVERHEAD > MAX_PAYLOAD:
        raise EventStreamError("payload too long")
    if crc32(memoryview(data)[:-4]) != _U32.unpack_from(data, total - 4)[0]:
        raise EventStreamError("checksum of the message does not match")
    end = _PRELUDE.size + head_length
    return EventMessage(_decode_headers(data, _PRELUDE.size, end), data[end:-4])


def _decode_headers(data: bytes, at: int, end: int) -> dict[str, HeaderValue]:
    headers: dict[str, HeaderValue] = {}
    while at < end:
        stop = at + 1 + data[at]
        if stop == at + 1 or stop >= end:
            raise EventStreamError("header cut off or without a name")
        name = _text(data[at + 1 : stop])
        if name in headers:
            raise EventStreamError("header given twice")
        headers[name], at = _decode_value(data, stop, end)
    return headers


def _decode_value(data: bytes, at: int, end: int) -> tuple[HeaderValue, int]:
    """The value whose type stands at `at`, and where the next header begins."""
    kind, at = data[at], at + 1
    if kind in (_TEXT, _BYTES):
        if at + 2 > end:
            raise EventStreamError("header cut off")
        stop = at + 2 + _U16.unpack_from(data, at)[0]
        raw = _slice(data, at + 2, stop, end)
        return (_text(raw) if kind == _TEXT else raw), stop
    if kind in (0, 1):
        return kind == 0, at
    if kind in _INTEGERS:
        form = _INTEGERS[kind]
        return int.from_bytes(_slice(data, at, at + form.size, end), signed=True), at + form.size
    if kind == _TIMESTAMP:
        return _moment(int.from_bytes(_slice(data, at, at + 8, end), signed=True)), at + 8
    if kind == _UUID:
        return UUID(bytes=_slice(data, at, at + 16, end)), at + 16
    raise EventStreamError("header of an unknown type")


def _slice(data: bytes, at: int, stop: int, end: int) -> bytes:
    if stop > end:
        raise EventStreamError("header cut off")
    return data[at:stop]


def _text(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        raise EventStreamError("text that is no UTF-8") from None


def _moment(milliseconds: int) -> datetime:
    try:
        return _EPOCH + timedelta(milliseconds=milliseconds)
    except OverflowError:
        raise EventStreamError("moment outside of the calendar") from None
