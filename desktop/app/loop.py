"""The asyncio loop that runs on Qt's.

Traps of qasync 0.28 that this module and its users live with (docs/decisions/0003-event-loop.md): timers fire up to
5 % early; a nested Qt loop (`exec()`) beside coroutines loses steps of tasks; SIGINT needs the loop's help.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
import sys
from collections import deque
from collections.abc import Callable, Coroutine, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from contextvars import Context
from typing import Any

import qasync  # after PySide6, lest it choose another binding
from PySide6.QtCore import QCoreApplication, QSocketNotifier, QTimer
from PySide6.QtWidgets import QApplication

from desktop.session.lookup import look_up_aside

log = logging.getLogger(__name__)


class WindowLoop(qasync.QEventLoop):  # type: ignore[misc]  # qasync ships no types
    """qasync's loop, but other threads wake it through a socket.

    qasync emits a Qt signal in the calling thread. When the connection is taken off meanwhile, as at closing, PySide
    frees Python objects in that thread without the interpreter's lock: one exit in four crashed so after the engine's
    child had ended (PySide6 6.11.3; docs/decisions/0003-event-loop.md).
    """

    def __init__(self, app: QCoreApplication) -> None:
        self._inbox: deque[asyncio.Handle] = deque()
        self._bell, self._door = socket.socketpair()
        self._bell.setblocking(False)
        self._door.setblocking(False)
        super().__init__(app)
        self._notifier = QSocketNotifier(self._door.fileno(), QSocketNotifier.Type.Read)
        self._notifier.activated.connect(self._open_door)

    def call_soon_threadsafe(
        self, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> asyncio.Handle:
        """Run `callback` in the loop's thread; raises `RuntimeError` once the loop is closed."""
        handle = asyncio.Handle(callback, args, self, context)
        self._inbox.append(handle)
        try:
            self._bell.send(b"!")
        except BlockingIOError:
            pass  # so much ringing is waiting that the door will be opened in any case
        except OSError:
            raise RuntimeError("Event loop is closed") from None
        return handle

    def _open_door(self) -> None:
        with suppress(BlockingIOError):
            self._door.recv(4096)
        for _ in range(len(self._inbox)):
            handle = self._inbox.popleft()
            if not handle.cancelled():
                handle._run()

    def close(self) -> None:
        """Close the loop; other threads can't reach it any more."""
        self._notifier.setEnabled(False)
        super().close()  # waits for the work in other threads, which still rings
        self._bell.close()
        self._door.close()


def run(app: QApplication, main: Callable[[asyncio.Event], Coroutine[Any, Any, int]], early: Sequence[int] = ()) -> int:
    """Run `main` to its end on Qt's loop; the event it is given is set when the program is asked to end.

    `early` holds the signals that came before; nothing adds to it any more once the loop listens itself.
    """
    loop = WindowLoop(app)
    loop.set_default_executor(ThreadPoolExecutor(4, thread_name_prefix="work"))
    loop.set_exception_handler(_log_exception)
    look_up_aside(loop)
    with loop:
        stop = asyncio.Event()
        app.commitDataRequest.connect(lambda _manager: stop.set())
        with _signals(loop, stop):
            if early:
                stop.set()
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
        """Cancel what still runs and wait for it, and for what that starts: nothing may outlive the loop."""
        while self._running:
            for task in self._running:
                task.cancel()
            await asyncio.gather(*self._running, return_exceptions=True)
