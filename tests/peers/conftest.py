"""Tests against other people's programs: real servers and clients, in an environment of their own.

`./dev test --peers` installs `requirements/peers.txt` into `build/peers/venv` and runs this folder; without it nothing
here is collected. A peer is a program in `programs/`, run by that environment's Python (`peers.python`) and spoken to
over loopback or its standard streams, so that its packages never meet ours. To add one:

1. its package, pinned, as a line of `requirements/peers.in` with a comment that says what it is for; `./dev lock`;
2. a program in `programs/` that prints READY when it can be spoken to, takes its port as an argument, and imports
   nothing of this repository;
3. `test_<name>.py` with `pytestmark = pytest.mark.peers`, which starts it with `peers.run("name.py", ...)`;
4. a recording of what it said under `tests/conformance/<provider>/`, so that the plain run covers the same exchange.

JavaScript peers go to `build/peers/node` (`peers.folder`), with the versions pinned in the test that installs them.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

FOLDER = "OVERTITLE_PEERS"  # set by ./dev test --peers
PATIENCE = 60.0
"""Seconds for a peer to come up: a first import writes bytecode for minutes of CPU time on a busy machine."""

FOUND = os.environ.get(FOLDER, "")  # read now: tests see none of the person's OVERTITLE_ variables
collect_ignore_glob = [] if FOUND else ["test_*.py"]


@dataclass(frozen=True)
class Peers:
    """Where the foreign programs are."""

    folder: Path

    @property
    def python(self) -> Path:
        """Python of the environment with the peers' packages."""
        return self.folder / "venv" / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")

    def program(self, name: str) -> Path:
        return Path(__file__).parent / "programs" / name

    def start(self, name: str, *arguments: str) -> subprocess.Popen[str]:
        """A program with pipes for its standard input and output; its log goes to this process's standard error."""
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        return subprocess.Popen(
            [str(self.python), str(self.program(name)), *arguments],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    @contextmanager
    def run(self, name: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
        """A program that has said READY; killed at the end."""
        process = self.start(name, *arguments)
        watchdog = threading.Timer(PATIENCE, process.kill)
        watchdog.start()
        try:
            assert process.stdout is not None
            said = process.stdout.readline().strip()
            assert said == "READY", f"{name} did not start (said {said!r}, status {process.poll()})"
            watchdog.cancel()
            yield process
        finally:
            watchdog.cancel()
            process.kill()
            process.communicate()
            watchdog.join()


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def peers() -> Peers:
    """The peers' environment."""
    return Peers(Path(FOUND))


@pytest.fixture
def port() -> int:
    """A free port for a peer to listen on."""
    return free_port()
