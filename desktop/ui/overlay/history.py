"""What was said before, above the caption bar: to scroll, select and copy while the live line goes on below."""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Mapping
from operator import itemgetter

from PySide6.QtCore import QEvent, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QGuiApplication,
    QHideEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QShortcut,
    QTextCharFormat,
    QTextCursor,
)
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from desktop.core.captions import CaptionDocument, CaptionEvent
from desktop.ui import theme
from desktop.ui.overlay.look import Look
from desktop.ui.overlay.spoken import line_of
from desktop.ui.theme import GRID, RADIUS
from desktop.ui.values import lane_places

MISSED = 120.0
"""Seconds that "what did I miss" goes back."""
_MOST = 400
"""Sentences that are listed; the window has them all."""
_ROWS, _FEW = 10, 3
"""Rows that the panel holds at most and at least."""
_SETTLE_MS = 200
_FLAGS = (
    Qt.WindowType.Tool
    | Qt.WindowType.FramelessWindowHint
    | Qt.WindowType.WindowStaysOnTopHint
    | Qt.WindowType.NoDropShadowWindowHint
)


class History(QWidget):
    """A panel of finished sentences; takes the keyboard only once it is clicked."""

    marked = Signal(str)
    """A note for this moment."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, _FLAGS)
        for attribute in (
            Qt.WidgetAttribute.WA_TranslucentBackground,
            Qt.WidgetAttribute.WA_ShowWithoutActivating,
            Qt.WidgetAttribute.WA_MacAlwaysShowToolWindow,
        ):
            self.setAttribute(attribute)
        self._document = CaptionDocument()
        self._labels: dict[str, str] = {}
        self._listed: set[tuple[str, str]] = set()
        self._since = float("-inf")
        """Seconds on the session clock; what ended before is not listed."""
        self._notes: list[tuple[float, str]] = []
        self._look: Look | None = None
        self.leaves_after_note = False
        """True when it was opened for a note alone."""
        self._title = QLabel()
        self.words = Words()
        self.words.setMaximumBlockCount(_MOST)
        self.note = QLineEdit()
        self.note.setMaxLength(200)
        self.mark, self.copy_all, self.shut = QPushButton(), QPushButton(), QPushButton()
        self._lay_out()
        self._fresh = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._fresh.timeout.connect(self._append)
        self.note.returnPressed.connect(self._mark)
        self.mark.clicked.connect(self._mark)
        self.copy_all.clicked.connect(self.words.copy_what_is_selected)
        self.shut.clicked.connect(self.hide)
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self).activated.connect(self.hide)
        self.retranslate()

    def _lay_out(self) -> None:
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        top = QHBoxLayout()
        top.addWidget(self._title, 1)
        top.addWidget(self.copy_all)
        top.addWidget(self.shut)
        bottom = QHBoxLayout()
        bottom.addWidget(self.note, 1)
        bottom.addWidget(self.mark)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * GRID, GRID + 4, 2 * GRID, GRID + 4)
        layout.setSpacing(GRID)
        layout.addLayout(top)
        layout.addWidget(self.words, 1)
        layout.addLayout(bottom)

    # What is listed

    def bind(self, document: CaptionDocument, labels: Mapping[str, str]) -> None:
        """List the sentences of this document from now on."""
        self._document = document
        self.name_lanes(labels)
        self._notes.clear()
        self._fill(float("-inf"))

    def name_lanes(self, labels: Mapping[str, str]) -> None:
        """The lanes' labels, fit to be shown."""
        self._labels = dict(labels)

    def add_note(self, start: float, text: str) -> None:
        """List a sentence of the program's own where it belongs, at this second of the session."""
        insort(self._notes, (start, text))
        del self._notes[:-_MOST]
        self.on_final()

    def on_final(self) -> None:
        """Something new is there to be listed; it is soon."""
        if self.isVisible() and not self._fresh.isActive():
            self._fresh.start()

    def open_at(self, bar: QRect, area: QRect, *, missed: bool) -> None:
        """Appear beside the bar, with the last two minutes from their beginning or with everything from its end."""
        segments = self._document.latest(_MOST)
        since = max((event.end for event in segments), default=0.0) - MISSED if missed else float("-inf")
        self._title.setText(self.tr("The last two minutes") if missed else self.tr("What was said"))
        self._fill(since)
        self.stand_by(bar, area)
        self.words.setFocus()
        self.show()
        self.stand_by(bar, area)  # once more: rows are counted only in a window that is shown
        self.raise_()
        scroll = self.words.verticalScrollBar()
        scroll.setValue(scroll.minimum() if missed else scroll.maximum())

    def stand_by(self, bar: QRect, area: QRect) -> None:
        """Stand beside the bar's window, as high as the words need within limits."""
        self.words.ensurePolished()  # or its rows are measured in another typeface
        self.setGeometry(beside(bar, area, self._height(_ROWS)))
        rows = round(self.words.document().size().height())  # a plain text document counts its rows
        self.setGeometry(beside(bar, area, self._height(max(_FEW, min(_ROWS, rows)))))

    def _height(self, rows: int) -> int:
        return round(self.words.fontMetrics().lineSpacing() * rows) + 14 * GRID

    def _fill(self, since: float) -> None:
        self._fresh.stop()
        self.words.clear()
        self._listed.clear()
        self._since = since
        self._append()
        if not self._listed:
            self.words.setPlaceholderText(self.tr("Nothing was said yet."))

    def _append(self) -> None:
        """List what is finished and not listed yet; what is selected or scrolled to stays."""
        every: list[tuple[float, tuple[str, str], CaptionEvent | str]] = [
            *(
                (each.start, (each.lane, each.segment_id), each)
                for each in self._document.latest(_MOST)
                if each.is_final and each.end >= self._since
            ),
            *((start, ("", f"{start} {text}"), text) for start, text in self._notes if start >= self._since),
        ]
        for _, key, each in sorted(every, key=itemgetter(0)):
            if key not in self._listed:
                self._add(each)
        self._listed = {key for _, key, _ in every}  # what is not among them any more never comes again

    def _add(self, listed: CaptionEvent | str) -> None:
        scroll = self.words.verticalScrollBar()
        follows = scroll.value() == scroll.maximum()
        cursor = QTextCursor(self.words.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        if not cursor.atStart():
            cursor.insertBlock()
        name, text = QTextCharFormat(), QTextCharFormat()
        if isinstance(listed, CaptionEvent):
            line = line_of(listed, self._labels)
            name.setForeground(self._colour(listed.lane))
            name.setFontWeight(QFont.Weight.DemiBold)
            cursor.insertText(f"{line.speaker}: ", name)
            cursor.insertText(line.text, text)
        else:
            text.setFontItalic(True)
            cursor.insertText(listed, text)
        if follows:
            scroll.setValue(scroll.maximum())

    def _colour(self, lane: str) -> QColor:
        if self._look is None:
            return QColor()
        at = lane_places(self._labels).get(lane, 0)
        return self._look.lanes[at % len(self._look.lanes)]

    # How it looks

    def apply(self, look: Look) -> None:
        """Look as the bar does, but on a solid ground and in print of its own size."""
        self._look = look
        text, ground = look.text.name(), look.outline.name()
        edge = theme.mixed(text, ground, 0.35)
        button = theme.mixed(text, ground, 0.12)
        size = max(14, round(look.font.pointSizeF() * 0.7))
        families = ", ".join(f'"{family}"' for family in look.font.families())
        self.setStyleSheet(
            f"QLabel, QPushButton, QLineEdit {{ color: {text}; }}"
            f"QLabel {{ font-weight: 600; }}"
            f"QPlainTextEdit {{ background: {ground}; color: {text}; border: none; font-family: {families};"
            f" font-size: {size}pt; selection-background-color: {text}; selection-color: {ground}; }}"
            f"QPushButton {{ background: {button}; border: 1px solid {edge}; border-radius: 8px; padding: 4px 12px; }}"
            f"QPushButton:focus, QPushButton:hover, QLineEdit:focus {{ border: 2px solid {text}; padding: 3px 11px; }}"
            f"QLineEdit {{ background: {ground}; border: 1px solid {edge}; border-radius: 8px; padding: 4px 12px; }}"
            f"QLineEdit, QPlainTextEdit {{ placeholder-text-color: {look.dim.name()}; }}"
            f"QScrollBar {{ background: {ground}; width: 12px; border: none; }}"
            f"QScrollBar::handle {{ background: {edge}; border-radius: 4px; min-height: 24px; margin: 2px; }}"
            "QScrollBar::add-line, QScrollBar::sub-line { height: 0; }"
            "QScrollBar::add-page, QScrollBar::sub-page { background: none; }"
        )
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  # Qt's name
        """A solid panel."""
        if self._look is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = QColor(self._look.text)
        edge.setAlphaF(0.35)
        painter.setPen(QPen(edge, 1))
        painter.setBrush(self._look.outline)
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), RADIUS, RADIUS)
        painter.end()

    def _mark(self) -> None:
        self.marked.emit(self.note.text().strip())
        self.note.clear()
        if self.leaves_after_note:
            self.hide()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802  # Qt's name
        """The next opening is another matter."""
        super().hideEvent(event)
        self.leaves_after_note = False

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802  # Qt's name
        """Another language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def retranslate(self) -> None:
        """Name everything in the language of the window."""
        self.setWindowTitle(self.tr("What was said"))
        self.setAccessibleName(self.tr("What was said"))
        self.words.setAccessibleName(self.tr("What was said"))
        self.note.setPlaceholderText(self.tr("Note for this moment"))
        self.note.setAccessibleName(self.tr("Note for this moment"))
        self.mark.setText(self.tr("Mark"))
        self.copy_all.setText(self.tr("Copy"))
        self.copy_all.setToolTip(self.tr("Copies what is selected, or everything"))
        self.shut.setText(self.tr("Close"))


class Words(QPlainTextEdit):
    """Text to be read and copied."""

    def __init__(self) -> None:
        super().__init__()
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )

    def copy_what_is_selected(self) -> None:
        """Copy the selection, or everything when nothing is selected."""
        if self.textCursor().hasSelection():
            self.copy()
        else:
            QGuiApplication.clipboard().setText(self.toPlainText())

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  # Qt's name
        """Copying needs no selection."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_what_is_selected()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802  # Qt's name
        """Whoever selects wants the keyboard here."""
        self.activateWindow()
        super().mousePressEvent(event)


def beside(bar: QRect, area: QRect, height: int) -> QRect:
    """Above the bar, or below it where there is more room, inside of the screen's free area."""
    above, below = bar.top() - GRID - area.top(), area.bottom() - GRID - bar.bottom()
    height = min(height, max(above, below, 15 * GRID))
    top = bar.top() - GRID - height if above >= min(height, below) else bar.bottom() + 1 + GRID
    width = min(max(bar.width(), 60 * GRID), area.width())
    left = max(area.left(), min(bar.left(), area.right() + 1 - width))
    return QRect(QPoint(left, top), QRect(0, 0, width, height).size())


def add_keys(window: QWidget, keys: Mapping[str, Callable[[], object]]) -> None:
    """Let each key do its work in a window of the bar."""
    for key, slot in keys.items():
        QShortcut(QKeySequence(key), window).activated.connect(slot)
