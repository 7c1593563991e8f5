"""Which words of a growing line are promised never to change, and the texts that keep the promise. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import takewhile

AGREE = 3
"""Successive hypotheses that have to agree on a word."""
HOLD_BACK = 2
"""Words at the end of a hypothesis that are never promised: they are what the next sound changes."""
_GIVE_UP = 4
"""A promise is kept against the final hypothesis while fewer than one in so many of its words differ."""


def letters(text: str) -> str:
    """Text without case, spaces and punctuation: `Content like` and `content-like,` are the same to a reader."""
    return "".join(letter for letter in text.casefold() if letter.isalnum())


@dataclass(slots=True)
class Prefix:
    """The promised beginning of one segment, as successive hypotheses come in."""

    promised: str = ""
    """Whole words, as they were first shown."""
    _recent: list[str] = field(default_factory=list)

    def partial(self, text: str) -> tuple[str, int]:
        """The text to show for a hypothesis, and how many of its characters are promised from now on."""
        words = text.split()
        self._recent = [*self._recent, letters(text)][-AGREE:]
        shown = _join(self.promised, words[aligned(self.promised.split(), words) :])
        if letters(text).startswith(letters(self.promised)) and len(self._recent) == AGREE:
            self._promise(words)
        return shown, len(self.promised)

    def _promise(self, words: list[str]) -> None:
        columns = zip(*self._recent, strict=False)
        agreed = sum(1 for _ in takewhile(lambda column: len(set(column)) == 1, columns))
        kept = letters(self.promised)
        for count in range(len(words) - HOLD_BACK, 0, -1):
            size = len(letters(" ".join(words[:count])))
            if size <= agreed:
                if size > len(kept):
                    self.promised = _join(self.promised, words[aligned(self.promised.split(), words) : count])
                return

    def final(self, text: str) -> str:
        """The text of the final: it keeps the promised words, unless the last hypothesis says something else.

        Their punctuation and case are the last hypothesis's: it knows how the sentence goes on.
        """
        words, promised = text.split(), self.promised.split()
        place, distance = _alignment(promised, words)
        if distance == 0 or distance * _GIVE_UP > len(promised) + _GIVE_UP - 1:
            return " ".join(words)
        return _join(self.promised, words[place:])


def aligned(promised: list[str], words: list[str]) -> int:
    """How many of `words` say what `promised` says."""
    return _alignment(promised, words)[0]


def _alignment(promised: list[str], words: list[str]) -> tuple[int, int]:
    """The beginning of `words` nearest to `promised` by word edit distance: its length, and the distance."""
    if letters(" ".join(words)).startswith(letters(" ".join(promised))):
        wanted = len(letters(" ".join(promised)))
        size = 0
        for count, word in enumerate(words):
            if size >= wanted:
                return count, 0
            size += len(letters(word))
        return len(words), 0
    row = list(range(len(words) + 1))
    for count, word in enumerate(promised, 1):
        above, row = row, [count]
        for place, other in enumerate(words, 1):
            change = above[place - 1] + (letters(word) != letters(other))
            row.append(min(change, above[place] + 1, row[-1] + 1))
    best = min(range(len(row)), key=lambda place: (row[place], abs(place - len(promised))))
    return best, row[best]


def _join(promised: str, words: list[str]) -> str:
    return " ".join([*promised.split(), *words])
