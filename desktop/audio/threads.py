"""Blocking calls into device libraries, away from the event loop and never left half done."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

log = logging.getLogger(__name__)
_left_behind: set[asyncio.Future[None]] = set()
"""Kept, for a loop holds its tasks by weak references only."""


async def in_thread(work: Callable[..., T], *args: object, undo: Callable[[T], object] | None = None) -> T:
    """Run `work` in a worker thread and wait until it is done, even when cancelled.

    What a library is doing can't be interrupted, and must be over before what it works on is closed. When cancelled,
    `undo` gets the result that nobody takes any more.
    """
    task = asyncio.ensure_future(asyncio.to_thread(work, *args))
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is None:
        return task.result()
    if undo is not None and task.exception() is None:
        await asyncio.to_thread(undo, task.result())
    raise cancelled


def leave_behind(task: asyncio.Future[None]) -> None:
    """Wait no longer for a task that was cancelled and hangs in a device library; it ends by itself."""
    if task.done():
        return
    log.warning("A sound device takes long to close and was left to itself")
    _left_behind.add(task)

    def forget(_task: asyncio.Future[None]) -> None:
        _left_behind.discard(task)
        if not task.cancelled():
            task.exception()  # nobody asks for it any more

    task.add_done_callback(forget)


def prepare_thread() -> None:
    """Make ready for device libraries the thread that calls: on Windows their objects need COM."""
    if sys.platform == "win32":
        import ctypes

        ctypes.windll.ole32.CoInitializeEx(None, 0)  # repeating it does no harm
