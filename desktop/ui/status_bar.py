"""The truth in one sentence: state, where the words are saved, and how far behind they are."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from desktop.core.state import SessionState
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


class StatusBar(QFrame):
    """Dot, sentence, saved path and delay."""

    folder_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("status")
        self.setMinimumHeight(STATUS)
        self._palette: Palette | None = None
        self._tone: Tone = "calm"
        self._saved = ""
        self.dot = Dot()
        self.sentence = QLabel()
        self.sentence.setTextFormat(Qt.TextFormat.PlainText)
        self.saved = QPushButton()
        self.saved.setObjectName("link")
        self.saved.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.saved.setCursor(Qt.CursorShape.PointingHandCursor)
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
        layout.addStretch(0)
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
        self._saved = text.format(path=where)
        self.saved.setAccessibleName(f"{self._saved}. {self.tr('Opens the folder.')}")
        self.saved.setToolTip(self.tr("Open the folder"))
        self.saved.show()
        self._cut()

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

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Cut the path anew."""
        super().resizeEvent(event)
        self._cut()

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """The path may be cut."""
        return QSize(200, STATUS)

    def _cut(self) -> None:
        room = max(self.width() - self.sentence.sizeHint().width() - self.behind.sizeHint().width() - 100, 40)
        cut = self.saved.fontMetrics().elidedText(self._saved, Qt.TextElideMode.ElideMiddle, room)
        self.saved.setText(cut.replace("&", "&&"))

    def _tint(self) -> None:
        if self._palette is not None:
            p = self._palette
            self.dot.show_colour({"calm": p.dim, "good": p.ok, "warn": p.warn, "bad": p.danger}[self._tone])
