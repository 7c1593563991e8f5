"""Beside the transcript: the way back to what was missed, marked moments, and what the provider found."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from desktop.core.captions import Insight, Mark
from desktop.ui.clock import clock_text
from desktop.ui.icons import pixmap
from desktop.ui.insight_list import WIDTH, InsightList
from desktop.ui.style import px
from desktop.ui.text import plain
from desktop.ui.theme import Palette


class KeyButton(QPushButton):
    """A button that says which key presses it; its words may take two lines."""

    def __init__(self, picture: str, text: str, key: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("miss")
        self.setAccessibleName(f"{text} ({key})")
        self._name = picture
        self._picture = QLabel()
        words = QLabel(text)
        words.setWordWrap(True)
        shown = QLabel(QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText))
        shown.setStyleSheet("font-weight: 600;")
        layout = self._layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 8)
        layout.setSpacing(8)
        layout.addWidget(self._picture)
        layout.addWidget(words, 1)
        layout.addWidget(shown)
        for label in (self._picture, words, shown):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)

    def apply_palette(self, palette: Palette) -> None:
        """Tint the icon."""
        self._picture.setPixmap(pixmap(self._name, palette.accent, 18, self.devicePixelRatioF()))

    def hasHeightForWidth(self) -> bool:  # noqa: N802 - Qt's name
        """The words wrap."""
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's name
        """Height in which the wrapped words fit."""
        return max(self._layout.totalHeightForWidth(width), 36)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """What the words need at the panel's width."""
        return QSize(200, self.heightForWidth(px(WIDTH)))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """The same height, and little width."""
        return QSize(120, self.heightForWidth(px(WIDTH)))


class SidePanel(QFrame):
    """The key that opens the last two minutes, marked moments, and findings of the provider, newest first."""

    mark_pressed = Signal()
    miss_pressed = Signal()
    moment_pressed = Signal(float)
    """Seconds on the session clock."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("side")
        self.setFixedWidth(px(WIDTH) + 36)
        self.mark = KeyButton("bookmark", self.tr("Mark this moment"), "Ctrl+B")
        self.miss = KeyButton("rewind", self.tr("Last two minutes, large print"), "Ctrl+M")
        self._moments: list[QPushButton] = []
        self._list = QVBoxLayout()
        self._list.setSpacing(8)
        self.mark.clicked.connect(self.mark_pressed)
        self.miss.clicked.connect(self.miss_pressed)
        self._none = QLabel(self.tr("Nothing marked yet."))
        self._none.setProperty("dim", True)
        self.insights = InsightList()
        self.insights.moment_pressed.connect(self.moment_pressed)
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
        body.addSpacing(16)
        body.addWidget(self.insights)
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
        self.mark.apply_palette(palette)
        self.miss.apply_palette(palette)

    def show_running(self, running: bool) -> None:
        """Only a running session has a moment to mark."""
        self.mark.setEnabled(running)

    def show_mark(self, mark: Mark) -> None:
        """List a marked moment."""
        note = plain(mark.note, 60).strip() or self.tr("marked")
        text = f"{clock_text(mark.start)} · {note}"
        button = QPushButton(
            self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, px(225)).replace("&", "&&")
        )
        button.setObjectName("moment")
        button.setAccessibleName(text)
        button.clicked.connect(lambda: self.moment_pressed.emit(mark.start))
        self._moments.append(button)
        self._list.insertWidget(0, button)
        self._none.hide()

    def show_insight(self, insight: Insight) -> None:
        """List what the provider found."""
        self.insights.show_insight(insight)

    def clear(self) -> None:
        """Forget the moments and findings of the session before."""
        self.insights.clear()
        for button in self._moments:
            self._list.removeWidget(button)
            button.deleteLater()
        self._moments.clear()
        self._none.show()


def _heading(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("heading", True)
    return label
