"""No test sees or touches the home of the person who runs it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

FOLDERS = {
    "XDG_CONFIG_HOME": ".config",
    "XDG_DATA_HOME": ".local/share",
    "XDG_STATE_HOME": ".local/state",
    "XDG_CACHE_HOME": ".cache",
    "XDG_DOCUMENTS_DIR": "Documents",
}
# platformdirs asks Windows itself, not the environment; these are its own overrides
WINDOWS = {
    "WIN_PD_OVERRIDE_LOCAL_APPDATA": "AppData/Local",
    "WIN_PD_OVERRIDE_APPDATA": "AppData/Roaming",
    "WIN_PD_OVERRIDE_PERSONAL": "Documents",
}
PRIVATE = ("OVERTITLE_", "AWS_")  # settings and keys of the person who runs the tests


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An empty home of the test's own."""
    folder = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith(PRIVATE) and name != "OVERTITLE_DESKTOP"]:
            patch.delenv(name)
        patch.setenv("HOME", str(folder))
        patch.setenv("USERPROFILE", str(folder))
        for name, below in (WINDOWS if sys.platform == "win32" else FOLDERS).items():
            patch.setenv(name, str(folder / below))
        if "OVERTITLE_DESKTOP" not in os.environ:  # the one of the test desktop is no person's either
            (folder / "run").mkdir(mode=0o700)
            patch.setenv("XDG_RUNTIME_DIR", str(folder / "run"))
        yield folder
