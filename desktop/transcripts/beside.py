"""The files beside a journal: which of them are its exports and its sound, and can go, change or move with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from desktop.core.captions import CONTINUED, CaptionEvent
from desktop.core.errors import ExportFailed, TranscriptError
from desktop.core.message import ENGLISH, Tongue, say
from desktop.transcripts.export import FORMATS, rendered
from desktop.transcripts.growing import locked
from desktop.transcripts.journal import read
from desktop.transcripts.parse import GOING_ON, kind_of
from desktop.transcripts.refusals import OF_TRANSCRIPT
from desktop.transcripts.sound import sounds_of


@dataclass(frozen=True, slots=True)
class Beside:
    """Files named like the exports of a journal."""

    ours: tuple[Path, ...]
    """Those that say what the journal says, with its changes or without."""
    others: tuple[Path, ...]
    """Those that say something else; a person may have changed them."""
    sound: tuple[Path, ...] = ()
    """What was heard."""
    tongues: Mapping[Path, Tongue] = field(default_factory=dict)
    """In which language each of `ours` has the program's own sentences; none for PDFs."""


def exports_of(path: Path, tongues: Sequence[Tongue] = (ENGLISH,)) -> Beside:
    """What lies beside the journal at `path`, in any of these languages; raises `TranscriptError`."""
    beside = [path.with_suffix(f".{kind}") for kind in (*FORMATS, "pdf") if kind != "jsonl"]
    try:
        present = [other for other in beside if other.is_file() and not other.is_symlink()]
        same = {other: _tongue_of(other, path, tongues) for other in present}
        sound = tuple(each.path for each in sounds_of(path, read(path).header.id))
    except OSError as error:
        raise refused(error, path.parent) from error
    ours = {other: tongue for other, tongue in same.items() if tongue is not None}
    return Beside(tuple(ours), tuple(other for other in present if other not in ours), sound, ours)


def refuse_while_written(path: Path) -> None:
    """Raises `TranscriptError` while a session writes the journal at `path`."""
    try:
        if not locked(path):
            return
    except OSError as error:
        raise refused(error, path.parent) from error
    raise TranscriptError(
        say("Transcripts", "This transcript is still being written."),
        say("Transcripts", "Stop the captions first."),
    )


def refused(error: OSError, folder: Path) -> TranscriptError:
    """What to say when the system does not let a transcript be deleted or moved."""
    cause = error.strerror or type(error).__name__
    return TranscriptError(
        say("Transcripts", "The transcript can't be deleted: {cause}.", cause=cause),
        say("Transcripts", "Check that this account may change the folder {folder}.", folder=folder),
    )


def pdf_mark(session: str) -> str:
    """What stands in the PDFs of a session, so that they can be told from a person's own."""
    return f"overtitle-session:{session};"


def refuse_if_changed(export: Path, journal: Path, tongues: Sequence[Tongue] = (ENGLISH,)) -> None:
    """Raises `ExportFailed` when `export` says what the journal never said: a person may have changed it."""
    if not export.is_file() or export.is_symlink():
        return
    try:
        if _tongue_of(export, journal, tongues, [None, *_earlier_ends(journal.read_bytes())]) is not None:
            return
    except OSError as error:
        raise ExportFailed(*OF_TRANSCRIPT.explain(error, export.parent)) from error
    raise ExportFailed(
        say("Transcripts", "{file} says something else than the transcript, so it is left as it is.", file=export.name),
        say("Transcripts", "Give it another name, and export the transcript from the library."),
    )


def _earlier_ends(data: bytes) -> Iterator[int]:
    """How long the journal was, changes by hand included, each time its session went on after an end or a crash."""
    ended, reach = False, 0
    for line in data.splitlines(keepends=True):
        kind = kind_of(line)
        if (ended and kind in GOING_ON) or (kind == "gap" and CONTINUED.encode() in line):
            yield reach
        ended = kind == "end" or (ended and kind not in GOING_ON)
        reach += len(line)


def _tongue_of(
    export: Path, journal: Path, tongues: Sequence[Tongue], sizes: Sequence[int | None] = (None,)
) -> Tongue | None:
    """In which language an export says what the journal says, or said when it was so long; None when it does not."""
    kind, said = export.suffix.removeprefix("."), export.read_bytes()
    if kind == "pdf":
        return tongues[0] if pdf_mark(read(journal).header.id).encode() in said else None
    for told in (read(journal, edited=edited, size=size) for size in sizes for edited in (True, False)):
        noted = any(not isinstance(entry, CaptionEvent) for entry in told.entries)  # else every language is the same
        for tongue in tongues if noted else tongues[:1]:
            if rendered(told, kind, tongue) == said:
                return tongue
    return None
