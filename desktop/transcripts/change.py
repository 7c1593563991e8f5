"""What a person changes in a saved transcript: lines are added, nothing that was heard is touched, exports follow."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from desktop.core.errors import ExportFailed, TranscriptError
from desktop.core.message import say
from desktop.transcripts.beside import exports_of
from desktop.transcripts.export import write_export
from desktop.transcripts.journal import Journal, read
from desktop.transcripts.lines import Line, edit_line, keep_line, name_line, title_line

__all__ = ["Line", "change", "edit_line", "keep_line", "name_line", "title_line"]


def change(path: Path, lines: Sequence[Line]) -> None:
    """Add `lines` to the journal at `path`, and write anew the exports beside it that said what it said.

    Raises:
        TranscriptError: it can't be read; as `JournalUnwritable`, it can't be written or is being written; as
            `ExportFailed`, it is changed but an export could not follow.
    """
    ours = [export for export in exports_of(path).ours if export.suffix != ".pdf"]  # only the window can make PDFs
    with Journal.reopen(path) as journal:
        journal.append_changes(lines)
    now = read(path)
    for export in ours:
        try:
            write_export(now, export.suffix.removeprefix("."), export)
        except TranscriptError as error:
            raise ExportFailed(
                say("Transcripts", "The transcript is changed, but {file} beside it is not.", file=export.name),
                error.hint,
            ) from error
