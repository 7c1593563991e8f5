"""A saved session, open: its words to read, to correct and to take parts of."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence, QUndoCommand, QUndoStack
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListView,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.transcripts.change import Line as JournalLine
from desktop.transcripts.change import edit_line
from desktop.ui.counting import counted
from desktop.ui.icons import icon
from desktop.ui.listen_along import ListenAlong
from desktop.ui.session_card import format_menu
from desktop.ui.session_rows import Line, SegmentModel, SegmentPainter, lines_of
from desktop.ui.text import plain
from desktop.ui.theme import GRID, Palette
from desktop.ui.values import OpenedSession


class _Retext(QUndoCommand):
    """One correction, of one segment or several."""

    def __init__(self, page: SessionPage, texts: Sequence[tuple[int, str]], title: str) -> None:
        super().__init__(title)
        self._page = page
        self._new = list(texts)
        self._old = [(row, page.model.line(row).text) for row, _ in texts]

    def redo(self) -> None:
        """Take the new texts."""
        self._page.put(self._new)

    def undo(self) -> None:
        """Take the old ones again."""
        self._page.put(self._old)


class SessionPage(QFrame):
    """The list of segments, with what can be done to them above it."""

    closed = Signal()
    changed = Signal(str, object)
    """Id, and the lines to be added to its journal."""
    part_pressed = Signal(str, str, object)
    """Id, format, and the chosen segments as a set of lane and id."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.id = ""
        self.stack = QUndoStack(self)
        self.model = SegmentModel(self)
        self.model.on_typed = self._on_typed
        self._painter = SegmentPainter(self)
        self.view = QListView()
        self.view.setObjectName("lines")
        self.view.setModel(self.model)
        self.view.setItemDelegate(self._painter)
        self.view.setAccessibleName(self.tr("What was said"))
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.view.setResizeMode(QListView.ResizeMode.Adjust)
        self.view.setLayoutMode(QListView.LayoutMode.Batched)  # a day of talk must not hold the window up
        self.view.setBatchSize(200)
        self.view.setEditTriggers(
            QAbstractItemView.EditTrigger.EditKeyPressed | QAbstractItemView.EditTrigger.DoubleClicked
        )
        self.title = QLabel()
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.title.setProperty("title", True)
        self.hint = QLabel()
        self.hint.setTextFormat(Qt.TextFormat.PlainText)
        self.hint.setProperty("dim", True)
        self.back = QPushButton(self.tr("Back"))
        self.edit_button = QPushButton(self.tr("Correct"))
        self.undo_button = QPushButton(self.tr("Undo"))
        self.redo_button = QPushButton(self.tr("Redo"))
        self.part_button = QPushButton(self.tr("Export the chosen lines"))
        self.formats = format_menu(self, self._on_part)
        self._add_actions()
        self.along = ListenAlong(self.view, self.model, self._painter)
        self._arrange()
        self._connect()
        self._refresh()

    def _add_actions(self) -> None:
        self._actions = {
            "F2": (self.tr("Correct"), self.edit),
            "Ctrl+R": (self.tr("As it was heard"), self.bring_back),
            "Del": (self.tr("Remove the chosen lines"), self.remove),
            "Ctrl+C": (self.tr("Copy the chosen lines"), self.copy),
        }
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        for key, (text, slot) in self._actions.items():
            action = QAction(text, self.view)
            action.setShortcut(QKeySequence(key))
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            action.triggered.connect(slot)
            self.view.addAction(action)
        for standard, slot in (
            (QKeySequence.StandardKey.Undo, self.stack.undo),
            (QKeySequence.StandardKey.Redo, self.stack.redo),
        ):
            action = QAction(self.view)
            action.setShortcuts(standard)
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            action.triggered.connect(slot)
            self.view.addAction(action)
        leave = QAction(self)
        leave.setShortcut(QKeySequence("Alt+Left"))
        leave.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        leave.triggered.connect(self.closed)
        self.addAction(leave)

    def _arrange(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(GRID)
        top.addWidget(self.back)
        top.addWidget(self.title, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(GRID)
        for button in (self.edit_button, self.undo_button, self.redo_button, self.part_button):
            buttons.addWidget(button)
        buttons.addWidget(self.hint, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * GRID, 2 * GRID, 3 * GRID, 2 * GRID)
        layout.setSpacing(GRID + 4)
        layout.addLayout(top)
        layout.addLayout(buttons)
        layout.addWidget(self.view, 1)
        layout.addWidget(self.along.bar)

    def _connect(self) -> None:
        self.back.clicked.connect(self.closed)
        self.edit_button.clicked.connect(self.edit)
        self.undo_button.clicked.connect(self.stack.undo)
        self.redo_button.clicked.connect(self.stack.redo)
        self.part_button.clicked.connect(self._open_formats)
        self.stack.indexChanged.connect(self._refresh)
        self.view.selectionModel().selectionChanged.connect(self._refresh)

    def apply_palette(self, palette: Palette) -> None:
        """Colour rows and icons."""
        self._painter.palette = palette
        self.along.bar.apply_palette(palette)
        for name, button in {"undo": self.undo_button, "export": self.part_button}.items():
            button.setIcon(icon(name, palette.text, 18, palette.dim))
            button.setIconSize(QSize(18, 18))
        self.view.viewport().update()

    def show_session(self, opened: OpenedSession, seconds: float = 0.0) -> None:
        """Show a session, at the segment that is said at `seconds`."""
        self.stack.clear()
        self.id = opened.id
        self.title.setText(plain(opened.told.header.title, 120))
        self.model.show_lines(lines_of(opened))
        self.along.begin(opened.sound, opened.told.duration)
        if self.model.rowCount():
            index = self.model.index(self.model.row_at(seconds))
            self.view.setCurrentIndex(index)
            self.view.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtCenter)
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)
        self._refresh()

    @property
    def chosen(self) -> list[int]:
        """Rows that are selected, in order."""
        return sorted(index.row() for index in self.view.selectionModel().selectedIndexes())

    def put(self, texts: Sequence[tuple[int, str]]) -> None:
        """Show these texts and have them saved."""
        lines: list[JournalLine] = []
        for row, text in texts:
            line = self.model.line(row)
            self.model.set_text(row, text)
            lines.append(edit_line(line.lane, line.segment_id, text))
        self.changed.emit(self.id, lines)

    def edit(self) -> None:
        """Correct the current segment."""
        if self.view.currentIndex().isValid():
            self.view.edit(self.view.currentIndex())

    def bring_back(self) -> None:
        """Let the chosen segments read as they were heard."""
        self._retext([(row, line.heard) for row, line in self._lines() if line.text != line.heard])

    def remove(self) -> None:
        """Withdraw the chosen segments."""
        self._retext([(row, "") for row, line in self._lines() if line.text and not line.note])

    def copy(self) -> None:
        """Copy the chosen segments as plain text."""
        said = ((f"{line.who}: " if line.who else "", plain(line.text)) for _, line in self._lines() if line.text)
        text = "\n".join(who + words for who, words in said)
        QGuiApplication.clipboard().setText(text)

    def _lines(self) -> list[tuple[int, Line]]:
        return [(row, self.model.line(row)) for row in self.chosen]

    def _on_typed(self, row: int, text: str) -> None:
        self._retext([(row, text)])

    def _retext(self, texts: Sequence[tuple[int, str]]) -> None:
        if texts:
            self.stack.push(_Retext(self, texts, self.tr("Correct")))

    def _refresh(self) -> None:
        chosen = len(self.chosen)
        self.undo_button.setEnabled(self.stack.canUndo())
        self.redo_button.setEnabled(self.stack.canRedo())
        self.part_button.setEnabled(chosen > 0)
        self.edit_button.setEnabled(chosen > 0)
        text = counted(chosen, self.tr("{count} line chosen"), self.tr("{count} lines chosen"))
        self.hint.setText(text if chosen else "")

    def _open_formats(self) -> None:
        self.formats.popup(self.part_button.mapToGlobal(QPoint(0, self.part_button.height())))

    def _on_part(self, name: str) -> None:
        self.part_pressed.emit(self.id, name, frozenset(line.key for _, line in self._lines() if not line.note))
