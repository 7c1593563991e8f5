"""The state of the session in one small sentence above the caption bar."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from desktop.ui import theme
from desktop.ui.theme import GRID, Palette

_DOT = GRID


class StatusChip(QWidget):
    """A dot and a sentence; hidden when there is nothing to say."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._palette = theme.DARK
        self._sentence = ""
        self._calm = False
        self.setFont(theme.caption_font("", 11))
        self.hide()

    def set_palette(self, palette: Palette) -> None:
        """Take over colours."""
        self._palette = palette
        self.update()

    def tell(self, sentence: str, *, calm: bool = False) -> bool:
        """Show this sentence, or nothing; `calm` when all is well. Returns whether that is news."""
        if (sentence, calm) == (self._sentence, self._calm):
            return False
        self._sentence, self._calm = sentence, calm
        self.setAccessibleName(sentence)
        self.setVisible(bool(sentence))
        self.update()
        return True

    def place(self, at: QPoint, room: int, height: int) -> None:
        """Stand here, no wider than `room` pixels."""
        words = QFontMetrics(self.font()).horizontalAdvance(self._sentence) + 1
        size = QSize(words + _DOT + 3 * GRID, height).boundedTo(QSize(max(0, room), height))
        self.setGeometry(at.x(), at.y(), size.width(), size.height())

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  # Qt's name
        """On a ground of its own, since it stands half outside of the panel."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self._palette.border), 1))
        painter.setBrush(QColor(self._palette.card))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 1.5, -0.5, -1.5), GRID, GRID)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._palette.ok if self._calm else self._palette.warn))
        painter.drawEllipse(QRectF(GRID, (self.height() - _DOT) / 2, _DOT, _DOT))
        painter.setPen(QColor(self._palette.text))
        words = self.rect().adjusted(2 * GRID + _DOT, 0, -GRID, 0)
        elided = QFontMetrics(self.font()).elidedText(self._sentence, Qt.TextElideMode.ElideRight, words.width())
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, elided)
        painter.end()
