"""The small buttons above the caption bar, there only under the mouse."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QWidget

from desktop.ui import theme
from desktop.ui.overlay.sharing import Sharing, sentence
from desktop.ui.theme import GRID, Palette

HEIGHT = 4 * GRID


class Handle(QAbstractButton):
    """One button: a letter or a drawn sign."""

    def __init__(self, sign: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._sign = sign
        self._colours = theme.DARK
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the bar never takes the keyboard
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def name(self, name: str) -> None:
        """What it does, for screen readers and as a tool tip."""
        self.setAccessibleName(name)
        self.setToolTip(name)

    def show_sign(self, sign: str) -> None:
        """Another of the drawn signs."""
        self._sign = sign
        self.update()

    def set_palette(self, palette: Palette) -> None:
        """Take over colours."""
        self._colours = palette
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802  # Qt's name
        """Wide enough for a finger."""
        return QSize(HEIGHT + GRID // 2, HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  # Qt's name
        """A chip on any panel colour, so that it is found on any desktop."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = self._colours
        painter.setPen(QPen(QColor(colours.border), 1))
        painter.setBrush(QColor(colours.selected if self.underMouse() else colours.card))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 1.5, -0.5, -1.5), GRID, GRID)
        middle = QPointF(self.rect().center()) + QPointF(0.5, 0.5)
        if self._sign in _DRAWN:
            painter.setPen(QPen(QColor(colours.text), 1.6, c=Qt.PenCapStyle.RoundCap, j=Qt.PenJoinStyle.RoundJoin))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPath(_DRAWN[self._sign]().translated(middle))
        else:
            painter.setPen(QColor(colours.text))
            painter.setFont(theme.caption_font("", 11))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._sign)
        painter.end()


class LinesHandle(Handle):
    """Pulled up or down, or clicked, or wheeled: more or fewer lines."""

    stepped = Signal(int)
    """Lines more (or, negative, fewer)."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__("lines", parent)
        self.setCursor(Qt.CursorShape.SizeVerCursor)
        self.row = 40
        """Pixels of pulling that are one line."""
        self._from: float | None = None
        self._pulled = 0

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802  # Qt's name
        """The pull begins."""
        super().mousePressEvent(event)
        self._from, self._pulled = event.globalPosition().y(), 0

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802  # Qt's name
        """Upwards is more, since the bar grows upwards."""
        if self._from is None:
            return
        pulled = round((self._from - event.globalPosition().y()) / self.row)
        if pulled != self._pulled:
            self.stepped.emit(pulled - self._pulled)
            self._pulled = pulled

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802  # Qt's name
        """Without a pull it was a click."""
        was_pulled = self._pulled != 0
        self._from, self._pulled = None, 0
        if was_pulled:
            self.setDown(False)
        else:
            super().mouseReleaseEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802  # Qt's name
        """Upwards is more."""
        self.stepped.emit(1 if event.angleDelta().y() > 0 else -1)
        event.accept()


class Handles(QWidget):
    """The row of buttons."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.smaller = Handle("A\N{MINUS SIGN}", self)
        self.larger = Handle("A+", self)
        self.lines = LinesHandle(self)
        self.back = Handle("back", self)
        self.menu = Handle("menu", self)
        self.lock = Handle("lock", self)
        self.close_bar = Handle("close", self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID // 2)
        self._sharing = Sharing.SEEN
        self._all = (self.smaller, self.larger, self.lines, self.back, self.menu, self.lock, self.close_bar)
        for handle in self._all:
            row.addWidget(handle)
        self.retranslate()
        self.adjustSize()

    def set_palette(self, palette: Palette) -> None:
        """Take over colours."""
        for handle in self._all:
            handle.set_palette(palette)

    def show_sharing(self, sharing: Sharing) -> None:
        """Show whether those with whom the screen is shared see the bar."""
        self._sharing = sharing
        self.retranslate()

    def retranslate(self) -> None:
        """Name the buttons in the language of the window."""
        self.setAccessibleName(self.tr("Caption bar controls"))
        self.smaller.name(self.tr("Smaller text"))
        self.larger.name(self.tr("Larger text"))
        self.lines.name(self.tr("Number of lines: click for one more, or pull up or down"))
        self.back.name(self.tr("Scroll back, select and copy"))
        self.menu.name(f"{self.tr('Menu')}. {sentence(self._sharing)}")
        self.menu.show_sign("menu" if self._sharing is Sharing.SEEN else f"menu-{self._sharing.value}")
        self.lock.name(self.tr("Lock: clicks go through the caption bar. Unlock it in the Overtitle window"))
        self.close_bar.name(self.tr("Hide the caption bar"))


def _lock() -> QPainterPath:
    path = QPainterPath()
    path.addRoundedRect(QRectF(-6, -1, 12, 8.5), 2, 2)
    path.moveTo(-3.5, -1)
    path.lineTo(-3.5, -3.5)
    path.arcTo(QRectF(-3.5, -7, 7, 7), 180, -180)
    path.lineTo(3.5, -1)
    return path


def _lines() -> QPainterPath:
    path = QPainterPath()
    for side in (-1, 1):
        path.moveTo(0, side * 1.5)
        path.lineTo(0, side * 7)
        path.moveTo(-3.5, side * 3.5)
        path.lineTo(0, side * 7)
        path.lineTo(3.5, side * 3.5)
    return path


def _close() -> QPainterPath:
    path = QPainterPath()
    for side in (-1, 1):
        path.moveTo(-4.5, -4.5 * side)
        path.lineTo(4.5, 4.5 * side)
    return path


def _back() -> QPainterPath:
    path = QPainterPath()
    for y, width in ((-5, 6.5), (0, 6.5), (5, 2)):
        path.moveTo(-6.5, y)
        path.lineTo(width, y)
    path.moveTo(4, 7.5)
    path.lineTo(6.5, 5)
    path.lineTo(9, 7.5)
    return path


def _menu() -> QPainterPath:
    path = QPainterPath()
    for x in (-5, 0, 5):
        path.addEllipse(QPointF(x, 0), 1, 1)
    return path


def _eye(*, hidden: bool) -> QPainterPath:
    """Seen by others, or not."""
    path = QPainterPath(QPointF(-7, 0))
    path.quadTo(QPointF(0, -8), QPointF(7, 0))
    path.quadTo(QPointF(0, 8), QPointF(-7, 0))
    path.addEllipse(QPointF(0, 0), 2, 2)
    if hidden:
        path.moveTo(-6, 6)
        path.lineTo(6, -6)
    return path


_DRAWN: dict[str, Callable[[], QPainterPath]] = {
    "lock": _lock,
    "lines": _lines,
    "close": _close,
    "back": _back,
    "menu": _menu,
    "menu-hidden": partial(_eye, hidden=True),
    "menu-refused": partial(_eye, hidden=False),
    "menu-unable": partial(_eye, hidden=False),
}
