"""A program for test_journal_kill: appends numbered finals and tells each number once it is acknowledged."""

import sys
from datetime import UTC, datetime
from pathlib import Path

from desktop.core.captions import CaptionEvent
from desktop.transcripts.journal import Journal
from desktop.transcripts.transcript import JournalHeader


def main(folder: Path, first: int) -> None:
    paths = list(folder.glob("*.jsonl"))
    header = JournalHeader(datetime(2026, 11, 21, 14, 3, tzinfo=UTC), "Killed", (("you", "You"),))
    with Journal.reopen(paths[0]) if paths else Journal.create(folder, header) as journal:
        number = first
        while True:
            text = f"final number {number} " + "of a sentence that goes on and on " * (number % 40)
            journal.append(CaptionEvent("you", str(number), 0, text, True, float(number), number + 1.0))
            sys.stdout.write(f"{number}\n")
            sys.stdout.flush()
            number += 1


main(Path(sys.argv[1]), int(sys.argv[2]))
