"""A sound device that is pulled out and put back while a session listens to it, on a real sound server."""

from __future__ import annotations

import asyncio
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from desktop.audio.devices import open_source
from desktop.core.errors import AudioError
from desktop.session.events import LevelChanged, ProblemRaised, SessionEvent
from desktop.session.recorder import JournalPlan
from desktop.session.service import LaneSpec
from desktop.session.session import Session
from tests.support.beacon_server import PlainAdapter, beacon_server, settled
from tests.support.trials import plain


@dataclass(frozen=True, slots=True)
class Pulled:
    """What a session made of it."""

    noticed: float | None
    """Seconds from pulling it out to the first word about it."""
    back: float | None
    """Seconds from putting it back to the first sound of it."""


async def pulled(away: float = 1.5) -> Pulled:
    """Pull the device out, put it back after a while."""
    name = f"pulled_{uuid4().hex[:8]}"
    module = await _plug(name)
    told: list[tuple[float, SessionEvent]] = []
    async with beacon_server(PlainAdapter) as server, _feed():
        with tempfile.TemporaryDirectory() as folder:
            lane = LaneSpec("you", "You", await asyncio.to_thread(open_source, f"pulse:{name}"))
            session = Session([lane], plain(server.port), JournalPlan([Path(folder)]))
            session.subscribe(lambda event: told.append((time.monotonic(), event)))
            running = asyncio.ensure_future(session.run())
            try:
                await settled(lambda: any(isinstance(event, LevelChanged) for _, event in told))
                out = time.monotonic()
                await _pactl("unload-module", module)
                noticed = await _first(told, out, AudioError)
                await asyncio.sleep(max(0.0, out + away - time.monotonic()))
                put_back = time.monotonic()
                heard = [at for at, event in told if isinstance(event, LevelChanged) and out + away / 2 < at < put_back]
                assert not heard, "something is heard of a device that is not there"
                module = await _plug(name)
                return Pulled(noticed, await _first(told, put_back, None))
            finally:
                session.stop()
                await running
                await _pactl("unload-module", module)


async def _first(told: list[tuple[float, SessionEvent]], since: float, error: type[AudioError] | None) -> float | None:
    """Seconds to the first trouble with the sound, or without `error` to the first sound."""

    def found() -> float | None:
        for at, event in told:
            trouble = isinstance(event, ProblemRaised) and isinstance(event.problem.error, AudioError)
            if at > since and (trouble if error else isinstance(event, LevelChanged)):
                return at - since
        return None

    with suppress(TimeoutError):
        await settled(lambda: found() is not None, 15.0)
    return found()


@asynccontextmanager
async def _feed() -> AsyncIterator[None]:
    """Silence for the microphones of the test desktop: nobody playing, a null sink works in steps of 2 s."""
    silence = ("pacat", "--playback", "--latency-msec=20", "--device=ci_micfeed", "/dev/zero")
    player = await asyncio.create_subprocess_exec(*silence, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        player.kill()
        await player.wait()


async def _plug(name: str) -> str:
    return await _pactl("load-module", "module-remap-source", "master=ci_micfeed.monitor", f"source_name={name}")


async def _pactl(*words: str) -> str:
    process = await asyncio.create_subprocess_exec("pactl", *words, stdout=subprocess.PIPE)
    said, _ = await process.communicate()
    assert process.returncode == 0, f"pactl {words[0]} failed"
    return said.decode().strip()
