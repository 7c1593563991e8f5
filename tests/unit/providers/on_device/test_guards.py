"""Loops go, speech stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.providers.on_device.guards import is_echo, without_loops


@pytest.mark.parametrize(
    ("text", "speech", "expected"),
    [
        ("Seven of clubs. Seven of clubs.", 1.0, "Seven of clubs."),
        ("seven of clubs seven of clubs", 1.0, "seven of clubs"),
        ("The action is to be able to be able to be able to be able to be", 4.0, "The action is to be able"),
        ('select "Save" and select "Save" and select "Save" and', 9.0, 'select "Save" and'),
        ("the screen, the screen, the screen, the screen, the text", 6.0, "the screen, the text"),
        ("English, English, English, English, English, English, English", 4.9, "English,"),
        ("ha ha ha ha ha ha ha ha", 1.0, "ha"),
    ],
)
def test_loops_are_reduced_to_one_round(text: str, speech: float, expected: str) -> None:
    assert without_loops(text, speech) == expected


@pytest.mark.parametrize(
    ("text", "speech"),
    [
        ("No, no, no.", 0.6),
        ("That was very very good.", 1.2),
        ("Yeah yeah yeah yeah yeah.", 0.9),
        ("Seven of clubs, seven of clubs.", 2.4),
        ("Thank you. Thank you.", 1.0),
        ("It was the best of times, it was the worst of times.", 2.8),
        ("Had had had he had.", 1.1),
        ("A rose is a rose is a rose.", 2.2),
        ("", 0.5),
        ("Hello", 0.0),
        ("... ...", 0.1),
    ],
)
def test_what_was_really_said_twice_survives(text: str, speech: float) -> None:
    assert without_loops(text, speech) == text


@given(st.lists(st.sampled_from(["a", "b", "C.", "d,"]), max_size=30), st.floats(0, 30))
def test_nothing_is_added_or_reordered_and_a_second_pass_finds_nothing_much(words: list[str], speech: float) -> None:
    kept = without_loops(" ".join(words), speech).split()

    rest = iter(words)
    assert all(word in rest for word in kept)


def test_the_same_line_again_in_no_time_is_an_echo() -> None:
    assert is_echo("Seven of clubs.", 0.3, "seven of clubs", pause=0.2)


@pytest.mark.parametrize(
    ("text", "speech", "previous", "pause"),
    [
        ("Seven of clubs.", 1.1, "Seven of clubs.", 0.2),  # at the pace of speech
        ("Seven of clubs.", 0.3, "Seven of clubs.", 3.0),  # long after
        ("Nine of clubs.", 0.3, "Seven of clubs.", 0.2),
        ("No.", 0.3, "No.", 0.2),
        ("...", 0.01, "?", 0.0),
    ],
)
def test_a_line_that_was_said_again_is_none(text: str, speech: float, previous: str, pause: float) -> None:
    assert not is_echo(text, speech, previous, pause)
