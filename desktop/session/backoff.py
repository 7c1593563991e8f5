"""How long to wait before trying again."""

from __future__ import annotations

import random
from collections.abc import Callable

FIRST = 0.3
"""Seconds; a dropped connection is usually back at once."""
CAP = 20.0
"""Seconds; someone is waiting for captions."""


class Backoff:
    """Exponential delays with full jitter (Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015)."""

    def __init__(self, choose: Callable[[float, float], float] = random.uniform) -> None:
        self._choose = choose
        self._failures = 0

    def next(self) -> float:
        """Seconds to wait after one more failure; the first retry comes at once but for the jitter."""
        limit = min(CAP, FIRST * 2**self._failures)
        self._failures += 1
        return self._choose(limit / 2, limit)

    def reset(self) -> None:
        """It works again."""
        self._failures = 0
