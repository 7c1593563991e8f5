"""The beginning of a FLAC file (RFC 9639): how much sound it says it holds, and the comment in it.

An encoder writes the number of samples when it is closed. Until then it is 0, and readers can't seek; so it is written
again and again while the file grows, and a file that was cut off is as good as one that was closed.
"""

from __future__ import annotations

MARK = b"fLaC"
TOTAL_AT = 18
"""Where the 8 bytes stand whose last 36 bits are the number of samples (RFC 9639, 8.2)."""
TOTAL_SIZE = 8
HEAD_SIZE = 4096
"""Bytes at the start of our files in which all that is read here stands."""
_TOTAL_BITS = (1 << 36) - 1
_COMMENTS = 4


def with_total(field: bytes, samples: int) -> bytes:
    """The 8 bytes at `TOTAL_AT`, saying this number of samples per channel; 36 bits are 49 days at 16 kHz."""
    rest = int.from_bytes(field, "big") & ~_TOTAL_BITS
    return (rest | min(samples, _TOTAL_BITS)).to_bytes(TOTAL_SIZE, "big")


def total(head: bytes) -> int:
    """Samples per channel that the file says it holds; 0 when it does not say, or is no FLAC."""
    if not head.startswith(MARK):
        return 0
    return int.from_bytes(head[TOTAL_AT : TOTAL_AT + TOTAL_SIZE], "big") & _TOTAL_BITS


def comment(head: bytes) -> str:
    """The text of the field COMMENT among the Vorbis comments; empty where there is none."""
    block = _block(head, _COMMENTS)
    at = 4 + int.from_bytes(block[:4], "little")  # after the name of the encoder
    fields = int.from_bytes(block[at : at + 4], "little")
    at += 4
    while fields > 0 and at + 4 <= len(block):
        end = at + 4 + int.from_bytes(block[at : at + 4], "little")
        key, _, value = block[at + 4 : end].decode(errors="replace").partition("=")
        if key.casefold() == "comment":
            return value
        at, fields = end, fields - 1
    return ""


def _block(head: bytes, wanted: int) -> bytes:
    """The metadata block of this type; empty where there is none."""
    at = len(MARK)
    last = not head.startswith(MARK)
    while not last and at + 4 <= len(head):
        kind, size = head[at], int.from_bytes(head[at + 1 : at + 4], "big")
        last = bool(kind & 0x80)
        if kind & 0x7F == wanted:
            return head[at + 4 : at + 4 + size]
        at += 4 + size
    return b""
