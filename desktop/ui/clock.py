"""Times as people read them."""

from __future__ import annotations


def clock_text(seconds: float) -> str:
    """`12:46`, or `1:02:03` from an hour on."""
    whole = max(int(seconds), 0)
    hours, rest = divmod(whole, 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02d}:{left:02d}" if hours else f"{minutes:02d}:{left:02d}"
