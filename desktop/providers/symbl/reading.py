"""Fields of foreign JSON, each of the kind that is expected or harmlessly empty."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any

LONGEST = 4000
"""Characters of one text that are kept."""
MOST = 500
"""Items of one list that are looked at."""
_UNWANTED = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")

Fields = dict[str, Any]


def fields(value: object) -> Fields:
    """The object, or an empty one."""
    return value if isinstance(value, dict) else {}


def items(value: object) -> Iterator[Fields]:
    """The objects of a list."""
    if isinstance(value, list):
        yield from (each for each in value[:MOST] if isinstance(each, dict))


def text(value: object) -> str:
    """Foreign text without what could upset a terminal, a file or the direction of writing."""
    return _UNWANTED.sub(" ", value[: 2 * LONGEST]).strip()[:LONGEST] if isinstance(value, str) else ""


def number(value: object) -> float | None:
    """A finite number, also one written as a text."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def seconds(value: object) -> float | None:
    """A time of the recogniser: seconds and nanoseconds, both written as texts."""
    parts = fields(value)
    whole, nanos = number(parts.get("seconds", 0)), number(parts.get("nanos", 0))
    return None if not parts or whole is None or nanos is None else max(0.0, whole + nanos / 1e9)


def share(value: object) -> float | None:
    """A confidence from 0 to 1."""
    found = number(value)
    return None if found is None else min(1.0, max(0.0, found))


def who(value: object) -> str:
    """What tells a speaker from others."""
    person = fields(value)
    return next((found for key in ("userId", "id", "name") if (found := text(person.get(key)))), "")
