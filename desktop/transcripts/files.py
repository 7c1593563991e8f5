"""Files that only their owner can read, folders likewise, and what to say when the system refuses."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from dataclasses import replace
from pathlib import Path
from tempfile import NamedTemporaryFile

from desktop.core.message import Message, say

OWNER_FOLDER = 0o700
OWNER_FILE = 0o600

_BACK = say("Transcripts", "Put it back, or choose another folder in the settings.")
_ELSEWHERE = say("Transcripts", "Choose another folder in the settings.")
_ROOM = say("Transcripts", "Free some space; saving goes on as soon as there is room.")
_FULL = say("Transcripts", "The transcript can't be saved in {folder}: the disk is full.")
_GONE = say("Transcripts", "The transcript can't be saved in {folder}: the folder is no longer there.")
_DENIED = say("Transcripts", "The transcript can't be saved in {folder}: this account may not write there.")
_READ_ONLY = say("Transcripts", "The transcript can't be saved in {folder}: the disk is read-only.")
_NO_FOLDER = say("Transcripts", "The transcript can't be saved in {folder}: it is a file, not a folder.")
_TOO_LARGE = say("Transcripts", "The transcript can't be saved in {folder}: the file may not grow any larger there.")
_LONG_NAME = say("Transcripts", "The transcript can't be saved in {folder}: the name is too long for this disk.")
_FAILED = say("Transcripts", "The transcript can't be saved in {folder}: the disk reports “{cause}”.")

_TROUBLE: dict[int, tuple[Message, Message]] = {
    errno.ENOSPC: (_FULL, _ROOM),
    errno.EDQUOT: (_FULL, _ROOM),
    errno.EFBIG: (_TOO_LARGE, _ELSEWHERE),
    errno.ENOENT: (_GONE, _BACK),
    errno.ESTALE: (_GONE, _BACK),
    errno.EACCES: (_DENIED, _ELSEWHERE),
    errno.EPERM: (_DENIED, _ELSEWHERE),
    errno.EROFS: (_READ_ONLY, _ELSEWHERE),
    errno.ENOTDIR: (_NO_FOLDER, _ELSEWHERE),
    errno.ENAMETOOLONG: (_LONG_NAME, say("Transcripts", "Choose a shorter title.")),
}


def trouble(error: OSError, folder: Path) -> tuple[Message, Message]:
    """What `error` means for a transcript in `folder`, and what to do; names the folder, never the title."""
    what, hint = _TROUBLE.get(error.errno or 0, (_FAILED, _ELSEWHERE))
    cause = error.strerror or type(error).__name__
    return replace(what, values={"folder": str(folder), "cause": cause}), hint


def make_folder(folder: Path) -> None:
    """Make `folder` and its missing parents, each for its owner only whatever the umask; raises `OSError`."""
    missing = []
    while not folder.exists():
        missing.append(folder)
        folder = folder.parent
    for each in reversed(missing):
        with contextlib.suppress(FileExistsError):  # another instance may be as fast
            each.mkdir(mode=OWNER_FOLDER)
            each.chmod(OWNER_FOLDER)


def sync_folder(folder: Path) -> None:
    """Make sure that a new name in `folder` outlives a power cut, where the system lets folders be opened."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno != errno.EINVAL:  # some network file systems have nothing to sync in a folder
            raise
    finally:
        os.close(handle)


def replace_file(path: Path, data: bytes) -> None:
    """Write `data` to `path` so that a reader finds the old file or the new one, never half of one.

    The file is its owner's only. A link at `path` is refused, lest it lead the data elsewhere. Raises `OSError`.
    """
    if path.is_symlink():
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
    # NamedTemporaryFile opens with mode 0600 and O_EXCL
    with NamedTemporaryFile(dir=path.parent, prefix=".", suffix=".tmp", delete=False) as file:
        new = Path(file.name)
        try:
            if sys.platform != "win32":
                os.fchmod(file.fileno(), OWNER_FILE)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            file.close()
            new.replace(path)
        except BaseException:
            new.unlink(missing_ok=True)
            raise
    sync_folder(path.parent)
