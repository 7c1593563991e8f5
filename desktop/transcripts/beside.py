"""The files beside a journal: which of them are its exports and its sound, and can go, change or move with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from desktop.core.captions import CaptionEvent
from desktop.core.errors import TranscriptError
from desktop.core.message import ENGLISH, Tongue, say
from desktop.transcripts.export import FORMATS, rendered
from desktop.transcripts.growing import locked
from desktop.transcripts.journal import read
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


def _tongue_of(export: Path, journal: Path, tongues: Sequence[Tongue]) -> Tongue | None:
    """In which language an export says what the journal says; None when it does not."""
    kind, said = export.suffix.removeprefix("."), export.read_bytes()
    if kind == "pdf":
        return tongues[0] if pdf_mark(read(journal).header.id).encode() in said else None
    for told in (read(journal), read(journal, edited=False)):
        noted = any(not isinstance(entry, CaptionEvent) for entry in told.entries)  # else every language is the same
        for tongue in tongues if noted else tongues[:1]:
            if rendered(told, kind, tongue) == said:
                return tongue
    return None
