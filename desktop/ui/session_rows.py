"""The segments of a saved session as a list that can be read, chosen from and corrected."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QAbstractListModel, QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QPlainTextEdit, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop.core.captions import CaptionEvent
from desktop.transcripts.clean import clean_text
from desktop.ui.clock import clock_text
from desktop.ui.icons import icon
from desktop.ui.notes import note_of
from desktop.ui.style import px
from desktop.ui.text import localise, plain
from desktop.ui.theme import Palette, caption_font
from desktop.ui.values import OpenedSession, lane_places

Index = QModelIndex | QPersistentModelIndex
_TOP = QModelIndex()
_TIME = 78
_PAD = 10


@dataclass(frozen=True, slots=True)
class Line:
    """One segment, or a sentence of the program's own between two."""

    lane: str
    segment_id: str
    start: float
    """Seconds on the session clock."""
    who: str
    text: str
    heard: str
    """As it was heard."""
    colour: int
    """Place of its lane among the colours."""
    note: bool = False
    """A gap, a seam, a mark or a finding: it can be read, and not corrected."""

    @property
    def key(self) -> tuple[str, str]:
        """Lane and id."""
        return self.lane, self.segment_id


def lines_of(opened: OpenedSession) -> list[Line]:
    """All that was heard, as it reads now; a segment that was removed has no text."""
    now = {(each.lane, each.segment_id): each for each in opened.told.segments}
    voices = {(voice.lane, voice.speaker): voice.name for voice in opened.told.voices}
    places = lane_places(voice.lane for voice in opened.told.voices)
    labels = {voice.lane: voice.name for voice in opened.told.voices if not voice.speaker}
    titles = {each: localise(title) for each, title in opened.providers.items()}
    found = []
    for each in opened.heard.entries:
        if not isinstance(each, CaptionEvent):
            text = plain(note_of(each, labels, titles)[0])
            found.append(Line("", "", each.start, "", text, text, 0, note=True))
            continue
        key = each.lane, each.segment_id
        label = opened.told.label(each.lane)
        named = voices.get((each.lane, each.speaker), each.speaker)
        who = f"{label} · {named}" if each.speaker else label
        text = now[key].text if key in now else ""
        found.append(Line(*key, each.start, plain(who, 60), text, each.text, places.get(each.lane, 0)))
    return found


class SegmentModel(QAbstractListModel):
    """Segments in the order of time. A correction is told to `on_typed`, which is to end in `set_text`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lines: list[Line] = []
        self._heard = -1
        self.on_typed: Callable[[int, str], None] | None = None
        """Told of each correction."""

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Show other segments."""
        self.beginResetModel()
        self._heard = -1
        self._lines = list(lines)
        self.endResetModel()

    def line(self, row: int) -> Line:
        """One segment."""
        return self._lines[row]

    def set_text(self, row: int, text: str) -> None:
        """Show another text."""
        old = self._lines[row]
        self._lines[row] = replace(old, text=text)
        index = self.index(row)
        self.dataChanged.emit(index, index)

    def show_heard(self, row: int) -> None:
        """Tell screen readers which segment is played; -1 for none."""
        self._heard = row

    def row_at(self, seconds: float) -> int:
        """The last segment that began at or before this time."""
        return max((at for at, line in enumerate(self._lines) if line.start <= seconds + 0.001), default=0)

    def rowCount(self, parent: Index = _TOP) -> int:  # noqa: N802 - Qt's name
        """How many segments there are."""
        return 0 if parent.isValid() else len(self._lines)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Text for eyes, editors and screen readers."""
        if not index.isValid():
            return None
        line = self._lines[index.row()]
        if role == Qt.ItemDataRole.EditRole:
            return line.text
        if role == Qt.ItemDataRole.DisplayRole:
            who = f"{line.who}: " if line.who else ""
            return f"{clock_text(line.start)} {who}{plain(line.text)}"
        if role == Qt.ItemDataRole.AccessibleDescriptionRole and index.row() == self._heard:
            return self.tr("This line is heard")
        if role == Qt.ItemDataRole.ToolTipRole and line.text != line.heard:
            return self.tr("Heard: {text}").format(text=plain(line.heard, 300))
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Every segment can be chosen and corrected."""
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return flags if self._lines[index.row()].note else flags | Qt.ItemFlag.ItemIsEditable

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:  # noqa: N802 - Qt's name
        """Hand on what was typed."""
        text = clean_text(str(value))
        if role != Qt.ItemDataRole.EditRole or text == self._lines[index.row()].text or self.on_typed is None:
            return False
        self.on_typed(index.row(), text)
        return True


class SegmentPainter(QStyledItemDelegate):
    """Time, speaker and wrapped text of one segment; Enter ends editing."""

    palette: Palette | None = None
    listening = False
    """There is sound: each segment has a mark that plays it."""
    heard = -1
    """Row of the segment that is played, or was last."""
    on_listen: Callable[[int], None] | None = None
    """Told of the row whose mark was pressed."""

    def _text_font(self) -> QFont:
        font = caption_font("", 11)
        font.setPixelSize(px(15))
        return font

    def _width(self, option: QStyleOptionViewItem) -> int:
        view: QWidget = option.widget
        viewport = view.viewport() if hasattr(view, "viewport") else view
        return max(int(viewport.width()) - _TIME - 3 * _PAD, 80)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802 - Qt's name
        """As high as the wrapped text."""
        text = self._shown(index) or " "
        box = QFontMetrics(self._text_font()).boundingRect(
            QRect(0, 0, self._width(option), 100_000), Qt.TextFlag.TextWordWrap, text
        )
        return QSize(100, box.height() + (0 if _line(index).note else px(20)) + 2 * _PAD)

    def _shown(self, index: Index) -> str:
        line = _line(index)
        if line.text:
            return plain(line.text)
        return self.tr("(removed: {text})").format(text=plain(line.heard, 80))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one segment."""
        palette = self.palette
        if palette is None:
            return
        line = _line(index)
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, QColor(palette.selected))
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QColor(palette.accent))
            painter.drawRect(rect.adjusted(0, 0, -1, -1))
        if self.listening and index.row() == self.heard:
            painter.fillRect(rect, QColor(palette.ok_back))
        self._paint_time(painter, rect, line, palette)
        if self.listening and not line.note:
            self._paint_mark(painter, rect, palette, heard=index.row() == self.heard)
        head = QRect(rect.left() + _TIME, rect.top() + _PAD, self._width(option), px(18))
        if line.note:
            painter.setPen(QColor(palette.warn))
            painter.drawText(head.adjusted(0, 0, 0, px(24)), Qt.TextFlag.TextWordWrap, self._shown(index))
        else:
            self._paint_words(painter, head, rect.bottom(), index)
        painter.restore()

    def _paint_time(self, painter: QPainter, rect: QRect, line: Line, palette: Palette) -> None:
        bar = QRect(rect.left() + _TIME - 12, rect.top() + 6, 4, rect.height() - 12)
        painter.fillRect(bar, QColor(palette.warn) if line.note else _colour(line, palette))
        small = painter.font()
        small.setPixelSize(px(13))
        painter.setFont(small)
        painter.setPen(QColor(palette.dim))
        time = QRect(rect.left(), rect.top() + _PAD, _TIME - 22, px(18))
        painter.drawText(time, Qt.AlignmentFlag.AlignRight, clock_text(line.start))

    def _paint_mark(self, painter: QPainter, rect: QRect, palette: Palette, *, heard: bool) -> None:
        """A triangle that plays the segment; a loudspeaker where it is heard."""
        place = _mark_place(rect)
        name, colour = ("speaker", palette.ok) if heard else ("play", palette.dim)
        icon(name, colour, place.width()).paint(painter, place)
        if heard:
            painter.fillRect(QRect(rect.left(), rect.top(), 3, rect.height()), QColor(palette.ok))

    def editorEvent(self, event: QEvent, model: Any, option: QStyleOptionViewItem, index: Index) -> bool:  # noqa: N802 - Qt's name
        """A click on the mark plays the segment; a second one right after it must not open the field."""
        rect: QRect = option.rect
        at = event.position().toPoint() if isinstance(event, QMouseEvent) else None
        pressed = at is not None and _mark_place(rect).adjusted(-8, -8, 8, 8).contains(at)
        if not pressed or not self.listening or _line(index).note:
            return super().editorEvent(event, model, option, index)
        if event.type() is QEvent.Type.MouseButtonRelease and self.on_listen is not None:
            self.on_listen(index.row())
        return True

    def _paint_words(self, painter: QPainter, head: QRect, bottom: int, index: Index) -> None:
        line, palette = _line(index), self.palette
        assert palette is not None  # noqa: S101 - the caller has looked
        small = painter.font()
        small.setWeight(QFont.Weight.DemiBold)
        painter.setFont(small)
        painter.setPen(_colour(line, palette))
        edited = f"  ({self.tr('edited')})" if line.text and line.text != line.heard else ""
        painter.drawText(head, Qt.AlignmentFlag.AlignLeft, f"{line.who}{edited}")
        painter.setFont(self._text_font())
        painter.setPen(QColor(palette.text if line.text else palette.dim))
        body = QRect(head.left(), head.bottom() + 3, head.width(), bottom - head.bottom())
        painter.drawText(body, Qt.TextFlag.TextWordWrap, self._shown(index))

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:  # noqa: N802 - Qt's name
        """A field of plain text over the segment."""
        del option, index
        editor = QPlainTextEdit(parent)
        editor.setAccessibleName(self.tr("Corrected text"))
        editor.setTabChangesFocus(True)
        return editor

    def setEditorData(self, editor: QWidget, index: Index) -> None:  # noqa: N802 - Qt's name
        """Begin with the text as it reads now."""
        assert isinstance(editor, QPlainTextEdit)  # noqa: S101 - made above
        editor.setPlainText(index.data(Qt.ItemDataRole.EditRole))
        editor.selectAll()

    def setModelData(self, editor: QWidget, model: Any, index: Index) -> None:  # noqa: N802 - Qt's name
        """Take what was typed."""
        assert isinstance(editor, QPlainTextEdit)  # noqa: S101 - made above
        model.setData(index, editor.toPlainText(), Qt.ItemDataRole.EditRole)

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:  # noqa: N802 - Qt's name
        """Cover the text and leave the time."""
        del index
        rect: QRect = option.rect
        editor.setGeometry(rect.adjusted(_TIME - 4, 2, -4, max(px(60) - rect.height(), -2)))

    def eventFilter(self, editor: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Enter ends editing in a field that would take it for a line break."""
        enter = isinstance(event, QKeyEvent) and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if event.type() is QEvent.Type.KeyPress and enter and isinstance(editor, QWidget):
            self.commitData.emit(editor)
            self.closeEditor.emit(editor, QStyledItemDelegate.EndEditHint.NoHint)
            return True
        return super().eventFilter(editor, event)


def _mark_place(rect: QRect) -> QRect:
    size = px(18)
    return QRect(rect.left() + _TIME - 22 - size, rect.top() + _PAD + px(20), size, size)


def _line(index: Index) -> Line:
    model = index.model()
    assert isinstance(model, SegmentModel)  # noqa: S101 - the only model it is used with
    return model.line(index.row())


def _colour(line: Line, palette: Palette) -> QColor:
    return QColor(palette.lane(line.colour))
