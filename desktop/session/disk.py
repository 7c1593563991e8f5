"""Work on a disk that may stand still, such as a folder on a network: it is waited for, but not for long."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine

PATIENCE = 1.5
"""Seconds that a final, the start and the end of a session wait."""

log = logging.getLogger(__name__)


class Disk:
    """Tasks that wait for a disk, and whether it has answered within reason."""

    def __init__(self, stands_still: Callable[[], None], answers: Callable[[], None]) -> None:
        self._stands_still = stands_still
        self._answers = answers
        self._tasks: set[asyncio.Task[None]] = set()
        self.still = False
        """The disk has been waited for in vain; what was begun goes on as soon as it answers."""

    async def patiently(self, work: Coroutine[None, None, None], *, tell: bool = True) -> None:
        """Return when the work is done, raising what it raises; or go on without it, and tell of that."""
        task = self.start(work)
        done, _ = await asyncio.wait({task}, timeout=PATIENCE)
        if done:
            task.result()
        elif not self.still:
            self.still = True
            if tell:
                self._stands_still()

    def start(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        """Let the work go on by itself."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._over)
        return task

    async def give_up(self) -> None:
        """Wait for nothing any more; what a thread is in the middle of ends when the disk lets it."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _over(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if self.still and not self._tasks:
            self.still = False
            if not task.cancelled():
                if task.exception() is not None:
                    log.info("The disk answered late, and refused: %s", type(task.exception()).__name__)
                self._answers()
