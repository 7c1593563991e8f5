"""The live transcript: what was said, by whom and when; fast for hours because only what changed is touched.

The document holds the plain words; looks are put on a paragraph when it is laid out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
)
from PySide6.QtWidgets import QFrame, QPushButton, QTextEdit, QWidget

from desktop.core.captions import CaptionEvent
from desktop.core.direction import right_to_left
from desktop.ui.clock import clock_text
from desktop.ui.icons import icon
from desktop.ui.row_layout import Column, Dress, RowLayout
from desktop.ui.selection import kept_selection
from desktop.ui.style import edge, px
from desktop.ui.text import common, plain, units
from desktop.ui.theme import Palette, caption_font
from desktop.ui.transcript_rows import Row, RowKind, Rows, caption_row
from desktop.ui.values import lane_places

MEASURE = 75
"""Characters in a line at most: longer ones are hard to follow back."""
_SAMPLE = "Could you send me the list of papers today? I would like to check it with our office in Lyon."
"""Letters as often as they are in speech; a face's own average is of all its letters and too wide."""
_TEXT_LEFT = 112
_BAR_LEFT = 94
_LINE = "\u2028"
_GAP = 16.0
"""Pixels between two rows, less a bubble's lower edge."""
_NOTE_TOP = 6.0
"""Pixels over the text of a note that belong to its bubble."""
_SLICE = 0.008
"""Seconds at a time for laying out what nobody sees."""
_EARLIER = ""
"""Key of the line that stands for what is not shown any more; before every other row of its moment."""


class TranscriptView(QTextEdit):
    """Rows of captions and notes; sticks to the newest unless the person has scrolled up."""

    rows_changed = Signal(int)
    """How many rows there are."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("transcript")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setReadOnly(True)
        self.setUndoRedoEnabled(False)
        self.setAcceptRichText(False)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setTabChangesFocus(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setLineWrapMode(QTextEdit.LineWrapMode.FixedPixelWidth)
        self.setAccessibleName(self.tr("Transcript"))
        self._rows = Rows()
        self._labels: dict[str, tuple[str, int]] = {}
        self._palette: Palette | None = None
        self._small = QFont()
        self._following = True
        self._layout = RowLayout(self.document(), self._dress)
        self.document().setDocumentLayout(self._layout)
        self._later = QTimer(self, singleShot=True, interval=1)
        self._later.timeout.connect(self._lay_more)
        self.live = QPushButton(self.tr("Jump to live"), self)
        self.live.setObjectName("live")
        self.live.hide()
        self.live.clicked.connect(self.follow)
        bar = self.verticalScrollBar()
        bar.valueChanged.connect(self._on_scrolled)
        bar.rangeChanged.connect(self._on_range)

    # ---- looks

    def apply_palette(self, palette: Palette) -> None:
        """Colour every row anew."""
        self._palette = palette
        font = caption_font("", 12)
        font.setPixelSize(px(17))
        # A style sheet's font would win over setFont, so the sheet of this one widget names it.
        families = ", ".join(f'"{family}"' for family in font.families())
        self.setStyleSheet(f"QTextEdit {{ font-family: {families}; font-size: {px(17)}px; }}")
        self.document().setDefaultFont(font)
        self._layout.column = Column(_TEXT_LEFT, 24, 8, 1.5 * px(17) / QFontMetricsF(font).height())
        self._small.setPixelSize(px(13))
        self._small.setFeature(QFont.Tag.fromString("tnum"), 1)
        self.live.setIcon(icon("arrow-down", palette.on_accent, 16))
        self._fit()
        self._layout.change_all()
        self._settle()

    def show_lanes(self, labels: Mapping[str, str]) -> None:
        """Name the lanes of the session, in their order."""
        places = lane_places(labels)
        self._labels = {lane: (plain(label), places[lane]) for lane, label in labels.items()}

    # ---- rows

    @property
    def count(self) -> int:
        """How many rows there are."""
        return len(self._rows)

    def clear_rows(self) -> None:
        """Start an empty transcript."""
        self._rows.clear()
        self.document().clear()
        self._following = True
        self.live.hide()
        self.rows_changed.emit(0)

    def apply(self, event: CaptionEvent) -> None:
        """Show one revision of one segment; stale ones change nothing."""
        if self._rows.accepts(event):
            with kept_selection(self):
                self._place(caption_row(event))

    def note(self, start: float, key: str, text: str, kind: RowKind = RowKind.NOTE) -> None:
        """Show a sentence of the program's own at this time; a key that is there already is replaced."""
        with kept_selection(self):
            self._place(Row(start, key, kind, plain(text), solid=len(text)))

    def forget_before(self, seconds: float, *, saved: bool = True) -> None:
        """Show no more what began before this session time; a line in its place says whether it is `saved`."""
        bar, following = self.verticalScrollBar(), self._following
        read = self._layout.at(bar.value())
        offset = bar.value() - self._layout.top(read)
        count = self._rows.forget_before(seconds)
        if not count or not len(self._rows):
            return
        with kept_selection(self):
            cursor = QTextCursor(self.document())
            cursor.setPosition(self.document().findBlockByNumber(count).position(), QTextCursor.MoveMode.KeepAnchor)
            cursor.removeSelectedText()
            here = self.tr("What was said before is in the saved transcript")
            earlier = here if saved else self.tr("What was said before is not kept")
            self._insert(Row(self._rows[0].start, _EARLIER, RowKind.MARK, earlier, solid=len(earlier)))
        if not following:
            bar.setValue(round(self._layout.top(max(0, read - count + 1)) + offset))

    def latest(self, since: float) -> str:
        """What was said from `since` (seconds on the session clock) on, one paragraph per row."""
        found: list[str] = []
        for at in range(len(self._rows) - 1, -1, -1):
            row = self._rows[at]
            if row.start < since:
                break
            found.append(f"{self._label(row)[0]}: {row.text}" if row.kind is RowKind.CAPTION else row.text)
        return "\n\n".join(reversed(found))

    def _place(self, row: Row) -> None:
        at = self._rows.index(row.key)
        if at is not None and (not row.text or self._rows[at].start != row.start):
            self._remove(at)
            at = None
        if not row.text:
            return
        if at is None:
            self._insert(row)
        else:
            self._rows.replace(at, row)
            self._write(at, row)
            self._layout.change(at)

    def _insert(self, row: Row) -> None:
        at = self._rows.put(row)
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        if at == len(self._rows) - 1:
            cursor.movePosition(QTextCursor.MoveOperation.End)
            if at:
                cursor.insertBlock()
        else:
            cursor.setPosition(self.document().findBlockByNumber(at).position())
            cursor.insertBlock()
        self._write(at, row)
        cursor.endEditBlock()
        self._layout.change(at, moved=True)
        self._settle()
        self.rows_changed.emit(len(self._rows))

    def _remove(self, at: int) -> None:
        self._rows.remove(at)
        cursor = QTextCursor(self.document().findBlockByNumber(at))
        cursor.beginEditBlock()
        cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
        cursor.removeSelectedText()
        if at < len(self._rows):
            cursor.deleteChar()
        elif at:
            cursor.deletePreviousChar()
        cursor.endEditBlock()
        self._layout.change(min(at, max(len(self._rows) - 1, 0)), moved=True)
        self._settle()
        self.rows_changed.emit(len(self._rows))

    def _write(self, at: int, row: Row) -> None:
        """Make paragraph `at` say `row`, touching only what differs."""
        block = self.document().findBlockByNumber(at)
        old, new = block.text(), self._text(row)
        same = common(old, new)
        if same < max(len(old), len(new)):
            cursor = QTextCursor(block)
            cursor.setPosition(block.position() + units(new[:same]))
            cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
            cursor.insertText(new[same:])
        if block.blockFormat().layoutDirection() != (direction := _direction(row.text)):
            form = QTextBlockFormat()
            form.setLayoutDirection(direction)  # for the keys that move the cursor
            QTextCursor(block).setBlockFormat(form)

    def _text(self, row: Row) -> str:
        head, _ = self._label(row)
        return f"{head}{_LINE}{row.text}" if head else row.text

    def _dress(self, at: int) -> Dress:
        if self._palette is None or at >= len(self._rows):
            return Dress((), 0.0, 0.0, Qt.LayoutDirection.LeftToRight)
        row = self._rows[at]
        above = 0.0 if row.kind is RowKind.CAPTION else _NOTE_TOP
        return Dress(self._runs(row), above, _GAP, _direction(row.text))

    def _runs(self, row: Row) -> Sequence[tuple[int, int, QTextCharFormat]]:
        assert self._palette is not None  # noqa: S101 - the caller has looked
        palette, end = self._palette, units(row.text)
        if row.kind is not RowKind.CAPTION:
            return ((0, end, _form(palette.warn if row.kind is RowKind.NOTE else palette.accent, px(13))),)
        head, place = self._label(row)
        body, solid = units(head) + 1 if head else 0, units(row.text[: row.solid])
        return (
            (0, body, _form(palette.lane(place), px(13), bold=True)),
            (body, solid, _form(palette.text)),
            (body + solid, end - solid, _form(palette.dim)),
        )

    def _label(self, row: Row) -> tuple[str, int]:
        if row.kind is not RowKind.CAPTION:
            return "", 0
        return self._labels.get(row.lane, (plain(row.lane), len(self._labels)))

    # ---- scrolling

    @property
    def following(self) -> bool:
        """Whether the newest row is kept in view."""
        return self._following

    def follow(self) -> None:
        """Show the newest row and keep it in view."""
        self._following = True
        self.live.hide()
        bar = self.verticalScrollBar()
        bar.setValue(bar.maximum())

    def show_time(self, seconds: float) -> None:
        """Bring the last row that began at or before this time into view."""
        at = len(self._rows) - 1
        while at > 0 and self._rows[at].start > seconds:
            at -= 1
        if at >= 0:
            block = self.document().findBlockByNumber(at)
            rect = self.document().documentLayout().blockBoundingRect(block)
            self.verticalScrollBar().setValue(int(rect.top()))
            self.setTextCursor(QTextCursor(block))

    def _on_scrolled(self, value: int) -> None:
        self._following = value >= self.verticalScrollBar().maximum() - 4
        self._layout.lay(value, value + self.viewport().height())
        self.live.setVisible(not self._following)
        self._float()

    def _settle(self) -> None:
        """Lay out what is in view, and the rest soon; what is at the top, or at the end, stays where it is."""
        bar = self.verticalScrollBar()
        while self._layout.lay(bar.value(), bar.value() + self.viewport().height()):
            """Other rows may have come into view."""
        self._later.start()

    def _lay_more(self) -> None:
        bar = self.verticalScrollBar()
        at = self._layout.at(bar.value())
        offset = bar.value() - self._layout.top(at)
        more = self._layout.lay_more(_SLICE)
        if not self._following:
            bar.setValue(round(self._layout.top(at) + offset))
        if more:
            self._later.start()

    def _on_range(self, _low: int, high: int) -> None:
        if self._following:
            self.verticalScrollBar().setValue(high)

    def _float(self) -> None:
        size = self.live.sizeHint()
        self.live.setGeometry((self.width() - size.width()) // 2, self.height() - size.height() - 14, *size.toTuple())

    # ---- Qt's own

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Keep the measure and the newest row."""
        self._fit()
        super().resizeEvent(event)
        self._float()
        self._settle()
        if self._following:
            self.follow()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """End goes to the newest row, as the button does."""
        if event.key() == Qt.Key.Key_End and not event.modifiers():
            self.follow()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the time column and the coloured bars, then the text."""
        if self._palette is not None and len(self._rows):
            painter = QPainter(self.viewport())
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.translate(0, -self.verticalScrollBar().value())
            self._paint_margins(painter, event.rect().top(), event.rect().bottom())
            painter.end()
        super().paintEvent(event)

    def _paint_margins(self, painter: QPainter, top: int, bottom: int) -> None:
        shift = self.verticalScrollBar().value()
        for at in range(self._layout.at(top + shift), len(self._rows)):
            block = self.document().findBlockByNumber(at)
            rect = self._layout.blockBoundingRect(block)
            if rect.top() > bottom + shift:
                return
            self._paint_row(painter, self._rows[at], rect, _width(block))

    def _paint_row(self, painter: QPainter, row: Row, rect: QRectF, width: float) -> None:
        assert self._palette is not None  # noqa: S101 - the caller has looked
        palette = self._palette
        note = row.kind is not RowKind.CAPTION
        painter.setFont(self._small)
        painter.setPen(QColor(palette.dim))
        time = QRectF(0, rect.top() + (_NOTE_TOP if note else 0), _BAR_LEFT - 22, px(20))
        painter.drawText(time, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, clock_text(row.start))
        painter.setPen(Qt.PenStyle.NoPen)
        if not note:
            painter.setBrush(QColor(palette.lane(self._label(row)[1])))
            painter.drawRoundedRect(QRectF(_BAR_LEFT, rect.top() + 2, 4, rect.height() - 4), 2, 2)
            return
        warns = row.kind is RowKind.NOTE
        painter.setPen(QColor(edge(palette.warn, palette) if warns else palette.selected))
        painter.setBrush(QColor(palette.warn_back if warns else palette.selected))
        right = _TEXT_LEFT + width + 14
        painter.drawRoundedRect(QRectF(QPointF(_BAR_LEFT, rect.top() + 1), QPointF(right, rect.bottom() + 5)), 8, 8)

    def _fit(self) -> None:
        sample = QFontMetricsF(self.document().defaultFont()).horizontalAdvance(_SAMPLE)
        measure = int(sample * MEASURE / len(_SAMPLE))
        width = min(self.viewport().width(), _TEXT_LEFT + measure + 24)
        if width != self.lineWrapColumnOrWidth() and width > _TEXT_LEFT:
            self.setLineWrapColumnOrWidth(width)


def _form(colour: str, size: int = 0, *, bold: bool = False) -> QTextCharFormat:
    form = QTextCharFormat()
    form.setForeground(QColor(colour))
    if size:
        form.setProperty(QTextCharFormat.Property.FontPixelSize, size)
    if bold:
        form.setFontWeight(QFont.Weight.DemiBold)
    return form


def _direction(text: str) -> Qt.LayoutDirection:
    """By the caption's own letters: the label before it is in the language of the window."""
    return Qt.LayoutDirection.RightToLeft if right_to_left(text) else Qt.LayoutDirection.LeftToRight


def _width(block: QTextBlock) -> float:
    layout = block.layout()
    return max((layout.lineAt(at).naturalTextWidth() for at in range(layout.lineCount())), default=0.0)
