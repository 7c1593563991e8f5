"""From a device's callback to the coroutine that reads the chunk: how long does it take?

    python benchmarks/handoff.py [seconds]

A thread plays the device: a block every 20 ms, put as PortAudio's callback puts it. Asyncio and qasync, idle and with
8 ms of work in the event loop's thread every 33 ms, as a window that paints. Prints milliseconds, asserts nothing.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
import time
from statistics import quantiles
from typing import Any

from desktop.audio.queue import ChunkQueue
from desktop.core.audio import SPEECH, AudioChunk

BLOCK = bytes(SPEECH.size(0.02))


async def measure(seconds: float, *, painting: bool) -> list[float]:
    """Milliseconds from `put` to the consumer, one per block."""
    queue = ChunkQueue()
    device = threading.Thread(target=play, args=(queue, seconds))
    painter = asyncio.create_task(paint()) if painting else None
    device.start()
    delays = [(time.perf_counter() - chunk.start) * 1000 async for chunk in queue]
    device.join()
    if painter:
        painter.cancel()
    return delays


def play(queue: ChunkQueue, seconds: float) -> None:
    """A device: `start` carries the moment of `put`."""
    due = time.perf_counter()
    for _ in range(round(seconds / 0.02)):
        due += 0.02
        time.sleep(max(0.0, due - time.perf_counter()))
        queue.put(AudioChunk(BLOCK, SPEECH, time.perf_counter()))
    queue.close()


async def paint() -> None:
    """Work that holds the event loop, as painting does."""
    while True:
        until = time.perf_counter() + 0.008
        while time.perf_counter() < until:
            pass
        await asyncio.sleep(0.025)


def run(loop_kind: str, seconds: float, *, painting: bool) -> list[float]:
    """One row of the table."""
    if loop_kind == "asyncio":
        return asyncio.run(measure(seconds, painting=painting))
    from PySide6.QtWidgets import QApplication  # before qasync, or it may choose another Qt binding
    from qasync import QEventLoop

    app: Any = QApplication.instance() or QApplication([])
    with QEventLoop(app) as loop:
        delays: list[float] = loop.run_until_complete(measure(seconds, painting=painting))
    return delays


def main() -> None:
    """Print the table."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 20.0
    print(f"{'loop':8} {'work':9} {'p50 ms':>8} {'p99 ms':>8} {'max ms':>8} {'blocks':>7}")
    for loop_kind in ("asyncio", "qasync"):
        for painting in (False, True):
            delays = run(loop_kind, seconds, painting=painting)
            cuts = quantiles(delays, n=100)
            work = "painting" if painting else "idle"
            row = f"{cuts[49]:8.3f} {cuts[98]:8.3f} {max(delays):8.3f} {len(delays):7}"
            print(f"{loop_kind:8} {work:9} {row}", flush=True)


if __name__ == "__main__":
    main()
