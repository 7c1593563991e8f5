"""What is shown of a segment's revisions: cosmetic changes are left out, so that the eye is drawn to real ones alone.

1. A partial's last word loses its full stop or comma: engines end every guess with one and take it back. Question and
   exclamation marks stay, since they say something.
2. A word that differs from what is shown only in case or marks stays as it is shown while it is uncertain, and for good
   once it was shown as committed. A mark that was missing is added, since sentences are hard to read without.
3. Of the uncertain words all are shown, or those on which two revisions in a row agree, or none: `Tail`.
4. A word that really changed is shown, in a final even where it was committed: the truth before calm.
"""

from __future__ import annotations

import re
from dataclasses import replace
from enum import StrEnum

from desktop.core.captions import CaptionEvent

_PARTS = re.compile(r"\S+|\s+")
_MARKS = ".,;:?!…。、，！？；：\"'“”‘’«»()¿¡-–—"
_GUESSED = ".,;:…。、，；：－-–—"


class Tail(StrEnum):
    """Which uncertain words are shown."""

    ALL = "all"
    STEADY = "steady"
    NONE = "none"


class Calm:
    """One segment as it is shown."""

    def __init__(self, tail: Tail = Tail.ALL) -> None:
        self._tail = tail
        self._heard: list[str] = []
        """Bare words of the last revision."""
        self._shown: list[str] = []
        """Words as shown last."""
        self._committed = 0
        """How many of them were shown as committed."""

    def shown(self, event: CaptionEvent) -> CaptionEvent:
        """The revision with the text to show, its committed part measured in that text."""
        stable = len(event.text) if event.is_final else event.stable_chars
        text = event.text if event.is_final else _without_end(self._sure(event.text, stable), stable)
        words: list[str] = []
        parts: list[str] = []
        at = length = committed = whole = 0
        for part in _PARTS.findall(text):
            shown = part
            if not part.isspace():
                shown = self._kept(len(words), part, certain=at + len(part) <= stable)
                words.append(shown)
                whole += at + len(part) <= stable
            if at < stable:
                committed = length + (len(shown) if at + len(part) <= stable else min(stable - at, len(shown)))
            at += len(part)
            length += len(shown)
            parts.append(shown)
        self._shown, self._committed = words, max(min(self._committed, len(words)), whole)
        return replace(event, text="".join(parts), stable_chars=committed)

    def _sure(self, text: str, stable: int) -> str:
        """The text up to its last word that is to be shown."""
        if self._tail is Tail.ALL:
            return text
        words = list(re.finditer(r"\S+", text))
        bare = [_bare(word[0]) for word in words]
        alike = next((at for at, (a, b) in enumerate(zip(bare, self._heard, strict=False)) if a != b), None)
        agreed = min(len(bare), len(self._heard)) if alike is None else alike
        self._heard = bare
        end = words[agreed - 1].end() if agreed and self._tail is Tail.STEADY else 0
        return text[: max(end, stable)]

    def _kept(self, index: int, word: str, *, certain: bool) -> str:
        """The word as it is to be shown at this place of the segment."""
        before = self._shown[index] if index < len(self._shown) else ""
        if not before or _bare(before) != _bare(word):
            return word
        if index < self._committed:
            return before
        adds_mark = before[-1] not in _MARKS and word[-1] in _MARKS
        return word if certain or adds_mark else before


def _without_end(text: str, stable: int) -> str:
    """A partial without the marks that close it, as far as they are not committed."""
    end = len(text.rstrip().rstrip(_GUESSED).rstrip())
    return text[: max(end, stable)] if end else text


def _bare(word: str) -> str:
    return word.strip(_MARKS).casefold()
