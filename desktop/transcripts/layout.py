"""Lines of captions: how wide text is, where it may be broken, and where it is broken best."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

WIDTH = 42
"""Columns of one line, and never more than two lines (Netflix Timed Text Style Guide)."""

_WINDOW = 400
"""Characters that are looked at for the next break; two full lines and room for marks that take no column."""
# White space at which a line may end; the no-break spaces, which French sets before ? and !, are not among it.
_SPACE = re.compile("[ \t\n\r\v\f\x1c-\x1f\x85\u1680\u2000-\u2006\u2008-\u200b\u2028\u2029\u205f\u3000]+")
_LONELY = re.compile(r"(?:(?<=^«)|(?<= «)) | (?=[?!;:»%…](?: |$))")
_MARKS = frozenset("?!;:»%…«")
_NO_BREAK_SPACE = "\u00a0"
_JOINS = frozenset(["\u200d", *map(chr, range(0xFE00, 0xFE10)), *map(chr, range(0x1F3FB, 0x1F400))])
_BONUS = dict.fromkeys(".!?…。！？", 14) | dict.fromkeys(",;:—–、，；", 10)  # the marks of Chinese and Japanese
"""Columns by which a break may be worse balanced when it follows the end of a sentence or clause."""
_OPENS = frozenset(
    "and or but because that which who when while et ou mais car que qui quand donc y o u pero porque".split()  # noqa: SIM905  # a list of words reads better so
)
"""Words before which a break reads well."""

_BINDS = frozenset(
    "a an the of to in at for le la les un une des du de à el los las unos en mi tu su".split()  # noqa: SIM905  # a list of words reads better so
)
"""Words after which it does not."""


def single_spaced(text: str) -> str:
    """`text` on one line: one plain space where it may be broken, a no-break space before a mark that stands alone."""
    if "  " in text or not text.isascii() or not text.isprintable():
        text = _SPACE.sub(" ", text)
    text = text.strip(" ")
    return text if _MARKS.isdisjoint(text) else _LONELY.sub(_NO_BREAK_SPACE, text)


def columns(text: str) -> int:
    """Width of `text`; East Asian characters take two columns, marks that sit on others none."""
    return len(text) if text.isascii() else sum(map(_columns, text))


@lru_cache(4096)  # a language has a few hundred characters to a few thousand
def _columns(char: str) -> int:
    if char.isascii():
        return 1
    if unicodedata.category(char) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def fits(text: str, first: int = WIDTH) -> bool:
    """Whether `text` fits two lines, the first of `first` columns."""
    if text.isascii():
        size = len(text)
        return size <= first or text.find(" ", max(size - WIDTH - 1, 0), first + 1) >= 0
    return columns(text) <= first or any(_places(text, first))


def broken(text: str, first: int = WIDTH) -> tuple[str, ...]:
    """`text`, which `fits`, on one line or two: balanced, and at the end of a clause where there is one."""
    if (len(text) if text.isascii() else columns(text)) <= first:
        return (text,)
    middle = len(text) / 2
    end, start = min(_places(text, first), key=lambda place: _cost(text, place[0], place[1], abs(place[0] - middle)))
    return text[:end], text[start:]


def _places(text: str, first: int) -> Iterator[tuple[int, int]]:
    """Breaks after which both lines fit: where the first line ends, and where the second starts."""
    if text.isascii():
        at = text.find(" ", max(len(text) - WIDTH - 1, 0), first + 1)
        if at >= 0:
            while at >= 0:
                yield at, at + 1
                at = text.find(" ", at + 1, first + 1)
            return
    whole = columns(text)
    for end, start, width in _opportunities(text, first):
        if width > first:
            return
        if whole - width - (start - end) <= WIDTH:
            yield end, start


def _opportunities(text: str, first: int) -> Iterator[tuple[int, int, int]]:
    """Where a line may end, where the next starts then, and the columns before: at spaces, and inside long words."""
    at = width = 0
    for word in text.split(" "):
        if at:
            yield at - 1, at, width - 1
        size = columns(word)
        if size > first or size > len(word):  # nothing to divide in short words of narrow characters
            yield from _inside(word, at, width, first)
        at += len(word) + 1
        width += size + 1


def _inside(word: str, at: int, width: int, first: int) -> Iterator[tuple[int, int, int]]:
    long = columns(word) > first
    for here in range(1, len(word)):
        width += _columns(word[here - 1])
        if _may_divide(word[here - 1], word[here], long=long):
            yield at + here, at + here, width


@lru_cache(4096)
def _may_divide(before: str, after: str, *, long: bool) -> bool:
    """Between East Asian characters always, else only in a word too long for a line; never within one character."""
    if after in _JOINS or before == "\u200d" or _columns(after) == 0:
        return False
    wide = unicodedata.east_asian_width(before) in "WF"
    return (long and not wide) or (wide and unicodedata.category(after) not in {"Pe", "Pf", "Po"})


def _cost(text: str, end: int, start: int, distance: float) -> float:
    """How bad a break is: `distance` in columns from the best balance, less for the end of a clause."""
    last = text[end - 1]
    if last in _BONUS:
        return distance - _BONUS[last]
    if text[start : text.find(" ", start)] in _OPENS:
        return distance - 4
    if text[text.rfind(" ", 0, end) + 1 : end] in _BINDS:
        return distance + 6
    return distance


def pieces(text: str, first: int, count: int) -> list[str]:
    """`text` (single-spaced) in about `count` parts, or more so that each fits, divided at good places.

    Parts end where there was a space, which is left out, or inside a word that is too long for a line.
    """
    found = []
    width = columns(text)
    while count > 1 or len(text) > _WINDOW or not fits(text, first):
        parts = max(count, math.ceil(width / (first + WIDTH)), 2)
        end, start = _cut(text[:_WINDOW], first, width / parts)
        if start >= len(text):
            break
        found.append(text[:end])
        width -= columns(text[:start])
        text = text[start:]
        count -= 1
    return [*found, text]


def _cut(text: str, first: int, target: float) -> tuple[int, int]:
    """The best place near `target` columns up to which `text` fits."""
    near = []
    for end, start, width in _opportunities(text, first):
        if width > first + WIDTH:
            break
        if width >= target / 2:  # the others are never the best
            near.append((_cost(text, end, start, abs(width - target)), end, start))
    for _, end, start in sorted(near):
        if fits(text[:end], first):
            return end, start
    if fits(text, first):
        return len(text), len(text)
    return first // 2, first // 2  # one character of many marks; so few characters fit whatever their width
