"""Tells speech of another language from English by how restless the engine becomes. Pure.

The engine knows English only and gives no confidences. On English each hypothesis of a growing line continues the one
before it; on other languages each one is a new invention. Measured (docs/decisions/0001-engine.md) over windows with
4.5 s of voice or more: at most 13 % of earlier words are taken back in English, at least 36 % in French and Spanish.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from desktop.providers.on_device.stability import HOLD_BACK, letters

RESTLESS = 0.25
"""Share of earlier words taken back from which on the speech is not English."""
CALM = 0.15
"""Share below which it is English again, so that a later stretch is told anew."""
MIN_WORDS = 20
"""Earlier words that a judgement needs."""
MIN_SPEECH = 5.0
"""Seconds of voiced sound that a judgement needs: with 3.5 s an English sentence reached 21 %."""
WINDOW = 10.0
"""Seconds of voiced sound that a judgement looks back on."""


def taken_back(before: str, after: str) -> tuple[int, int]:
    """How many words of an earlier hypothesis a later one no longer holds, of how many that should have stayed."""
    old = [letters(word) for word in before.split()][:-HOLD_BACK]
    new = [letters(word) for word in after.split()]
    kept = sum(block.size for block in SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks())
    return len(old) - kept, len(old)


@dataclass(slots=True)
class Listener:
    """Judges one stream."""

    foreign: bool = False
    """The judgement that holds."""
    _seen: deque[tuple[float, int, int]] = field(default_factory=deque)
    _before: str = ""
    _speech: float = 0.0

    def hypothesis(self, text: str, speech: float, last: bool) -> bool:
        """Take in the next hypothesis of a segment; True when a stretch of another language has just become clear.

        `speech` is the segment's voiced sound so far in seconds; `last` says that the segment ends with it.
        """
        gone, of = taken_back(self._before, text)
        self._seen.append((speech - self._speech, gone, of))
        self._before, self._speech = ("", 0.0) if last else (text, speech)
        while sum(seconds for seconds, _, _ in self._seen) - self._seen[0][0] > WINDOW:
            self._seen.popleft()
        return self._judge()

    def _judge(self) -> bool:
        words = sum(of for _, _, of in self._seen)
        if words < MIN_WORDS or sum(seconds for seconds, _, _ in self._seen) < MIN_SPEECH:
            return False
        share = sum(gone for _, gone, _ in self._seen) / words
        news = share >= RESTLESS and not self.foreign
        self.foreign = share >= RESTLESS or (self.foreign and share > CALM)
        return news
