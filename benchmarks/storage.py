"""What saving, searching and exporting transcripts cost, beside bare floors measured in the same run.

    python benchmarks/storage.py [SEGMENTS]

Prints a table; asserts nothing.
"""

from __future__ import annotations

import itertools
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from desktop.core.captions import CaptionEvent, Word
from desktop.transcripts.export import FORMATS, render
from desktop.transcripts.journal import Journal, read
from desktop.transcripts.library import Library
from desktop.transcripts.lines import encode, transcript_lines
from desktop.transcripts.transcript import JournalHeader, Transcript

STARTED = datetime(2026, 1, 1, 9, 0, tzinfo=UTC)
LANES = (("you", "You"), ("them", "Them"))
PER_SESSION = 800
APPENDS = 400

chance = random.Random(7)  # noqa: S311  # the same words every time, nothing secret


def word(rank: int) -> str:
    """Common words are short, as in speech: 4.6 characters on average over running text."""
    size = chance.randrange(2, 5) if rank < 100 else chance.randrange(4, 8) if rank < 2000 else chance.randrange(6, 11)
    return "".join(chance.choices("etaoinshrdlucmfw", k=size))


vocabulary = [word(rank) for rank in range(20_000)]
weights = list(itertools.accumulate(1 / (rank + 1) for rank in range(len(vocabulary))))  # Zipf, as in speech


def segment(number: int, with_words: bool = False) -> CaptionEvent:
    words = chance.choices(vocabulary, cum_weights=weights, k=chance.randrange(6, 19))
    start, length = number * 3.0, len(words) * 0.2
    timed = tuple(Word(word, start + at * 0.2, start + at * 0.2 + 0.2, 0.9) for at, word in enumerate(words))
    lane = LANES[number // 3 % 2][0]
    text = " ".join(words)
    return CaptionEvent(lane, str(number), 0, text, True, start, start + length, words=timed if with_words else ())


def header(session: int) -> JournalHeader:
    return JournalHeader(STARTED + timedelta(hours=session), f"Session {session}", LANES, "en-US", "on-device")


def row(what: str, times: list[float]) -> None:
    times.sort()
    p50, p99 = times[len(times) // 2], times[int(len(times) * 0.99)]
    print(f"{what:58s} p50 {p50 * 1e3:9.3f} ms   p99 {p99 * 1e3:9.3f} ms   max {times[-1] * 1e3:9.3f} ms")


def timed(work: Callable[[int], object], count: int) -> list[float]:
    times = []
    for number in range(count):
        before = time.perf_counter()
        work(number)
        times.append(time.perf_counter() - before)
    return times


def searched(library: Library, queries: list[str], number: int) -> object:
    return library.search(queries[number])


def rendered(told: Transcript, kind: str, _: int) -> object:
    return render(told, kind)


def saving(folder: Path) -> None:
    events = [segment(number, with_words=True) for number in range(APPENDS)]
    lines = [encode({"text": event.text}) for event in events]
    handle = os.open(folder / "floor", os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def bare(number: int) -> None:
        os.write(handle, lines[number])
        os.fsync(handle)

    row("floor: write + fsync of the text alone", timed(bare, APPENDS))
    os.close(handle)
    with Journal.create(folder / "journal", header(0)) as journal:
        row("journal: append one final with word times, fsynced", timed(lambda n: journal.append(events[n]), APPENDS))


def searching(folder: Path, count: int) -> None:
    for session in range(count // PER_SESSION):
        told = Transcript(header(session), tuple(map(segment, range(PER_SESSION))), True, 0, PER_SESSION * 3.0)
        (folder / f"{session:05d}.jsonl").write_bytes(b"".join(map(encode, transcript_lines(told))))
    library = Library(folder / "data" / "library.db", [folder])
    print(f"library of {count // PER_SESSION * PER_SESSION:,} segments")
    row("  first refresh (whole index)", timed(lambda _: library.refresh(), 1))
    row("  refresh with nothing new", timed(lambda _: library.refresh(), 20))
    row("  list of sessions", timed(lambda _: library.sessions(), 20))
    queries: dict[str, Callable[[int], str]] = {
        "very common word": lambda _: vocabulary[2],
        "rare word": lambda n: vocabulary[5000 + n],
        "two words": lambda n: f"{vocabulary[20]} {vocabulary[150 + n]}",
        "phrase of common words": lambda n: f'"{vocabulary[1]} {vocabulary[2 + n]}"',
        "beginning of a word, 1 letter": lambda n: "w0123456789"[n % 11],
        "beginning of a word, 3 letters": lambda n: vocabulary[300 + n][:3],
        "no such word": lambda n: f"nothing{n}",
    }
    for what, query in queries.items():
        asked = [query(number) for number in range(30)]
        row(f"  search: {what}, newest 50", timed(partial(searched, library, asked), len(asked)))


def exporting(folder: Path, count: int) -> None:
    told = Transcript(header(0), tuple(map(segment, range(count))), True, 0, count * 3.0)
    print(f"export of one transcript of {count:,} segments")
    for kind in FORMATS:
        best = min(timed(partial(rendered, told, kind), 3))
        print(f"  {kind:6s} {best * 1e3:9.1f} ms   {count / best:12,.0f} segments/s")
    path = folder / "long.jsonl"
    path.write_bytes(b"".join(map(encode, transcript_lines(told))))
    best = min(timed(lambda _: read(path), 3))
    print(f"  {'read':6s} {best * 1e3:9.1f} ms   {count / best:12,.0f} segments/s   (journal to transcript)")


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        saving(folder)
        (folder / "library").mkdir()
        searching(folder / "library", count)
        exporting(folder, min(count, 20_000))


if __name__ == "__main__":
    main()
