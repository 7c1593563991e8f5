"""A session that is killed with SIGKILL while it captions, again and again; what it had shown has to be in its journal.

Run as a program it is the one that gets killed: it captions beacons as fast as it can and writes each final that was
shown to standard output.
"""

from __future__ import annotations

import asyncio
import logging
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
log = logging.getLogger(__name__)


def killed(folder: Path, seed: int) -> tuple[set[int], set[int]]:
    """Numbers that were shown before the kill, and those that the journal holds after it."""
    from desktop.transcripts.journal import read

    chance = random.Random(seed)  # noqa: S311 - the same moments every time, nothing secret
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, "-m", "tests.support.kills", str(folder)], stdout=subprocess.PIPE, env=environment
    ) as process:
        assert process.stdout is not None
        shown = [process.stdout.readline() for _ in range(chance.randrange(1, 60))]
        time.sleep(chance.random() * 0.003)  # where in the next commit the kill falls is the point
        process.kill()
        shown += process.stdout.readlines()
    if sys.platform != "win32":  # where a killed process has no status of its own
        assert process.returncode == -signal.SIGKILL, f"it had ended by itself, with status {process.returncode}"
    (path,) = folder.glob("*.jsonl")
    saved = read(path)
    assert not saved.complete
    return {int(line) for line in shown if line.endswith(b"\n")}, {int(one.text) for one in saved.segments}


def kills(total: int, *, first: int = 0) -> tuple[int, list[str]]:
    """Finals that were shown over `total` kills, and those that were lost: `seed:number`."""
    count, lost = 0, []
    for seed in range(first, first + total):
        with tempfile.TemporaryDirectory() as folder:
            shown, saved = killed(Path(folder), seed)
        count += len(shown)
        lost += [f"{seed}:{number}" for number in sorted(shown - saved)]
        log.info("killed %d of %d times", seed - first + 1, total)
    return count, lost


async def caption(folder: Path) -> None:
    """Caption until somebody kills this process."""
    from desktop.core.captions import CaptionEvent
    from desktop.session import backoff
    from desktop.session.events import SessionEvent
    from desktop.session.recorder import JournalPlan
    from desktop.session.service import LaneSpec, Service
    from desktop.session.session import Session
    from tests.support.beacon import BeaconProvider, BeaconSource, Fault

    backoff.FIRST = backoff.CAP = backoff.LINE_CAP = 0.002  # time for more finals between two kills

    def show(event: SessionEvent) -> None:
        if isinstance(event, CaptionEvent) and event.is_final and event.text:
            os.write(1, event.text.encode() + b"\n")

    provider = BeaconProvider([Fault(after=4.0, swallow=0.7)] * 1000)
    session = Session([LaneSpec("you", "You", BeaconSource(200))], Service(provider, "en-US"), JournalPlan([folder]))
    session.subscribe(show)
    await session.run()


if __name__ == "__main__":
    asyncio.run(caption(Path(sys.argv[1])))
