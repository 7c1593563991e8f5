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

from desktop.core.direction import right_to_left
from desktop.core.layout import Row
from desktop.ui.overlay.look import Look
from desktop.ui.text import plain, units
from desktop.ui.theme import GRID
from desktop.ui.values import YOU, lane_places

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
        """Pixels of a row's words."""
        self._panel_width = 0
        self._labels = labels
        self._colours = {lane: look.lanes[at % len(look.lanes)] for lane, at in lane_places(labels).items()}
        self._names = lru_cache(maxsize=32)(self._named)
        self._words: OrderedDict[str, QStaticText] = OrderedDict()
        self._outlined: OrderedDict[tuple[str, bool, float], QPixmap] = OrderedDict()

    def fit(self, panel_width: int) -> None:
        """Paint in a panel of this many pixels."""
        self._panel_width = panel_width
        self.width = self.look.text_width(panel_width)

    def rows(self, painter: QPainter, rows: Sequence[Row], top: float, first_label: int) -> None:
        """Paint rows from `top` on; the one at index `first_label` names its lane in any case."""
        look = self.look
        clip = painter.clipBoundingRect().adjusted(0, -look.overhang, 0, look.overhang)
        if look.boxed:
            self._boxes(painter, rows, top)
        begin = 0
        for index, row in enumerate(rows):
            y = top + index * look.line_height
            if index and not self._same_voice(rows[index - 1], row):
                begin = index
            if index + 1 == len(rows) or not self._same_voice(rows[index + 1], row):
                self._bar(painter, row.lane, top + begin * look.line_height, index + 1 - begin)
            if y >= clip.bottom() or y + look.line_height <= clip.top():
                continue
            if index in {begin, first_label}:
                self._name(painter, row, y)
            if is_right_to_left(row) or turns(row.text):
                self._whole(painter, row, y)
            else:
                self._word_by_word(painter, row, y)

    def _same_voice(self, one: Row, other: Row) -> bool:
        return one.lane == other.lane and (not self.look.speakers or one.speaker == other.speaker)

    def _at_right(self, lane: str) -> bool:
        return self.look.sides_apart and lane == YOU

    def _left(self, lane: str) -> float:
        return self.look.left(self._panel_width, right=self._at_right(lane))

    def _boxes(self, painter: QPainter, rows: Sequence[Row], top: float) -> None:
        look = self.look
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.panel)
        for index, row in enumerate(rows):
            if row.text:
                begin, end = self._span(row)
                box = QRectF(begin, top + index * look.line_height, end - begin, look.line_height)
                painter.fillRect(box, look.panel)

    def _span(self, row: Row) -> tuple[float, float]:
        """From the beginning of the row's box to its end, name included."""
        look, left = self.look, self._left(row.lane)
        if self._at_right(row.lane):
            return left - GRID, self._panel_width - look.bar_left + GRID
        width = self.width if is_right_to_left(row) else row.width
        return look.bar_left - GRID, left + width + GRID

    def _bar(self, painter: QPainter, lane: str, y: float, rows: int) -> None:
        look = self.look
        inset = look.line_height * 0.14
        x = self._panel_width - look.bar_left - look.bar_width if self._at_right(lane) else look.bar_left
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._colours.get(lane, look.lanes[0]))
        bar = QRectF(x, y + inset, look.bar_width, rows * look.line_height - 2 * inset)
        painter.drawRoundedRect(bar, look.bar_width / 2, look.bar_width / 2)

    def _name(self, painter: QPainter, row: Row, y: float) -> None:
        look = self.look
        colour = self._colours.get(row.lane, look.lanes[0])
        name = self._names(row.lane, row.speaker if look.speakers else "")
        x = float(look.label_left)
        if self._at_right(row.lane):
            x = self._panel_width - x - look.label_metrics.horizontalAdvance(name.text())
        if look.outlined:
            path = QPainterPath()
            path.addText(QPointF(x, y + look.ascent), look.label_font, name.text())
            self._ink(painter, path, colour)
        else:
            painter.setFont(look.label_font)
            painter.setPen(colour)
            painter.drawStaticText(QPointF(x, y + look.ascent - look.label_metrics.ascent()), name)

    def _named(self, lane: str, speaker: str) -> QStaticText:
        look = self.look
        name = voice(self._labels.get(lane, lane), speaker)
        return _shape(
            look.label_metrics.elidedText(name, Qt.TextElideMode.ElideRight, look.label_width + 1), look.label_font
        )

    def _word_by_word(self, painter: QPainter, row: Row, y: float) -> None:
        look, left = self.look, self._left(row.lane)
        painter.setFont(look.font)
        for piece in row.pieces():
            at = QPointF(left + piece.x, y + look.lift)
            if look.outlined:
                scale = painter.device().devicePixelRatioF()
                margin = look.line_height * _OUTLINE
                painter.drawPixmap(at - QPointF(margin, margin), self._pixmap(piece.text, piece.solid, scale))
            else:
                painter.setPen(look.text if piece.solid else look.dim)
                painter.drawStaticText(at, self._shaped(piece.text))

    def _whole(self, painter: QPainter, row: Row, y: float) -> None:
        """Words of a row with right-to-left letters stand in visual order, which only the whole row tells."""
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.NoWrap)
        if is_right_to_left(row):
            option.setTextDirection(Qt.LayoutDirection.RightToLeft)
            option.setAlignment(Qt.AlignmentFlag.AlignRight)
        for outlined in (True, False) if self.look.outlined else (False,):
            layout = QTextLayout(row.text, self.look.joined_font)
            layout.setFormats(self._formats(row, outlined=outlined))
            layout.setTextOption(option)
            layout.beginLayout()
            layout.createLine().setLineWidth(self.width)
            layout.endLayout()
            layout.draw(painter, QPointF(self._left(row.lane), y + self.look.lift))

    def _formats(self, row: Row, *, outlined: bool) -> list[QTextLayout.FormatRange]:
        ranges = []
        at = 0
        for index, piece in enumerate(row.pieces()):
            at += units(" ") if piece.spaced and index else 0
            part = QTextLayout.FormatRange()
            part.start, part.length = at, units(piece.text)
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
        width, height = look.measure(text) + 2 * margin, look.line_height - 2 * look.lift + 2 * margin
        pixmap = QPixmap(round(width * scale) + 1, round(height * scale) + 1)
        pixmap.setDevicePixelRatio(scale)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        path = QPainterPath()
        path.addText(QPointF(margin, margin + look.ascent - look.lift), look.font, text)
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
def turns(text: str) -> bool:
    """True for text with letters that run from right to left."""
    return not text.isascii() and any(unicodedata.bidirectional(letter) in {"R", "AL"} for letter in text)


def is_right_to_left(row: Row) -> bool:
    """Whether the row's paragraph runs from right to left, which its first letter with a direction tells (UAX 9, P2).

    Of the whole segment and not of the row: a row that happens to begin with a Latin name is still part of it.
    """
    return bool(row.parts) and _begins_right_to_left(row.events[0].text)


@lru_cache(maxsize=64)
def _begins_right_to_left(text: str) -> bool:
    return right_to_left(text)


def voice(label: str, speaker: str) -> str:
    """Who speaks: the speaker's name where a provider knows it, its number behind the lane's label, or the lane."""
    name = plain(speaker, 40).strip()
    if not name:
        return label
    number = name.rpartition("_")[2].rpartition(" ")[2]  # "spk_1", "Speaker 1", "1"
    return f"{label} {number}" if number.isdigit() else name
