"""The library behind its page: what the person asks of it is handed to the shelf, and what comes back to the page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog

from desktop.app.loop import Tasks
from desktop.app.shelf import Chosen, Shelf
from desktop.core.errors import OvertitleError, TranscriptCutOff
from desktop.core.message import say
from desktop.session.recorder import Earlier
from desktop.transcripts.change import Line
from desktop.ui.library_view import LibraryView
from desktop.ui.values import LibraryEntry

T = TypeVar("T")


class LibraryDesk(QObject):
    """Keeps the page of the library and the files in step."""

    continue_requested = Signal(object)
    """`Earlier`: captions are to go on in this session."""

    def __init__(self, tasks: Tasks, view: LibraryView, shelf: Shelf, tell: Callable[[OvertitleError], None]) -> None:
        super().__init__()
        self._tasks = tasks
        self._view = view
        self._shelf = shelf
        self._tell = tell
        self._wanted: tuple[str, int] | None = None
        self._searching = False
        self._connect()

    def _connect(self) -> None:
        view, card, page = self._view, self._view.card, self._view.session
        view.searched.connect(self._search)
        view.chosen.connect(lambda key: self._start(lambda: self._shelf.details(key), view.show_details))
        view.opened.connect(
            lambda key, at: self._start(lambda: self._shelf.open(key), lambda o: view.show_session(o, at))
        )
        view.trash_opened.connect(lambda on: self._tasks.start(self._show_trash() if on else self.refresh()))
        view.undo.undone.connect(lambda key: self._tasks.start(self._restore(key)))
        view.erase_confirmed.connect(lambda key: self._tasks.start(self._erase(key)))
        view.sound_deleted.connect(lambda key: self._tasks.start(self._delete_sound(key)))
        card.restore_pressed.connect(lambda key: self._tasks.start(self._restore(key)))
        card.discard_pressed.connect(lambda key: self._tasks.start(self._discard(key)))
        card.continue_pressed.connect(lambda key: self._tasks.start(self._continue(key)))
        card.export_pressed.connect(lambda key, kind: self._start(lambda: self._shelf.export(key, kind), show_file))
        card.changed.connect(lambda key, lines: self._tasks.start(self._change(key, lines)))
        page.changed.connect(lambda key, lines: self._tasks.start(self._correct(key, lines)))
        page.part_pressed.connect(self._ask_where)

    async def refresh(self) -> None:
        """List the sessions anew."""
        await self._guarded(self._shelf.entries, self._view.show_library)

    async def tidy(self) -> None:
        """Delete what is older than the person wants to keep; quietly, as nobody asked just now."""
        await self._guarded(self._shelf.tidy, lambda _count: None)
        await self._guarded(self._shelf.entries, self._tell_cut_off)

    def _tell_cut_off(self, entries: Sequence[LibraryEntry]) -> None:
        """Whoever starts again after a crash looks for what was said last."""
        last = entries[0] if entries else None
        if last is not None and not last.complete and not last.running:
            self._tell(
                TranscriptCutOff(
                    say("Library", "The last session was cut off; every finished sentence of it is saved."),
                    say("Library", "It can be read and continued among the transcripts."),
                )
            )

    # Searching: one at a time, and only for what stands in the field now

    def _search(self, query: str, before: int) -> None:
        self._wanted = (query, before)
        if not self._searching:
            self._searching = True
            self._tasks.start(self._search_wanted())

    async def _search_wanted(self) -> None:
        try:
            while self._wanted is not None:
                query, before = self._wanted
                self._wanted = None
                page = await self._shelf.search(query, before)
                self._view.show_found(query, before, page)
        except OvertitleError as error:
            self._tell(error)
        finally:
            self._searching = False

    def _open(self, key: str, seconds: float) -> None:
        self._start(lambda: self._shelf.open(key), lambda opened: self._view.show_session(opened, seconds))

    # Changing

    async def _change(self, key: str, lines: Sequence[Line]) -> None:
        await self._guarded(lambda: self._shelf.change(key, lines), _nothing)
        await self.refresh()
        await self._guarded(lambda: self._shelf.details(key), self._view.show_details)

    async def _correct(self, key: str, lines: Sequence[Line]) -> None:
        try:
            await self._shelf.change(key, lines)
        except OvertitleError as error:
            self._tell(error)
            if self._view.session.id == key:  # show what is saved and not what was typed
                await self._guarded(lambda: self._shelf.open(key), self._view.session.show_session)

    async def _continue(self, key: str) -> None:
        await self._guarded(
            lambda: self._shelf.earlier(key), lambda found: self.continue_requested.emit(Earlier(found[0], found[1]))
        )

    # Trash

    async def _show_trash(self) -> None:
        await self._guarded(self._shelf.trash, self._view.show_trash)

    async def _discard(self, key: str) -> None:
        entry = self._view.card.entry
        title = entry.title if entry is not None else ""
        await self._guarded(lambda: self._shelf.discard(key), lambda _: self._view.show_discarded(title, key))
        await self.refresh()
        if self._view.field.text().strip():
            self._search(self._view.field.text().strip(), 0)

    async def _restore(self, key: str) -> None:
        await self._guarded(lambda: self._shelf.restore(key), _nothing)
        await self.refresh()
        await self._show_trash()

    async def _erase(self, key: str) -> None:
        await self._guarded(lambda: self._shelf.erase(key), _nothing)
        await self._show_trash()

    async def _delete_sound(self, key: str) -> None:
        await self._guarded(lambda: self._shelf.delete_sound(key), _nothing)
        await self._guarded(lambda: self._shelf.details(key), self._view.show_details)

    # Parts

    def _ask_where(self, key: str, kind: str, chosen: Chosen) -> None:
        dialog = QFileDialog(self._view, self.tr("Export the chosen lines"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(kind)
        dialog.setNameFilter(f"*.{kind}")
        dialog.selectFile(f"{self.tr('Part')}.{kind}")
        dialog.fileSelected.connect(
            lambda name: self._start(lambda: self._shelf.export_part(key, chosen, Path(name)), show_file)
        )
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    # Helpers

    def _start(self, work: Callable[[], Awaitable[T]], show: Callable[[T], object]) -> None:
        self._tasks.start(self._guarded(work, show))

    async def _guarded(self, work: Callable[[], Awaitable[T]], show: Callable[[T], object]) -> None:
        """Show what `work` brings, or its trouble."""
        try:
            show(await work())
        except OvertitleError as error:
            self._tell(error)


def show_file(path: Path) -> None:
    """Open a file with the program that the person uses for it."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))


def _nothing(_: object) -> None:
    pass
