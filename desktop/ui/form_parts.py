"""Small parts that forms are made of."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget


def wrapped(text: str, *, dim: bool = False, buddy: QWidget | None = None) -> QLabel:
    """Plain text of as many lines as it needs."""
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setProperty("dim", dim)
    if buddy is not None:
        label.setBuddy(buddy)
    return label


def heading(text: str) -> QLabel:
    """The title of a group."""
    label = wrapped(text)
    label.setProperty("heading", True)
    return label
