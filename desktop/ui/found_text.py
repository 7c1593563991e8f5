"""Finding words as people type them, whatever their accents and capitals, and showing where they stand."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from html import escape

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from desktop.ui.theme import Palette


def words_of(query: str) -> list[str]:
    """The words to look for, folded."""
    return folded(query)[0].split()


def folded(text: str) -> tuple[str, list[int]]:
    """`text` without accents and capitals, and for each of its letters the place in `text` that it comes from."""
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        for part in unicodedata.normalize("NFKD", letter).casefold():
            if not unicodedata.combining(part):
                letters.append(part)
                places.append(place)
    return "".join(letters), places


def spans(text: str, words: Iterable[str]) -> list[tuple[int, int]]:
    """Where any of the folded `words` stands in `text`: begin and end, in order and not overlapping."""
    plain, places = folded(text)
    hit = [False] * len(text)
    for word in words:
        at = plain.find(word)
        while at >= 0:
            for place in places[at : at + len(word)]:
                hit[place] = True
            at = plain.find(word, at + 1)
    found: list[tuple[int, int]] = []
    for place, inside in enumerate(hit):
        if inside and found and found[-1][1] == place:
            found[-1] = (found[-1][0], place + 1)
        elif inside:
            found.append((place, place + 1))
    return found


def matches(texts: Sequence[str], words: Iterable[str]) -> bool:
    """Whether each of the folded `words` stands in one of `texts`."""
    everything = "\n".join(folded(text)[0] for text in texts)
    return all(word in everything for word in words)


class FoundLabel(QLabel):
    """Our own words, never foreign text; those that were looked for are underlined on another ground."""

    def __init__(self, text: str, *, dim: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.words = text
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setProperty("dim", dim)
        self.setAccessibleName(text)

    def mark(self, words: Sequence[str], palette: Palette) -> None:
        """Show where `words` stand; none of them for plain text."""
        found = spans(self.words, words)
        if not found:
            self.setTextFormat(Qt.TextFormat.PlainText)
            self.setText(self.words)
            return
        style = f"background-color: {palette.selected}; color: {palette.text}; text-decoration: underline;"
        parts, at = [], 0
        for begin, end in found:
            parts.append(escape(self.words[at:begin]))
            parts.append(f'<span style="{style}">{escape(self.words[begin:end])}</span>')
            at = end
        self.setTextFormat(Qt.TextFormat.RichText)  # built here from escaped words of the program
        self.setText("".join([*parts, escape(self.words[at:])]))
