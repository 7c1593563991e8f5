"""Other threads reach the window's loop in order, and may still call while it closes."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication

from desktop.app.loop import Tasks, WindowLoop

ROOT = Path(__file__).parents[3]
CLOSING = """
import asyncio, threading
from PySide6.QtCore import QCoreApplication
from desktop.app.loop import WindowLoop
app = QCoreApplication([])
def ring(loop, began):
    began.set()
    try:
        while True:
            loop.call_soon_threadsafe(int)
    except RuntimeError:
        pass  # closed, as asyncio says it
for _ in range(60):
    began = threading.Event()
    with WindowLoop(app) as loop:
        threads = [threading.Thread(target=ring, args=(loop, began)) for _ in range(3)]
        for thread in threads:
            thread.start()
        began.wait()
        loop.run_until_complete(asyncio.sleep(0.002))
    for thread in threads:
        thread.join()
print("well")
"""


def test_calls_of_another_thread_run_in_order_in_the_loop_s_thread(qapp: QCoreApplication) -> None:
    calls: list[tuple[int, int]] = []
    done = asyncio.Event()

    def note(number: int) -> None:
        calls.append((number, threading.get_ident()))
        if number == 999:
            done.set()

    with WindowLoop(qapp) as loop:

        def ring() -> None:
            cancelled = loop.call_soon_threadsafe(note, -1)
            cancelled.cancel()
            for number in range(1000):
                loop.call_soon_threadsafe(note, number)

        thread = threading.Thread(target=ring)
        thread.start()
        loop.run_until_complete(asyncio.wait_for(done.wait(), 60))
        thread.join()
    assert [number for number, _ in calls if number >= 0] == list(range(1000))
    assert {thread for _, thread in calls} == {threading.get_ident()}


def test_a_closed_loop_refuses_calls(qapp: QCoreApplication) -> None:
    loop = WindowLoop(qapp)
    loop.close()
    with pytest.raises(RuntimeError, match="closed"):
        loop.call_soon_threadsafe(int)


def test_threads_that_call_while_it_closes_do_no_harm() -> None:
    done = subprocess.run([sys.executable, "-c", CLOSING], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "well"), done.stderr[-2000:]


EARLY = """
import os, signal
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication
from desktop.app import _asked_early
from desktop.app.loop import run
early = _asked_early()
app = QApplication([])
os.kill(os.getpid(), signal.SIGTERM)
async def main(stop):
    await stop.wait()
    return 7
raise SystemExit(run(app, main, early))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="platform: signals of POSIX")
def test_a_request_to_end_before_the_loop_runs_is_obeyed() -> None:
    done = subprocess.run([sys.executable, "-c", EARLY], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 7, done.stderr[-2000:]


def test_what_ending_tasks_start_is_ended_too(qapp: QCoreApplication) -> None:
    ended: list[str] = []

    async def work() -> None:
        tasks = Tasks()

        async def second() -> None:
            try:
                await asyncio.sleep(60)
            finally:
                ended.append("second")

        async def first() -> None:
            try:
                await asyncio.sleep(60)
            finally:
                tasks.start(second())
                await asyncio.sleep(0)
                ended.append("first")

        tasks.start(first())
        await asyncio.sleep(0)
        await tasks.end()

    with WindowLoop(qapp) as loop:
        loop.run_until_complete(work())
    assert sorted(ended) == ["first", "second"]
