"""The truth in one sentence: state, where the words are saved, and how far behind they are."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QWidget

from desktop.core.state import SessionState
from desktop.ui.cut_button import CutButton
from desktop.ui.text import plain
from desktop.ui.theme import STATUS, Palette

Tone = Literal["calm", "good", "warn", "bad"]

TONES: dict[SessionState, Tone] = {
    SessionState.IDLE: "calm",
    SessionState.CONNECTING: "warn",
    SessionState.LIVE: "good",
    SessionState.RECONNECTING: "warn",
    SessionState.FALLBACK: "warn",
    SessionState.STOPPING: "warn",
    SessionState.STOPPED: "calm",
    SessionState.FAILED: "bad",
}


class Dot(QWidget):
    """The coloured dot; its meaning is in the sentence beside it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedSize(10, 10)
        self._colour = QColor()

    def show_colour(self, colour: str) -> None:
        """Change the colour."""
        self._colour = QColor(colour)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the dot."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._colour)
        painter.drawEllipse(QRectF(self.rect()))


class SavedButton(CutButton):
    """The path of the transcript; both of its ends say something."""

    cut = Qt.TextElideMode.ElideMiddle


class StatusBar(QFrame):
    """Dot, sentence, saved path and delay."""

    folder_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("status")
        self.setMinimumHeight(STATUS)
        self._palette: Palette | None = None
        self._tone: Tone = "calm"
        self.dot = Dot()
        self.sentence = QLabel()
        self.sentence.setTextFormat(Qt.TextFormat.PlainText)
        self.saved = SavedButton()
        self.saved.setObjectName("link")
        self.saved.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.saved.setCursor(Qt.CursorShape.PointingHandCursor)
        self.saved.setAccessibleName(self.tr("Open the folder"))
        self.saved.hide()
        self.behind = QLabel()
        self.behind.setTextFormat(Qt.TextFormat.PlainText)
        self.behind.setProperty("dim", True)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(18, 0, 18, 0)
        layout.setSpacing(8)
        layout.addWidget(self.dot)
        layout.addWidget(self.sentence)
        layout.addSpacing(8)
        layout.addWidget(self.saved, 1)
        layout.addWidget(self.behind)
        self.saved.clicked.connect(self.folder_pressed)

    def apply_palette(self, palette: Palette) -> None:
        """Colour the dot."""
        self._palette = palette
        self._tint()

    def show_sentence(self, text: str, tone: Tone) -> None:
        """Say how things stand."""
        self._tone = tone
        if text != self.sentence.text():
            self.sentence.setText(text)
            self.sentence.setAccessibleName(text)
        self._tint()

    def show_saved(self, path: Path, complete: bool) -> None:
        """Say where the transcript is."""
        where = " / ".join(plain(part) for part in path.with_suffix("").parts[-3:])
        text = self.tr("Saved: {path}") if complete else self.tr("Saved as you speak: {path}")
        self.saved.show_whole(text.format(path=where))
        self.saved.setAccessibleName(f"{self.saved.whole}. {self.tr('Opens the folder.')}")
        self.saved.setToolTip(self.tr("Open the folder"))
        self.saved.show()

    def clear_saved(self) -> None:
        """Say nothing about a transcript."""
        self.saved.hide()

    def show_behind(self, seconds: float | None) -> None:
        """Say how far the captions are behind the sound, in seconds; None for nothing."""
        text = (
            ""
            if seconds is None
            else self.tr("{seconds} s behind").format(seconds=self.locale().toString(float(seconds), "f", 1))
        )
        if text != self.behind.text():
            self.behind.setText(text)

    def show_usage(self, sentence: str) -> None:
        """Say what a service was sent this month, to whoever asks the state; empty for nothing."""
        self.sentence.setToolTip(sentence)
        self.sentence.setAccessibleDescription(sentence)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """The path may be cut."""
        return QSize(200, STATUS)

    def _tint(self) -> None:
        if self._palette is not None:
            p = self._palette
            self.dot.show_colour({"calm": p.dim, "good": p.ok, "warn": p.warn, "bad": p.danger}[self._tone])
