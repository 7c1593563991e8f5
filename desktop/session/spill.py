"""Sound that waits on the disk: a nameless file that vanishes with the program, whatever ends it."""

from __future__ import annotations

import errno
import os
import tempfile
from contextlib import suppress
from typing import IO

from desktop.disk import make_folder
from desktop.settings import paths

Place = tuple[int, int]
"""Where a piece begins, counted through all rounds of the file, and its length in bytes."""


class SpillFile:
    """First in, first out; a ring of fixed size, made when it is first needed. Only its owner can read it.

    Python opens it with mode 0600 and without a name (on Windows: deleted when closed), so no crash leaves it behind.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._file: IO[bytes] | None = None
        self._head = 0
        self._tail = 0

    def put(self, data: bytes) -> Place | None:
        """Keep a piece; None when the ring has no room for it. Raises `OSError` when the disk takes no more."""
        if self._head + len(data) - self._tail > self._size:
            return None
        place = (self._head, len(data))
        if self._file is None:
            self._file = _nameless()
        for at, piece in self._parts(place):
            write(self._file, at, data[piece])
        self._head += len(data)
        return place

    def get(self, place: Place) -> bytes | None:
        """A piece once more; None when the disk can't give it back."""
        found = b""
        with suppress(OSError):
            if self._file is not None:
                for at, piece in self._parts(place):
                    self._file.seek(at)
                    found += self._file.read(piece.stop - piece.start)
        return found if len(found) == place[1] else None

    def free(self, place: Place) -> None:
        """The oldest piece is not needed any more."""
        self._tail = place[0] + place[1]

    def close(self) -> None:
        """Remove everything."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _parts(self, place: Place) -> list[tuple[int, slice]]:
        """Where the bytes of a piece lie in the file; two places when it goes round the end."""
        start, length = place
        at = start % self._size
        first = min(length, self._size - at)
        return [(at, slice(0, first)), (0, slice(first, length))] if first < length else [(at, slice(0, length))]


def write(file: IO[bytes], at: int, data: bytes) -> None:
    """Put data into the file; raises `OSError` unless all of it is there."""
    file.seek(at)
    if file.write(data) != len(data):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _nameless() -> IO[bytes]:
    """A file on the disk where the user's own data lies: the system's temporary folder is memory on many computers."""
    folder = paths.state_folder()
    make_folder(folder)
    return tempfile.TemporaryFile(prefix="overtitle-", dir=folder, buffering=0)
