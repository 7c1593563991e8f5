"""The lines of the library: headings, sessions, places where words were found."""

from __future__ import annotations

from enum import IntEnum

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen, QTextCharFormat, QTextLayout
from PySide6.QtWidgets import QListWidgetItem, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from desktop.ui.style import px
from desktop.ui.text import plain
from desktop.ui.theme import Palette

ID = Qt.ItemDataRole.UserRole
START = Qt.ItemDataRole.UserRole + 1
KIND = Qt.ItemDataRole.UserRole + 2
HEAD = Qt.ItemDataRole.UserRole + 3
ABOUT = Qt.ItemDataRole.UserRole + 4
NOTE = Qt.ItemDataRole.UserRole + 5
MARKS = Qt.ItemDataRole.UserRole + 6

_PAD = 10
Index = QModelIndex | QPersistentModelIndex


class Kind(IntEnum):
    """What a line is."""

    HEADING = 0
    SESSION = 1
    PLACE = 2
    MORE = 3


def heading(text: str) -> QListWidgetItem:
    """A line above others; it can't be chosen."""
    item = _item(Kind.HEADING, text)
    item.setFlags(Qt.ItemFlag.NoItemFlags)  # the arrow keys pass over it
    return item


def session(identity: str, title: str, about: str, note: str = "") -> QListWidgetItem:
    """A saved session: its title over what else is known, and a note at the right."""
    head = plain(title, 120)
    item = _item(Kind.SESSION, head, identity)
    item.setText("\n".join(part for part in (f"{head} ({note})" if note else head, about) if part))
    item.setData(ABOUT, about)
    item.setData(NOTE, note)
    return item


def place(identity: str, start: float, head: str, text: str, marks: tuple[tuple[int, int], ...]) -> QListWidgetItem:
    """A place at which words were found, with who said it and when."""
    shown = plain(text, 300)
    item = _item(Kind.PLACE, head, identity)
    item.setText(f"{head}: {shown}")
    item.setData(START, start)
    item.setData(ABOUT, shown)
    item.setData(MARKS, [list(mark) for mark in marks])
    return item


def more(text: str) -> QListWidgetItem:
    """The line that brings the next page."""
    return _item(Kind.MORE, text)


def kind_of(item: QListWidgetItem) -> Kind:
    """What the line is."""
    return Kind(item.data(KIND))


def _item(kind: Kind, head: str, identity: str = "") -> QListWidgetItem:
    item = QListWidgetItem(head)  # its text is what a screen reader says
    item.setData(KIND, int(kind))
    item.setData(HEAD, head)
    item.setData(ID, identity)
    item.setData(START, 0.0)
    return item


class RowPainter(QStyledItemDelegate):
    """Paints the lines of the library from their plain texts."""

    palette: Palette | None = None

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802 - Qt's name
        """By kind alone: the library is opened with thousands of lines."""
        del option
        heights = {Kind.HEADING: 38, Kind.SESSION: 56, Kind.PLACE: 34, Kind.MORE: 40}
        return QSize(100, px(heights[Kind(index.data(KIND))]))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one line."""
        palette = self.palette
        if palette is None:
            return
        kind = Kind(index.data(KIND))
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if kind is not Kind.HEADING:
            _ground(painter, rect, state, palette)
        inner = rect.adjusted(_PAD + (22 if kind is Kind.PLACE else 0), 0, -_PAD, 0)
        if kind is Kind.SESSION:
            _paint_session(painter, inner, index, palette)
        elif kind is Kind.PLACE:
            _paint_place(painter, inner, index, palette)
        else:
            _text(painter, inner, index.data(HEAD), palette.dim if kind is Kind.HEADING else palette.accent, bold=True)
        painter.restore()


def _ground(painter: QPainter, rect: QRect, state: QStyle.StateFlag, palette: Palette) -> None:
    chosen = bool(state & QStyle.StateFlag.State_Selected)
    if not chosen and not state & QStyle.StateFlag.State_MouseOver:
        return
    colour = QColor(palette.selected)
    colour.setAlpha(255 if chosen else 110)
    painter.setBrush(colour)
    focused = chosen and state & QStyle.StateFlag.State_HasFocus
    painter.setPen(QPen(QColor(palette.accent), 2) if focused else Qt.PenStyle.NoPen)
    painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), 8, 8)


def _paint_session(painter: QPainter, rect: QRect, index: Index, palette: Palette) -> None:
    half = rect.height() // 2
    top, below = rect.adjusted(0, 4, 0, -half), rect.adjusted(0, half, 0, -4)
    note = index.data(NOTE)
    if note:
        width = _metrics(painter, bold=False).horizontalAdvance(note) + 18
        badge = QRect(top.right() - width, top.top() + 2, width, top.height() - 4)
        painter.setBrush(QColor(palette.warn_back))
        painter.setPen(QColor(palette.warn))
        painter.drawRoundedRect(badge, 8, 8)
        painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, note)
        top.setRight(badge.left() - 8)
    _text(painter, top, index.data(HEAD), palette.text, bold=True)
    _text(painter, below, index.data(ABOUT), palette.dim)


def _paint_place(painter: QPainter, rect: QRect, index: Index, palette: Palette) -> None:
    head = f"{index.data(HEAD)}  "
    width = _metrics(painter, bold=False).horizontalAdvance(head)
    _text(painter, rect, head, palette.dim)
    rect = rect.adjusted(width, 0, 0, 0)
    metrics = _metrics(painter, bold=False)
    shown = metrics.elidedText(index.data(ABOUT), Qt.TextElideMode.ElideRight, max(rect.width() - 12, 0))
    layout = QTextLayout(shown, _font(painter, bold=False))
    layout.setFormats([_found(start, end, palette) for start, end in index.data(MARKS) if start < len(shown)])
    layout.beginLayout()
    line = layout.createLine()
    line.setLineWidth(100_000)
    layout.endLayout()
    painter.setPen(QColor(palette.text))
    layout.draw(painter, QPointF(rect.left(), rect.top() + (rect.height() - line.height()) / 2))


def _found(start: int, end: int, palette: Palette) -> QTextLayout.FormatRange:
    form = QTextCharFormat()
    form.setFontWeight(QFont.Weight.Bold)
    form.setFontUnderline(True)  # not by colour alone
    form.setForeground(QColor(palette.accent))
    found = QTextLayout.FormatRange()
    found.start, found.length, found.format = start, end - start, form
    return found


def _text(painter: QPainter, rect: QRect, text: str, colour: str, *, bold: bool = False) -> None:
    painter.setFont(_font(painter, bold=bold))
    painter.setPen(QColor(colour))
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
    painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)


def _font(painter: QPainter, *, bold: bool) -> QFont:
    font = QFont(painter.font())
    font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    return font


def _metrics(painter: QPainter, *, bold: bool) -> QFontMetrics:
    return QFontMetrics(_font(painter, bold=bold))
