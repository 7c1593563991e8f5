"""Threads for work that blocks, such as reading the folder of transcripts, which may be on a network that is down."""

from __future__ import annotations

from collections.abc import Callable
from concurrent import futures
from functools import partial
from typing import Any, ParamSpec, TypeVar

from desktop.settings.aside import aside

LAST = 1.5
"""Seconds that work may still take when the program ends; what is replaced as a whole stays as it was after that."""

P = ParamSpec("P")
T = TypeVar("T")


class Workers(futures.Executor):
    """A thread for each piece of work, so that what a disk holds up keeps neither the rest nor the end waiting."""

    def __init__(self) -> None:
        self._running: set[futures.Future[Any]] = set()

    def submit(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> futures.Future[T]:
        """Start `work` at once."""
        future = aside(partial(work, *args, **kwargs))
        self._running.add(future)
        future.add_done_callback(self._running.discard)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Wait for what runs, but not for ever; nothing waits to be begun."""
        del cancel_futures
        if wait:
            futures.wait(tuple(self._running), timeout=LAST)
