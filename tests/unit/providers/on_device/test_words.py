"""Every word has its time, in order, within the sound of its line."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.providers.on_device.words import spread

HOP = 0.032


@given(
    st.lists(st.sampled_from(["a", "platform", "used.", "--"]), max_size=12).map(" ".join),
    st.lists(st.booleans(), min_size=1, max_size=200),
    st.floats(0, 3600),
)
def test_words_follow_each_other_inside_the_segment(text: str, voiced: list[bool], start: float) -> None:
    words = spread(text, voiced, start, HOP)

    assert [word for word, _, _ in words] == text.split()
    edges = [edge for _, begin, end in words for edge in (begin, end)]
    assert all(later >= earlier - 1e-6 for earlier, later in pairwise(edges))
    assert all(start - 1e-6 <= edge <= start + len(voiced) * HOP + 1e-6 for edge in edges)


def test_words_lie_where_the_voice_is() -> None:
    voiced = [False] * 10 + [True] * 20 + [False] * 30 + [True] * 20 + [False] * 10
    (_, start, end), (_, later, last) = spread("seven clubs", voiced, 100.0, HOP)

    assert start == pytest.approx(100 + 10 * HOP)
    assert end == pytest.approx(100 + 30 * HOP)
    assert later == pytest.approx(100 + 60 * HOP)
    assert last == pytest.approx(100 + 80 * HOP)


def test_without_words_or_voice_nothing_breaks() -> None:
    assert spread("", [True], 0.0, HOP) == []
    assert spread("a b", [], 0.0, HOP)[0][0] == "a"
