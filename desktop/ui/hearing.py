"""What is heard of one side, in words that stand long enough to be read."""

from __future__ import annotations

from enum import IntEnum

_VOICE = 1.5
"""Seconds for which a voice counts after it was heard last: shorter than a thought, longer than a breath."""
_LOST = 3.0
"""Seconds without any news of a side after which nothing comes from it."""
_HOLD = 1.0
"""Seconds for which a word stands at least."""


class Heard(IntEnum):
    """What to say; of several sides behind one meter the highest counts."""

    NONE = 0
    """Nobody listens."""
    NOTHING = 1
    """Not even silence arrives."""
    PAUSED = 2
    MUTED = 3
    QUIET = 4
    VOICE = 5


class Hearing:
    """One side. Times are seconds on any steady clock."""

    def __init__(self, now: float) -> None:
        self._news = now
        self._voice = float("-inf")
        self._shown = Heard.QUIET
        self._since = float("-inf")

    def hear(self, now: float, *, voiced: bool) -> None:
        """Sound arrived, with a voice in it or without."""
        self._news = now
        if voiced:
            self._voice = now

    def word(self, now: float) -> Heard:
        """What holds now, or the last word as long as that has to stand."""
        wanted = Heard.QUIET if now - self._news < _LOST else Heard.NOTHING
        if now - self._voice < _VOICE:
            wanted = Heard.VOICE
        if wanted is not self._shown and now - self._since >= _HOLD:
            self._shown, self._since = wanted, now
        return self._shown
