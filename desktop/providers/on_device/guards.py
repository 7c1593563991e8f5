"""Keeps the engine's own inventions out of the captions without deleting what was really said twice. Pure.

Small encoder-decoder models fall into loops: a phrase comes out twice on a very short clip, or over and over until
the decoder's limit on sound it can't make out. Speech has a pace, loops have not: only what was said faster than
people speak is taken for an invention, except for loops that no speaker produces.
"""

from __future__ import annotations

from desktop.providers.on_device.stability import letters

PLAUSIBLE = 4.6
"""Words per second of voiced sound that a text with a doubled phrase may have (fast readers: 4.4 in a line)."""
LOOP = 3
"""A phrase of two words or more, said so many times in a row, is a loop at any pace."""
CHANT = 6
"""A single word said so many times in a row is a loop at any pace."""
MIN_SPEECH = 0.13
"""Seconds of voiced sound below which a segment is a click or a breath, not a word."""
ECHO = 1.5
"""Seconds within which the same line again, too fast to be spoken, is an echo of the first."""
_LONGEST = 16
"""Words in the longest phrase that is looked for."""


def without_loops(text: str, speech: float) -> str:
    """`text` with loops reduced to one round; `speech` is its voiced sound in seconds."""
    words = text.split()
    hasty = len(words) > PLAUSIBLE * max(speech, 0.1)
    keys = [letters(word) for word in words]
    for size in range(min(_LONGEST, len(words) // 2), 0, -1):
        at = 0
        while at + 2 * size <= len(words):
            rounds = _rounds(keys, at, size)
            if rounds >= _limit(size, hasty):
                del words[at + size : at + rounds * size]
                del keys[at + size : at + rounds * size]
                _drop_torn_round(words, keys, at, size)
            at += 1
    return " ".join(words)


def _limit(size: int, hasty: bool) -> int:
    """From how many rounds on a phrase of `size` words is a loop."""
    if size == 1:
        return CHANT  # "no no no" is speech, however hasty
    return 2 if hasty else LOOP


def _rounds(keys: list[str], at: int, size: int) -> int:
    phrase = keys[at : at + size]
    if not any(phrase) or (size > 1 and len(set(phrase)) == 1):
        return 1  # a row of one word is a matter for size 1
    rounds = 1
    while keys[at + rounds * size : at + (rounds + 1) * size] == phrase:
        rounds += 1
    return rounds


def _drop_torn_round(words: list[str], keys: list[str], at: int, size: int) -> None:
    """A loop that ran into the decoder's limit ends in the middle of a round."""
    rest = keys[at + size :]
    if rest and len(rest) < size and keys[at : at + len(rest)] == rest:
        del words[at + size :], keys[at + size :]


def is_echo(text: str, speech: float, previous: str, pause: float) -> bool:
    """Whether a line is the line before it once more, said faster than people speak.

    `speech` is its voiced sound in seconds, `pause` the seconds between the two lines.
    """
    same = letters(text) == letters(previous) != ""
    return same and pause < ECHO and len(text.split()) > PLAUSIBLE * max(speech, 0.1)
