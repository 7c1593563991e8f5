"""The library as the window shows it; every call to the disk happens in a worker thread."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QLocale

from desktop.core.errors import OvertitleError
from desktop.settings import paths
from desktop.settings.schema import Settings
from desktop.settings.translations import choose, tongue, tongues
from desktop.transcripts.beside import exports_of, refuse_if_changed, refuse_while_written
from desktop.transcripts.change import Line
from desktop.transcripts.export import put, write_export
from desktop.transcripts.growing import locked
from desktop.transcripts.hits import Page
from desktop.transcripts.journal import read
from desktop.transcripts.library import Library, SessionInfo
from desktop.transcripts.part import of_segments
from desktop.transcripts.retention import tidy
from desktop.transcripts.sound import LaneSound, sounds_of
from desktop.transcripts.talk import talk_of
from desktop.transcripts.transcript import Transcript
from desktop.transcripts.trash import Discarded, Trash
from desktop.ui.values import LibraryEntry, OpenedSession, SessionDetails

T = TypeVar("T")
Chosen = Collection[tuple[str, str]]
"""Segments by lane and id."""


class Shelf:
    """Lists, finds, changes, exports and deletes saved sessions. Everything may raise `TranscriptError`."""

    def __init__(self, settings: Callable[[], Settings]) -> None:
        self._settings = settings
        self._language = choose(settings().appearance.interface_language, QLocale.system().name())
        self._changing = asyncio.Lock()

    async def entries(self) -> list[LibraryEntry]:
        """Every saved session, newest first."""
        return await asyncio.to_thread(lambda: [entry_of(info) for info in self._sessions()])

    async def trash(self) -> list[LibraryEntry]:
        """What was deleted and can be brought back, deleted last first."""
        return [_discarded(each) for each in await asyncio.to_thread(_trash().items)]

    async def search(self, query: str, before: int = 0) -> Page:
        """A page of where the words of `query` were said, newest first; see `Library.search_page`."""
        return await asyncio.to_thread(self._library().search_page, query, before)

    async def details(self, key: str) -> SessionDetails:
        """What the library shows of one session beside its line."""
        return await asyncio.to_thread(self._details, key)

    async def open(self, key: str) -> OpenedSession:
        """One saved session, as it reads now and as it was heard."""
        return await asyncio.to_thread(self._open, key)

    async def earlier(self, key: str) -> tuple[Path, Transcript]:
        """A session that is to go on; refused while it is being written."""
        return await asyncio.to_thread(self._earlier, key)

    async def change(self, key: str, lines: Sequence[Line]) -> None:
        """Add what a person changed; exports follow, and changes are made one after the other."""
        async with self._changing:
            await asyncio.to_thread(self._change, key, lines)

    async def discard(self, key: str) -> None:
        """Move a saved session and what was exported from it to the trash."""
        await asyncio.to_thread(self._library().discard, key, _trash())

    async def restore(self, key: str) -> None:
        """Bring one back from the trash."""
        await asyncio.to_thread(self._library().restore, key, _trash())

    async def erase(self, key: str) -> None:
        """Delete one in the trash for good."""
        await asyncio.to_thread(self._library().forget_discarded, key, _trash())

    async def delete_sound(self, key: str) -> None:
        """Remove the sound of a session for good; its words stay."""
        await asyncio.to_thread(self._library().delete_sound, key)

    async def tidy(self) -> int:
        """Delete what is older than the person wants to keep; how many that were."""
        days = self._settings().transcripts.keep_days
        return await asyncio.to_thread(lambda: tidy(self._library(), _trash(), days, datetime.now(UTC)))

    async def export(self, key: str, kind: str) -> Path:
        """Write one format beside the session's journal."""
        return await asyncio.to_thread(self._export, key, kind)

    async def export_part(self, key: str, chosen: Chosen, path: Path) -> Path:
        """Write some segments of a session to `path`, in the format of its ending."""
        return await asyncio.to_thread(self._export_part, key, chosen, path)

    async def export_all(self, journal: Path, kinds: Sequence[str]) -> list[OvertitleError]:
        """Write several formats beside a journal that has just ended; returns what went wrong."""
        return await asyncio.to_thread(self._export_beside, journal, kinds)

    def _library(self) -> Library:
        return Library(paths.data_folder() / "library.db", paths.transcripts_folders(self._settings()), tongues())

    def _sessions(self) -> list[SessionInfo]:
        library = self._library()
        library.refresh()
        return library.sessions()

    def _details(self, key: str) -> SessionDetails:
        path = self._library().find(key).path
        told = read(path)
        sound = sum(each.size for each in kept_sound(path, told))
        return SessionDetails(key, told.voices, talk_of(told), told.kept, sound)

    def _open(self, key: str) -> OpenedSession:
        path = self._library().find(key).path
        from desktop.providers import discover

        titles = {each.id: each.title for each in discover().values()}
        told = read(path)
        return OpenedSession(key, told, read(path, edited=False), titles, kept_sound(path, told))

    def _earlier(self, key: str) -> tuple[Path, Transcript]:
        path = self._library().find(key).path
        refuse_while_written(path)
        return path, read(path)

    def _change(self, key: str, lines: Sequence[Line]) -> None:
        library = self._library()
        path = library.find(key).path
        paper = path.with_suffix(".pdf") in exports_of(path, tongues()).ours
        library.change(key, lines)
        if paper:
            self._write(read(path), path.with_suffix(".pdf"))

    def _export(self, key: str, kind: str) -> Path:
        path = self._library().find(key).path
        target = path.with_suffix(f".{kind}")
        if target != path:
            refuse_if_changed(target, path, tongues())
            self._write(read(path), target)
        return target

    def _export_part(self, key: str, chosen: Chosen, path: Path) -> Path:
        self._write(of_segments(read(self._library().find(key).path), chosen), path)
        return path

    def _export_beside(self, journal: Path, kinds: Sequence[str]) -> list[OvertitleError]:
        failed: list[OvertitleError] = []
        for kind in kinds:
            try:
                export = journal.with_suffix(f".{kind}")
                refuse_if_changed(export, journal, tongues())
                self._write(read(journal), export)
            except OvertitleError as error:
                failed.append(error)
        return failed

    def _write(self, transcript: Transcript, path: Path) -> None:
        if path.suffix == ".pdf":
            from desktop.ui.pdf import pdf

            put(pdf(transcript, tongue(self._language)), path)
        else:
            write_export(transcript, path.suffix.removeprefix("."), path, tongue(self._language))


def kept_sound(path: Path, told: Transcript) -> tuple[LaneSound, ...]:
    """The sound beside a journal; what can't be looked at counts as none."""
    try:
        return sounds_of(path, told.header.id)
    except OSError:
        return ()


def _trash() -> Trash:
    return Trash(paths.trash_folder())


def entry_of(info: SessionInfo) -> LibraryEntry:
    """A line of the library."""
    labels = tuple(label or lane for lane, label in info.lanes)
    running = not info.complete and _is_written(info.path)
    return LibraryEntry(info.id, info.title, info.started, info.duration, labels, info.path, info.complete, running)


def _is_written(path: Path) -> bool:
    try:
        return locked(path)
    except OSError:
        return False


def _discarded(each: Discarded) -> LibraryEntry:
    return LibraryEntry(each.id, each.title, each.started, each.duration, each.lanes, key=each.key)
