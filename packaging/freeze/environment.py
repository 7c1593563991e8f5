"""Runs first in the frozen program on Linux: takes back what PyInstaller's start program has put into the environment.

LD_LIBRARY_PATH points into our folder. Our own libraries find each other without it, by paths relative to themselves,
but the file manager that opens a folder for us would inherit it and load our Qt in place of its own.
"""

import os

_before = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
if _before is None:
    os.environ.pop("LD_LIBRARY_PATH", None)
else:
    os.environ["LD_LIBRARY_PATH"] = _before
