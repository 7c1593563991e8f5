"""When rows may scroll away: no sooner than a reader of a given speed has come to their end.

The reader is modelled as one who reads words in the order in which they appear and never twice. Words that come no
faster than the reader reads delay nothing; a burst, as after a lost connection, is shown row by row.
"""

from __future__ import annotations

from collections.abc import Sequence

from desktop.core.layout import Row
from desktop.core.linebreak import is_ideograph

MOST_WAITING = 6
"""Rows that wait below at most; beyond that the live words matter more than the old ones."""
_WORD = 6
"""Characters of a word with its space, the measure in which reading speeds are given."""
_IDEOGRAPH = 3
"""Letters that take as long to read as one ideograph (subtitle norms: 9 a second, 20 to 26 Latin letters)."""


class Pace:
    """Decides which row stands at the top."""

    def __init__(self, words_per_minute: int) -> None:
        """`words_per_minute` of 0 never waits."""
        self._per_letter = 60 / (words_per_minute * _WORD) if words_per_minute else 0.0
        self._read_until = 0.0
        """When the reader will have read all that is on show; seconds on the caller's clock."""
        self._rows: dict[int, tuple[int, float]] = {}
        """For each row on show: its letters so far, and when it will have been read."""
        self.due: float | None = None
        """When the top row may leave, while others wait; None while none do."""

    def top(self, rows: Sequence[Row], top: int, lines: int, now: float) -> int:
        """The number of the row that stands at the top from `now` on.

        `rows` begins with the one at the top so far, whose number is `top`, and ends with the newest.
        """
        waiting = max(0, len(rows) - lines)
        gone = max(0, waiting - MOST_WAITING)
        self._note(rows[gone : gone + lines], now)
        while gone < waiting and self._read(rows[gone]) <= now:
            gone += 1
            self._note(rows[gone : gone + lines], now)
        self.due = self._read(rows[gone]) if gone < waiting else None
        return top + gone

    def seen(self, rows: Sequence[Row]) -> None:
        """These rows are on show and were read before, as after another width."""
        self._rows = {id(row): (_letters(row.text), 0.0) for row in rows}
        self._read_until = 0.0
        self.due = None

    def _read(self, row: Row) -> float:
        return self._rows[id(row)][1]

    def _note(self, rows: Sequence[Row], now: float) -> None:
        noted = {}
        for row in rows:
            before, until = self._rows.get(id(row), (0, now))
            letters = _letters(row.text)
            if letters > before:
                self._read_until = max(self._read_until, now) + (letters - before) * self._per_letter
                until = self._read_until
            noted[id(row)] = max(before, letters), until
        self._rows = noted


def _letters(text: str) -> int:
    if text.isascii():
        return len(text)
    return sum(_IDEOGRAPH if is_ideograph(letter) else 1 for letter in text)
