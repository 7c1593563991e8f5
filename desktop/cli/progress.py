"""How far a recording is, on a terminal."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Self

from desktop.cli.output import Output, clock, plain, tail

_BAR = 24  # characters
_REDRAW = 0.1  # seconds between two drawings


class Progress:
    """A bar on standard error, only where that is a terminal."""

    def __init__(self, out: Output, name: str, duration: float | None = None) -> None:
        self._out = out
        self._name = tail(plain(name), 30)
        self._duration = duration
        self._drawn_at = 0.0
        self.position = 0.0
        """Seconds of the recording that have been read."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._out.shows_progress:
            self._out.redraw("")

    def reached(self, position: float) -> None:
        """The recording has been read up to `position` (seconds)."""
        self.position = position
        now = time.monotonic()
        if self._out.shows_progress and now - self._drawn_at >= _REDRAW:
            self._drawn_at = now
            self._out.redraw(self._line(position))

    def _line(self, position: float) -> str:
        if not self._duration:
            return f"{self._name}  {clock(position)}"
        share = min(position / self._duration, 1.0)
        bar = "#" * round(share * _BAR)
        return f"{self._name}  [{bar:.<{_BAR}}] {share:4.0%}  {clock(position)} of {clock(self._duration)}"
