"""The child process itself: how it is spawned, listened to and ended."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from desktop.core.errors import EngineUnavailable
from desktop.core.message import say

log = logging.getLogger(__name__)


def child_command(module: str) -> list[str]:
    """What starts `module` as a child of this program; a frozen one is started again with a flag of its own."""
    if getattr(sys, "frozen", False):
        return [sys.executable, "--engine-worker", module]
    return [sys.executable, "-m", module]


def _environment() -> dict[str, str]:
    root = str(Path(__file__).resolve().parents[2])  # where `desktop` lies, whatever the working directory is
    known = os.environ.get("PYTHONPATH")
    kept = {name: value for name, value in os.environ.items() if not _may_be_secret(name.upper())}
    return {**kept, "PYTHONPATH": f"{root}{os.pathsep}{known}" if known else root}


def _may_be_secret(name: str) -> bool:
    """An engine needs no account and no network; the address of a proxy may hold a password."""
    return name.startswith(("OVERTITLE_", "AWS_")) or name.endswith("_PROXY")


class Child:
    """A running child process with its three pipes."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        if process.stdin is None or process.stdout is None or process.stderr is None:
            raise RuntimeError("the child was started without its pipes")
        self.input = process.stdin
        self.output = process.stdout
        self._errors = process.stderr
        self._process = process

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    async def status(self) -> int:
        """Wait for the end; the exit status."""
        return await self._process.wait()

    async def log_errors(self) -> None:
        """Pass what the child writes to its standard error on to the log, until it closes it."""
        while line := await self._errors.read(4096):
            log.debug("engine: %s", line.decode("utf-8", "replace").rstrip())

    def kill(self) -> None:
        """End it now: it keeps nothing that is worth a polite end."""
        if self._process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            if sys.platform == "win32":
                self._process.kill()
            else:
                # Popen.kill() polls first. That reaps a child which has just died before asyncio's watcher can, and
                # the watcher then reports an unknown process with status 255 (CPython 3.11, unix_events.py).
                os.kill(self.pid, signal.SIGKILL)

    async def reap(self) -> None:
        """Kill it, and return when it is gone and its output is closed."""
        self.kill()
        self.input.close()
        while await self.output.read(65_536):
            pass
        await self._process.wait()


async def spawn(command: Sequence[str]) -> Child:
    """Start a child; raises `EngineUnavailable`."""
    pipe = asyncio.subprocess.PIPE
    try:
        process = await asyncio.create_subprocess_exec(
            *command, stdin=pipe, stdout=pipe, stderr=pipe, env=_environment(),
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )  # fmt: skip
    except OSError as error:
        raise EngineUnavailable(
            say("Engine", "The speech engine can't be started ({reason}).", reason=error.strerror or error),
            say("Engine", "Install Overtitle again, or choose another provider."),
        ) from error
    return Child(process)
