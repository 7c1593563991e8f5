"""The one motion there is: rows move up, quickly at first and gently at the end."""

from __future__ import annotations

from desktop.ui.theme import SCROLL_MS


class Slide:
    """From one row at the top to another; on the caller's clock, in seconds."""

    def __init__(self) -> None:
        self._from = 0.0
        self._began = float("-inf")

    def begin(self, start: float, now: float) -> None:
        """Move away from the row of this number (between two, when another motion was not finished)."""
        self._from, self._began = start, now

    def stop(self) -> None:
        """Be there at once."""
        self._began = float("-inf")

    def is_running(self, now: float) -> bool:
        """Whether the next frame differs from this one."""
        return now < self._began + SCROLL_MS / 1000

    def position(self, top: int, now: float) -> float:
        """Number of the row at the top, on the way to `top`; between two while moving."""
        part = min(1.0, (now - self._began) * 1000 / SCROLL_MS)
        return top - (top - self._from) * (1 - part) ** 3
