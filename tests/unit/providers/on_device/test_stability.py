"""Promised words stay where they are."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from desktop.providers.on_device.stability import Prefix, letters

HYPOTHESES = st.lists(st.lists(st.sampled_from(["to", "be", "Be,", "or", "not", "To."]), max_size=8).map(" ".join))


def grow(*hypotheses: str) -> tuple[str, str]:
    prefix = Prefix()
    shown = stable = ""
    for hypothesis in hypotheses:
        shown, count = prefix.partial(hypothesis)
        stable = shown[:count]
    return shown, stable


def test_words_are_promised_when_three_hypotheses_agree_and_two_words_follow() -> None:
    assert grow("It was the", "It was the best", "It was the best of") == ("It was the best of", "It was the")
    assert grow("It was the", "It was the best") == ("It was the best", "")
    assert grow("So was the", "It was the best", "It was the best of") == ("It was the best of", "")


def test_punctuation_and_case_may_change_without_breaking_a_promise_and_without_moving_it() -> None:
    shown, stable = grow(
        "content like data", "Content like data,", "content like data and", "Content-like data and more"
    )

    assert stable.startswith("content like")
    assert letters(shown) == letters("Content-like data and more")


def test_the_final_punctuates_the_promised_words_as_the_whole_sentence_wants_it() -> None:
    prefix = Prefix()
    for hypothesis in ("The best of times. It", "The best of times. It was", "The best of times. It was the"):
        prefix.partial(hypothesis)
    assert prefix.promised == "The best of times. It"
    assert prefix.final("The best of times, it was the worst.") == "The best of times, it was the worst."


def test_a_hypothesis_that_contradicts_a_promise_does_not_move_it() -> None:
    prefix = Prefix()
    for hypothesis in (
        "he said that it",
        "he said that it was",
        "he said that it was fine",
        "she said that it was fine",
    ):
        shown, count = prefix.partial(hypothesis)
    assert shown == "he said that it was fine"
    assert count >= len("he said that")
    assert prefix.final("She said that it was fine today.") == "he said that it was fine today."


def test_a_final_that_says_something_else_altogether_is_taken_as_it_is() -> None:
    prefix = Prefix()
    for hypothesis in ("each project is", "each project is specific", "each project is specific to"):
        prefix.partial(hypothesis)
    assert prefix.final("Cada proyecto") == "Cada proyecto"


def test_a_final_without_any_promise_is_left_alone() -> None:
    assert Prefix().final("Seven of clubs.") == "Seven of clubs."


@given(HYPOTHESES)
def test_a_promise_never_shrinks_and_always_begins_the_text(hypotheses: list[str]) -> None:
    prefix = Prefix()
    promised = ""
    for hypothesis in hypotheses:
        shown, count = prefix.partial(hypothesis)
        assert shown[:count].startswith(promised)
        assert shown[:count] == shown[:count].strip()
        assert count == len(shown) or shown[count] == " " or count == 0
        promised = shown[:count]
