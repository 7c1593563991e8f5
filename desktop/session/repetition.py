"""Finds what a replay says again: words that an earlier stream of the lane has delivered as final. Pure.

No service gives a word the same times twice, so the times say only roughly where the new words begin, and the text
decides: there the words before the boundary agree best with the end of what was heard.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import accumulate

from desktop.core.captions import CaptionEvent

WHOLE = 0.15
"""Seconds of sound that hold no whole word; a replay begins so much too early because sound is kept in chunks."""
EDGE = 0.001
"""Seconds, for rounding."""
SLACK = 0.2
"""Seconds by which the middle of a word may lie on the wrong side of the boundary."""
TEXT_SLACK = 0.5
"""The same where the words have no times of their own and are taken for equally long."""
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


def spoken(text: str) -> list[tuple[str, int]]:
    """The words of a text without case and punctuation, each with the place where it ends."""
    return [(match[0].casefold(), match.end()) for match in _WORD.finditer(text)]


class Repetition:
    """What one stream says again of one lane."""

    def __init__(self, until: float, heard: Sequence[str]) -> None:
        self.until = until
        """Session time up to which earlier streams have delivered finals."""
        self._heard = list(heard)
        self._again: list[str] = []
        """What this stream has said again in finals so far."""
        self._over = False

    def concerns(self, event: CaptionEvent) -> bool:
        """Whether the event may begin with words that were heard before."""
        known = bool(self._heard) and not self._over
        return known and event.start < self.until + (SLACK if event.words else 0.0)

    def count(self, event: CaptionEvent, since: float) -> int:
        """How many words at the start of the event were heard before; of its `words`, or else of its text.

        `since` is the session time at which the stream's sound begins.
        """
        units = [[word for word, _ in spoken(one.text)] for one in event.words]
        middles = [(one.start + one.end) / 2 for one in event.words]
        if not units:
            units = [[word] for word, _ in spoken(event.text)]
            step = (event.end - event.start) / max(1, len(units))
            middles = [event.start + (at + 0.5) * step for at in range(len(units))]
        if self.until - since < WHOLE:
            found = _before([one.end for one in event.words], self.until + EDGE)
        else:
            found = self._boundary(units, middles, timed=bool(event.words))
        if event.is_final:
            again = [*self._again, *(word for unit in units[:found] for word in unit)]
            self._again = again[-len(self._heard) :]
            self._over = found < len(units) and event.end > self.until
        return found

    def _boundary(self, units: Sequence[Sequence[str]], middles: Sequence[float], *, timed: bool) -> int:
        slack = SLACK if timed else TEXT_SLACK
        by_time = _before(middles, self.until)
        places = range(_before(middles, self.until - slack), _before(middles, self.until + slack) + 1)
        said = [*self._again, *(word for unit in units for word in unit)]
        ends = list(accumulate(map(len, units), initial=len(self._again)))
        agreeing = {at: self._agreement(said, ends[at]) for at in places}
        # each word before the boundary that agrees speaks for it, and each that does not speaks against it
        best = max(places, key=lambda at: (2 * agreeing[at] - at, -abs(at - by_time)))
        if agreeing[best]:
            return best
        if timed:
            return by_time
        known = sum(unit[0] in self._heard for unit in units)
        return len(units) if by_time == len(units) and 2 * known >= len(units) else 0

    def _agreement(self, said: Sequence[str], end: int) -> int:
        """How many words before this place are the last ones that were heard."""
        count = 0
        while count < min(end, len(self._heard)) and said[end - 1 - count] == self._heard[-1 - count]:
            count += 1
        return count


def _before(middles: Sequence[float], moment: float) -> int:
    """How many words lie before a moment, up to the first that does not."""
    return next((at for at, middle in enumerate(middles) if middle >= moment), len(middles))
