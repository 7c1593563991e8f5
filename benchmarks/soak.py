"""An hour of sound at accelerated speed through a session: nothing lost, memory flat.

    ./dev bench soak [HOURS]

The sound carries a number in every half second and the provider reads the numbers back, so a lost or doubled word
shows; every minute the stream breaks once. Memory is the resident set of this process.
"""

from __future__ import annotations

import asyncio
import gc
import sys
import tempfile
import time
from array import array
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from desktop.core.audio import SPEECH, AudioChunk  # noqa: E402 - found once the path is set
from desktop.core.captions import CaptionEvent  # noqa: E402 - as above
from desktop.session.events import SessionEvent  # noqa: E402 - as above
from desktop.session.recorder import JournalPlan  # noqa: E402 - as above
from desktop.session.service import LaneSpec, Service  # noqa: E402 - as above
from desktop.session.session import Session  # noqa: E402 - as above
from desktop.transcripts.journal import read  # noqa: E402 - as above
from tests.support.beacon import BASE, BLOCK, BeaconProvider, BeaconSource, Fault  # noqa: E402 - as above

NUMBERS = 20_000
"""Amplitudes that can be told apart."""


class Endless(BeaconSource):
    """The numbers again and again, made as they are asked for."""

    @asynccontextmanager
    async def open(self, epoch: float) -> AsyncIterator[AsyncIterator[AudioChunk]]:
        yield self._blocks()

    async def _blocks(self) -> AsyncIterator[AudioChunk]:
        for number in range(self.count):
            sample = array("h", [BASE + number % NUMBERS]).tobytes()
            pcm = sample * SPEECH.size(0.1)
            for part in range(5):
                yield AudioChunk(pcm[: SPEECH.size(0.1)], SPEECH, number * BLOCK + part / 10)
            await asyncio.sleep(0)


def slope(points: list[tuple[float, float]]) -> float:
    """Megabytes an hour of the straight line that lies closest to (minute, megabytes)."""
    if len(points) < 2:
        return 0.0
    middle = sum(x for x, _ in points) / len(points), sum(y for _, y in points) / len(points)
    over = sum((x - middle[0]) * (y - middle[1]) for x, y in points)
    return 60 * over / sum((x - middle[0]) ** 2 for x, _ in points)


async def soak(hours: float) -> None:
    count = round(hours * 3600 / BLOCK)
    process = psutil.Process()
    provider = BeaconProvider([Fault(after=60.0, swallow=1.0)] * round(hours * 60))
    rows: list[tuple[float, float, int, int]] = []
    finals = 0

    def watch(event: SessionEvent) -> None:
        nonlocal finals
        if isinstance(event, CaptionEvent) and event.is_final:
            finals += bool(event.text)
            if finals % (count // 24) == 0:
                gc.collect()
                fds, threads = process.num_fds(), process.num_threads()
                rows.append((event.end / 60, process.memory_info().rss / 1e6, fds, threads))
                print(f"    {event.end / 3600:.1f} of {hours:g} h of sound", file=sys.stderr, flush=True)

    with tempfile.TemporaryDirectory() as folder:
        session = Session(
            [LaneSpec("you", "You", Endless(count))], Service(provider, "en-US"), JournalPlan([Path(folder)])
        )
        session.subscribe(watch)
        began = time.perf_counter()
        await session.run()
        took = time.perf_counter() - began
        assert session.journal is not None
        saved = [entry.text for entry in read(session.journal).entries if isinstance(entry, CaptionEvent)]
    expected = [str(number % NUMBERS) for number in range(count)]
    print(f"{hours:g} h of sound in {took:.0f} s, {provider.connections} connections")
    print("  minute   memory MB   files   threads")
    for minute, megabytes, fds, threads in rows:
        print(f"  {minute:6.1f}   {megabytes:9.1f}   {fds:5}   {threads:7}")
    first = next((at for at, row in enumerate(rows) if row[0] >= min(60.0, hours * 15)), 0)
    print(f"  slope {slope([row[:2] for row in rows[first:]]):.2f} MB/h from minute {rows[first][0]:.0f} on")
    print(f"  words spoken {count}, saved {len(saved)}, in order and complete: {'yes' if saved == expected else 'NO'}")


if __name__ == "__main__":
    asyncio.run(soak(float(sys.argv[1]) if sys.argv[1:] else 1.0))
