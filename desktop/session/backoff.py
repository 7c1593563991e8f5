"""How long to wait before trying again."""

from __future__ import annotations

import random
from collections.abc import Callable

from desktop.core.errors import ConnectionLost, ProviderError

FIRST = 0.3
"""Seconds; a dropped connection is usually back at once."""
CAP = 20.0
"""Seconds between two attempts at a service that asks for fewer, or can't serve."""
LINE_CAP = 2.0
"""The same while the line is down: an attempt costs nobody anything then, and someone is waiting for captions."""
HOPELESS = 60
"""Attempts after which a line counts as down for long: some two minutes."""


class Backoff:
    """Exponential delays with jitter (Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015)."""

    def __init__(self, choose: Callable[[float, float], float] = random.uniform) -> None:
        self._choose = choose
        self._failures = 0

    def next(self, error: ProviderError | None = None) -> float:
        """Seconds to wait after one more failure; the first retry comes at once but for the jitter."""
        line = isinstance(error, ConnectionLost) and self._failures < HOPELESS
        limit = min(LINE_CAP if line else CAP, FIRST * 2 ** min(self._failures, 10))
        self._failures += 1
        return self._choose(limit / 2, limit)

    def reset(self) -> None:
        """It works again."""
        self._failures = 0
