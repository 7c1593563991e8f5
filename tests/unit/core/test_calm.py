"""Only real changes are seen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.core.calm import Calm, Tail
from desktop.core.captions import CaptionEvent


def revision(text: str, stable: int = 0, *, final: bool = False) -> CaptionEvent:
    return CaptionEvent("them", "1", 1, text, final, 0.0, 1.0, stable_chars=stable)


def shown(*revisions: CaptionEvent, tail: Tail = Tail.ALL) -> list[tuple[str, str]]:
    """Committed and uncertain part of each revision as shown."""
    calm = Calm(tail)
    every = [calm.shown(one) for one in revisions]
    return [(one.text[: one.stable_chars], one.text[one.stable_chars :]) for one in every]


def test_guessed_full_stops_come_with_the_final() -> None:
    assert shown(revision("It was."), revision("It was the best."), revision("It was the best.", final=True)) == [
        ("", "It was"),
        ("", "It was the best"),
        ("It was the best.", ""),
    ]


def test_a_guessed_question_is_shown_as_one() -> None:
    assert shown(revision("Was it ?"), revision("Was it?", final=True)) == [("", "Was it ?"), ("Was it?", "")]


def test_committed_words_keep_their_case_and_marks_in_a_final_that_has_others() -> None:
    _, second, final = shown(
        revision("It was the best of times. It", 18),
        revision("It was the best of times. It was the worst of", 25),
        revision("It was the best of times, it was the worst of times.", final=True),
    )
    assert second == ("It was the best of times.", " It was the worst of")
    assert final == ("It was the best of times. it was the worst of times.", "")


def test_uncertain_words_don_t_flip_between_cases_and_marks() -> None:
    _, second, third, final = shown(
        revision("Four, Queen of"),
        revision("four Queen, of gloves,"),
        revision("Four. queen of gloves"),
        revision("Four queen of gloves.", final=True),
    )
    assert second == ("", "Four, Queen, of gloves")
    assert third == ("", "Four, Queen, of gloves")
    assert final == ("Four queen of gloves.", "")


def test_words_that_really_changed_are_shown() -> None:
    assert shown(revision("the string of hope", 10), revision("the spring of hope", final=True))[-1] == (
        "the spring of hope",
        "",
    )


def test_committed_marks_at_the_end_stay() -> None:
    assert shown(revision("Yes.", 4)) == [("Yes.", "")]
    assert shown(revision("Yes. No.", 4)) == [("Yes.", " No")]


@pytest.mark.parametrize("text", ["", "...", "会议室在六号楼。", "Vraiment ?", "  two  spaces  ", "«Oui»"])
def test_any_text_comes_whole_in_its_final(text: str) -> None:
    assert shown(revision(text), revision(text, final=True))[-1] == (text, "")


def test_a_commitment_within_a_word_stays_there() -> None:
    assert shown(revision("会议室在六号楼。", 3)) == [("会议室", "在六号楼")]


def test_steady_words_are_those_that_were_heard_twice_alike() -> None:
    heard = [
        revision("I was"),
        revision("It was the"),
        revision("it was the best", 2),
        revision("It was the.", final=True),
    ]
    assert shown(*heard, tail=Tail.STEADY) == [("", ""), ("", ""), ("it", " was the"), ("it was the.", "")]


def test_no_uncertain_word_is_shown_when_none_is_wanted() -> None:
    heard = [revision("It was"), revision("It was the", 2), revision("It was the best.", final=True)]
    assert shown(*heard, tail=Tail.NONE) == [("", ""), ("It", ""), ("It was the best.", "")]


words = st.lists(st.text(alphabet="aB.,é", min_size=1, max_size=4), max_size=6)


@given(st.lists(st.tuples(words, words), min_size=1, max_size=6))
def test_what_was_committed_stays_to_the_letter(steps: list[tuple[list[str], list[str]]]) -> None:
    said: list[str] = []
    calm = Calm()
    before = ""
    for more, tail in steps:
        said += more
        text = " ".join(said + tail)
        event = calm.shown(revision(text, len(" ".join(said))))
        committed = event.text[: event.stable_chars]
        assert committed.startswith(before)
        assert len(event.text.split()) <= len(text.split()), "no word is made up"
        before = committed
    changed_case = calm.shown(revision(" ".join(said).swapcase(), final=True))
    assert changed_case.text.startswith(before)
