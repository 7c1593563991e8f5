"""The truth in one sentence: state, where the words are saved, and how far behind they are."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

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

    folder_pressed = Signal(str)
    """Path of the folder in which the transcript is."""
    step_pressed = Signal()
    """The next step that is offered beside the sentence."""
    keep_toggled = Signal(bool)
    """The person wants the session kept, or not."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("status")
        self.setMinimumHeight(STATUS)
        self._palette: Palette | None = None
        self._tone: Tone = "calm"
        self.dot = Dot()
        self.sentence = QLabel()
        self.sentence.setTextFormat(Qt.TextFormat.PlainText)
        self.step = QPushButton(self.tr("Check the sound"))
        self.step.hide()
        self.saved = SavedButton()
        self.saved.setObjectName("link")
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        policy.setRetainSizeWhenHidden(True)  # what stands at the right stays there
        self.saved.setSizePolicy(policy)
        self.saved.setCursor(Qt.CursorShape.PointingHandCursor)
        self.saved.setAccessibleName(self.tr("Open the folder"))
        self.saved.hide()
        self._usual = True
        self._saved_text = self._folder = ""
        self.keep = QCheckBox(self.tr("Keep"))
        self.keep.setAccessibleName(self.tr("Keep this session"))
        self.keep.setToolTip(self.tr("Without it, nothing of this session is saved once captions stop."))
        self.keep.setChecked(True)
        self.keep.clicked.connect(self._on_keep)
        self.behind = QLabel()
        self.behind.setTextFormat(Qt.TextFormat.PlainText)
        self.behind.setProperty("dim", True)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(18, 0, 18, 0)
        layout.setSpacing(8)
        layout.addWidget(self.dot)
        layout.addWidget(self.sentence)
        layout.addWidget(self.step)
        layout.addSpacing(8)
        layout.addWidget(self.saved, 1)
        layout.addWidget(self.keep)
        layout.addWidget(self.behind)
        self.saved.clicked.connect(self._open_folder)
        self.step.clicked.connect(self.step_pressed)

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

    def show_saved(self, path: Path, complete: bool, sound: bool = False) -> None:
        """Say where the transcript is, and whether the sound is kept with it."""
        where = " / ".join(plain(part) for part in path.with_suffix("").parts[-3:])
        text = self.tr("Saved: {path}") if complete else self.tr("Saved as you speak: {path}")
        if sound:
            done = self.tr("Saved with the sound: {path}")
            text = done if complete else self.tr("Saved as you speak, with the sound: {path}")
        self._saved_text, self._folder = text.format(path=where), str(path.parent)
        self._say_saved()

    def _say_saved(self) -> None:
        gone = self.tr("Removed when captions stop")
        self.saved.show_whole(self._saved_text if self.keeping else gone)
        self.saved.setAccessibleName(f"{self.saved.whole}. {self.tr('Opens the folder.')}")
        self.saved.setToolTip(self.tr("Open the folder"))
        self.saved.setEnabled(self.keeping)
        self.saved.show()

    def _open_folder(self) -> None:
        if self._folder:
            self.folder_pressed.emit(self._folder)

    def clear_saved(self) -> None:
        """Say nothing about a transcript."""
        self._saved_text = self._folder = ""
        self.saved.hide()

    def show_unsaved(self) -> None:
        """Say that nothing is saved of the session that ended, where that was the wish."""
        self._saved_text = self._folder = ""
        self.saved.hide()
        if not self.keeping:
            self.saved.show_whole(self.tr("Nothing was kept of this session"))
            self.saved.setEnabled(False)
            self.saved.show()

    @property
    def keeping(self) -> bool:
        """Whether the session, or the next one, is to be kept."""
        return self.keep.isChecked()

    def show_kept(self, usual: bool) -> None:
        """Show what the settings say; a choice for one session stands until the settings say something else."""
        if usual != self._usual:
            self._usual = usual
            self.keep.setChecked(usual)

    def show_running(self, running: bool) -> None:
        """A session that began without a transcript has none to keep; each new one begins as the settings say."""
        self.keep.setEnabled(not running or self.keeping)

    def begin_again(self) -> None:
        """The choice was for one session."""
        self.keep.setChecked(self._usual)

    def _on_keep(self, keep: bool) -> None:
        if self._saved_text:
            self._say_saved()
        self.keep_toggled.emit(keep)

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
