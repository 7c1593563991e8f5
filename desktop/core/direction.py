"""Which way a text runs."""

from __future__ import annotations

from unicodedata import bidirectional

_STRONG = frozenset({"L", "R", "AL"})


def right_to_left(text: str) -> bool:
    """Whether the first letter that has a direction runs from right to left."""
    return not text.isascii() and next((kind for kind in map(bidirectional, text) if kind in _STRONG), "L") != "L"
