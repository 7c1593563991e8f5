"""A real keyring that nobody unlocks: a session bus and a keyring daemon of the test's own."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.conftest import Program
from tests.support.account import account_plugin

pytestmark = pytest.mark.desktop
CANARY = "canary-5up3r"
UNLOCKED = "printf ci | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1"
LOCKED = "gnome-keyring-daemon --start --components=secrets >/dev/null 2>&1"
OnBus = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def on_bus(program: Program, tmp_path: Path) -> OnBus:
    """Runs the program on a bus of its own; the daemon ends with the bus, and its keyring file stays."""
    plugin = account_plugin(tmp_path)

    def run(daemon: str, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        script = f'{daemon}; exec "$@"'
        environment = {**program.environment, "PYTHONPATH": plugin, "PYTHONWARNINGS": ""}  # secretstorage leaves a
        # socket open when a prompt is dismissed, which is not ours to mend
        environment.pop("OVERTITLE_DESKTOP", None)
        done = subprocess.run(
            ["dbus-run-session", "--", "sh", "-c", script, "_", *program.command(*arguments)],
            cwd=program.home,
            env=environment,
            input=stdin,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
        assert "Traceback" not in done.stderr, done.stderr
        assert CANARY not in done.stdout + done.stderr
        return done

    assert "DBUS_SESSION_BUS_ADDRESS" in os.environ
    return run


def test_what_is_saved_can_not_be_read_while_it_is_locked(on_bus: OnBus) -> None:
    done = on_bus(UNLOCKED, "credentials", "set", "cloud-nine", stdin=f"abc123\n{CANARY}\n")
    assert done.returncode == 0, done.stderr
    done = on_bus(UNLOCKED, "credentials", "list", "cloud-nine", "--json")
    assert [row["set"] for row in json.loads(done.stdout)] == [True, True, False, False]
    for action in ("list", "test"):
        done = on_bus(LOCKED, "credentials", action, "cloud-nine")
        assert done.returncode == 4, done.stderr
        assert "keyring" in done.stderr
        assert "this run only" in done.stderr
    assert on_bus(LOCKED, "credentials", "delete", "cloud-nine", "--yes").returncode == 4
    done = on_bus(UNLOCKED, "credentials", "list", "cloud-nine", "--json")
    assert [row["set"] for row in json.loads(done.stdout)] == [True, True, False, False]


def test_a_keyring_that_was_never_made_is_locked_too(on_bus: OnBus) -> None:
    done = on_bus(LOCKED, "credentials", "set", "cloud-nine", stdin=f"abc123\n{CANARY}\n")
    assert done.returncode == 4
    assert "The keyring stays locked" in done.stderr or "There is no keyring" in done.stderr
