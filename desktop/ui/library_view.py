"""The library: saved sessions by date, what was said in them as soon as it is typed, and one of them open."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from PySide6.QtCore import QDate, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop.transcripts.hits import COUNTED, Found, Page
from desktop.ui import library_rows as rows
from desktop.ui.clock import clock_text
from desktop.ui.counting import counted
from desktop.ui.icons import icon
from desktop.ui.library_strips import QuestionStrip, RecordingStrip, UndoStrip
from desktop.ui.session_card import SessionCard, about
from desktop.ui.session_page import SessionPage
from desktop.ui.text import plain
from desktop.ui.theme import GRID, Palette
from desktop.ui.values import LibraryEntry, OpenedSession, SessionDetails

_TYPING_MS = 30
"""A page of hits takes less than 20 ms; longer waiting would only be felt."""
_AT_ONCE = 150
"""Sessions that are listed before the window may do something else."""
_TITLES = 20
"""Sessions that are listed because of their titles."""


class LibraryView(QStackedWidget):
    """A search field over one list beside a card; or one session, open."""

    searched = Signal(str, object)
    """Words, and where the page begins (0 for the first); empty words for the list of sessions."""
    opened = Signal(str, float)
    """Id, and seconds into the session."""
    chosen = Signal(str)
    """Id of the session whose card is to be filled."""
    erase_confirmed = Signal(str)
    """Its key in the trash."""
    sound_deleted = Signal(str)
    """Id of the session whose sound is to go; its words stay."""
    trash_opened = Signal(bool)
    recordings_given = Signal(object)
    """Paths of recordings to be transcribed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries: dict[str, LibraryEntry] = {}
        self._discarded: dict[str, LibraryEntry] = {}
        self._folded: dict[str, str] = {}
        self._listed: list[LibraryEntry] = []
        self._page: tuple[str, int] = ("", 0)
        self._today: Callable[[], QDate] = QDate.currentDate
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
        self.items.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._painter = rows.RowPainter(self)
        self.items.setItemDelegate(self._painter)
        self.hint = QLabel()
        self.hint.setTextFormat(Qt.TextFormat.PlainText)
        self.hint.setWordWrap(True)
        self.hint.setProperty("dim", True)
        self.recording_button = QPushButton(self.tr("Open a recording…"))
        self.trash_button = QPushButton(self.tr("Trash"))
        self.trash_button.setCheckable(True)
        self.card = SessionCard()
        self.card.setFixedWidth(320)
        self.session = SessionPage()
        self.recording = RecordingStrip()
        self.undo = UndoStrip()
        self.question = QuestionStrip()
        self.sound_question = QuestionStrip(yes=self.tr("Delete the sound"))
        self._waiting: Iterator[LibraryEntry] = iter(())
        self._group, self._again = "", ""
        self._days: dict[int, str] = {}
        self._more = QTimer(self)
        self._more.setSingleShot(True)
        self._more.setInterval(0)
        self._more.timeout.connect(self._list_some)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_TYPING_MS)
        self._arrange()
        self._connect()
        self.show_library([])

    def _arrange(self) -> None:
        self._title = QLabel(self.tr("Transcripts"))
        self._title.setProperty("title", True)
        top = QHBoxLayout()
        top.setSpacing(GRID)
        top.addWidget(self._title, 1)
        top.addWidget(self.recording_button)
        top.addWidget(self.trash_button)
        middle = QHBoxLayout()
        middle.setSpacing(GRID)
        middle.addWidget(self.items, 1)
        middle.addWidget(self.card)
        browse = QFrame()
        browse.setObjectName("page")
        layout = QVBoxLayout(browse)
        layout.setContentsMargins(3 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        layout.setSpacing(GRID + 2)
        layout.addLayout(top)
        layout.addWidget(self.field)
        layout.addWidget(self.hint)
        layout.addLayout(middle, 1)
        for strip in (self.question, self.sound_question, self.undo, self.recording):
            layout.addWidget(strip)
        self.browse = browse
        self.addWidget(browse)
        self.addWidget(self.session)

    def _connect(self) -> None:
        self.field.textEdited.connect(self._timer.start)
        self._timer.timeout.connect(self._on_typed)
        self.field.returnPressed.connect(self._on_typed)
        down = QShortcut(QKeySequence("Down"), self.field, context=Qt.ShortcutContext.WidgetShortcut)
        down.activated.connect(self._to_the_list)
        self.items.itemActivated.connect(self._on_activated)
        self.items.itemClicked.connect(self._on_clicked)
        self.items.currentItemChanged.connect(self._on_current)
        self.card.open_pressed.connect(lambda key: self.opened.emit(key, self._place()))
        self.card.erase_pressed.connect(self._ask)
        self.question.confirmed.connect(self.erase_confirmed)
        self.card.sound_pressed.connect(self._ask_about_sound)
        self.sound_question.confirmed.connect(self.sound_deleted)
        self.session.closed.connect(self.show_browse)
        self.trash_button.toggled.connect(self._on_trash)
        self.recording_button.clicked.connect(self._open_recording)

    def apply_palette(self, palette: Palette) -> None:
        """Tint the icons and the lines."""
        self._search.setIcon(icon("search", palette.dim, 18))
        for name, button in {"trash": self.trash_button, "folder": self.recording_button}.items():
            button.setIcon(icon(name, palette.text, 18, palette.dim))
            button.setIconSize(QSize(18, 18))
        self._painter.palette = palette
        self.card.apply_palette(palette)
        self.session.apply_palette(palette)
        self.items.viewport().update()

    # ---- what it is told

    def show_library(self, entries: Sequence[LibraryEntry]) -> None:
        """List `entries`, newest first; the one that was chosen stays so."""
        self._listed = list(entries)
        self._entries = {entry.id: entry for entry in entries}
        self._folded = {entry.id: _folded(entry.title) for entry in entries}
        if self.trash_button.isChecked():
            return
        if self.field.text().strip():
            self._refresh_card()
        else:
            self._list(entries)

    def show_trash(self, entries: Sequence[LibraryEntry]) -> None:
        """List what was deleted, when that is what the person looks at."""
        self._discarded = {entry.key: entry for entry in entries}
        if self.trash_button.isChecked():
            self._list(entries)

    def show_found(self, query: str, before: int, page: Page) -> None:
        """List where `query` was found; an answer to words typed over since is dropped."""
        if query != self.field.text().strip() or not query or self.trash_button.isChecked():
            return
        if before == 0:
            self._more.stop()
            self.items.clear()
            self._list_titles(query)
        else:
            self.items.takeItem(self.items.count() - 1)
        for found in page.found:
            self._add_found(found)
        self._page = (query, page.rest)
        if page.rest:
            self.items.addItem(rows.more(self.tr("Show more")))
        self._say("" if self.items.count() else self.tr("These words are in no transcript."))

    def show_details(self, details: SessionDetails) -> None:
        """Fill the card."""
        self.card.show_details(details)

    def show_session(self, opened: OpenedSession, seconds: float) -> None:
        """Open a session."""
        self.session.show_session(opened, seconds)
        self.setCurrentWidget(self.session)

    def show_browse(self) -> None:
        """Back to the list."""
        self.setCurrentWidget(self.browse)
        self.items.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_discarded(self, title: str, key: str) -> None:
        """Say that a session is in the trash, and offer it back."""
        self.undo.show_done(self.tr("“{title}” is in the trash.").format(title=plain(title, 80)), key)

    # ---- lists

    def _list(self, entries: Sequence[LibraryEntry]) -> None:
        before = self._chosen()
        self.items.setUpdatesEnabled(False)
        self.items.blockSignals(True)
        self.items.clear()
        self._group, self._again, self._days = "", before, {}
        self._waiting = iter(entries)
        self._list_some()
        self.items.blockSignals(False)
        self.items.setUpdatesEnabled(True)
        trash = self.trash_button.isChecked()
        empty = (
            self.tr("The trash is empty.")
            if trash
            else self.tr("Nothing is saved yet. Every session appears here as soon as it has begun.")
        )
        self._say("" if entries else empty)
        self._refresh_card()

    def _list_some(self) -> None:
        """List the next sessions that wait; the window does something else before the ones after them."""
        some = list(islice(self._waiting, _AT_ONCE))
        for entry in some:
            if (when := self._day(entry)) != self._group:
                self._group = when
                self.items.addItem(rows.heading(when))
            self._add_session(entry)
            if self._again and self._again == (entry.key or entry.id):
                self.items.setCurrentItem(self.items.item(self.items.count() - 1))
        if len(some) == _AT_ONCE:
            self._more.start()
        else:
            self._more.stop()

    def _add_session(self, entry: LibraryEntry) -> None:
        note = self.tr("cut off") if entry.broken else self.tr("now") if entry.running else ""
        self.items.addItem(rows.session(entry.key or entry.id, entry.title, about(entry, self.locale()), note))

    def _list_titles(self, query: str) -> None:
        wanted = _folded(query).split()
        for entry in [each for each in self._listed if all(w in self._folded[each.id] for w in wanted)][:_TITLES]:
            self._add_session(entry)

    def _add_found(self, found: Found) -> None:
        places = counted(found.count, self.tr("{count} place"), self.tr("{count} places"), more=found.count >= COUNTED)
        entry = self._entries.get(found.session_id)
        line = f"{places} · {about(entry, self.locale())}" if entry else places
        self.items.addItem(rows.session(found.session_id, found.title, line))
        for place in found.places:
            head = f"{clock_text(place.start)} {plain(place.label, 30)}"
            self.items.addItem(rows.place(found.session_id, place.start, head, place.text, place.marks))

    def _day(self, entry: LibraryEntry) -> str:
        local = entry.started.astimezone()
        number = local.toordinal()
        if number not in self._days:
            self._days[number] = self._name_of_day(QDate(local.year, local.month, local.day))
        return self._days[number]

    def _name_of_day(self, date: QDate) -> str:
        days = date.daysTo(self._today())
        if days == 0:
            return self.tr("Today")
        if days == 1:
            return self.tr("Yesterday")
        if 0 < days < 7:
            return self.locale().standaloneDayName(date.dayOfWeek()).capitalize()
        month = self.locale().standaloneMonthName(date.month()).capitalize()
        return f"{month} {date.year()}"

    def _say(self, text: str) -> None:
        self.hint.setText(text)
        self.hint.setVisible(bool(text))

    # ---- what the person does

    def _chosen(self) -> str:
        item: QListWidgetItem | None = self.items.currentItem()
        return "" if item is None else str(item.data(rows.ID))

    def _place(self) -> float:
        item: QListWidgetItem | None = self.items.currentItem()
        return 0.0 if item is None else float(item.data(rows.START))

    def _find_item(self, identity: str) -> QListWidgetItem | None:
        every = (self.items.item(at) for at in range(self.items.count() if identity else 0))
        return next((item for item in every if item.data(rows.ID) == identity), None)

    def _on_current(self) -> None:
        self.question.hide()
        self.sound_question.hide()
        self._refresh_card()

    def _refresh_card(self) -> None:
        known = self._discarded if self.trash_button.isChecked() else self._entries
        entry = known.get(self._chosen())
        self.card.show_entry(entry)
        if entry is not None and not entry.key:
            self.chosen.emit(entry.id)

    def _on_typed(self) -> None:
        self._timer.stop()
        if self.trash_button.isChecked():
            self.trash_button.setChecked(False)
        words = self.field.text().strip()
        if words:
            self.searched.emit(words, 0)
        else:
            self._list(self._listed)

    def _on_activated(self, item: QListWidgetItem) -> None:
        kind = rows.kind_of(item)
        if kind is rows.Kind.MORE:
            self.searched.emit(*self._page)
        elif kind in (rows.Kind.SESSION, rows.Kind.PLACE) and not self.trash_button.isChecked():
            self.opened.emit(str(item.data(rows.ID)), float(item.data(rows.START)))

    def _to_the_list(self) -> None:
        """The arrow leads from the words to what was found."""
        if not self._chosen():
            every = (self.items.item(at) for at in range(self.items.count()))
            first = next((item for item in every if item.flags() & Qt.ItemFlag.ItemIsSelectable), None)
            if first is not None:
                self.items.setCurrentItem(first)
        self.items.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _on_clicked(self, item: QListWidgetItem) -> None:
        if rows.kind_of(item) in (rows.Kind.PLACE, rows.Kind.MORE):  # one click leads to the words
            self._on_activated(item)

    def _on_trash(self, on: bool) -> None:
        self._title.setText(self.tr("Trash") if on else self.tr("Transcripts"))
        self.question.hide()
        self.undo.hide()
        self._more.stop()
        self.items.clear()
        if on:
            self.field.clear()
        self.trash_opened.emit(on)

    def _ask(self, key: str) -> None:
        entry = self._discarded.get(key)
        title = plain(entry.title, 80) if entry else ""
        self.question.ask(self.tr("Delete “{title}”? It can't be brought back.").format(title=title), key)

    def _ask_about_sound(self, key: str) -> None:
        entry = self._entries.get(key)
        title = plain(entry.title, 80) if entry else ""
        question = self.tr("Delete the sound of “{title}”? It can't be brought back. The words stay.")
        self.sound_question.ask(question.format(title=title), key)

    def _open_recording(self) -> None:
        dialog = QFileDialog(self, self.tr("Open a recording"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(lambda names: self.recordings_given.emit(list(names)))
        dialog.open()


def _folded(text: str) -> str:
    if text.isascii():
        return text.casefold()
    apart = unicodedata.normalize("NFKD", text)
    return "".join(char for char in apart if not unicodedata.combining(char)).casefold()
