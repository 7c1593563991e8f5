"""When each word of a line was said, as near as voiced sound and spelling tell. Pure.

The model in the wheel lacks the attention outputs that the engine's own word times need ("No word timestamp model
found"), so a word's share of the voiced sound is estimated from its length. The error was not measured for want of a
reference; lines are short, and their ends are exact to a hop.
"""

from __future__ import annotations

from collections.abc import Sequence

_BASE = 1.6
"""A word's weight in letters on top of its spelling: short words are spoken slower than they are written."""


def spread(text: str, voiced: Sequence[bool], start: float, hop: float) -> list[tuple[str, float, float]]:
    """Each word of `text` with its start and end in seconds.

    `voiced` says of each `hop` seconds from `start` on whether it holds a voice.
    """
    words = text.split()
    if not words:
        return []
    voices = [at for at, voice in enumerate(voiced) if voice] or list(range(len(voiced))) or [0]
    weights = [_BASE + sum(letter.isalnum() for letter in word) for word in words]
    scale = len(voices) / sum(weights)
    spread_words, done = [], 0.0
    for word, weight in zip(words, weights, strict=True):
        begin, done = done, done + weight * scale
        spread_words.append((word, start + _place(voices, begin) * hop, start + _place(voices, done, end=True) * hop))
    return spread_words


def _place(voices: Sequence[int], position: float, end: bool = False) -> float:
    """Where in hops the `position`-th voiced hop lies; an end lies at the end of the hop before it."""
    index = min(int(position), len(voices) - 1)
    if end and position - index < 1e-9 and index > 0:
        return voices[index - 1] + 1.0
    return voices[index] + min(position - index, 1.0)
