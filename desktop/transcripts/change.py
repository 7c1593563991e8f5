"""What a person changes in a saved transcript: lines are added, nothing that was heard is touched, exports follow."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from desktop.core.errors import ExportFailed, TranscriptError
from desktop.core.message import ENGLISH, Tongue, say
from desktop.transcripts.beside import exports_of
from desktop.transcripts.export import write_export
from desktop.transcripts.journal import Journal, read
from desktop.transcripts.lines import Line, edit_line, keep_line, name_line, title_line

__all__ = ["Line", "change", "edit_line", "keep_line", "name_line", "title_line"]


def change(path: Path, lines: Sequence[Line], tongues: Sequence[Tongue] = (ENGLISH,)) -> None:
    """Add `lines` to the journal at `path`, and write anew the exports beside it that said what it said.

    Each stays in its own one of `tongues`.

    Raises:
        TranscriptError: it can't be read; as `JournalUnwritable`, it can't be written or is being written; as
            `ExportFailed`, it is changed but an export could not follow.
    """
    ours = exports_of(path, tongues).tongues
    with Journal.reopen(path) as journal:
        journal.append_changes(lines)
    now = read(path)
    for export, tongue in ours.items():
        if export.suffix == ".pdf":
            continue  # only the window can make them
        try:
            write_export(now, export.suffix.removeprefix("."), export, tongue)
        except TranscriptError as error:
            raise ExportFailed(
                say("Transcripts", "The transcript is changed, but {file} beside it is not.", file=export.name),
                error.hint,
            ) from error
