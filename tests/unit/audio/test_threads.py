"""Blocking work is over before anyone goes on, cancelled or not."""

from __future__ import annotations

import asyncio
import threading

import pytest

from desktop.audio.threads import in_thread


async def test_the_result_and_the_error_come_back() -> None:
    assert await in_thread(int, "7") == 7
    with pytest.raises(ValueError, match="x"):
        await in_thread(int, "x")


async def test_cancellation_waits_for_the_work_and_undoes_it() -> None:
    begun, go = threading.Event(), threading.Event()
    undone: list[str] = []

    def work() -> str:
        begun.set()
        go.wait()
        return "stream"

    task = asyncio.ensure_future(in_thread(work, undo=undone.append))
    await asyncio.to_thread(begun.wait)
    for _ in range(2):  # impatient users cancel twice
        task.cancel()
        await asyncio.sleep(0)
        assert not task.done()
    go.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert undone == ["stream"]


async def test_work_that_fails_after_cancellation_has_nothing_to_undo() -> None:
    begun, go = threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        go.wait()
        raise ValueError

    task = asyncio.ensure_future(in_thread(work, undo=lambda _: pytest.fail("nothing was made")))
    await asyncio.to_thread(begun.wait)
    task.cancel()
    await asyncio.sleep(0)
    go.set()
    with pytest.raises(asyncio.CancelledError):
        await task
