"""Frames survive the way there, and garbage is recognised without being quoted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.transport import frames
from desktop.transport.frames import HEADER, LIMIT, Garbled, Kind


@given(st.sampled_from(list(Kind)), st.integers(0, 0xFFFF), st.binary(max_size=200))
def test_a_frame_is_read_as_it_was_written(kind: Kind, stream: int, payload: bytes) -> None:
    frame = frames.pack(kind, stream, payload)

    assert frames.unpack_header(frame[: HEADER.size]) == (kind, stream, len(payload))
    assert frame[HEADER.size :] == payload


@given(st.binary(min_size=HEADER.size, max_size=HEADER.size))
def test_any_header_is_a_frame_or_garbage(header: bytes) -> None:
    try:
        kind, _, length = frames.unpack_header(header)
    except Garbled:
        return
    assert kind in Kind
    assert length <= LIMIT


@pytest.mark.parametrize("payload", [b"the secret words", b"[1]", b"\xff", b""])
def test_a_payload_that_is_no_object_is_garbage_and_not_quoted(payload: bytes) -> None:
    with pytest.raises(Garbled) as raised:
        frames.unpack_object(payload)

    assert "secret" not in str(raised.value)
    assert raised.value.__cause__ is None


def test_values_survive() -> None:
    frame = frames.pack_object(Kind.EVENT, 1, {"text": "na\u00efve"})
    assert frames.unpack_object(frame[HEADER.size :]) == {"text": "na\u00efve"}
    assert frames.unpack_seconds(frames.pack_seconds(Kind.TAKEN, 1, 2.5)[HEADER.size :]) == 2.5
    with pytest.raises(Garbled):
        frames.unpack_seconds(b"123")
