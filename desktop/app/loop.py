"""The asyncio loop that runs on Qt's.

Traps of qasync 0.28 that this module and its users live with (docs/decisions/0003-event-loop.md): timers fire up to
5 % early; a nested Qt loop (`exec()`) beside coroutines loses steps of tasks; SIGINT needs the loop's help.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

log = logging.getLogger(__name__)


def run(app: QApplication, main: Callable[[asyncio.Event], Coroutine[Any, Any, int]]) -> int:
    """Run `main` to its end on Qt's loop; the event it is given is set when the program is asked to end."""
    import qasync

    loop = qasync.QEventLoop(app)
    loop.set_default_executor(ThreadPoolExecutor(4, thread_name_prefix="work"))
    loop.set_exception_handler(_log_exception)
    with loop:
        stop = asyncio.Event()
        app.commitDataRequest.connect(lambda _manager: stop.set())
        with _signals(loop, stop):
            status: int = loop.run_until_complete(main(stop))
        return status


@contextmanager
def _signals(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> Iterator[None]:
    """SIGINT and SIGTERM end the program the way its Quit does."""
    wake = QTimer()
    if sys.platform == "win32":
        # Python handles a signal only when its own code runs; an idle Qt loop runs none.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda _number, _frame: loop.call_soon_threadsafe(stop.set))
        wake.timeout.connect(lambda: None)
        wake.start(200)
    else:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop.set)
    try:
        yield
    finally:
        wake.stop()
        if sys.platform != "win32":
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(number)


def _log_exception(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    log.error("Unexpected: %s", context.get("message", ""), exc_info=context.get("exception"))


class Tasks:
    """Coroutines started from Qt slots: kept alive, and their bugs logged instead of lost."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[Any]] = set()

    def start(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Run `work` beside everything else."""
        task = asyncio.get_running_loop().create_task(work)
        self._running.add(task)
        task.add_done_callback(self._finished)
        return task

    def _finished(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("Unexpected failure in the background", exc_info=task.exception())

    async def end(self) -> None:
        """Cancel what still runs and wait for it."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
