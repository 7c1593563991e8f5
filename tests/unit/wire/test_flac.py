"""What stands at the beginning of a FLAC file, read and written."""

from __future__ import annotations

import pytest

from desktop.wire.flac import comment, total, with_total

ENCODER = (9).to_bytes(4, "little") + b"something"


def fields(*texts: bytes) -> bytes:
    return len(texts).to_bytes(4, "little") + b"".join(len(text).to_bytes(4, "little") + text for text in texts)


def file(comments: bytes, *, first: int = 0, second: int = 0x84) -> bytes:
    info = (
        b"fLaC" + bytes([first]) + (34).to_bytes(3, "big") + bytes(10) + bytes.fromhex("03e800f000003e80") + bytes(16)
    )
    return info + bytes([second]) + len(comments).to_bytes(3, "big") + comments


def test_the_length_is_read_and_written_and_nothing_else_is_touched() -> None:
    field = bytes.fromhex("03e800f500000001")
    told = with_total(field, 16_000)
    assert told.hex() == "03e800f000003e80"
    assert with_total(told, 1 << 40).hex() == "03e800ffffffffff", "as much as there is room for"
    assert total(file(b"")) == 16_000
    assert total(b"RIFF" + bytes(40)) == 0


def test_the_comment_is_found_among_others() -> None:
    head = file(ENCODER + fields(b"TITLE=Call", b"Comment=mine; lane:\xc3\xa9", b"comment=later"))
    assert comment(head) == "mine; lane:é"


@pytest.mark.parametrize(
    "head",
    [b"", b"fLaC", b"OggS" + bytes(60), file(ENCODER + fields(b"TITLE=Call")), file(ENCODER + fields(b"C=1"))[:60],
     file(b"", second=0x81), file(ENCODER + b"\xff\xff\xff\x7f\xff\xff\xff\x7f")],
)  # fmt: skip
def test_what_has_no_comment_or_is_damaged_has_none(head: bytes) -> None:
    assert comment(head) == ""
