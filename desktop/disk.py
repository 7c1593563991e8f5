"""Files and folders that only their owner can read, and files that are replaced as a whole."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from pathlib import Path
from tempfile import NamedTemporaryFile

OWNER_FOLDER = 0o700
OWNER_FILE = 0o600


def make_folder(folder: Path) -> None:
    """Make `folder` and its missing parents, each for its owner only whatever the umask; raises `OSError`."""
    missing = []
    while not folder.exists():
        missing.append(folder)
        if folder == folder.parent:  # a drive that is not there
            break
        folder = folder.parent
    for each in reversed(missing):
        with contextlib.suppress(FileExistsError):  # another instance may be as fast
            each.mkdir(mode=OWNER_FOLDER)
            each.chmod(OWNER_FOLDER)
            with contextlib.suppress(PermissionError):  # to make a name is one right, to read the folder another
                sync_folder(each.parent)


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


def replace_file(path: Path, data: bytes, *, through_links: bool) -> None:
    """Write `data` so that a reader finds the old file or the new one, never half of one; missing folders are made.

    The file is its owner's only. A link at `path` is followed and stays (`through_links`: people keep their settings in
    other places so), or is refused, lest it lead the data elsewhere. Raises `OSError`.
    """
    if through_links:
        path = path.resolve()
    elif path.is_symlink():
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
    make_folder(path.parent)
    # NamedTemporaryFile opens with mode 0600 and O_EXCL
    with NamedTemporaryFile(dir=path.parent, prefix=".", suffix=".tmp", delete=False) as file:
        new = Path(file.name)
        try:
            if sys.platform != "win32":
                os.fchmod(file.fileno(), OWNER_FILE)  # a umask may have taken more
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            file.close()
            new.replace(path)
        except BaseException:  # also when interrupted: half a file must not stay
            new.unlink(missing_ok=True)
            raise
    sync_folder(path.parent)
