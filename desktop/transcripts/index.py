"""The database file behind the library: its tables, its connections, and what happens when it is broken."""

from __future__ import annotations

import contextlib
import json
import os
import re
import sqlite3
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path

from desktop.disk import OWNER_FILE, make_folder
from desktop.transcripts.clean import clean_text
from desktop.transcripts.transcript import Transcript

SCHEMA = 2
_WITH_WORDS = 1000
"""Added to the schema's number in `user_version` where there is a full-text table."""
_TABLES = """
CREATE TABLE journal (
    id INTEGER PRIMARY KEY, path BLOB NOT NULL UNIQUE, size INTEGER NOT NULL, modified INTEGER NOT NULL,
    session TEXT NOT NULL, title TEXT NOT NULL, started TEXT NOT NULL, moment REAL NOT NULL, duration REAL NOT NULL,
    lanes TEXT NOT NULL, language TEXT NOT NULL, provider TEXT NOT NULL, complete INTEGER NOT NULL,
    segments INTEGER NOT NULL, kept INTEGER NOT NULL
);
CREATE INDEX journal_session ON journal (session);
CREATE TABLE segment (
    id INTEGER PRIMARY KEY, journal INTEGER NOT NULL REFERENCES journal (id), lane TEXT NOT NULL, label TEXT NOT NULL,
    start REAL NOT NULL, text TEXT NOT NULL
);
CREATE INDEX segment_journal ON segment (journal);
"""
_WORDS = """
CREATE VIRTUAL TABLE words USING fts5 (
    text, content = 'segment', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 2', prefix = '1 2 3 4'
);
"""
_BROKEN = {
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_IOERR_SHORT_READ,
    sqlite3.SQLITE_ERROR,  # our statements are never wrong themselves: a table or a column is not as it was made
    sqlite3.SQLITE_CONSTRAINT,
    sqlite3.SQLITE_MISMATCH,
}
DAMAGE = (sqlite3.Error, ValueError, TypeError)
"""What a damaged index shows itself by; pages have no checksum, so that any value may come out of one."""
MAX_TERMS = 32
_FILLED = 1
"""`application_id` of an index that has seen all the folders once."""
ORDINALS = 1 << 28
"""Row ids rise with time, which finds the newest segments without sorting: start in seconds times this, plus n."""
LAST_MOMENT = 1 << 33
"""Seconds; the year 2242."""
LAST_ROW = (LAST_MOMENT + 1) * ORDINALS
"""Above every row id."""
_TERM = re.compile(r'"([^"]*)"|(\S+)')


def is_broken(error: Exception) -> bool:
    """Whether the file itself is damaged, and not only busy, missing or full."""
    code = getattr(error, "sqlite_errorcode", None)  # an error without one is of what was read, not of reading it
    return code is None or code in _BROKEN or code & 0xFF in _BROKEN


def cause(error: Exception) -> str:
    """Why SQLite or the system refuses; without what stands in the index, which some messages quote."""
    known = isinstance(error, OSError) or hasattr(error, "sqlite_errorcode")
    return getattr(error, "strerror", None) or (str(error) if known else type(error).__name__)


@cache
def has_full_text() -> bool:
    """Whether this Python's SQLite was built with FTS5; some distributions leave it out."""
    with contextlib.closing(sqlite3.connect(":memory:")) as database:
        try:
            database.execute("CREATE VIRTUAL TABLE probe USING fts5 (text)")
        except sqlite3.OperationalError:
            return False
    return True


@contextlib.contextmanager
def opened(path: Path, full_text: bool) -> Iterator[sqlite3.Connection]:
    """One connection for one piece of work, committed when it ends well; the tables exist.

    Raises `sqlite3.Error` and `OSError`.
    """
    _make_file(path)
    with contextlib.closing(sqlite3.connect(path, timeout=10, isolation_level=None)) as database:
        _use_write_ahead_log(database)
        database.execute("PRAGMA synchronous = NORMAL")  # it is only an index: a power cut costs a refresh
        database.execute("PRAGMA secure_delete = ON")
        _make_tables(database, full_text)
        yield database


def _use_write_ahead_log(database: sqlite3.Connection) -> None:
    try:
        database.execute("PRAGMA journal_mode = WAL")
    except sqlite3.OperationalError as error:
        # SQLite does not wait here, whatever the time-out: another connection is making the same switch.
        if (getattr(error, "sqlite_errorcode", 0) & 0xFF) != sqlite3.SQLITE_BUSY:
            raise


@contextlib.contextmanager
def transaction(database: sqlite3.Connection) -> Iterator[None]:
    """All of it or nothing; waits for other writers."""
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:  # an interrupt too must not leave it half done
        database.execute("ROLLBACK")
        raise
    database.execute("COMMIT")


def is_filled(database: sqlite3.Connection) -> bool:
    """False for an index that was made just now."""
    return bool(database.execute("PRAGMA application_id").fetchone()[0] == _FILLED)


def call_filled(database: sqlite3.Connection) -> None:
    """From now on `is_filled` is true."""
    if not is_filled(database):
        database.execute(f"PRAGMA application_id = {_FILLED}")


def set_aside(path: Path) -> Path:
    """Move a broken database out of the way and return its new place; raises `OSError`."""
    aside = path.with_name(f"{path.name}.bad-{datetime.now(UTC):%Y%m%d-%H%M%S-%f}")
    path.replace(aside)
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    return aside


def _make_file(path: Path) -> None:
    if path.exists():
        return
    make_folder(path.parent)
    handle = os.open(path, os.O_RDWR | os.O_CREAT, OWNER_FILE)
    if sys.platform != "win32":
        os.fchmod(handle, OWNER_FILE)  # SQLite gives its -wal and -shm files the mode of the database
    os.close(handle)


def _make_tables(database: sqlite3.Connection, full_text: bool) -> None:
    wanted = SCHEMA + (_WITH_WORDS if full_text else 0)
    if _version(database) == wanted:
        return
    with transaction(database):
        if _version(database) == wanted:  # another instance was faster
            return
        _drop_tables(database)
        for statement in (_TABLES + (_WORDS if full_text else "")).split(";")[:-1]:
            database.execute(statement)
        database.execute("PRAGMA application_id = 0")
        database.execute(f"PRAGMA user_version = {wanted}")


def _version(database: sqlite3.Connection) -> int:
    return int(database.execute("PRAGMA user_version").fetchone()[0])


def _drop_tables(database: sqlite3.Connection) -> None:
    # Without FTS5 its table can't be dropped; left alone it does no harm until a Python that has FTS5 drops it.
    with contextlib.suppress(sqlite3.OperationalError):
        database.execute("DROP TABLE IF EXISTS words")
    database.execute("DROP TABLE IF EXISTS segment")
    database.execute("DROP TABLE IF EXISTS journal")


def forget(database: sqlite3.Connection, path: bytes) -> None:
    """Take a journal out of the index."""
    row = database.execute("SELECT id FROM journal WHERE path = ?", (path,)).fetchone()
    if row is None:
        return
    if has_full_text():
        database.execute(
            "INSERT INTO words (words, rowid, text) SELECT 'delete', id, text FROM segment WHERE journal = ?", row
        )
    database.execute("DELETE FROM segment WHERE journal = ?", row)
    database.execute("DELETE FROM journal WHERE id = ?", row)


def take_in(database: sqlite3.Connection, path: bytes, state: tuple[int, int], transcript: Transcript | None) -> None:
    """Put a journal of this size and time of change into the index; None for a file that is no journal."""
    if transcript is None:
        row: tuple[object, ...] = ("", "", "", 0.0, 0.0, "[]", "", "", False, 0, False)
    else:
        header = transcript.header
        times = header.started.isoformat(), header.started.timestamp(), transcript.duration
        service = json.dumps(header.lanes), header.language, header.provider
        row = (
            _free_id(database, header.id, path),
            header.title,
            *times,
            *service,
            transcript.complete,
            len(transcript.segments),
            transcript.kept,
        )
    cursor = database.execute(
        "INSERT INTO journal (path, size, modified, session, title, started, moment, duration, lanes, language,"
        " provider, complete, segments, kept) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (path, *state, *row),
    )
    if transcript is not None and cursor.lastrowid is not None:
        _take_in_segments(database, cursor.lastrowid, transcript)


def _free_id(database: sqlite3.Connection, session: str, path: bytes) -> str:
    """The session's own id, or one made from the path for a copy: each has to be found by its own."""
    taken = database.execute("SELECT 1 FROM journal WHERE session = ?", (session,)).fetchone()
    return sha256(path).hexdigest()[:8] if taken else session


def second(moment: float) -> int:
    """The part of a row id that says when its session began."""
    return min(max(int(moment), 0), LAST_MOMENT)


def _take_in_segments(database: sqlite3.Connection, journal: int, transcript: Transcript) -> None:
    first = second(transcript.header.started.timestamp()) * ORDINALS
    taken = "SELECT max(id) FROM segment WHERE id BETWEEN ? AND ?"  # by a session that started in the same second
    highest = database.execute(taken, (first, first + ORDINALS - 1)).fetchone()[0]
    labels = dict(transcript.header.lanes)
    rows = [
        (row, journal, each.lane, labels.get(each.lane) or each.lane, each.start, each.text)
        for row, each in enumerate(transcript.segments, first if highest is None else highest + 1)
    ]
    database.executemany("INSERT INTO segment (id, journal, lane, label, start, text) VALUES (?, ?, ?, ?, ?, ?)", rows)
    if has_full_text():
        database.executemany("INSERT INTO words (rowid, text) VALUES (?, ?)", [(row[0], row[5]) for row in rows])


def terms(query: str) -> list[tuple[str, bool]]:
    """The words and "quoted phrases" of what a person typed; True for the last word, which may be unfinished."""
    found = [
        (match[1] if match[1] is not None else match[2], match[1] is None)
        for match in _TERM.finditer(clean_text(query, 1000))
    ]
    kept = [(text.replace('"', " "), bare) for text, bare in found if any(char.isalnum() for char in text)][:MAX_TERMS]
    return [(text, bare and at == len(kept) - 1) for at, (text, bare) in enumerate(kept)]


def match_expression(query: str) -> str:
    """The same as FTS5 understands it, with nothing in it that FTS5 could take for its own syntax; may be empty."""
    return " ".join(f'"{text}"{"*" if unfinished else ""}' for text, unfinished in terms(query))
