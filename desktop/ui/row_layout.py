"""Where the paragraphs of a long document stand: those in view exactly and at once, the rest when there is time.

Qt's own layout places every paragraph anew when the width or a font changes, and paints all that is in view when one
paragraph does.
"""

from __future__ import annotations

import time
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QPainter,
    QTextBlock,
    QTextCharFormat,
    QTextDocument,
    QTextFrame,
    QTextLayout,
    QTextLine,
    QTextOption,
)

_GUESS = 64.0
"""Height in pixels of a paragraph that was never laid out."""


_ALL = 1e7
"""Pixels beyond every document."""


@dataclass(frozen=True, slots=True)
class Dress:
    """How one paragraph looks."""

    formats: Sequence[tuple[int, int, QTextCharFormat]]
    """From, length (UTF-16 units) and form of each run."""
    above: float
    below: float
    """Pixels of space over and under the text; they belong to the paragraph."""
    direction: Qt.LayoutDirection


@dataclass(frozen=True, slots=True)
class Column:
    """Where text may stand across the page, and how far apart its lines are."""

    left: float
    right: float
    """Pixels kept free on each side of the page."""
    margin: float
    """Pixels above the first and below the last paragraph."""
    spacing: float
    """Height of a line as a multiple of the typeface's own."""


class RowLayout(QAbstractTextDocumentLayout):
    """Paragraphs one below the other, with looks that are asked for and never stored in the document."""

    def __init__(self, document: QTextDocument, dress: Callable[[int], Dress]) -> None:
        super().__init__(document)
        self._dress = dress
        self.column = Column(0, 0, 0, 1)
        self._heights = [_GUESS] * document.blockCount()
        self._fresh = bytearray(len(self._heights))
        self._tops = [0.0]
        """Of the first paragraphs, as far as they are known; the last one is where the next one begins."""
        self._dressing = False
        self._told = QSizeF()
        self._laid = 0.0
        """The width for which paragraphs were laid out."""

    # ---- places

    def top(self, at: int) -> float:
        """Where paragraph `at` begins, in pixels from the document's top."""
        if at >= len(self._tops):
            known = len(self._tops) - 1
            self._tops[known:] = accumulate(self._heights[known:], initial=self._tops[known])
        return self.column.margin + self._tops[at]

    def at(self, y: float) -> int:
        """The paragraph at this height; the first or last one beyond them."""
        self.top(len(self._heights))
        return min(max(bisect_right(self._tops, y - self.column.margin) - 1, 0), len(self._heights) - 1)

    def lay(self, top: float, bottom: float) -> bool:
        """Lay out what is between two heights; whether anything there was not where it is now."""
        changed, at = False, self.at(top)
        while at < len(self._heights) and self.top(at) <= bottom:
            changed = self._lay(at) or changed
            at += 1
        self._tell_size()
        return changed

    def lay_more(self, seconds: float) -> bool:
        """Spend so much time on what is not laid out yet, the newest first; whether more remains."""
        until = time.perf_counter() + seconds
        at = self._fresh.rfind(0)
        while at >= 0 and time.perf_counter() < until:
            self._lay(at)
            at = self._fresh.rfind(0, 0, at)
        self._tell_size()
        return at >= 0

    def change_all(self) -> None:
        """Every paragraph looks different now; each keeps its height until it is laid out."""
        self._fresh = bytearray(len(self._heights))
        self._repaint(0, _ALL)

    def change(self, at: int, *, moved: bool = False) -> None:
        """Paragraph `at` looks different now: lay it out, and repaint it and what it has moved."""
        self._fresh[at] = 0
        moved = self._lay(at) or moved
        top = self.top(at)
        self._repaint(top, _ALL if moved else self._heights[at])
        self._tell_size()

    def _repaint(self, top: float, height: float) -> None:
        self.update[QRectF].emit(QRectF(0, top, _ALL, height))  # type: ignore[index]  # there are two of this name

    def _tell_size(self) -> None:
        size = self.documentSize()
        if size != self._told:
            self._told = size
            self.documentSizeChanged.emit(size)

    def _lay(self, at: int) -> bool:
        """Break the lines of one paragraph; whether its height is another one."""
        if self._fresh[at]:
            return False
        self._fresh[at] = 1
        dress, block = self._dress(at), self.document().findBlockByNumber(at)
        layout = block.layout()
        layout.setTextOption(_option(dress.direction))
        layout.setFormats([_range(*each) for each in dress.formats])
        self._dressing = True  # to the document that was a change, which it would tell with the next one of a word
        self.document().markContentsDirty(block.position(), 0)
        self._dressing = False
        height = self._break_lines(layout, dress.above) + dress.below
        if height == self._heights[at]:
            return False
        self._heights[at] = height
        del self._tops[at + 1 :]
        return True

    def _break_lines(self, layout: QTextLayout, y: float) -> float:
        """Give the lines their places from height `y` on; the height at which they end."""
        width = self._width()
        layout.beginLayout()
        while (line := layout.createLine()).isValid():
            line.setLineWidth(width)
            line.setPosition(QPointF(0, y))
            y += round((line.ascent() + line.descent() + max(line.leading(), 0.0)) * self.column.spacing)
        layout.endLayout()
        return y

    def _width(self) -> float:
        return max(self.document().pageSize().width() - self.column.left - self.column.right, 1.0)

    # ---- what Qt asks

    def documentChanged(self, start: int, removed: int, added: int) -> None:  # noqa: N802 - Qt's name
        """Keep one height for each paragraph; those in which something changed are to be laid out again."""
        if self._dressing:
            return
        document = self.document()
        more = document.blockCount() - len(self._heights)
        if not removed and added == document.characterCount() and self._width() == self._laid:
            return  # the page became higher or lower, which moves nothing
        self._laid = self._width()
        first, last = document.findBlock(start).blockNumber(), document.findBlock(start + added).blockNumber()
        last = last if last >= 0 else document.blockCount() - 1
        count, old = last + 1 - first, slice(first, last + 1 - more)
        self._heights[old] = (self._heights[old] + [_GUESS] * count)[:count]
        self._fresh[old] = bytes(count)
        del self._tops[first + 1 :]

    def blockBoundingRect(self, block: QTextBlock) -> QRectF:  # noqa: N802 - Qt's name
        """A paragraph without the space below it."""
        at = block.blockNumber()
        if not 0 <= at < len(self._heights):
            return QRectF()
        self._lay(at)
        lines = block.layout().lineCount()
        if not lines:  # in the middle of a change, of which `documentChanged` hears at its end; Qt checks no index
            return QRectF(self.column.left, self.top(at), self._width(), 0.0)
        last = block.layout().lineAt(lines - 1)
        return QRectF(self.column.left, self.top(at), self._width(), last.y() + last.height())

    def frameBoundingRect(self, frame: QTextFrame) -> QRectF:  # noqa: N802 - Qt's name
        """There is one frame: the whole."""
        del frame
        return QRectF(QPointF(0, 0), self.documentSize())

    def documentSize(self) -> QSizeF:  # noqa: N802 - Qt's name
        """As far as is known."""
        return QSizeF(self.document().pageSize().width(), self.top(len(self._heights)) + self.column.margin)

    def pageCount(self) -> int:  # noqa: N802 - Qt's name
        """It is one."""
        return 1

    def hitTest(self, point: QPointF, accuracy: Qt.HitTestAccuracy) -> int:  # type: ignore[override]  # noqa: N802 - C++ gives a QPointF
        """The position in the text nearest to a point."""
        block = self.document().findBlockByNumber(self.at(point.y()))
        rect = self.blockBoundingRect(block)
        if accuracy is Qt.HitTestAccuracy.ExactHit and not rect.contains(point):
            return -1
        if not block.layout().lineCount():
            return block.position()
        line = _line_at(block.layout(), point.y() - rect.top())
        return block.position() + line.xToCursor(point.x() - rect.left())

    def draw(self, painter: QPainter, context: QAbstractTextDocumentLayout.PaintContext) -> None:
        """Paint the paragraphs that reach into the clip, and the cursor."""
        clip = context.clip
        at = self.at(clip.top())
        while at < len(self._heights) and self.top(at) <= clip.bottom():
            block = self.document().findBlockByNumber(at)
            rect = self.blockBoundingRect(block)
            chosen = _selections(block, context)
            block.layout().draw(painter, rect.topLeft(), chosen, clip)
            cursor = context.cursorPosition - block.position()
            if 0 <= cursor < block.length():
                block.layout().drawCursor(painter, rect.topLeft(), cursor, self.property("cursorWidth") or 1)
            at += 1


def _option(direction: Qt.LayoutDirection) -> QTextOption:
    rtl = direction is Qt.LayoutDirection.RightToLeft
    option = QTextOption(Qt.AlignmentFlag.AlignRight if rtl else Qt.AlignmentFlag.AlignLeft)
    option.setTextDirection(direction)
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    return option


def _range(start: int, length: int, form: QTextCharFormat) -> QTextLayout.FormatRange:
    made = QTextLayout.FormatRange()
    made.start, made.length, made.format = start, length, form
    return made


def _line_at(layout: QTextLayout, y: float) -> QTextLine:
    """The line at this height; the first or last one beyond them."""
    for at in range(layout.lineCount() - 1, 0, -1):
        if layout.lineAt(at).y() <= y:
            return layout.lineAt(at)
    return layout.lineAt(0)


def _selections(block: QTextBlock, context: QAbstractTextDocumentLayout.PaintContext) -> list[QTextLayout.FormatRange]:
    """The parts of a paragraph that are selected."""
    found = []
    for each in context.selections:
        start = max(each.cursor.selectionStart() - block.position(), 0)
        end = min(each.cursor.selectionEnd() - block.position(), block.length())
        if start < end:
            found.append(_range(start, end - start, each.format))
    return found
