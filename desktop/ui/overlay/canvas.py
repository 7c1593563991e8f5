"""Painting captions: plain glyphs at the places that the layout gave them, never rich text."""

from __future__ import annotations

import unicodedata
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QPainter,
    QPainterPath,
    QPen,
    QPixmap,
    QStaticText,
    QTextCharFormat,
    QTextLayout,
    QTextOption,
)

from desktop.core.layout import Row
from desktop.ui.overlay.look import Look
from desktop.ui.values import lane_places

_GLYPHS = 1024
"""Shaped words that are remembered."""
_PIXMAPS = 96
"""Outlined words that are remembered; at 96 points one takes 0.3 MB."""
_OUTLINE = 0.14
"""Width of the outline in line heights, half of it outside of the letter."""


class Canvas:
    """Paints rows in one look and remembers what is costly: shaping and outlines."""

    def __init__(self, look: Look, labels: Mapping[str, str]) -> None:
        self.look = look
        self.width = 0.0
        """Pixels of a row."""
        self._labels = labels
        self._colours = {lane: look.lanes[at % len(look.lanes)] for lane, at in lane_places(labels).items()}
        self._names = lru_cache(maxsize=8)(self._named)
        self._words: OrderedDict[str, QStaticText] = OrderedDict()
        self._outlined: OrderedDict[tuple[str, bool, float], QPixmap] = OrderedDict()

    def rows(self, painter: QPainter, rows: Sequence[Row], top: float, first_label: int) -> None:
        """Paint rows from `top` on; the one at index `first_label` names its lane in any case."""
        look = self.look
        clip = painter.clipBoundingRect().adjusted(0, -look.overhang, 0, look.overhang)
        begin = 0
        for index, row in enumerate(rows):
            y = top + index * look.line_height
            if index and rows[index - 1].lane != row.lane:
                begin = index
            if index + 1 == len(rows) or rows[index + 1].lane != row.lane:
                self._bar(painter, row.lane, top + begin * look.line_height, index + 1 - begin)
            if y >= clip.bottom() or y + look.line_height <= clip.top():
                continue
            if index in {begin, first_label}:
                self._name(painter, row.lane, y)
            if _turns(row.text):
                self._right_to_left(painter, row, y)
            else:
                self._left_to_right(painter, row, y)

    def _bar(self, painter: QPainter, lane: str, y: float, rows: int) -> None:
        look = self.look
        inset = look.line_height * 0.14
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._colours.get(lane, look.lanes[0]))
        bar = QRectF(look.bar_left, y + inset, look.bar_width, rows * look.line_height - 2 * inset)
        painter.drawRoundedRect(bar, look.bar_width / 2, look.bar_width / 2)

    def _name(self, painter: QPainter, lane: str, y: float) -> None:
        look = self.look
        colour = self._colours.get(lane, look.lanes[0])
        if look.outlined:
            path = QPainterPath()
            path.addText(QPointF(look.label_left, y + look.ascent), look.label_font, self._names(lane).text())
            self._ink(painter, path, colour)
        else:
            painter.setFont(look.label_font)
            painter.setPen(colour)
            top = y + look.ascent - look.label_metrics.ascent()
            painter.drawStaticText(QPointF(look.label_left, top), self._names(lane))

    def _named(self, lane: str) -> QStaticText:
        look = self.look
        name = self._labels.get(lane, lane)
        return _shape(
            look.label_metrics.elidedText(name, Qt.TextElideMode.ElideRight, look.label_width + 1), look.label_font
        )

    def _left_to_right(self, painter: QPainter, row: Row, y: float) -> None:
        look = self.look
        painter.setFont(look.font)
        for piece in row.pieces():
            at = QPointF(look.text_left + piece.x, y)
            if look.outlined:
                scale = painter.device().devicePixelRatioF()
                margin = look.line_height * _OUTLINE
                painter.drawPixmap(at - QPointF(margin, margin), self._pixmap(piece.text, piece.solid, scale))
            else:
                painter.setPen(look.text if piece.solid else look.dim)
                painter.drawStaticText(at, self._shaped(piece.text))

    def _right_to_left(self, painter: QPainter, row: Row, y: float) -> None:
        """Words of such a row stand in visual order, which only the whole row tells."""
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.NoWrap)
        direction = _direction(row.text)
        option.setTextDirection(direction)
        if direction == Qt.LayoutDirection.RightToLeft:
            option.setAlignment(Qt.AlignmentFlag.AlignRight)
        for outlined in (True, False) if self.look.outlined else (False,):
            layout = QTextLayout(row.text, self.look.font)
            layout.setFormats(self._formats(row, outlined=outlined))
            layout.setTextOption(option)
            layout.beginLayout()
            layout.createLine().setLineWidth(self.width)
            layout.endLayout()
            layout.draw(painter, QPointF(self.look.text_left, y))

    def _formats(self, row: Row, *, outlined: bool) -> list[QTextLayout.FormatRange]:
        ranges = []
        at = 0
        for index, piece in enumerate(row.pieces()):
            at += _units(" ") if piece.spaced and index else 0
            part = QTextLayout.FormatRange()
            part.start, part.length = at, _units(piece.text)
            part.format = QTextCharFormat()
            part.format.setForeground(self.look.text if piece.solid else self.look.dim)
            if outlined:
                part.format.setTextOutline(self._pen())
            ranges.append(part)
            at += part.length
        return ranges

    def _shaped(self, text: str) -> QStaticText:
        shaped = self._words.get(text)
        if shaped is None:
            shaped = _shape(text, self.look.font)
            self._words[text] = shaped
            if len(self._words) > _GLYPHS:
                self._words.popitem(last=False)
        self._words.move_to_end(text)
        return shaped

    def _pixmap(self, text: str, solid: bool, scale: float) -> QPixmap:
        key = (text, solid, scale)
        known = self._outlined.get(key)
        if known is None:
            known = self._outlined[key] = self._drawn(text, self.look.text if solid else self.look.dim, scale)
            if len(self._outlined) > _PIXMAPS:
                self._outlined.popitem(last=False)
        self._outlined.move_to_end(key)
        return known

    def _drawn(self, text: str, colour: QColor, scale: float) -> QPixmap:
        look = self.look
        margin = look.line_height * _OUTLINE
        width, height = look.measure(text) + 2 * margin, look.line_height + 2 * margin
        pixmap = QPixmap(round(width * scale) + 1, round(height * scale) + 1)
        pixmap.setDevicePixelRatio(scale)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        path = QPainterPath()
        path.addText(QPointF(margin, margin + look.ascent), look.font, text)
        self._ink(painter, path, colour)
        painter.end()
        return pixmap

    def _ink(self, painter: QPainter, path: QPainterPath, colour: QColor) -> None:
        painter.strokePath(path, self._pen())
        painter.fillPath(path, colour)

    def _pen(self) -> QPen:
        pen = QPen(self.look.outline, self.look.line_height * _OUTLINE)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        return pen


def _shape(text: str, font: QFont) -> QStaticText:
    shaped = QStaticText(text)
    shaped.setTextFormat(Qt.TextFormat.PlainText)
    shaped.setPerformanceHint(QStaticText.PerformanceHint.AggressiveCaching)
    shaped.prepare(font=font)
    return shaped


@lru_cache(maxsize=64)
def _turns(text: str) -> bool:
    """True for text with letters that run from right to left."""
    return not text.isascii() and any(unicodedata.bidirectional(letter) in {"R", "AL"} for letter in text)


def _units(text: str) -> int:
    """Length as Qt counts it, in UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2


def _direction(text: str) -> Qt.LayoutDirection:
    first = next((kind for kind in map(unicodedata.bidirectional, text) if kind in {"L", "R", "AL"}), "L")
    return Qt.LayoutDirection.LeftToRight if first == "L" else Qt.LayoutDirection.RightToLeft
