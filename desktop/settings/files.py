"""One file, replaced as a whole, for its owner only."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from tempfile import NamedTemporaryFile


def replace_file(path: Path, data: bytes) -> None:
    """Write `data` so that a reader finds the old file or the new one; missing folders are made. Raises `OSError`.

    A link at `path` stays one, and what it points to is replaced: people keep their settings in other places so.
    """
    path = path.resolve()
    _make_folder(path.parent)
    # NamedTemporaryFile opens with mode 0600 and O_EXCL
    with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}-", delete=False) as file:
        new = Path(file.name)
        try:
            if sys.platform != "win32":
                os.fchmod(file.fileno(), 0o600)  # a umask may have taken more
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            file.close()
            new.replace(path)
        except BaseException:
            new.unlink(missing_ok=True)
            raise


def _make_folder(folder: Path) -> None:
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    for each in reversed(missing):
        each.mkdir(mode=0o700, exist_ok=True)
        each.chmod(0o700)
