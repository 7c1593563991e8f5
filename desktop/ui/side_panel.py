"""Beside the transcript: marked moments, and the way back to what was missed."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from desktop.core.captions import Mark
from desktop.ui.clock import clock_text
from desktop.ui.icons import icon
from desktop.ui.text import plain
from desktop.ui.theme import Palette


class SidePanel(QFrame):
    """Marked moments, newest first, and the key that opens the last two minutes."""

    mark_pressed = Signal()
    miss_pressed = Signal()
    moment_pressed = Signal(float)
    """Seconds on the session clock."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("side")
        self.setFixedWidth(300)
        self.mark = QPushButton(self.tr("Mark this moment (Ctrl+B)"))
        self.miss = QPushButton(self.tr("Last two minutes, large print (Ctrl+M)"))
        for button in (self.mark, self.miss):
            button.setObjectName("miss")
            button.setIconSize(QSize(18, 18))
        self._moments: list[QPushButton] = []
        self._list = QVBoxLayout()
        self._list.setSpacing(8)
        self.mark.clicked.connect(self.mark_pressed)
        self.miss.clicked.connect(self.miss_pressed)
        self._none = QLabel(self.tr("Nothing marked yet."))
        self._none.setProperty("dim", True)
        self._arrange()

    def _arrange(self) -> None:
        inner = QWidget()
        inner.setObjectName("page")
        body = QVBoxLayout(inner)
        body.setContentsMargins(18, 18, 18, 18)
        body.setSpacing(8)
        body.addWidget(_heading(self.tr("What did I miss")))
        body.addWidget(self.miss)
        body.addSpacing(16)
        body.addWidget(_heading(self.tr("Marked moments")))
        body.addWidget(self.mark)
        body.addWidget(self._none)
        body.addLayout(self._list)
        body.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inner)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(area)

    def apply_palette(self, palette: Palette) -> None:
        """Tint the icons."""
        self.mark.setIcon(icon("bookmark", palette.accent, 18, palette.dim))
        self.miss.setIcon(icon("rewind", palette.accent, 18, palette.dim))

    def show_running(self, running: bool) -> None:
        """Only a running session has a moment to mark."""
        self.mark.setEnabled(running)

    def show_mark(self, mark: Mark) -> None:
        """List a marked moment."""
        note = plain(mark.note, 60).strip() or self.tr("marked")
        text = f"{clock_text(mark.start)} · {note}"
        button = QPushButton(self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, 225).replace("&", "&&"))
        button.setObjectName("moment")
        button.setAccessibleName(text)
        button.clicked.connect(lambda: self.moment_pressed.emit(mark.start))
        self._moments.append(button)
        self._list.insertWidget(0, button)
        self._none.hide()

    def clear(self) -> None:
        """Forget the moments of the session before."""
        for button in self._moments:
            self._list.removeWidget(button)
            button.deleteLater()
        self._moments.clear()
        self._none.show()


def _heading(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("heading", True)
    return label
