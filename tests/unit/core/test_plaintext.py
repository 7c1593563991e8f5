"""Whatever a provider sends as text, what is shown and saved can do no harm."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.core.captions import CaptionEvent, Insight, InsightKind, Word
from desktop.core.plaintext import LABEL, LIMIT, harmless, harmless_insight, plaintext

HOSTILE = st.text(st.characters(exclude_categories=()), max_size=200) | st.text(
    st.sampled_from("ab\x00\x1b\x7f\x9b\u2028\u202e\u2066\u2069\ud800\udfff\ufeff\u0301אب "), max_size=60
)
"""Any text with lone surrogates, and texts made of what is known to hurt."""


def caption(text: str, **more: object) -> CaptionEvent:
    return CaptionEvent("", "1", 1, text, True, 0.0, 1.0, **more)  # type: ignore[arg-type]  # any field


@given(HOSTILE)
def test_nothing_that_comes_out_can_hurt(text: str) -> None:
    clean = plaintext(text)
    assert not [one for one in clean if unicodedata.category(one) in ("Cc", "Cs", "Zl", "Zp")]
    assert not [one for one in clean if unicodedata.bidirectional(one) in ("LRE", "RLE", "LRO", "RLO", "PDF")]
    assert not [one for one in clean if unicodedata.bidirectional(one) in ("LRI", "RLI", "FSI", "PDI")]
    clean.encode()
    assert plaintext(clean) == clean


@given(HOSTILE, st.integers(-3, 250))
def test_the_part_that_stays_is_still_the_beginning(text: str, stable: int) -> None:
    event = harmless(caption(text, stable_chars=min(stable, len(text))))
    assert 0 <= event.stable_chars <= len(event.text)
    assert event.text[: event.stable_chars] == plaintext(text[: max(0, min(stable, len(text)))])


@pytest.mark.parametrize(
    "text",
    ["Plain words.", "naïve café – “quoted”", "שלום, world", "\u200fمرحبا\u200e", "日本語", "e\u0301", "👩\u200d👧"],
)
def test_honest_text_stays_as_it_is(text: str) -> None:
    event = caption(text, words=(Word(text, 0.0, 1.0),), stable_chars=len(text), speaker="Ann", language="en-US")
    assert harmless(event) is event


def test_lengths_are_bounded() -> None:
    word = Word("w" * 1000, 0.0, 1.0)
    event = harmless(caption("x" * 300_000, words=(word,) * 100_000, speaker="s" * 9000, stable_chars=300_000))
    assert len(event.text) == event.stable_chars == LIMIT
    assert len(event.words) <= LIMIT // 2
    assert {len(one.text) for one in event.words} == {LABEL}
    assert len(event.speaker) == LABEL


def test_insights_are_treated_alike() -> None:
    found = harmless_insight(Insight(InsightKind.TOPIC, "a\x1b[2J\u202eb", speaker="\ud800"))
    assert (found.text, found.speaker) == ("a [2Jb", "\ufffd")
