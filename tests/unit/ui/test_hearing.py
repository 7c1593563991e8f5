from __future__ import annotations

from itertools import pairwise

from desktop.ui.hearing import Heard, Hearing


def test_a_voice_is_said_at_once_and_for_a_while_after_it() -> None:
    side = Hearing(0.0)
    assert side.word(0.0) is Heard.QUIET
    side.hear(0.1, voiced=True)
    assert side.word(0.1) is Heard.VOICE
    side.hear(1.0, voiced=False)
    assert side.word(1.0) is Heard.VOICE
    side.hear(1.7, voiced=False)
    assert side.word(1.7) is Heard.QUIET


def test_every_word_stands_for_a_second_at_least() -> None:
    side = Hearing(0.0)
    changes = [0.0]
    shown = side.word(0.0)
    for tick in range(1, 2000):
        now = tick / 20
        side.hear(now, voiced=tick % 33 == 0)  # a voice of 50 ms every 1.65 s: the worst case for a flicker
        if (word := side.word(now)) is not shown:
            shown = word
            changes.append(now)
    assert len(changes) > 10
    assert all(later - before >= 0.999 for before, later in pairwise(changes[1:]))


def test_a_side_of_which_nothing_comes_has_no_sound() -> None:
    side = Hearing(0.0)
    side.hear(1.0, voiced=True)
    assert side.word(1.0) is Heard.VOICE
    assert side.word(5.0) is Heard.NOTHING
    side.hear(6.5, voiced=False)
    assert side.word(6.5) is Heard.QUIET
