"""Times as people read them."""

from __future__ import annotations

from collections.abc import Callable


def clock_text(seconds: float) -> str:
    """`12:46`, or `1:02:03` from an hour on."""
    whole = max(int(seconds), 0)
    hours, rest = divmod(whole, 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02d}:{left:02d}" if hours else f"{minutes:02d}:{left:02d}"


class Stopwatch:
    """How long a session lasts, by any steady clock."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._began: float | None = None
        self._length = 0.0

    @property
    def elapsed(self) -> float:
        """Seconds since it was started, or between its last start and stop."""
        return self._length if self._began is None else self._clock() - self._began

    def restart(self) -> None:
        """Begin at zero."""
        self._began = self._clock()

    def run(self, running: bool) -> None:
        """Begin unless it runs already, or stop unless it stands already."""
        if running and self._began is None:
            self.restart()
        if not running and self._began is not None:
            self._length, self._began = self.elapsed, None
