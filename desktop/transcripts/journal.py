"""The append-only file of one session: a line is on the disk before `append` returns."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Self

from desktop.core.captions import CaptionEvent, Entry, LaneAdded
from desktop.core.errors import JournalUnwritable, TranscriptError
from desktop.core.message import say
from desktop.disk import OWNER_FILE, make_folder, sync_folder
from desktop.transcripts.clean import file_name
from desktop.transcripts.lines import Line, edit_line, encode, end_line, entry_line, session_line
from desktop.transcripts.parse import NO_START, parse
from desktop.transcripts.refusals import OF_TRANSCRIPT
from desktop.transcripts.transcript import JournalHeader, Transcript

MAX_SIZE = 512 << 20
"""Bytes; a day of talk is about 10 MB, so a larger file is no journal."""
_FLAGS = os.O_RDWR | os.O_APPEND | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)


class Journal:
    """An open journal. Every call blocks on the disk: use it from one worker thread.

    Leaving the context lets the file go without calling the session ended; `close` does both.
    """

    def __init__(self, path: Path, handle: int, size: int) -> None:
        self._path = path
        self._handle = handle
        self._size = size
        """Bytes that are acknowledged."""
        self._torn = False
        """What lies behind them is the torn end of a write that failed."""

    @classmethod
    def create(cls, folder: Path, header: JournalHeader) -> Journal:
        """Start a journal in `folder`, which is made when it is missing.

        Raises:
            JournalUnwritable: the folder can't be made or written; nothing is left behind then.
        """
        with _explained(folder):
            make_folder(folder)
            journal = cls._new(folder, f"{header.started:%Y-%m-%d %H.%M} {file_name(header.title)}")
            try:
                journal._write(encode(session_line(header)))
                sync_folder(folder)
            except BaseException:  # an interrupt too must leave nothing behind
                journal.release()
                journal.path.unlink(missing_ok=True)
                raise
        return journal

    @classmethod
    def _new(cls, folder: Path, stem: str) -> Journal:
        for number in count(1):
            path = folder / (f"{stem}.jsonl" if number == 1 else f"{stem} {number}.jsonl")
            try:
                handle = _open_new(path)
            except FileExistsError:
                continue
            _lock(handle)
            return cls(path, handle, 0)
        raise AssertionError  # count() never ends

    @classmethod
    def reopen(cls, path: Path) -> Journal:
        """Go on with a journal, after a crash or to edit it.

        A torn last line gets its line end and stays in the file as a line that can't be read: nothing is ever removed.

        Raises:
            JournalUnwritable: it can't be written, or another instance is writing it.
        """
        with _explained(path.parent):
            handle = os.open(path, _FLAGS)
            try:
                _lock_or_refuse(handle, path.parent)
                journal = cls(path, handle, 0)
                journal._write(b"")
            except BaseException:  # an interrupt too must let the file go
                os.close(handle)
                raise
        return journal

    @property
    def path(self) -> Path:
        """Where the file was made; another place once a removed file had to be written anew."""
        return self._path

    def append(self, entry: Entry | LaneAdded) -> None:
        """Put one entry on the disk; a final without text says nothing and is left out.

        Raises:
            JournalUnwritable: it is not on the disk. The same call can be made again at any time, and entries keep the
                order in which they are appended.
            ValueError: the caption is not final.
        """
        line = entry_line(entry)
        if not isinstance(entry, CaptionEvent) or line["text"]:
            self._put(encode(line))

    def append_edit(self, lane: str, segment_id: str, text: str) -> None:
        """Give a segment another text, or withdraw it with an empty one; raises `JournalUnwritable`."""
        self._put(encode(edit_line(lane, segment_id, text)))

    def append_changes(self, lines: Sequence[Line]) -> None:
        """Write what a person changed, all of it with one write; raises `JournalUnwritable`."""
        self._put(b"".join(map(encode, lines)))

    def close(self, duration: float) -> None:
        """Call the session ended after `duration` seconds and let the file go.

        Raises:
            JournalUnwritable: the last line is not on the disk; the journal stays open for another try.
        """
        self._put(encode(end_line(duration)))
        self.release()

    def discard(self) -> None:
        """Remove the file; for a session that never came to be."""
        self.release()
        self._path.unlink(missing_ok=True)

    def release(self) -> None:
        """Let the file go as it is."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def _put(self, data: bytes) -> None:
        if self._handle < 0:
            raise ValueError("the journal is closed")
        with _explained(self._path.parent):
            if os.fstat(self._handle).st_nlink == 0:
                self._restore()
            self._write(data)

    def _write(self, data: bytes) -> None:
        """Write and sync, or leave the file as it was."""
        if self._torn:
            os.ftruncate(self._handle, self._size)
            self._torn = False
        self._size = os.fstat(self._handle).st_size
        start = b"" if self._ends_a_line() else b"\n"
        try:
            _write_all(self._handle, start + data)
            os.fsync(self._handle)
        except OSError:
            self._torn = True
            with contextlib.suppress(OSError):  # the next append tries again before it writes
                os.ftruncate(self._handle, self._size)
                self._torn = False
            raise
        self._size += len(start) + len(data)

    def _ends_a_line(self) -> bool:
        """False after a crash in the middle of a write, or when a person has written into the file."""
        return self._size == 0 or _read_at(self._handle, self._size - 1, 1) == b"\n"

    def _restore(self) -> None:
        """Write the file anew, all of it, when someone has removed it: what is open can still be read."""
        data = _read_at(self._handle, 0, self._size)
        anew = Journal._new(self._path.parent, self._path.stem)  # an editor may have put its own file in our place
        try:
            anew._write(data)
            sync_folder(anew.path.parent)
        except BaseException:  # an interrupt too must leave nothing behind
            anew.release()
            anew.path.unlink(missing_ok=True)
            raise
        self.release()
        self._path, self._handle, self._size, self._torn = anew.path, anew._handle, anew._size, False


def read(path: Path, *, edited: bool = True) -> Transcript:
    """Read a journal, also while it is being written.

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
    transcript = parse(data, edited=edited)
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


def _lock_or_refuse(handle: int, folder: Path) -> None:
    if _lock(handle):
        return
    raise JournalUnwritable(
        say("Transcripts", "The transcript in {folder} is being written by another Overtitle.", folder=folder),
        say("Transcripts", "Stop the captions there first."),
    )


def _open_new(path: Path) -> int:
    handle = os.open(path, _FLAGS | os.O_CREAT | os.O_EXCL, OWNER_FILE)  # O_EXCL does not follow links
    if sys.platform != "win32":
        os.fchmod(handle, OWNER_FILE)  # a umask may have taken more
    return handle


def _write_all(handle: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(handle, rest) :]  # a disk that fills up takes a part first and refuses the rest


def _read_at(handle: int, start: int, size: int) -> bytes:
    os.lseek(handle, start, os.SEEK_SET)  # writing does not use the position: O_APPEND
    parts = []
    while size > 0 and (part := os.read(handle, size)):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _lock(handle: int) -> bool:
    """Whether no other process holds the journal; True as well where the file system knows no locks."""
    try:
        if sys.platform == "win32":  # not tested on Windows
            import msvcrt

            os.lseek(handle, 1 << 40, os.SEEK_SET)  # locks forbid reading there, so lock what no journal reaches
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno not in {errno.EWOULDBLOCK, errno.EACCES, errno.EDEADLK}
    return True


def locked(path: Path) -> bool:
    """Whether some process is writing the journal at `path`; raises `OSError` when it can't be opened."""
    handle = os.open(path, os.O_RDWR)
    try:
        return not _lock(handle)
    finally:
        os.close(handle)
