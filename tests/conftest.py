"""Rules that every test lives under; each guard is a plugin of its own in tests/support."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parent.parent
RECORDINGS = ROOT.parent / "shared" / "speech"
DESKTOP = "OVERTITLE_DESKTOP"  # set by tests/desktop_session.py

if DESKTOP not in os.environ:
    # Outside of ./dev test the parts of a desktop that are found belong to the person who runs the tests.
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ["DBUS_SESSION_BUS_ADDRESS"] = "unix:path=/nonexistent/bus"
    os.environ["PULSE_SERVER"] = "unix:/nonexistent/pulse"
    os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"

settings.register_profile("overtitle", deadline=None)  # the machine's speed is no part of a property
settings.register_profile("ci", parent=settings.get_profile("overtitle"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") == "true" else "overtitle")

pytest_plugins = [
    "tests.support.home",
    "tests.support.leaks",
    "tests.support.logs",
    "tests.support.network",
    "tests.support.patience",
    "tests.support.skips",
]


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what this computer can't show, each with the reason's kind as its first word."""
    if item.get_closest_marker("desktop") and DESKTOP not in os.environ:
        if sys.platform.startswith("linux") and os.environ.get("CI") == "true":
            pytest.fail("The test desktop is missing: run the tests with ./dev test", pytrace=False)
        pytest.skip("platform: needs the desktop that ./dev test brings on Linux")
    if item.get_closest_marker("shared") and not RECORDINGS.is_dir():
        pytest.skip("recordings: the folder beside the repository is missing")


@pytest.fixture(scope="session")
def sample_speech() -> Path:
    """The folder of the sample speech that comes with the program."""
    return ROOT / "resources" / "sample"


@pytest.fixture(scope="session")
def recordings() -> Path:
    """The folder of recordings beside the repository; for tests marked `shared`."""
    return RECORDINGS
