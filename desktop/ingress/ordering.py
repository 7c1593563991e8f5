"""Puts a track's chunks into their order, and says what is missing between them. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.ingress.dialect import Sound

WINDOW = 3
"""Later chunks that wait for a missing one before it is given up."""
RESTART = 50
"""A number so far below the expected one is no late chunk: the peer counts anew."""


@dataclass(frozen=True, slots=True)
class Placed:
    """One chunk in its turn."""

    sound: Sound
    skipped: int = 0
    """Chunks that are missing before it, as far as numbers tell."""


class Ordering:
    """The chunks of one track, each once and in their order."""

    def __init__(self) -> None:
        self._expected: int | None = None
        self._waiting: dict[int, Sound] = {}
        self.late = 0
        """Chunks that came too late, or twice."""

    def push(self, sound: Sound) -> list[Placed]:
        """Take in one chunk; returns those whose turn it is."""
        number = sound.sequence
        if number is None:
            return [Placed(sound)]
        if self._expected is None:
            self._expected = number
        before = self.flush() if number < self._expected - RESTART or number > self._expected + 2**32 else []
        if before or number < self._expected - RESTART:
            self._expected = number
        if number < self._expected or number in self._waiting:
            self.late += 1
            return before
        self._waiting[number] = sound
        return before + self._ready(WINDOW)

    def flush(self) -> list[Placed]:
        """Everything that still waits, whatever is missing before it."""
        return self._ready(0)

    def _ready(self, most: int) -> list[Placed]:
        """What can go, so that at most `most` chunks wait."""
        placed: list[Placed] = []
        while self._waiting and self._expected is not None:
            first = min(self._waiting)
            if first != self._expected and len(self._waiting) <= most:
                break
            placed.append(Placed(self._waiting.pop(first), first - self._expected))
            self._expected = first + 1
        return placed
