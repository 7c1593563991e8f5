"""A selection that stays on its words while others arrive."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QTextEdit


def moved(place: int, change: tuple[int, int, int], *, opens: bool) -> int:
    """Where `place` is after a change (position, characters removed, characters added).

    What is inserted exactly at `place` comes before it when it `opens` a selection, and after it when it closes one.
    """
    at, removed, added = change
    if place < at or (place == at and not opens):
        return place
    if place < at + removed:
        return min(place, at + added)
    return place + added - removed


@contextmanager
def kept_selection(view: QTextEdit) -> Iterator[None]:
    """Keep what the person has selected; left to itself, a selection that ends with the text grows with it."""
    before = view.textCursor()
    if not before.hasSelection():
        yield
        return
    start, end, anchor = before.selectionStart(), before.selectionEnd(), before.anchor()
    changes: list[tuple[int, int, int]] = []
    connection = view.document().contentsChange.connect(lambda *change: changes.append(change))
    yield
    view.document().contentsChange.disconnect(connection)
    backwards = anchor == end
    for change in changes:
        start, end = moved(start, change, opens=True), moved(end, change, opens=False)
    now = view.textCursor()
    if (now.selectionStart(), now.selectionEnd()) != (start, end):
        _select(view, *((end, start) if backwards else (start, end)))


def _select(view: QTextEdit, anchor: int, position: int) -> None:
    cursor = view.textCursor()
    cursor.setPosition(anchor)
    cursor.setPosition(position, QTextCursor.MoveMode.KeepAnchor)
    value = view.verticalScrollBar().value()
    view.setTextCursor(cursor)
    view.verticalScrollBar().setValue(value)  # putting the cursor scrolls to it; the person may read elsewhere
