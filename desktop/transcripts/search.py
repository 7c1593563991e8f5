"""A page of what a person searches for: the newest sessions that hold the words, each with its first few places.

Row ids rise with time (see `index`), so the newest places come first without any sorting, and a page costs what it
holds and not what the library holds.
"""

from __future__ import annotations

import os
import re
import sqlite3
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from desktop.transcripts import index
from desktop.transcripts.hits import COUNTED, NOTHING, Found, Page, Place

SESSIONS = 12
"""Sessions on a page."""
PLACES = 4
"""Places that are shown of each session."""
EXCERPT = 220
"""Characters of one place."""
_BEFORE = 60
"""Characters that stand before the first word found."""
_WORD = re.compile(r"\w+")
_SHARED = """
SELECT min(max(CAST(moment AS INTEGER), 0), ?) AS second FROM journal WHERE segments > 0
GROUP BY second HAVING count(*) > 1
"""
_LOOK_THROUGH = "SELECT id FROM segment WHERE {holds} AND id < ? ORDER BY id DESC"
_PLACES_OF = "SELECT label, start, text FROM segment WHERE id IN ({rows}) ORDER BY id"


def page(database: sqlite3.Connection, query: str, before: int = 0) -> Page:
    """One page of `query`: what is older than the row `before`, or the newest for 0; raises `sqlite3.Error`."""
    if not index.terms(query):
        return NOTHING
    shared = _shared_seconds(database)
    journals: dict[int, int] = {}
    kept: dict[int, list[int]] = {}
    counts: dict[int, int] = {}
    last = 0
    for row in _rows(database, query, before):
        second = row // index.ORDINALS
        if second not in journals or second in shared:
            journals[second] = _journal(database, row)
        journal = journals[second]
        if journal not in kept:
            if len(kept) == SESSIONS:
                return Page(_found(database, kept, counts, query), last)
            kept[journal] = []
        last = row
        counts[journal] = counts.get(journal, 0) + 1
        kept[journal].append(row)
        if len(kept[journal]) > PLACES:
            kept[journal].pop(0)  # the first places of a session are kept: its rows come last to first
    return Page(_found(database, kept, counts, query), 0)


def _shared_seconds(database: sqlite3.Connection) -> set[int]:
    """Seconds in which more than one session began: there a row id does not tell the session."""
    return {second for (second,) in database.execute(_SHARED, (index.LAST_MOMENT,))}


def _journal(database: sqlite3.Connection, row: int) -> int:
    return int(database.execute("SELECT journal FROM segment WHERE id = ?", (row,)).fetchone()[0])


def _rows(database: sqlite3.Connection, query: str, before: int) -> Iterator[int]:
    """Row ids of every segment that holds the words, newest first; a session with very many is cut short."""
    bound = before or index.LAST_ROW
    while True:
        second, count = -1, 0
        for row in _ids(database, query, bound):
            count = count + 1 if row // index.ORDINALS == second else 1
            second = row // index.ORDINALS
            yield row
            if count >= COUNTED:
                bound = second * index.ORDINALS
                break
        else:
            return


def _ids(database: sqlite3.Connection, query: str, bound: int) -> Iterator[int]:
    if index.has_full_text():
        sql = "SELECT rowid FROM words WHERE words MATCH ? AND rowid < ? ORDER BY rowid DESC"
        values: tuple[object, ...] = (index.match_expression(query), bound)
    else:
        database.create_function("folded", 1, folded, deterministic=True)
        wanted = [folded(text) for text, _ in index.terms(query)]
        holds = " AND ".join(["instr(folded(text), ?)"] * len(wanted))
        sql = _LOOK_THROUGH.format(holds=holds)
        values = (*wanted, bound)
    for (row,) in database.execute(sql, values):
        yield row


def _found(
    database: sqlite3.Connection, kept: dict[int, list[int]], counts: dict[int, int], query: str
) -> tuple[Found, ...]:
    wanted = [(folded(text).split(), unfinished) for text, unfinished in index.terms(query)]
    found = []
    for journal, rows in kept.items():
        head = database.execute("SELECT session, path, title, started FROM journal WHERE id = ?", (journal,)).fetchone()
        said = database.execute(_PLACES_OF.format(rows=", ".join("?" * len(rows))), rows)
        places = tuple(Place(label, start, *excerpt(text, wanted)) for label, start, text in said)
        session, path, title, started = head
        where = Path(os.fsdecode(path))
        found.append(Found(session, where, title, datetime.fromisoformat(started), places, counts[journal]))
    return tuple(found)


Wanted = Sequence[tuple[Sequence[str], bool]]
"""The folded words of each term; True where its last one may be unfinished."""


def excerpt(text: str, wanted: Wanted) -> tuple[str, tuple[tuple[int, int], ...]]:
    """`text`, cut around the first word found where it is long, and where in it the words stand."""
    marks = _marks(text, wanted)
    if len(text) <= EXCERPT:
        return text, tuple(marks)
    first = marks[0][0] if marks else 0
    start = 0 if first <= _BEFORE else text.rfind(" ", 0, first - _BEFORE) + 1
    end = start + EXCERPT
    cut = ("…" if start else "") + text[start:end] + ("…" if end < len(text) else "")
    shift = start - (1 if start else 0)
    return cut, tuple((a - shift, b - shift) for a, b in marks if b <= end)


@lru_cache(4096)
def _folded_word(word: str) -> str:
    return folded(word)


def _marks(text: str, wanted: Wanted) -> list[tuple[int, int]]:
    words = [(match.start(), match.end(), _folded_word(match[0])) for match in _WORD.finditer(text)]
    marks: set[tuple[int, int]] = set()
    for sought, unfinished in wanted:
        parts = [word for part in sought for word in _WORD.findall(part)]
        for at in range(len(words) - len(parts) + 1):
            here = [word for _, _, word in words[at : at + len(parts)]]
            begun = unfinished and here[:-1] == parts[:-1] and here and here[-1].startswith(parts[-1])
            if parts and (here == parts or begun):
                marks.add((words[at][0], words[at + len(parts) - 1][1]))
    return sorted(marks)


def folded(text: str) -> str:
    """`text` without case and accents."""
    if text.isascii():
        return text.casefold()
    apart = unicodedata.normalize("NFKD", text)
    return "".join(char for char in apart if not unicodedata.combining(char)).casefold()
