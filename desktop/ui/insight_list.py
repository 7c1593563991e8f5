"""What the provider found in the conversation, grouped by kind; a press leads to the moment in the transcript."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from desktop.core.captions import Insight, InsightKind
from desktop.core.message import Message, say
from desktop.ui.clock import clock_text
from desktop.ui.notes import INSIGHTS
from desktop.ui.style import px
from desktop.ui.text import localise, plain

WIDTH = 264
"""Pixels: width of a row in text of the usual size."""
MOST = 100
"""Rows of one group; the oldest make room, and stay in the saved transcript."""
_CUT = 160
"""Characters of one row."""

HEADINGS: dict[InsightKind, Message] = {
    InsightKind.ACTION_ITEM: say("Notes", "To do"),
    InsightKind.FOLLOW_UP: say("Notes", "Follow-ups"),
    InsightKind.QUESTION: say("Notes", "Questions"),
    InsightKind.TRACKER: say("Notes", "Mentioned"),
    InsightKind.TOPIC: say("Notes", "Topics"),
}
"""In the order in which they are shown: what somebody has to do first."""


class InsightRow(QPushButton):
    """When, and what; the words may take several lines."""

    def __init__(self, insight: Insight, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("insight")
        text, time = plain(insight.text, _CUT).strip(), clock_text(insight.start)
        self.start = insight.start
        self.setAccessibleName(f"{localise(INSIGHTS[insight.kind])}, {time}: {text}")
        when = QLabel(time)
        when.setProperty("dim", True)
        self.words = QLabel(text)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setWordWrap(True)
        layout = self._layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 7, 12, 7)
        layout.setSpacing(10)
        layout.addWidget(when, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self.words, 1)
        for label in (when, self.words):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)

    def hasHeightForWidth(self) -> bool:  # noqa: N802 - Qt's name
        """The words wrap."""
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's name
        """Height in which the wrapped words fit."""
        return max(self._layout.totalHeightForWidth(width), 34)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """What the words need at the panel's width."""
        return QSize(200, self.heightForWidth(px(WIDTH)))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """The same height, and little width."""
        return QSize(120, self.heightForWidth(px(WIDTH)))


class InsightGroup(QWidget):
    """The findings of one kind, newest first."""

    def __init__(self, kind: InsightKind, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: list[InsightRow] = []
        self.heading = QLabel(localise(HEADINGS[kind]))
        self.heading.setProperty("heading", True)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(6)
        self._layout.addWidget(self.heading)

    def add(self, row: InsightRow) -> None:
        """Put a row where its moment belongs."""
        at = next((place for place, each in enumerate(self.rows) if each.start <= row.start), len(self.rows))
        self.rows.insert(at, row)
        self._layout.insertWidget(at + 1, row)
        if len(self.rows) > MOST:
            self._take(self.rows.pop())
        self.show()

    def clear(self) -> None:
        """Forget all rows."""
        for row in self.rows:
            self._take(row)
        self.rows.clear()
        self.hide()

    def _take(self, row: InsightRow) -> None:
        self._layout.removeWidget(row)
        row.hide()
        row.deleteLater()


class InsightList(QWidget):
    """All groups; hidden while there is nothing in them."""

    moment_pressed = Signal(float)
    """Seconds on the session clock."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.groups = {kind: InsightGroup(kind) for kind in HEADINGS}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(18)
        for group in self.groups.values():
            layout.addWidget(group)
        self.clear()

    def show_insight(self, insight: Insight) -> None:
        """List a finding."""
        row = InsightRow(insight)
        row.clicked.connect(lambda: self.moment_pressed.emit(insight.start))
        self.groups[insight.kind].add(row)
        self.show()

    def clear(self) -> None:
        """Forget the findings of the session before."""
        for group in self.groups.values():
            group.clear()
        self.hide()
