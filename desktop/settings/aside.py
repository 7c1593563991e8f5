"""Work in a thread of its own that may never come back, such as a call to a keyring that asks the person first."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

T = TypeVar("T")


def aside(work: Callable[[], T]) -> Future[T]:
    """Start `work` beside everything else; its result can be waited for, or be given up.

    A daemon thread and not an executor's: the program waits for those when it ends, and a keyring whose prompt nobody
    answers would keep it from ending.
    """
    future: Future[T] = Future()

    def run() -> None:
        if not future.set_running_or_notify_cancel():
            return
        try:
            result = work()
        except BaseException as error:  # noqa: BLE001 - handed to whoever waits for it
            future.set_exception(error)
        else:
            future.set_result(result)

    threading.Thread(target=run, daemon=True, name="aside").start()
    return future
