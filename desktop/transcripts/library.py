"""The library: every transcript of the folders, and a search over all of them.

The journals are the truth; the index can be deleted at any time. A library may be used from any thread and by several
processes: each call opens a connection of its own. Calls block on the disk, so keep them off the window's thread.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import sqlite3
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from desktop.core.errors import TranscriptError, TranscriptNotFound
from desktop.core.message import ENGLISH, Tongue, say
from desktop.transcripts import index
from desktop.transcripts.beside import Beside, exports_of, refuse_while_written, refused
from desktop.transcripts.change import Line, change
from desktop.transcripts.clean import clean_label
from desktop.transcripts.hits import NOTHING, Page
from desktop.transcripts.journal import read
from desktop.transcripts.search import folded, page
from desktop.transcripts.transcript import Transcript
from desktop.transcripts.trash import Discarded, Trash

_log = logging.getLogger(__name__)

T = TypeVar("T")
_REPAIRING = threading.Lock()

_SELECT = (
    "SELECT session, path, title, started, duration, lanes, language, provider, complete, segments, kept, modified"
    " FROM journal WHERE session <> ''"
)
_NEWEST = "ORDER BY moment DESC, id DESC"
_BY_ID = "AND session = ?"
_BY_PREFIX = "AND instr(session, lower(?)) = 1"
_SEARCH = """
SELECT journal.session, journal.path, journal.title, journal.started, segment.lane, segment.label, segment.start, {text}
FROM {source} JOIN journal ON journal.id = segment.journal WHERE {condition} ORDER BY {row} DESC LIMIT ?
"""
_BY_WORDS = _SEARCH.format(
    text="snippet(words, 0, '', '', '…', 24)",
    source="words JOIN segment ON segment.id = words.rowid",
    condition="words MATCH ?",
    row="words.rowid",  # by segment.id SQLite would read every match first: 1.1 s instead of 0.2 ms on a million
)


@dataclass(frozen=True, slots=True)
class SessionInfo:
    """One entry of the library."""

    id: str
    path: Path
    title: str
    started: datetime
    """Aware, with the local offset of its time and place."""
    duration: float
    """Seconds."""
    lanes: tuple[tuple[str, str], ...]
    language: str
    provider: str
    complete: bool
    segments: int
    kept: bool
    """A person wants it kept, however old it becomes."""
    changed: datetime
    """Aware; when something was written last."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One segment in which the words of a search stand."""

    session_id: str
    path: Path
    title: str
    started: datetime
    lane: str
    label: str
    """What the lane is called."""
    start: float
    """Seconds on the session clock."""
    text: str
    """The words around what was found."""


@dataclass(frozen=True, slots=True)
class Deleted:
    """What a deletion did."""

    removed: tuple[Path, ...]
    kept: tuple[Path, ...]
    """Files beside the journal, named like its exports, that say something else; a person may have changed them."""


class Library:
    """The transcripts of some folders."""

    def __init__(self, index_path: Path, folders: Sequence[Path], tongues: Sequence[Tongue] = (ENGLISH,)) -> None:
        self._index = index_path
        self._tongues = tongues
        """In which an export beside a journal is known as one."""
        self._folders = tuple(folders)

    def refresh(self) -> int:
        """Take in what is new, changed or gone in the folders; the number of journals that were.

        Raises:
            TranscriptError: the index can't be written.
        """
        return self._run(self._refresh)

    def sessions(self) -> list[SessionInfo]:
        """Every transcript as of the last `refresh`, newest first; raises `TranscriptError`."""
        return self._run(lambda database: _sessions(database, _NEWEST))

    def search(self, query: str, limit: int = 50) -> list[Hit]:
        """The segments that hold all the words of `query`, newest first; the last word may be unfinished.

        Case and accents do not matter; words between quotation marks are a phrase. Raises `TranscriptError`.
        """
        if not index.terms(query):
            return []
        find = _search_words if index.has_full_text() else _search_text
        return self._run(lambda database: [_hit(row) for row in find(database, query, limit)])

    def search_page(self, query: str, before: int = 0) -> Page:
        """The newest sessions that hold all the words of `query`, with some places of each.

        `before` is the `rest` of the page before, or 0. Raises `TranscriptError`.
        """
        if not index.terms(query):
            return NOTHING
        return self._run(lambda database: page(database, query, before))

    def find(self, key: str) -> SessionInfo:
        """The transcript with this id, the only one whose id begins so, or the one in this file.

        Raises:
            TranscriptNotFound: there is none, or more than one.
        """
        found = self._run(lambda database: _sessions(database, _BY_ID, key))
        if not found and key:
            found = self._run(lambda database: _sessions(database, _BY_PREFIX, key))
        path = Path(key)
        if not found and key and path.is_file():
            return _info(path.resolve(), read(path))
        if len(found) == 1:
            return found[0]
        raise _not_found(key, found)

    def delete(self, key: str) -> Deleted:
        """Remove a transcript, the exports beside it that say the same, its sound, and its words in the index.

        Raises:
            TranscriptNotFound: see `find`.
            TranscriptError: it is still being written, or the system refuses.
        """
        path = self.find(key).path
        beside = _remove(path, self._tongues)
        self._run(lambda database: _purge(database, path))
        return Deleted((path, *beside.ours, *beside.sound), beside.others)

    def discard(self, key: str, trash: Trash) -> Deleted:
        """Move a transcript, the exports beside it that say the same, and its sound to the trash.

        Raises:
            TranscriptNotFound: see `find`.
            TranscriptError: it is still being written, or the system refuses.
        """
        info = self.find(key)
        refuse_while_written(info.path)
        beside = exports_of(info.path, self._tongues)
        labels = tuple(label or lane for lane, label in info.lanes)
        about = Discarded("", info.id, info.title, info.started, info.duration, labels, info.path.parent)
        trash.put((*beside.ours, *beside.sound, info.path), about)
        self.refresh()
        return Deleted((info.path, *beside.ours, *beside.sound), beside.others)

    def delete_sound(self, key: str) -> None:
        """Remove the sound of a transcript for good and keep its words; raises `TranscriptError`."""
        path = self.find(key).path
        refuse_while_written(path)
        try:
            for each in exports_of(path, self._tongues).sound:
                each.unlink()
        except OSError as error:
            raise refused(error, path.parent) from error

    def restore(self, key: str, trash: Trash) -> Path:
        """Bring a transcript back from the trash; its journal. Raises `TranscriptError`."""
        path = trash.restore(key)
        self.refresh()
        return path

    def forget_discarded(self, key: str, trash: Trash) -> None:
        """Delete one in the trash for good, with what free pages of the index may still hold of it."""
        trash.remove(key)
        self._run(_scrub)

    def change(self, key: str, lines: Sequence[Line]) -> None:
        """Add what a person changed to a transcript; exports and index follow. Raises `TranscriptError`."""
        change(self.find(key).path, lines, self._tongues)
        self.refresh()

    def _run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Do `work` on a connection of its own; a broken index is moved aside and built anew first."""
        try:
            try:
                return self._attempt(work)
            except index.DAMAGE as error:
                if not index.is_broken(error):
                    raise
            with _REPAIRING:
                return self._repaired(work)
        except (sqlite3.Error, OSError) as error:
            folder, cause = self._index.parent, index.cause(error)
            raise TranscriptError(
                say("Transcripts", "The library can't be opened in {folder}: {cause}.", folder=folder, cause=cause),
                say("Transcripts", "Transcripts are safe; check that there is room and that you may write there."),
            ) from error

    def _repaired(self, work: Callable[[sqlite3.Connection], T]) -> T:
        try:
            return self._attempt(work)  # another thread may have repaired it by now
        except index.DAMAGE as error:
            if not index.is_broken(error):
                raise
        _log.warning("The index of transcripts was damaged; it is kept as %s", index.set_aside(self._index).name)
        return self._attempt(work)

    def _attempt(self, work: Callable[[sqlite3.Connection], T]) -> T:
        with index.opened(self._index, index.has_full_text()) as database:
            if work != self._refresh and not index.is_filled(database):
                self._refresh(database)
            return work(database)

    def _refresh(self, database: sqlite3.Connection) -> int:
        known = {row[0]: row[1:] for row in database.execute("SELECT path, size, modified FROM journal")}
        present, closed = _journals(self._folders)
        gone = [path for path in known if path not in present and Path(os.fsdecode(path)).parent not in closed]
        changed = [path for path, state in present.items() if known.get(path) != state]
        for path in gone:
            with index.transaction(database):
                index.forget(database, path)
        for path in sorted(
            changed, key=lambda path: path.removesuffix(b".jsonl")
        ):  # by date, the number of a copy last
            try:
                transcript = _read_if_ours(Path(os.fsdecode(path)))
            except OSError:
                continue  # what the index knows of it stays, and the next refresh looks again
            with index.transaction(database):
                index.forget(database, path)
                index.take_in(database, path, present[path], transcript)
        index.call_filled(database)
        return len(gone) + len(changed)


def _journals(folders: Iterable[Path]) -> tuple[dict[bytes, tuple[int, int]], set[Path]]:
    """Size and time of change (ns) of every journal, by path, and the folders that are there and can't be looked into.

    Paths are bytes since names need not be valid text.
    """
    found, closed = {}, set()
    for folder in folders:
        try:
            for entry in os.scandir(folder):
                with contextlib.suppress(FileNotFoundError):  # one that vanishes meanwhile must not cost the others
                    if entry.name.endswith(".jsonl") and not entry.name.startswith(".") and entry.is_file():
                        state = entry.stat()
                        found[os.fsencode(entry.path)] = (state.st_size, state.st_mtime_ns)
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError:
            closed.add(folder)
    return found, closed


def _read_if_ours(path: Path) -> Transcript | None:
    """None for someone else's .jsonl, which is looked at again when it changes; raises `OSError`."""
    try:
        return read(path)
    except TranscriptError as error:
        if isinstance(error.__cause__, OSError):
            raise error.__cause__ from None
        return None


def _sessions(database: sqlite3.Connection, condition: str, *values: str) -> list[SessionInfo]:
    rows = database.execute(
        f"{_SELECT} {condition}",
        values,
    )
    return [
        SessionInfo(
            id=row[0],
            path=Path(os.fsdecode(row[1])),
            title=row[2],
            started=datetime.fromisoformat(row[3]),
            duration=float(row[4]),
            lanes=tuple((lane, label) for lane, label in json.loads(row[5])),
            language=row[6],
            provider=row[7],
            complete=bool(row[8]),
            segments=row[9],
            kept=bool(row[10]),
            changed=datetime.fromtimestamp(row[11] / 1e9, UTC),
        )
        for row in rows
    ]


def _info(path: Path, transcript: Transcript) -> SessionInfo:
    header = transcript.header
    times = header.title, header.started, transcript.duration, header.lanes
    service = header.language, header.provider, transcript.complete
    changed = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return SessionInfo(header.id, path, *times, *service, len(transcript.segments), transcript.kept, changed)


def _search_words(database: sqlite3.Connection, query: str, limit: int) -> list[tuple[Any, ...]]:
    return database.execute(_BY_WORDS, (index.match_expression(query), limit)).fetchall()


def _search_text(database: sqlite3.Connection, query: str, limit: int) -> list[tuple[Any, ...]]:
    """Without FTS5: look through every segment, newest first, until there are enough."""
    database.create_function("folded", 1, folded, deterministic=True)
    wanted = [folded(text) for text, _ in index.terms(query)]
    condition = " AND ".join(["instr(folded(segment.text), ?)"] * len(wanted))
    sql = _SEARCH.format(text="substr(segment.text, 1, 200)", source="segment", condition=condition, row="segment.id")
    return database.execute(sql, (*wanted, limit)).fetchall()


def _hit(row: tuple[Any, ...]) -> Hit:
    session, path, title, started, *rest = row
    return Hit(session, Path(os.fsdecode(path)), title, datetime.fromisoformat(started), *rest)


def _not_found(key: str, found: Sequence[SessionInfo]) -> TranscriptNotFound:
    if not found:
        return TranscriptNotFound(
            say("Transcripts", "There is no transcript {key}.", key=clean_label(key)),
            say("Transcripts", "`overtitle transcripts list` shows the ids of all."),
        )
    return TranscriptNotFound(
        say("Transcripts", "{key} stands for {count} transcripts.", key=clean_label(key), count=len(found)),
        say("Transcripts", "Give more of the id, or the path of the file."),
    )


def _remove(path: Path, tongues: Sequence[Tongue]) -> Beside:
    """Delete the journal and the exports that say what it says."""
    refuse_while_written(path)
    beside = exports_of(path, tongues)
    try:
        for each in (*beside.ours, *beside.sound, path):
            each.unlink()
    except OSError as error:
        raise refused(error, path.parent) from error
    return beside


def _purge(database: sqlite3.Connection, path: Path) -> None:
    """Leave nothing of what was said in the index, not even in pages that are free."""
    with index.transaction(database):
        index.forget(database, os.fsencode(path))
    _scrub(database)


def _scrub(database: sqlite3.Connection) -> None:
    if index.has_full_text():
        database.execute("INSERT INTO words (words) VALUES ('optimize')")
    database.execute("VACUUM")
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
