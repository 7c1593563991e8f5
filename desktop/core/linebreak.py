"""Line breaks of one caption segment that stay through its revisions, so that what has been read does not move.

1. A committed word keeps its line and its place in it.
2. A line that is followed by another keeps its break as long as its words are the same, and where a word in it was
   corrected, the break goes to the same place if that still fits.
3. A break goes to the end of a phrase when one lies in the last part of the line and no committed word would move.

Breaks may stand between words and around ideographs; Thai and others without spaces break where the line is full.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

Measure = Callable[[str], float]
"""Width of a text in pixels; texts of the same letters must measure the same."""

TAIL = 4_000
"""Characters that one revision lays out at most, behind the lines that are kept."""

_PHRASE_SHARE = 0.75
_HINT_SHARE = 0.4
"""Parts of the line that must be filled before it ends early, at a phrase end or at an earlier revision's break."""
_HANG = 0.03
"""Part of the width by which punctuation may stick out that arrives behind a committed word."""

_IDEOGRAPHS = "\u2e80-\u2fdf\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_IDEOGRAPH = re.compile(f"[{_IDEOGRAPHS}]")
_NOT_FIRST = "、。，．！？：；」』）】〉》〕〗ー々゛゜"  # full-width marks that must not begin a line
_NOT_LAST = "「『（【〈《〔〖"  # full-width marks that must not end a line
_WORDS = re.compile(
    rf"[{_NOT_LAST}]*[{_IDEOGRAPHS}][{_NOT_FIRST}]*"
    rf"|(?:«[ ])?(?:[^\s{_IDEOGRAPHS}]|[\xa0\u202f\u2007])+(?:[ ][?!:;»€%]+(?=\s|$))*"  # French spaces them
)
_PHRASE_END = re.compile(r"[.,;:?!…。、，！？)»”]$")  # full-width marks end phrases too


@dataclass(frozen=True, slots=True)
class Piece:
    """Words at a place of a row."""

    text: str
    start: int
    """Offset in the segment's text."""
    x: float
    """Pixels from the row's left (from its right where the row runs right to left)."""
    solid: bool
    """Committed: neither text nor place will change."""
    spaced: bool
    """A space stands between it and what is left of it."""


class _Placed(NamedTuple):
    span: tuple[int, int]
    """Start and end in the text."""
    x: float
    right: float


@dataclass(slots=True)
class _Line:
    start: int
    words: list[_Placed] = field(default_factory=list)
    width: float = 0.0
    """Up to the end of the last word."""

    def add(self, span: tuple[int, int], x: float, right: float) -> int:
        self.words.append(_Placed(span, x, right))
        self.width = right
        return 1

    def cut(self, count: int) -> None:
        if count < len(self.words):
            del self.words[count:]
            self.width = self.words[-1].right


class Paragraph:
    """The lines of one segment through its revisions."""

    def __init__(self, measure: Measure, width: float, indent: float = 0.0) -> None:
        self._measure = measure
        self._width = width
        self._indent = indent
        """Pixels of the first row that other words take already."""
        self._space = measure(" ")
        self._lines: list[_Line] = []
        self._breaks: frozenset[int] = frozenset()
        self._pinned = 0
        """Characters that were shown as committed before, so their words stay."""
        self.text = ""
        self.committed = 0
        """Characters that are committed."""

    def __len__(self) -> int:
        return len(self._lines)

    def width(self, line: int) -> float:
        """Pixels up to the end of a line's last word."""
        return self._lines[line].width

    def pieces(self, line: int) -> Iterator[Piece]:
        """The words of a line."""
        joined = line == 0 and self._indent > 0
        for (start, end), x, _ in self._lines[line].words:
            spaced = self._spaced(start) if start else joined
            if start < self.committed < end:
                head = self.text[start : self.committed]
                yield Piece(head, start, x, solid=True, spaced=spaced)
                rest = x + self._measure(head)
                yield Piece(self.text[self.committed : end], self.committed, rest, solid=False, spaced=False)
            else:
                yield Piece(self.text[start:end], start, x, end <= self.committed, spaced)

    def revise(self, text: str, committed: int) -> None:
        """Take in the next revision, of which the first `committed` characters will not change any more."""
        same = _common_prefix(self.text, text)
        kept = self._lines[: self._full_lines(same)]
        begin = self._lines[len(kept)].start if self._lines else 0
        self._breaks = self._moved_breaks(text, begin)
        self._pinned = min(self.committed, same)
        self.committed = min(len(text), committed if same < self.committed else max(self.committed, committed))
        self.text = text
        self._lines = kept
        self._fill(begin)

    def _full_lines(self, same: int) -> int:
        """How many lines have another below them and the same words as before."""
        return bisect_right([line.start for line in self._lines[1:]], same)

    def _moved_breaks(self, text: str, begin: int) -> frozenset[int]:
        """Where breaks go behind a corrected word, if the words behind it are still the same."""
        tail = _common_prefix(self.text[begin:][::-1], text[begin:][::-1])
        shift = len(text) - len(self.text)
        later = (line.start for line in self._lines if line.start > begin)
        return frozenset(start + shift for start in later if start >= len(self.text) - tail)

    def _fill(self, begin: int) -> None:
        words = list(_words(self.text, begin))
        at = 0
        while at < len(words):
            x = 0.0 if self._lines else self._indent
            line = _Line(words[at][0], width=x)
            count = self._place(words, at, line)
            if not count and not x:
                parts = self._torn(*words[at])
                if len(parts) > 1:
                    words[at : at + 1] = parts
                    continue
                count = line.add(parts[0], 0.0, self._measure(self.text[slice(*parts[0])]))
            self._lines.append(line)
            at += count

    def _place(self, words: list[tuple[int, int]], at: int, line: _Line) -> int:
        """Put words from index `at` into the line; returns how many."""
        index = at
        while index < len(words):
            start, end = words[index]
            x = line.width + (self._gap(start) if index > at else 0.0)
            right = x + self._measure(self.text[start:end])
            pinned = start < self._pinned
            if start in self._breaks and not pinned and index > at and x >= self._width * _HINT_SHARE:
                break
            if right > self._width * (1 + _HANG if pinned else 1):
                if start < self._pinned < end:  # what is read already stays, the rest goes to the next line
                    words[index : index + 1] = self._parted(start, self._pinned, end)
                    continue
                break
            line.add((start, end), x, right)
            index += 1
        if index < len(words):
            line.cut(self._at_phrase_end(line))
        return len(line.words)

    def _parted(self, start: int, cut: int, end: int) -> list[tuple[int, int]]:
        rest = end - len(self.text[cut:end].lstrip())
        return [(start, cut), (rest, end)] if rest < end else [(start, cut)]

    def _gap(self, start: int) -> float:
        return self._space if self._spaced(start) else 0.0

    def _spaced(self, start: int) -> bool:
        return self.text[start - 1].isspace()

    def _at_phrase_end(self, line: _Line) -> int:
        """How many of the words that fit stay in a line that others follow."""
        for count in range(len(line.words) - 1, 0, -1):
            start, end = line.words[count - 1].span
            moved = line.words[count].span[0]
            if moved < self._pinned or line.words[count - 1].right < self._width * _PHRASE_SHARE:
                break
            if _PHRASE_END.search(self.text[start:end]):
                return count
        return len(line.words)

    def _torn(self, start: int, end: int) -> list[tuple[int, int]]:
        """A word that is wider than a line, in two; or whole where it has but one character."""
        cuts = range(start + 1, end)
        fitting = bisect_right(cuts, self._width, key=lambda at: self._measure(self.text[start:at]))
        legal = (at for at in reversed(cuts[: max(1, fitting)]) if _may_part(self.text, at))
        cut = next(legal, None) or next((at for at in cuts if _may_part(self.text, at)), end)
        return [(start, cut), (cut, end)] if cut < end else [(start, end)]


def _words(text: str, begin: int) -> Iterator[tuple[int, int]]:
    for found in _WORDS.finditer(text[begin : begin + TAIL]):
        yield begin + found.start(), begin + found.end()


def _may_part(text: str, at: int) -> bool:
    """False inside of what a reader takes for one character: accents, joined emoji."""
    return not unicodedata.category(text[at]).startswith("M") and "\u200d" not in text[at - 1 : at + 1]


def is_ideograph(letter: str) -> bool:
    """True for the letters around which lines may break without a space."""
    return _IDEOGRAPH.match(letter) is not None


def _common_prefix(one: str, other: str) -> int:
    """Length of what both begin with; by halves, since comparing slices is fast and characters are slow."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
