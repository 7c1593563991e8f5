"""The library as the window shows it; every call to the disk happens in a worker thread."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from desktop.core.errors import OvertitleError
from desktop.settings import paths
from desktop.settings.schema import Settings
from desktop.transcripts.export import write_export
from desktop.transcripts.journal import read
from desktop.transcripts.library import Library, SessionInfo
from desktop.transcripts.transcript import Transcript
from desktop.ui.values import LibraryEntry, SearchHit


class Shelf:
    """Lists, finds, exports and deletes saved sessions."""

    def __init__(self, settings: Callable[[], Settings]) -> None:
        self._settings = settings

    async def entries(self) -> list[LibraryEntry]:
        """Every saved session, newest first; raises `TranscriptError`."""
        return [_entry(info) for info in await asyncio.to_thread(self._sessions)]

    async def search(self, query: str) -> list[SearchHit]:
        """Where the words of `query` were said, newest first; raises `TranscriptError`."""
        hits = await asyncio.to_thread(self._library().search, query)
        return [SearchHit(hit.session_id, hit.label, hit.start, hit.text) for hit in hits]

    async def open(self, key: str) -> Transcript:
        """One saved session; raises `TranscriptError`."""
        return await asyncio.to_thread(lambda: read(self._library().find(key).path))

    async def delete(self, key: str) -> None:
        """Remove a saved session and what was exported from it; raises `TranscriptError`."""
        await asyncio.to_thread(self._library().delete, key)

    async def export(self, key: str, kind: str) -> Path:
        """Write one format beside the session's journal; raises `TranscriptError`."""
        return await asyncio.to_thread(self._export, key, kind)

    async def export_all(self, journal: Path, kinds: Sequence[str]) -> list[OvertitleError]:
        """Write several formats beside a journal that has just ended; returns what went wrong."""
        return await asyncio.to_thread(_export_beside, journal, kinds)

    def _library(self) -> Library:
        return Library(paths.data_folder() / "library.db", paths.transcripts_folders(self._settings()))

    def _sessions(self) -> list[SessionInfo]:
        library = self._library()
        library.refresh()
        return library.sessions()

    def _export(self, key: str, kind: str) -> Path:
        path = self._library().find(key).path
        target = path.with_suffix(f".{kind}")
        if target != path:
            write_export(read(path), kind, target)
        return target


def _export_beside(journal: Path, kinds: Sequence[str]) -> list[OvertitleError]:
    failed: list[OvertitleError] = []
    for kind in kinds:
        try:
            write_export(read(journal), kind, journal.with_suffix(f".{kind}"))
        except OvertitleError as error:
            failed.append(error)
    return failed


def _entry(info: SessionInfo) -> LibraryEntry:
    labels = tuple(label for _, label in info.lanes)
    return LibraryEntry(info.id, info.title, info.started, info.duration, labels, info.path)
