"""A thread, an asyncio task or a child process that is left over fails the test that left it."""

from __future__ import annotations

import asyncio
import functools
import gc
import inspect
import os
import threading
import time
from collections.abc import Awaitable, Callable, Generator, Iterator
from multiprocessing import resource_tracker
from typing import Any

import psutil
import pytest

GRACE = float(os.environ.get("OVERTITLE_TEST_GRACE", "20"))
"""Seconds that an ending one is waited for on a busy computer; a test without leaks never waits."""


def pytest_collection_finish() -> None:
    """Take all that was imported out of later collections, which makes the one after each test short."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Free windows and timers in Qt's own thread: out of cycles they are freed in any thread that a later test has."""
    done = yield
    if "qapp" in getattr(item, "fixturenames", ()):
        gc.collect()
    return done


def threads() -> set[threading.Thread]:
    """Python's own threads: one that Qt or an engine made, once it has run Python code, is listed for ever."""
    foreign = threading._DummyThread  # nothing else tells them apart
    return {thread for thread in threading.enumerate() if not isinstance(thread, foreign)}


def children() -> set[psutil.Process]:
    """Processes below this one, without the one that multiprocessing starts once and keeps."""
    tracker = getattr(resource_tracker._resource_tracker, "_pid", None)
    return {child for child in psutil.Process().children(recursive=True) if child.pid != tracker}


def runs(process: psutil.Process) -> bool:
    """Whether it still does; asked without reaping, which is for whoever started it."""
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def still_there(left: set[psutil.Process]) -> list[str]:
    """What remains of `left` after the grace, ended here so that it can't disturb the next test."""
    until = time.monotonic() + GRACE
    while any(map(runs, left)) and time.monotonic() < until:
        time.sleep(0.02)
    names = []
    for process in filter(runs, left):
        try:
            names.append(f"process {process.pid}: {' '.join(process.cmdline())[:200]}")
            process.kill()
        except psutil.NoSuchProcess:
            continue
    return names


@pytest.fixture(autouse=True)
def no_leaks() -> Iterator[None]:
    """Compares threads and child processes before and after the test with all its fixtures."""
    threads_before, children_before = threads(), children()
    yield
    gc.collect()  # what says that it was never closed says it here, and not in a later test
    late = threads() - threads_before
    for thread in late:
        thread.join(GRACE)
    left = [f"thread {thread.name}" for thread in late if thread.is_alive()]
    left += still_there(children() - children_before)
    if left:
        pytest.fail("left over: " + "; ".join(left), pytrace=False)


def without_left_tasks(test: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """The test, which fails when a task that it started is still running at its end."""

    @functools.wraps(test)
    async def checked(*args: Any, **kwargs: Any) -> None:
        before = asyncio.all_tasks()
        await test(*args, **kwargs)
        late = asyncio.all_tasks() - before
        if late:
            _, running = await asyncio.wait(late, timeout=GRACE)
            assert not running, f"tasks left over: {[task.get_coro() for task in running]}"

    return checked


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Wrap coroutine tests before the asyncio plugin runs them."""
    if isinstance(item, pytest.Function) and inspect.iscoroutinefunction(item.obj):
        item.obj = without_left_tasks(item.obj)
    return (yield)
