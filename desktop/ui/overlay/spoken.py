"""Captions for screen readers: the words on show as text to be found, and sentences announced at a bearable pace."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QPaintEvent
from PySide6.QtWidgets import QLabel, QWidget

from desktop.core.captions import CaptionEvent
from desktop.settings.schema import OverlaySettings
from desktop.ui.overlay.canvas import voice
from desktop.ui.text import LIMIT, plain


class Spoken(QLabel):
    """Never painted: gives the caption text the role and value that screen readers expect of text."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setUpdatesEnabled(False)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  # Qt's name
        """The panel paints the words."""


@dataclass(frozen=True, slots=True)
class Line:
    """A finished sentence and who said it."""

    speaker: str
    text: str


def line_of(event: CaptionEvent, labels: Mapping[str, str]) -> Line:
    """The words of a final, fit to be shown."""
    label = labels.get(event.lane, event.lane)
    return Line(voice(label, event.speaker), plain(event.text).strip())


def spoken(lines: list[Line]) -> str:
    """Sentences as one text; a speaker is named when the voice changes."""
    parts, before = [], ""
    for line in lines:
        parts.append(line.text if line.speaker == before else f"{line.speaker}: {line.text}")
        before = line.speaker
    return " ".join(parts)


class Announcer(QObject):
    """Hands finished sentences to the screen reader, with a pause of the user's choice between two announcements."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self._widget = widget
        self._on = False
        self._waiting: list[Line] = []
        self._pause = QTimer(self, singleShot=True)
        self._pause.timeout.connect(self._announce)

    def apply(self, settings: OverlaySettings) -> None:
        """Announce or not, and how often at most."""
        self._on = settings.announce
        self._pause.setInterval(settings.announce_pause * 1000)
        if not self._on:
            self.forget()

    def say(self, line: Line) -> None:
        """Announce this, at once or together with what comes during the pause."""
        if self._on and line.text:
            self._waiting.append(line)
            if not self._pause.isActive():
                self._announce()

    def forget(self) -> None:
        """What was not announced yet never will be."""
        self._waiting.clear()
        self._pause.stop()

    def _announce(self) -> None:
        if not self._waiting:
            return
        text = plain(spoken(self._waiting), LIMIT)
        self._waiting.clear()
        event = QAccessibleAnnouncementEvent(self._widget, text)
        event.setPoliteness(QAccessible.AnnouncementPoliteness.Polite)  # what the reader is saying is not cut off
        QAccessible.updateAccessibility(event)
        self._pause.start()
