"""The append-only file of one session: a line is on the disk before `append` returns."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Self

from desktop.core.captions import CaptionEvent, Entry, LaneAdded
from desktop.core.errors import JournalUnwritable, TranscriptError
from desktop.core.message import say
from desktop.transcripts.clean import clean_label, file_name
from desktop.transcripts.growing import GrowingFile
from desktop.transcripts.lines import Line, edit_line, encode, end_line, entry_line, session_line
from desktop.transcripts.parse import NO_START, parse
from desktop.transcripts.refusals import OF_TRANSCRIPT
from desktop.transcripts.transcript import JournalHeader, Transcript

MAX_SIZE = 512 << 20
"""Bytes; a day of talk is about 10 MB, so a larger file is no journal."""


class Journal:
    """An open journal. Every call blocks on the disk: make one at a time, in a thread beside the loop.

    Leaving the context lets the file go without calling the session ended; `close` does both.
    """

    def __init__(self, file: GrowingFile) -> None:
        self._file = file

    @classmethod
    def create(cls, folder: Path, header: JournalHeader, entries: Iterable[Entry | LaneAdded] = ()) -> Journal:
        """Start a journal in `folder`, which is made when it is missing.

        Raises:
            JournalUnwritable: the folder can't be made or written; nothing is left behind then.
        """
        name = f"{header.started:%Y-%m-%d %H.%M} {file_name(header.title)}"
        return cls._create(folder, name, encode(session_line(header)), entries)

    @classmethod
    def _create(cls, folder: Path, name: str, data: bytes, entries: Iterable[Entry | LaneAdded]) -> Journal:
        with _explained(folder):
            return cls(GrowingFile.create(folder, name, data + b"".join(map(_encoded, entries))))

    @classmethod
    def reopen(cls, path: Path) -> Journal:
        """Go on with a journal, after a crash or to edit it.

        A torn last line gets its line end and stays in the file as a line that can't be read: nothing is ever removed.

        Raises:
            JournalUnwritable: it can't be written, or another instance is writing it.
        """
        with _explained(path.parent):
            file = GrowingFile.reopen(path)
        if file is None:
            raise JournalUnwritable(
                say("Transcripts", "The transcript in {folder} is being written by another Overtitle.",
                    folder=path.parent),
                say("Transcripts", "Stop the captions there first."),
            )  # fmt: skip
        return cls(file)

    def copy(self, folder: Path, entries: Iterable[Entry | LaneAdded]) -> Journal:
        """All that is in this one, with more `entries` behind it, in a new journal of another `folder`.

        Raises:
            JournalUnwritable: this one can't be read, or the folder can't be written; nothing is left behind then.
        """
        with _explained(self.path.parent):
            content = self._file.content
        return self._create(folder, self.path.stem, content, entries)

    @property
    def path(self) -> Path:
        """Where the file is: it is followed within its folder, and written anew where it was taken out of it."""
        return self._file.path

    @property
    def disturbed(self) -> bool:
        """Somebody else has changed what was written; `bring_back` mends that."""
        return self._file.disturbed

    def look(self) -> None:
        """Learn whether the file is `disturbed`, and follow it; raises `JournalUnwritable`."""
        self._put(b"")

    def append(self, entry: Entry | LaneAdded) -> None:
        """Put one entry on the disk; a final without text says nothing and is left out.

        Raises:
            JournalUnwritable: it is not on the disk. The same call can be made again at any time, and entries keep the
                order in which they are appended.
            ValueError: the caption is not final.
        """
        line = _encoded(entry)
        if line:
            self._put(line)

    def append_edit(self, lane: str, segment_id: str, text: str) -> None:
        """Give a segment another text, or withdraw it with an empty one; raises `JournalUnwritable`."""
        self._put(encode(edit_line(lane, segment_id, text)))

    def append_changes(self, lines: Sequence[Line]) -> None:
        """Write what a person changed, all of it with one write; raises `JournalUnwritable`."""
        self._put(b"".join(map(encode, lines)))

    def bring_back(self, header: JournalHeader, entries: Iterable[Entry | LaneAdded]) -> None:
        """Write again what a `disturbed` file has lost of these; raises `JournalUnwritable`."""
        with _explained(self.path.parent):
            content = self._file.content
        self._put(b"".join(_lost(content, header, entries)))
        self._file.disturbed = False

    def close(self, duration: float) -> None:
        """Call the session ended after `duration` seconds and let the file go.

        Raises:
            JournalUnwritable: the last line is not on the disk; the journal stays open for another try.
        """
        self._put(encode(end_line(duration)))
        self.release()

    def discard(self) -> None:
        """Remove the file: the session never came to be, or is saved elsewhere. Raises `JournalUnwritable`."""
        with _explained(self.path.parent):
            self._file.discard()

    def release(self) -> None:
        """Let the file go as it is."""
        self._file.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def _put(self, data: bytes) -> None:
        with _explained(self.path.parent):
            self._file.append(data)


def _encoded(entry: Entry | LaneAdded) -> bytes:
    line = entry_line(entry)
    return encode(line) if not isinstance(entry, CaptionEvent) or line["text"] else b""


def _lost(content: bytes, header: JournalHeader, entries: Iterable[Entry | LaneAdded]) -> Iterator[bytes]:
    """The lines of what is no longer in `content`; a caption that has another text there is no loss."""
    lines = set(content.splitlines(keepends=True))
    try:
        there = parse(content, edited=False)
    except TranscriptError:
        there = None
    if there is None or not there.header.id:
        yield encode(session_line(header))
    said = {(each.lane, each.segment_id) for each in there.segments} if there else set()
    for entry in entries:
        known = isinstance(entry, CaptionEvent) and (clean_label(entry.lane), clean_label(entry.segment_id)) in said
        if not known and (line := _encoded(entry)) not in lines:
            yield line


def read(path: Path, *, edited: bool = True, size: int | None = None) -> Transcript:
    """Read a journal, also while it is being written; with a `size` only that many bytes of it.

    Raises:
        TranscriptError: it can't be read, or it is no journal.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_SIZE + 1)
            modified = os.fstat(file.fileno()).st_mtime
    except OSError as error:
        raise TranscriptError(
            say("Transcripts", "The transcript can't be read: {cause}.", cause=error.strerror or type(error).__name__),
            say("Transcripts", "Check that the file is there and that this account may read it."),
        ) from error
    if len(data) > MAX_SIZE:
        raise TranscriptError(
            say("Transcripts", "This file is too large to be a transcript."),
            say("Transcripts", "Choose a .jsonl file from the folder of transcripts."),
        )
    transcript = parse(data[:size], edited=edited)
    return replace(transcript, header=_completed(transcript.header, path, modified))


def _completed(header: JournalHeader, path: Path, modified: float) -> JournalHeader:
    """The header with what the file itself can tell in place of what its first line does not."""
    started = header.started if header.started != NO_START else datetime.fromtimestamp(modified, UTC)
    session_id = header.id or sha256(path.name.encode(errors="surrogateescape")).hexdigest()[:8]
    return replace(header, started=started, title=header.title or path.stem, id=session_id)


@contextlib.contextmanager
def _explained(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise JournalUnwritable(*OF_TRANSCRIPT.explain(error, folder)) from error
