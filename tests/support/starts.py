"""The window shown and asked to quit, again and again, on several desktops at once.

Run as a program, inside a desktop, it is one of those desktops: it starts and stops, and tells each end in a line of
JSON. Each desktop has its own display, buses, keyring, sound server and runtime folder, and each start a home of its
own, so that they share neither the socket of the single instance nor a folder of transcripts.
"""

from __future__ import annotations

import asyncio
import json
import logging
import random
import signal
import sys
import tempfile
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

import psutil

from tests.support.beacon_server import settled
from tests.support.desktop import Window
from tests.support.programs import KEYS, ROOT, End, Leaks, asked_to_end, secrets, started

log = logging.getLogger(__name__)
LINGER = 5.0
"""Seconds that children of an ended program may take to follow it on a busy machine."""


async def start_and_stop(seed: int) -> End:
    """The window is shown and asked to quit; what it left behind, and any secret let out, is in `left`."""
    chance = random.Random(seed)  # noqa: S311 - the same moments every time, nothing secret
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        leaks = Leaks()
        with started(home, **KEYS) as process:
            await asyncio.to_thread(Window(process).wait)
            leaks.look_at_processes(process.pid, secrets())
            await asyncio.sleep(chance.uniform(0.0, 2.0))
            end = await asked_to_end(process, home, signal.SIGTERM)
        leaks.look_at_files(home, secrets())
        cores = [f"core dump {path.name}" for path in home.glob("core*") if path.is_file()]
        end.left = [*await still_running(home), *cores, *leaks.found]
    return end


async def still_running(home: Path) -> list[str]:
    """Processes with this home that outlive their program."""
    found: list[str] = []

    def none() -> bool:
        found[:] = [f"process {one.name()}" for one in psutil.process_iter() if _lives_in(one, home)]
        return not found

    with suppress(TimeoutError):
        await settled(none, LINGER)
    return found


def _lives_in(process: psutil.Process, home: Path) -> bool:
    with suppress(psutil.Error):
        return bool(process.environ().get("HOME") == str(home) and process.status() != psutil.STATUS_ZOMBIE)
    return False


async def several(count: int, at_once: int) -> list[End]:
    """That many starts and stops, shared out to `at_once` desktops; one that breaks costs only its own."""
    ends: list[End] = []

    async def on_a_desktop(seeds: range) -> None:
        command = (sys.executable, str(ROOT / "tests" / "desktop_session.py"), sys.executable, "-m", __name__)
        process = await asyncio.create_subprocess_exec(
            *command, str(seeds.start), str(seeds.stop), str(seeds.step), cwd=ROOT, stdout=asyncio.subprocess.PIPE
        )
        assert process.stdout is not None
        told = 0
        async for line in process.stdout:
            ends.append(End(**json.loads(line)))
            told += 1
            log.info("%d of %d starts and stops", len(ends), count)
        status = await process.wait()
        ends.extend(End(float("inf"), None, f"ERROR: its desktop ended with {status}") for _ in seeds[told:])

    await asyncio.gather(*(on_a_desktop(range(first, count, at_once)) for first in range(at_once)))
    return ends


async def tell(seeds: range) -> None:
    """Start and stop once for each seed, and tell every end."""
    for seed in seeds:
        try:
            end = await start_and_stop(seed)
        except Exception as error:  # noqa: BLE001 - one start that fails is told, and the others go on
            end = End(float("inf"), None, f"ERROR: {type(error).__name__}: {error}"[:500])
        print(json.dumps(asdict(end)), flush=True)  # noqa: T201 - a program of its own


if __name__ == "__main__":
    asyncio.run(tell(range(*map(int, sys.argv[1:]))))
