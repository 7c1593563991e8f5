"""What finding a word and opening the library cost with 1,000 sessions and 1,000,000 segments.

    python benchmarks/library.py [SESSIONS [SEGMENTS_EACH [FOLDER]]]

A FOLDER keeps the made-up library for the next time. Prints a table; asserts nothing.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from storage import chance, header, row, segment, timed, vocabulary  # type: ignore[import-not-found]  # beside this file

from desktop.transcripts.library import Library
from desktop.transcripts.lines import encode, transcript_lines
from desktop.transcripts.transcript import Transcript

PHRASES = 40


def fill(folder: Path, sessions: int, each: int) -> None:
    pool = [segment(number) for number in range(each * 20)]
    for session in range(sessions):
        first = chance.randrange(20) * each
        events = tuple(
            pool[first + at] if at % 20 else segment(at)
            for at in range(each)  # a part of every session is its own
        )
        length = each * 3.0
        told = Transcript(header(session), tuple(sorted(events, key=lambda e: e.start)), True, 0, length)
        (folder / f"{session:05d}.jsonl").write_bytes(b"".join(map(encode, transcript_lines(told))))


def typed(text: str) -> list[str]:
    """What is in the field after each key."""
    return [text[:end] for end in range(1, len(text) + 1) if text[:end].strip()]


def phrases() -> Iterator[tuple[str, list[str]]]:
    yield "one word, common to rare", [vocabulary[3**at] for at in range(9)]
    yield "two words of middling use", [f"{vocabulary[20 + n]} {vocabulary[150 + n]}" for n in range(PHRASES // 4)]
    yield "three common words", [f"{vocabulary[n]} {vocabulary[n + 1]} {vocabulary[n + 2]}" for n in range(10)]
    yield "a common and a rare word", [f"{vocabulary[n]} {vocabulary[9000 + n]}" for n in range(10)]
    yield "no such word", ["qqqqq", "zzzzzzz"]


def searching(library: Library, index: Path) -> None:
    with contextlib.closing(sqlite3.connect(index)) as database:
        count = database.execute("SELECT count(*) FROM segment").fetchone()[0]
    print(f"  {count:,} segments, index of {index.stat().st_size / 1e6:,.0f} MB")
    every: list[float] = []
    for what, texts in phrases():
        asked = [part for text in texts for part in typed(text)]
        times = timed(partial(one, library.search_page, asked), len(asked))
        every += times
        row(f"search as you type: {what}", times)
    row("search as you type: every key", every)
    asked = [part for _, texts in phrases() for text in texts for part in typed(text)]
    row("search as you type: every key, processor time alone", [spent(library, text) for text in asked])


def one(search: Callable[[str], object], asked: list[str], number: int) -> object:
    return search(asked[number])


def spent(library: Library, text: str) -> float:
    """Seconds of processor time, which a busy machine does not change."""
    before = time.thread_time()
    library.search_page(text)
    return time.thread_time() - before


def bare(index: Path) -> object:
    with contextlib.closing(sqlite3.connect(index)) as database:
        return database.execute("SELECT text FROM segment LIMIT 1").fetchone()


def showing(library: Library) -> float:
    """Seconds until its sessions are painted."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtWidgets import QApplication

    from desktop.app.shelf import entry_of
    from desktop.ui.library_view import LibraryView
    from desktop.ui.theme import LIGHT

    app = QApplication.instance() or QApplication([])
    view = LibraryView()
    view.apply_palette(LIGHT)
    view.resize(1096, 600)
    view.show()
    entries = [entry_of(info) for info in library.sessions()]
    page = library.search_page(vocabulary[2])

    def painted(work: Callable[[], object]) -> None:
        work()
        view.grab()

    def stalls(_: int) -> list[float]:
        """How long each turn of the event loop takes while the list is made."""
        view.show_library(entries)
        return timed(lambda _: app.processEvents(), max(len(entries) // 100, 1))

    listing = timed(lambda _: painted(partial(view.show_library, entries)), 9)
    row(f"window: library of {len(entries):,} sessions, first painted", listing)
    row("window: the rest of the list, longest turns of the loop", [max(stalls(at)) for at in range(9)])
    view.field.setText(vocabulary[2])
    row(
        "window: a page of hits, painted",
        timed(lambda _: painted(partial(view.show_found, vocabulary[2], 0, page)), 30),
    )
    return middle(listing)


def middle(times: list[float]) -> float:
    return sorted(times)[len(times) // 2]


def report(sessions: int = 1000, each: int = 1000, kept: str = "") -> tuple[float, float]:
    """Print every figure; returns the seconds that opening the library takes and those of a bare look at its file.

    `kept` is a folder for the made-up library, empty for none.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(kept or name)
        journals = folder / "journals"
        if not journals.exists():
            journals.mkdir(parents=True)
            began = time.perf_counter()
            fill(journals, sessions, each)
            print(f"made {sessions:,} journals in {time.perf_counter() - began:.0f} s")
        library = Library(folder / "library.db", [journals])
        row("first refresh (the whole index)", timed(lambda _: library.refresh(), 1))
        index = folder / "library.db"
        floor = timed(lambda _: bare(index), 50)
        looked = timed(lambda _: library.refresh(), 20)
        listed = timed(lambda _: library.sessions(), 20)
        row("floor: open the index, read one row", floor)
        row("open the library: refresh with nothing new", looked)
        row("open the library: list of sessions", listed)
        searching(library, index)
        return middle(looked) + middle(listed) + showing(library), middle(floor)


if __name__ == "__main__":
    report(*map(int, sys.argv[1:3]), *sys.argv[3:4])
