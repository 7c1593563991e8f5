"""Words that were read stay where they are, whatever a provider revises."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.core.linebreak import TAIL, Paragraph

Place = tuple[int, float]
WIDTH = 100.0


def measure(text: str) -> float:
    return 10.0 * len(text)


def lines(paragraph: Paragraph) -> list[str]:
    return [
        "".join(" " * piece.spaced + piece.text for piece in paragraph.pieces(line)).strip()
        for line in range(len(paragraph))
    ]


def laid(text: str, committed: int = 0, width: float = WIDTH) -> Paragraph:
    paragraph = Paragraph(measure, width)
    paragraph.revise(text, committed)
    return paragraph


def places(paragraph: Paragraph) -> dict[tuple[int, str], Place]:
    """Where each committed word stands."""
    return {
        (piece.start, piece.text): (line, piece.x)
        for line in range(len(paragraph))
        for piece in paragraph.pieces(line)
        if piece.solid
    }


words = st.text(alphabet="abé,.漢字、", min_size=1, max_size=14)


@st.composite
def revisions(draw: st.DrawFn) -> list[tuple[str, int]]:
    """Texts with stable prefixes that only grow, each ending with a word."""
    committed: list[str] = []
    made = []
    for _ in range(draw(st.integers(1, 8))):
        committed += draw(st.lists(words, max_size=4))
        tail = draw(st.lists(words, max_size=6))
        made.append((" ".join(committed + tail), len(" ".join(committed))))
    return made


@given(revisions(), st.sampled_from([40.0, 100.0, 230.0]), st.sampled_from([0.0, 30.0]))
def test_committed_words_keep_their_line_and_place(made: list[tuple[str, int]], width: float, indent: float) -> None:
    paragraph = Paragraph(measure, width, indent)
    before: dict[tuple[int, str], Place] = {}
    for text, committed in made:
        paragraph.revise(text, committed)
        after = places(paragraph)
        assert before.items() <= after.items()
        before = after


@given(revisions(), st.sampled_from([40.0, 100.0, 230.0]))
def test_every_character_is_shown_once_and_inside(made: list[tuple[str, int]], width: float) -> None:
    paragraph = Paragraph(measure, width)
    for text, committed in made:
        paragraph.revise(text, committed)
        pieces = [piece for line in range(len(paragraph)) for piece in paragraph.pieces(line)]
        assert "".join(piece.text for piece in pieces) == text.replace(" ", "")
        assert all(piece.x + measure(piece.text) <= width * 1.03 for piece in pieces if len(piece.text) > 1)


@given(st.lists(words, min_size=1, max_size=30))
def test_full_lines_never_change_while_words_are_added(spoken: list[str]) -> None:
    paragraph = Paragraph(measure, WIDTH)
    full: list[str] = []
    for count in range(1, len(spoken) + 1):
        text = " ".join(spoken[:count])
        paragraph.revise(text + " ", len(text))
        now = lines(paragraph)
        assert now[: len(full)] == full
        full = now[:-1]


@given(revisions(), st.integers(0, 8))
def test_a_revision_that_comes_twice_changes_nothing(made: list[tuple[str, int]], at: int) -> None:
    paragraph = Paragraph(measure, WIDTH)
    for text, committed in made[: at + 1]:
        paragraph.revise(text, committed)
    once = lines(paragraph)
    paragraph.revise(paragraph.text, paragraph.committed)
    assert lines(paragraph) == once


def test_breaks_stand_at_the_ends_of_phrases() -> None:
    assert lines(laid("he came, so we left", width=140)) == ["he came, so we", "left"]
    assert lines(laid("we waited, and so", width=130)) == ["we waited,", "and so"]
    assert lines(laid("Oui, déjà ? Non", width=120)) == ["Oui, déjà ?", "Non"]


def test_a_phrase_end_moves_no_committed_word() -> None:
    paragraph = laid("we waited, an", 13, width=130)
    paragraph.revise("we waited, an hour", 13)
    assert lines(paragraph) == ["we waited, an", "hour"]


def test_a_corrected_word_keeps_the_break_behind_it() -> None:
    paragraph = laid("the two of us went out and", width=130)
    assert lines(paragraph) == ["the two of us", "went out and"]
    paragraph.revise("the few of us went out and so", 0)
    assert lines(paragraph) == ["the few of us", "went out and", "so"]
    paragraph.revise("the ten men went out and so", 0)
    assert lines(paragraph) == ["the ten men", "went out and", "so"]


def test_punctuation_behind_a_committed_word_hangs() -> None:
    paragraph = Paragraph(measure, 400)
    full = "x" * 40
    paragraph.revise(full, 40)
    paragraph.revise(full + ",", 40)
    assert len(paragraph) == 1
    paragraph.revise(full + ", yes", 41)
    assert lines(paragraph) == [full + ",", "yes"]


def test_a_committed_word_that_grows_too_wide_is_parted_rather_than_moved() -> None:
    paragraph = laid("aaaa bbbbb", 10)
    paragraph.revise("aaaa bbbbbccc", 10)
    assert lines(paragraph) == ["aaaa bbbbb", "ccc"]


def test_no_break_inside_of_what_belongs_together() -> None:
    assert lines(laid("coûte 12\u202f500\xa0€ net", width=120)) == ["coûte", "12\u202f500\xa0€ net"]
    assert lines(laid("il dit « oui » ici", width=110)) == ["il dit", "« oui » ici"]
    assert lines(laid("会议在三点、好。", width=50)) == ["会议在三", "点、好。"]


def test_a_word_wider_than_a_line_is_torn_but_never_inside_a_character() -> None:
    assert lines(laid("x" * 25)) == ["x" * 10, "x" * 10, "x" * 5]
    family = "👩\u200d👩\u200d👧"
    assert lines(laid(family * 4)) == [family * 2, family * 2]
    assert lines(laid("e\u0301" * 3, width=30)) == ["e\u0301", "e\u0301", "e\u0301"]
    assert lines(laid("ab", width=5)) == ["a", "b"]


def test_a_wrong_promise_is_survived() -> None:
    paragraph = laid("one two three", 13)
    paragraph.revise("uno due", 3)
    assert lines(paragraph) == ["uno due"]
    assert [piece.solid for piece in paragraph.pieces(0)] == [True, False]
    paragraph.revise("", 0)
    assert lines(paragraph) == []


def test_hostile_lengths_are_cut_and_grow_on() -> None:
    paragraph = laid("y" * 100_000)
    assert sum(map(len, lines(paragraph))) == TAIL
    paragraph.revise("word " * 30_000, 0)
    assert len(paragraph) <= TAIL


@pytest.mark.parametrize("committed", [0, 3, 5, 11])
def test_certain_and_uncertain_are_told_apart_inside_a_word(committed: int) -> None:
    pieces = list(laid("hello there", committed, 500).pieces(0))
    assert "".join(piece.text for piece in pieces if piece.solid) == "hello there"[:committed].replace(" ", "")
    assert "".join(piece.text for piece in pieces) == "hellothere"
