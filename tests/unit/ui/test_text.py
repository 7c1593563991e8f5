"""Foreign text is harmless and keeps its offsets; sentences survive bad translations."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QCoreApplication, QTranslator

from desktop.core.message import NOTHING, say
from desktop.ui.text import LIMIT, localise, plain


@given(st.text(alphabet=st.characters(exclude_categories=()), max_size=200))
def test_what_is_shown_is_encodable_printable_and_as_long_as_before(text: str) -> None:
    shown = plain(text)
    shown.encode()
    assert len(shown) == len(text)
    assert not any(
        ord(c) < 0x20 or c in "\x7f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069" for c in shown
    )


@given(st.text(alphabet=st.characters(exclude_categories=()), max_size=50), st.integers(0, 50))
def test_a_prefix_stays_a_prefix(text: str, at: int) -> None:
    assert plain(text).startswith(plain(text[:at]))


def test_other_scripts_are_left_alone() -> None:
    for text in ("Ça coûte 3 € — déjà ?", "שלום עולם", "مرحبا", "会议在三点", "👩‍👩‍👧 ok"):
        assert plain(text) == text


def test_long_text_is_cut() -> None:
    assert plain("a" * LIMIT) == "a" * LIMIT
    assert plain("a" * (LIMIT + 1)) == "a" * (LIMIT - 1) + "…"


class _Backwards(QTranslator):
    def __init__(self, sentence: str) -> None:
        super().__init__()
        self.sentence = sentence

    def isEmpty(self) -> bool:  # noqa: N802  # Qt's name
        return False

    def translate(self, *_: object) -> str:
        return self.sentence


def test_a_sentence_is_translated_and_filled(qapp: QCoreApplication) -> None:
    message = say("Audio", "No microphone called {name}.", name="Yeti\x1b[2J")
    assert localise(message) == "No microphone called Yeti [2J."
    assert localise(NOTHING) == ""
    for sentence, shown in (
        ("Aucun micro {name}.", "Aucun micro Yeti [2J."),
        ("Oups {nom}", "No microphone called Yeti [2J."),
    ):
        translator = _Backwards(sentence)
        qapp.installTranslator(translator)
        try:
            assert localise(message) == shown
        finally:
            qapp.removeTranslator(translator)
