"""Saved sessions: find, open, export, delete."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QDateTime, QLocale, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.ui.clock import clock_text
from desktop.ui.icons import icon
from desktop.ui.text import plain
from desktop.ui.theme import GRID, Palette
from desktop.ui.values import LibraryEntry, SearchHit

FORMATS = ("txt", "md", "srt", "vtt", "json", "jsonl")
_TYPING_MS = 200
_ID = Qt.ItemDataRole.UserRole
_START = Qt.ItemDataRole.UserRole + 1


class LibraryView(QFrame):
    """A search field over one list; the list holds sessions, or the places where the words were found."""

    searched = Signal(str)
    open_pressed = Signal(str, float)
    """Id, and seconds into the session."""
    export_pressed = Signal(str, str)
    delete_pressed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self._entries: dict[str, LibraryEntry] = {}
        self._doomed = ""
        self.field = QLineEdit()
        self.field.setPlaceholderText(self.tr("Search everything that was said"))
        self.field.setAccessibleName(self.tr("Search everything that was said"))
        self.field.setClearButtonEnabled(True)
        self.field.setMaxLength(200)
        self._search = QAction(self)
        self.field.addAction(self._search, QLineEdit.ActionPosition.LeadingPosition)
        self.items = QListWidget()
        self.items.setAccessibleName(self.tr("Saved sessions"))
        self.items.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.items.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.hint = QLabel()
        self.hint.setTextFormat(Qt.TextFormat.PlainText)
        self.hint.setWordWrap(True)
        self.hint.setProperty("dim", True)
        self.open_button = QPushButton(self.tr("Open"))
        self.export_button = QPushButton(self.tr("Export"))
        self.delete_button = QPushButton(self.tr("Delete"))
        self._formats = QMenu(self)
        for name in FORMATS:
            action = QAction(name, self._formats)
            action.triggered.connect(lambda _checked=False, name=name: self._on_export(name))
            self._formats.addAction(action)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_TYPING_MS)
        self._confirm = self._make_confirm()
        self._arrange()
        self._connect()
        self.show_library([])

    def _make_confirm(self) -> QFrame:
        frame = QFrame()
        frame.setObjectName("problem")
        self.question = QLabel()
        self.question.setTextFormat(Qt.TextFormat.PlainText)
        self.question.setWordWrap(True)
        self.yes = QPushButton(self.tr("Delete for good"))
        self.no = QPushButton(self.tr("Keep it"))
        layout = QHBoxLayout(frame)
        layout.addWidget(self.question, 1)
        layout.addWidget(self.yes)
        layout.addWidget(self.no)
        frame.hide()
        return frame

    def _arrange(self) -> None:
        title = QLabel(self.tr("Transcripts"))
        title.setProperty("title", True)
        buttons = QHBoxLayout()
        buttons.setSpacing(GRID)
        for button in (self.open_button, self.export_button, self.delete_button):
            button.setIconSize(QSize(18, 18))
            buttons.addWidget(button)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * GRID, 3 * GRID, 3 * GRID, 2 * GRID)
        layout.setSpacing(GRID + 4)
        for widget in (title, self.field, self.hint):
            layout.addWidget(widget)
        layout.addWidget(self.items, 1)
        layout.addWidget(self._confirm)
        layout.addLayout(buttons)

    def _connect(self) -> None:
        self.field.textEdited.connect(self._timer.start)
        self._timer.timeout.connect(self._on_typed)
        self.field.returnPressed.connect(self._on_typed)
        self.items.itemActivated.connect(self._on_open)
        self.items.currentItemChanged.connect(self._refresh)
        self.open_button.clicked.connect(self._on_open)
        self.export_button.clicked.connect(self._open_formats)
        self.delete_button.clicked.connect(self._ask)
        self.yes.clicked.connect(self._on_delete)
        self.no.clicked.connect(self._confirm.hide)

    def apply_palette(self, palette: Palette) -> None:
        """Tint the icons."""
        self._search.setIcon(icon("search", palette.dim, 18))
        pairs = {"captions": self.open_button, "export": self.export_button, "trash": self.delete_button}
        for name, button in pairs.items():
            button.setIcon(icon(name, palette.text, 18, palette.dim))

    def show_library(self, entries: Sequence[LibraryEntry]) -> None:
        """List `entries`, in the order given."""
        self._entries = {entry.id: entry for entry in entries}
        self.items.clear()
        for entry in entries:
            self._add(entry.id, 0.0, f"{plain(entry.title, 120)}\n{self._about(entry)}")
        empty = self.tr("Nothing is saved yet. Every session appears here as soon as it has begun.")
        self._say("" if entries else empty)

    def show_hits(self, query: str, hits: Sequence[SearchHit]) -> None:
        """List the places where `query` was found; an answer to words typed over since is dropped."""
        if query != self.field.text().strip():
            return
        self.items.clear()
        for hit in hits:
            entry = self._entries.get(hit.id)
            title = plain(entry.title, 80) if entry else ""
            self._add(
                hit.id, hit.start, f"{title}\n{clock_text(hit.start)}  {plain(hit.lane, 40)}: {plain(hit.text, 300)}"
            )
        self._say("" if hits else self.tr("These words are in no transcript."))

    def _add(self, identity: str, start: float, text: str) -> None:
        item = QListWidgetItem(text)
        item.setData(_ID, identity)
        item.setData(_START, start)
        self.items.addItem(item)

    def _about(self, entry: LibraryEntry) -> str:
        when = QDateTime.fromSecsSinceEpoch(int(entry.started.timestamp()))
        date = self.locale().toString(when, QLocale.FormatType.ShortFormat)
        return " · ".join([date, clock_text(entry.duration), ", ".join(plain(lane, 40) for lane in entry.lanes)])

    def _say(self, text: str) -> None:
        self.hint.setText(text)
        self.hint.setVisible(bool(text))
        self._refresh()

    def _refresh(self) -> None:
        chosen = self.items.currentItem() is not None
        self._confirm.hide()
        for button in (self.open_button, self.export_button, self.delete_button):
            button.setEnabled(chosen)

    def _chosen(self) -> str:
        item: QListWidgetItem | None = self.items.currentItem()
        return "" if item is None else str(item.data(_ID))

    def _on_typed(self) -> None:
        self._timer.stop()
        self.searched.emit(self.field.text().strip())

    def _on_open(self) -> None:
        item = self.items.currentItem()
        if item is not None:
            self.open_pressed.emit(str(item.data(_ID)), float(item.data(_START)))

    def _open_formats(self) -> None:
        self._formats.popup(self.export_button.mapToGlobal(QPoint(0, self.export_button.height())))

    def _on_export(self, name: str) -> None:
        self.export_pressed.emit(self._chosen(), name)

    def _ask(self) -> None:
        self._doomed = self._chosen()
        entry = self._entries.get(self._doomed)
        title = plain(entry.title, 80) if entry else ""
        self.question.setText(self.tr("Delete “{title}”? It can't be brought back.").format(title=title))
        self._confirm.show()
        self.no.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_delete(self) -> None:
        self._confirm.hide()
        self.delete_pressed.emit(self._doomed)
