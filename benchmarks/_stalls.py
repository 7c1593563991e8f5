"""What held an event loop up: its own work, the collector, or that another program had the processor.

The kernel says how long a thread was ready to run and did not (Linux, /proc/*/schedstat); elsewhere that column is
what is left of a round's wall time after its processor time.
"""

from __future__ import annotations

import asyncio
import gc
import os
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Round:
    """One round of the loop, from waking up to waiting again; seconds."""

    wall: float
    cpu: float
    """Of the loop's thread."""
    waited: float
    """Ready to run, while others had the processor."""
    collecting: float


@dataclass
class Stalls:
    """The rounds of a loop that took longest."""

    rounds: list[Round] = field(default_factory=list)
    _collected: float = 0.0

    def worst(self, what: str) -> float:
        """The longest of `wall`, `cpu`, `waited` or `collecting`, in milliseconds."""
        return max((getattr(each, what) for each in self.rounds), default=0.0) * 1000

    def slowest(self) -> Round:
        """The round that took longest."""
        return max(self.rounds, key=lambda each: each.wall, default=Round(0.0, 0.0, 0.0, 0.0))


def schedule() -> int | None:
    """A descriptor to read the waiting time of this thread from; None where the system does not tell."""
    try:
        return os.open(f"/proc/self/task/{threading.get_native_id()}/schedstat", os.O_RDONLY)
    except (OSError, AttributeError):
        return None


@contextmanager
def watched(loop: asyncio.AbstractEventLoop) -> Iterator[Stalls]:
    """Measure every round of `loop`, which has to run in this thread."""
    stalls, descriptor = Stalls(), schedule()
    selector: Any = loop._selector  # type: ignore[attr-defined]  # asyncio's own, and nothing public tells of rounds
    select, last = selector.select, [0.0, 0.0, 0.0, 0.0]

    def now() -> list[float]:
        waited = 0.0 if descriptor is None else int(os.pread(descriptor, 64, 0).split()[1]) / 1e9
        return [time.perf_counter(), time.thread_time(), waited, stalls._collected]

    def measured(timeout: float | None = None) -> Sequence[Any]:
        if last[0]:
            wall, cpu, waited, collecting = (after - before for before, after in zip(last, now(), strict=True))
            stalls.rounds.append(Round(wall, cpu, max(0.0, wall - cpu) if descriptor is None else waited, collecting))
        found: Sequence[Any] = select(timeout)
        last[:] = now()
        return found

    def collected(phase: str, _info: dict[str, int], begun: list[float] = [0.0]) -> None:  # noqa: B006 - one callback
        if phase == "start":
            begun[0] = time.perf_counter()
        else:
            stalls._collected += time.perf_counter() - begun[0]

    selector.select = measured
    gc.callbacks.append(collected)
    try:
        yield stalls
    finally:
        selector.select = select
        gc.callbacks.remove(collected)
        if descriptor is not None:
            os.close(descriptor)
