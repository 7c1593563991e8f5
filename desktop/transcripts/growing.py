"""A file that grows at its end and stays the file that people see, whatever is done to it while it is open.

Everything here blocks on the disk and raises `OSError`.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from itertools import count
from pathlib import Path

from desktop.disk import OWNER_FILE, make_folder, sync_folder

_FLAGS = os.O_RDWR | os.O_APPEND | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
_REMEMBERED = 4096
"""Bytes at the end by which the file is known again."""


class GrowingFile:
    """An open file of lines. What `append` has returned for is on the disk."""

    def __init__(self, path: Path, handle: int) -> None:
        self.path = path
        """Where the file is: it is followed within its folder, and written anew where it was taken out of it."""
        self._handle = handle
        self._device = _device(path.parent)
        self._size = 0
        """Bytes that are acknowledged."""
        self._end = b""
        """The last of them."""
        self._torn = False
        """What lies behind them is the torn end of a write that failed."""
        self.disturbed = False
        """Somebody else has changed what was acknowledged, as an editor does that saves what it read earlier."""

    @classmethod
    def create(cls, folder: Path, stem: str, data: bytes) -> GrowingFile:
        """A new file of lines that holds `data`, on the disk with its name; `folder` is made when it is missing.

        A number is added to a name that is taken. Nothing is left behind when it can't be done.
        """
        make_folder(folder)
        file = cls._new(folder, stem)
        try:
            file._write(data)
            sync_folder(folder)
        except BaseException:  # an interrupt too must leave nothing behind
            file.release()
            file.path.unlink(missing_ok=True)
            raise
        return file

    @classmethod
    def _new(cls, folder: Path, stem: str) -> GrowingFile:
        for number in count(1):
            path = folder / (f"{stem}.jsonl" if number == 1 else f"{stem} {number}.jsonl")
            try:
                handle = _open_new(path)
            except FileExistsError:
                continue
            lock(handle)
            return cls(path, handle)
        raise AssertionError  # count() never ends

    @classmethod
    def reopen(cls, path: Path) -> GrowingFile | None:
        """Go on with a file, whose torn last line gets its line end; None while another process writes it."""
        handle = os.open(path, _FLAGS)
        try:
            if not lock(handle):
                os.close(handle)
                return None
            file = cls(path, handle)
            file._write(b"")
        except BaseException:  # an interrupt too must let the file go
            os.close(handle)
            raise
        return file

    @property
    def content(self) -> bytes:
        """All that is acknowledged, also when the file has no name any more."""
        return _read_at(self._handle, 0, self._size)

    def append(self, data: bytes) -> None:
        """Put whole lines on the disk, or leave the file as it was."""
        if self._handle < 0:
            raise ValueError("the file is closed")
        if not self._is_at(self.path):
            self._follow()
        self._write(data)

    def release(self) -> None:
        """Let the file go as it is."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1

    def discard(self) -> None:
        """Remove the file, and nothing that somebody has put in its place."""
        ours = self._handle < 0 or self._is_at(self.path)
        self.release()
        if ours:
            self.path.unlink(missing_ok=True)

    def _write(self, data: bytes) -> None:
        self._look()
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
        remembered = min(len(data) or _REMEMBERED, self._size, _REMEMBERED)
        self._end = data[-remembered:] or _read_at(self._handle, self._size - remembered, remembered)

    def _look(self) -> None:
        """Learn how long the file is now, and whether what was acknowledged last still stands in its place."""
        size = os.fstat(self._handle).st_size
        if self._torn and size > self._size:
            os.ftruncate(self._handle, self._size)
            size = self._size
        self._torn = False
        there = _read_at(self._handle, self._size - len(self._end), len(self._end))
        self.disturbed = self.disturbed or there != self._end
        self._size = size

    def _ends_a_line(self) -> bool:
        """False after a crash in the middle of a write, or when a person has written into the file."""
        return self._size == 0 or _read_at(self._handle, self._size - 1, 1) == b"\n"

    def _is_at(self, path: Path) -> bool:
        """Whether what is open is the file at `path`: writing to one that was removed or moved away succeeds too."""
        try:
            there = path.stat()
        except (FileNotFoundError, NotADirectoryError):
            return False
        except OSError:
            return True  # nobody can tell; what is open can still be written
        ours = os.fstat(self._handle)
        if os.path.samestat(there, ours):
            return True
        # Not every network file system numbers its files for good: the same end at the same place tells as well.
        return ours.st_nlink > 0 and there.st_size == ours.st_size and self._ends_alike(path)

    def _ends_alike(self, path: Path) -> bool:
        with path.open("rb") as file:
            file.seek(self._size - len(self._end))
            return file.read(len(self._end)) == self._end

    def _follow(self) -> None:
        """Go on under the file's new name in its folder, or write it anew, all of it: what is open can be read."""
        renamed = self._renamed()
        if renamed is not None:
            self.path = renamed
            return
        folder = self.path.parent
        if _device(folder) != self._device:  # a disk was taken out: nobody would find what is written in its place
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
        anew = GrowingFile.create(folder, self.path.stem, self.content)
        self.release()
        self.path, self._handle, self._size, self._torn = anew.path, anew._handle, anew._size, False

    def _renamed(self) -> Path | None:
        ours = os.fstat(self._handle)
        if ours.st_nlink > 0:
            with contextlib.suppress(FileNotFoundError, NotADirectoryError), os.scandir(self.path.parent) as entries:
                for entry in entries:
                    listed = entry.name.endswith(".jsonl") and not entry.name.startswith(".")
                    if listed and entry.inode() == ours.st_ino and self._is_at(Path(entry.path)):
                        return Path(entry.path)
        return None


def _device(folder: Path) -> int:
    """The disk that `folder` is on, or would be on."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder.stat().st_dev


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


def lock(handle: int) -> bool:
    """Whether no other process holds the file; True as well where the file system knows no locks."""
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
    """Whether some process is writing the file at `path`."""
    handle = os.open(path, os.O_RDWR)
    try:
        return not lock(handle)
    finally:
        os.close(handle)
