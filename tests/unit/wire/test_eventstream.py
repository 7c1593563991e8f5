"""Our event stream against published vectors, botocore's parser, and any bytes at all."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zlib import crc32

import pytest
from botocore.eventstream import EventStreamBuffer
from hypothesis import given
from hypothesis import strategies as st

from desktop.wire.eventstream import (
    MAX_HEADERS,
    MAX_PAYLOAD,
    EventMessage,
    EventStreamError,
    HeaderValue,
    decode,
    encode,
    encode_headers,
)

AUDIO = {":content-type": "application/octet-stream", ":event-type": "AudioEvent", ":message-type": "event"}
HEAD = (
    "0d3a636f6e74656e742d747970650700186170706c69636174696f6e2f6f637465742d73747265616d0b3a6576656e742d747970"
    "6507000a417564696f4576656e740d3a6d6573736167652d747970650700056576656e74"
)
EMPTY = bytes.fromhex("0000006800000058a9d03a23" + HEAD + "5cc64095")
FOUR = bytes.fromhex("0000006c000000585c509ce3" + HEAD + "0100ff7f08165021")

moments = st.datetimes(datetime(1970, 1, 1), datetime(9000, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001 - hypothesis takes naive bounds
    lambda moment: moment - timedelta(microseconds=moment.microsecond % 1000)
)
values: st.SearchStrategy[HeaderValue] = st.one_of(
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.binary(max_size=40),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    moments,
    st.uuids(),
)
names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
header_sets = st.dictionaries(names, values, max_size=6)


def sealed(head: bytes, payload: bytes = b"", total: int | None = None) -> bytes:
    """A message whose checksums are right whatever it holds."""
    lengths = struct.pack(">II", len(head) + len(payload) + 16 if total is None else total, len(head))
    body = lengths + struct.pack(">I", crc32(lengths)) + head + payload
    return body + struct.pack(">I", crc32(body))


def test_writes_the_published_messages() -> None:
    assert encode(AUDIO, b"") == EMPTY
    assert encode(AUDIO, bytes.fromhex("0100ff7f")) == FOUR


def test_reads_the_published_messages() -> None:
    assert decode(EMPTY) == EventMessage(AUDIO, b"")
    assert decode(FOUR).payload == bytes.fromhex("0100ff7f")


@given(header_sets, st.binary(max_size=200))
def test_reads_what_it_writes(headers: Mapping[str, HeaderValue], payload: bytes) -> None:
    message = decode(encode(headers, payload))
    assert message == EventMessage(headers, payload)
    assert [type(value) for value in message.headers.values()] == [type(value) for value in headers.values()]


@given(header_sets, st.binary(max_size=200))
def test_botocore_reads_the_same(headers: Mapping[str, HeaderValue], payload: bytes) -> None:
    buffer = EventStreamBuffer()
    buffer.add_data(encode(headers, payload))
    (event,) = list(buffer)
    assert event.payload == payload
    for name, value in headers.items():
        assert event.headers[name] == comparable(value)


def comparable(value: HeaderValue) -> object:
    """As botocore gives it: moments as milliseconds, UUIDs as bytes."""
    if isinstance(value, datetime):
        return (value - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
    return value.bytes if isinstance(value, UUID) else value


@given(st.binary(max_size=120))
def test_any_bytes_give_the_one_error(data: bytes) -> None:
    with pytest.raises(EventStreamError):
        decode(data)


@given(st.binary(max_size=120), st.binary(max_size=20))
def test_any_headers_under_right_checksums_give_a_message_or_the_one_error(head: bytes, payload: bytes) -> None:
    try:
        message = decode(sealed(head, payload))
    except EventStreamError:
        return
    assert message.payload == payload


@given(st.integers(0, len(FOUR) * 8 - 1))
def test_one_flipped_bit_is_noticed(bit: int) -> None:
    damaged = bytearray(FOUR)
    damaged[bit // 8] ^= 1 << bit % 8
    with pytest.raises(EventStreamError):
        decode(bytes(damaged))


@pytest.mark.parametrize("data", [EMPTY[:-1], EMPTY + b"\0", EMPTY[:15], b"", EMPTY + EMPTY])
def test_lengths_have_to_fit(data: bytes) -> None:
    with pytest.raises(EventStreamError):
        decode(data)


@pytest.mark.parametrize(
    "head",
    [
        b"\x01a\x00\x01a\x01",  # twice
        b"\x00\x00",  # no name
        b"\x01a\x0a",  # unknown type
        b"\x01a\x07\x00\x05ab",  # text cut off
        b"\x01a\x07\x00",  # length cut off
        b"\x01a\x09" + b"\0" * 15,  # UUID cut off
        b"\x01a\x05" + b"\0" * 7,  # integer cut off
        b"\x01a\x08\x7f" + b"\xff" * 7,  # moment outside of the calendar
        b"\x02\xff\xfe\x00",  # name that is no UTF-8
        b"\x05a\x00",  # name cut off
        b"\x01a",  # no type
    ],
)
def test_headers_that_are_refused(head: bytes) -> None:
    with pytest.raises(EventStreamError):
        decode(sealed(head))


def test_header_length_beyond_the_message_is_refused() -> None:
    lengths = struct.pack(">II", 16, 1)
    body = lengths + struct.pack(">I", crc32(lengths))
    with pytest.raises(EventStreamError):
        decode(body + struct.pack(">I", crc32(body)))


@pytest.mark.parametrize(
    "headers",
    [
        {"": "x"},
        {"n" * 256: "x"},
        {"n": 2**63},
        {"n": "x" * 0x8000},
        {"n": datetime(2026, 1, 1)},  # noqa: DTZ001 - that is the fault
        {f"n{at}": "x" * 0x7FF0 for at in range(5)},
    ],
)
def test_headers_that_do_not_fit_are_not_written(headers: Mapping[str, HeaderValue]) -> None:
    with pytest.raises(EventStreamError):
        encode_headers(headers)


def test_limits_hold_both_ways() -> None:
    with pytest.raises(EventStreamError):
        encode({}, bytes(MAX_PAYLOAD + 1))
    with pytest.raises(EventStreamError):
        decode(sealed(b"", bytes(MAX_PAYLOAD + 1)))
    with pytest.raises(EventStreamError):
        decode(sealed(b"\x01a\x00" * (MAX_HEADERS // 3 + 1)))


def test_a_header_of_another_type_is_no_text() -> None:
    message = decode(encode({"number": 1, "word": "yes"}, b""))
    assert (message.text("number"), message.text("word"), message.text("none")) == ("", "yes", "")
