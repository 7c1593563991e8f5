"""Restless hypotheses are taken for another language, growing ones for English."""

from __future__ import annotations

from desktop.providers.on_device.hearing import Listener, taken_back

ENGLISH = [
    "we",
    "had",
    "everything",
    "before",
    "us",
    "we",
    "had",
    "nothing",
    "before",
    "us",
    "we",
    "were",
    "all",
    "going",
    "direct",
    "to",
    "heaven",
    "in",
    "short",
]


def english(listener: Listener) -> int:
    news = 0
    for count in range(1, len(ENGLISH) + 1):
        news += listener.hypothesis(" ".join(ENGLISH[:count]), count * 0.4, last=count == len(ENGLISH))
    return news


def foreign(listener: Listener) -> int:
    news = 0
    for count in range(1, len(ENGLISH) + 1):
        text = " ".join(f"word{count % 3}{at}" for at in range(count))
        news += listener.hypothesis(text, count * 0.4, last=count == len(ENGLISH))
    return news


def test_taking_back_ignores_the_last_two_words_and_punctuation() -> None:
    assert taken_back("For exix,", "For example, you") == (0, 0)
    assert taken_back("for example you make re-click", "For example, you may create a") == (0, 3)
    assert taken_back("a b c d", "x y z") == (2, 2)


def test_english_is_never_told() -> None:
    listener = Listener()
    assert [english(listener) for _ in range(5)] == [0] * 5
    assert not listener.foreign


def test_another_language_is_told_once_in_a_stretch() -> None:
    listener = Listener()
    assert [foreign(listener) for _ in range(4)] == [1, 0, 0, 0]
    assert listener.foreign


def test_a_later_stretch_is_told_again() -> None:
    listener = Listener()
    assert foreign(listener) == 1
    assert english(listener) + english(listener) + english(listener) == 0
    assert not listener.foreign
    assert foreign(listener) == 1


def test_a_short_sound_is_not_judged() -> None:
    listener = Listener()
    assert not listener.hypothesis("a b c d e f g h", 1.0, last=False)
    assert not listener.hypothesis("i j k l m n o p", 2.0, last=False)
    assert not listener.hypothesis("q r s t u v w x", 3.0, last=True)
