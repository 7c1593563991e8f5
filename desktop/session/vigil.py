"""Notices from outside a session what its streams notice late or never: the computer slept, the network is back.

And that somebody set the computer's clock, which only the log hears of: nothing here but stamps goes by that clock.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import time
from collections.abc import Callable

from desktop.transport.network import has_route

log = logging.getLogger(__name__)

TICK = 1.0
"""Seconds between two looks."""
ASLEEP = 3.0
"""Seconds that a look may come late; after more the connections are dead, or as good as that."""
JUMP = 2.0
"""Seconds that the clock on the wall may differ from the one that only ever goes on, between two looks."""

_GOES_ON = {"linux": "CLOCK_BOOTTIME", "darwin": "CLOCK_MONOTONIC"}
"""The clock that counts while the computer sleeps; on Windows Python's own monotonic one does, on macOS it does not."""


def awake_or_not() -> float:
    """Seconds of a clock that goes on while the computer sleeps."""
    name = _GOES_ON.get(sys.platform)
    return time.clock_gettime(getattr(time, name)) if name is not None else time.monotonic()


class Vigil:
    """Looks once a second, for one session."""

    def __init__(self, slept: Callable[[float], None], online: Callable[[], None]) -> None:
        self._slept = slept
        """Told how long in seconds."""
        self._online = online
        self.clock: Callable[[], float] = awake_or_not
        self.wall: Callable[[], float] = time.time
        self._ahead: float | None = None
        """Seconds, by how much the clock on the wall was ahead of the other at the last look."""

    async def watch(self, waiting: Callable[[], bool]) -> None:
        """Until cancelled. The network is looked at only while somebody is `waiting` for it."""
        last, connected = self.clock(), True
        while True:
            await asyncio.sleep(TICK)
            now = self.clock()
            self._look_at_the_wall(now)
            late, last = now - last - TICK, now
            if late > ASLEEP:
                self._slept(late)
            if waiting():
                before, connected = connected, has_route()
                if connected and not before:
                    self._online()
            else:
                connected = True

    def _look_at_the_wall(self, now: float) -> None:
        ahead = self.wall() - now
        jump = ahead - self._ahead if self._ahead is not None else 0.0
        self._ahead = ahead
        if abs(jump) > JUMP:
            way = "forward" if jump > 0 else "back"
            log.info(
                "The computer's clock was set %s by %.0f s; times in the transcript go on as before", way, abs(jump)
            )
