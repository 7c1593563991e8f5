"""How much of what was recognised a message of the server covers, so that the one can take the other's place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

FAR = 200
"""Words that are compared; a message is one or two sentences."""
SNAP = 2
"""Words that may be left over at the end of a piece before the rest of it is taken for unsaid."""
_WORD = re.compile(r"\S+")
_MARKS = re.compile(r"[^\w']+")


def words_of(text: str) -> list[str]:
    """The words as they are compared: without case and marks."""
    return [_MARKS.sub("", word).casefold() for word in _WORD.findall(text)]


def covered(message: str, pieces: Sequence[str]) -> tuple[int, int]:
    """How many of the pieces, in order, `message` covers wholly, and how many words of the next.

    A message whose words are all others than those of the pieces covers the first: a recogniser may hear something
    quite different the second time.
    """
    said = words_of(message)[:FAR]
    heard: list[str] = []
    ends: list[int] = []
    for piece in pieces:
        heard += words_of(piece)
        ends.append(len(heard))
        if len(heard) >= FAR:
            break
    reach = _reach(said, heard, ends)
    whole = sum(1 for end in ends if end <= reach)
    if whole == len(ends):
        return whole, 0
    begin = ends[whole - 1] if whole else 0
    rest = ends[whole] - reach
    if reach == 0 or (reach > begin and rest <= SNAP and rest < reach - begin):
        return whole + 1, 0
    return whole, reach - begin


def _reach(said: Sequence[str], heard: Sequence[str], ends: Sequence[int]) -> int:
    """The number of words heard up to which the message goes; 0 when it has nothing to do with them."""
    matching = SequenceMatcher(None, said, heard, autojunk=False).get_matching_blocks()
    blocks = [block for block in matching if block.size]
    if not blocks:
        return 0
    last = blocks[-1]
    certain = last.b + last.size
    likely = certain + len(said) - (last.a + last.size)  # the message's last words were heard as others
    return max((end for end in ends if certain <= end <= likely), default=min(len(heard), likely))


def without_words(text: str, count: int) -> str:
    """`text` without its first `count` words."""
    found = list(_WORD.finditer(text))
    return text[found[count].start() :] if count < len(found) else ""
