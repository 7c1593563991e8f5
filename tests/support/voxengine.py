"""Runs our scenario in Node with the stand-in for VoxEngine of tests/voximplant, driven from here."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import shutil
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCENARIO = ROOT / "resources" / "voximplant" / "overtitle.voxengine.js"
STAND_IN = ROOT / "tests" / "voximplant" / "stand_in.js"


class Scenario:
    """A running session: commands in, everything it told kept in order."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self.told: list[dict[str, Any]] = []
        self._read = 0

    def do(self, command: str, **details: Any) -> None:
        """Let something happen in the cloud."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"do": command, **details}).encode() + b"\n")

    def speak(self, leg: str, pcm: bytes) -> None:
        """16-bit mono PCM at 16 kHz from one side of the call."""
        self.do("speak", leg=leg, pcm=base64.b64encode(pcm).decode())

    def end(self) -> None:
        """The cloud breaks down: the session is gone without a word."""
        assert self._process.stdin is not None
        self._process.stdin.close()

    async def until(self, on: str, **wanted: Any) -> dict[str, Any]:
        """The next thing told that is called `on` and has the wanted members; what comes before it is passed over."""
        while True:
            while self._read < len(self.told):
                each = self.told[self._read]
                self._read += 1
                if each["on"] == on and all(each.get(key) == value for key, value in wanted.items()):
                    return each
            await self._next()

    async def log(self, part: str) -> str:
        """The next line of the log with `part` in it."""
        while True:
            text: str = (await self.until("log"))["text"]
            if part in text:
                return text

    def logged(self) -> str:
        """The whole log so far."""
        return "\n".join(each["text"] for each in self.told if each["on"] == "log")

    async def ended(self) -> None:
        """Wait until the session was terminated; whatever it still told is kept."""
        while await self._next(final=True):
            pass

    async def _next(self, *, final: bool = False) -> bool:
        assert self._process.stdout is not None
        line = await self._process.stdout.readline()
        if not line and not final:
            assert self._process.stderr is not None
            trouble = (await self._process.stderr.read()).decode()
            pytest.fail(f"the scenario has ended: {trouble}\n{self.told}", pytrace=False)
        if line:
            self.told.append(json.loads(line))
        return bool(line)


@contextlib.asynccontextmanager
async def scenario(file: Path = SCENARIO, **options: Any) -> AsyncIterator[Scenario]:
    """Start the scenario; `secrets`, `storage`, `customData` and `scale` (of its timers) as tests/voximplant says."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("platform: needs Node.js")
    arguments = (node, str(STAND_IN), str(file), json.dumps(options))
    process = await asyncio.create_subprocess_exec(*arguments, stdin=PIPE, stdout=PIPE, stderr=PIPE, limit=2**20)
    try:
        session = Scenario(process)
        await session.until("ready")
        yield session
    finally:
        assert process.stdin is not None
        process.stdin.close()
        await process.communicate()  # the end of its input ends it; a signal could race with its own end
