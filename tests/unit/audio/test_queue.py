"""The queue between a device's thread and the event loop keeps order, bounds and ends."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections.abc import Callable

import pytest

from desktop.audio.queue import ChunkQueue, Latest
from desktop.core.audio import SPEECH, AudioChunk
from desktop.core.errors import DeviceLost
from desktop.core.message import say

TENTH = bytes(SPEECH.size(0.1))
LOST = DeviceLost(say("Audio", "gone"))


def chunk(number: int) -> AudioChunk:
    return AudioChunk(TENTH, SPEECH, number / 10)


def in_other_thread(work: Callable[..., None], *each: object) -> None:
    """`work` for each argument, or once without one."""

    def run() -> None:
        if not each:
            work()
        for one in each:
            work(one)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()


async def starts(queue: ChunkQueue) -> list[int]:
    return [round(one.start * 10) async for one in queue]


async def test_everything_put_by_another_thread_arrives_in_order() -> None:
    queue = ChunkQueue(hold=1000)

    def produce() -> None:
        for number in range(2000):
            queue.put(chunk(number))
        queue.close()

    producer = threading.Thread(target=produce)
    producer.start()
    assert await starts(queue) == list(range(2000))
    producer.join()
    assert queue.dropped == 0
    assert queue.held == pytest.approx(0, abs=1e-6)


async def test_a_waiting_consumer_is_woken_by_a_put_from_another_thread() -> None:
    queue = ChunkQueue()
    waiting = asyncio.ensure_future(anext(queue))
    await asyncio.sleep(0)
    in_other_thread(queue.put, chunk(7))
    assert (await waiting).start == 0.7


async def test_when_full_the_oldest_goes_and_is_counted() -> None:
    queue = ChunkQueue(hold=1.0)
    in_other_thread(queue.put, *map(chunk, range(25)))
    queue.close()
    assert queue.held == pytest.approx(1.0)
    assert await starts(queue) == list(range(15, 25))
    assert queue.dropped == pytest.approx(1.5)


async def test_the_room_that_a_consumer_makes_is_used_again() -> None:
    queue = ChunkQueue(hold=0.3)
    for number in range(30):
        queue.put(chunk(number))
        assert (await anext(queue)).start == number / 10
    assert queue.dropped == 0


async def test_a_chunk_longer_than_the_bound_is_kept() -> None:
    queue = ChunkQueue(hold=0.05)
    queue.put(chunk(1))
    assert (await anext(queue)).start == 0.1


async def test_an_error_comes_after_what_was_captured_before_it_and_nothing_after() -> None:
    queue = ChunkQueue()
    queue.put(chunk(0))
    queue.close(LOST)
    queue.put(chunk(1))
    queue.close()
    assert (await anext(queue)).start == 0
    for _ in range(2):
        with pytest.raises(DeviceLost):
            await anext(queue)


async def test_closing_wakes_a_waiting_consumer() -> None:
    queue = ChunkQueue()
    waiting = asyncio.ensure_future(starts(queue))
    await asyncio.sleep(0)
    in_other_thread(queue.close)
    assert await waiting == []


def test_a_device_that_outlives_the_loop_does_no_harm() -> None:
    async def build() -> ChunkQueue:
        return ChunkQueue()

    queue = asyncio.run(build())
    queue.put(chunk(0))
    queue.close()


def test_the_way_of_a_chunk_needs_no_numpy_and_no_sound_library() -> None:
    program = (
        "import sys, desktop.audio.capture, desktop.audio.devices, desktop.audio.pulse_source, desktop.audio.meter;"
        "print(*{'numpy', 'soxr', 'soundfile', 'sounddevice', 'pulsectl', 'av'} & set(sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout == "\n"


async def test_of_news_only_the_latest_is_kept_and_an_end_is_told() -> None:
    news: Latest[int] = Latest()
    in_other_thread(news.put, *range(5))
    assert await anext(news) == 4
    news.put(5)
    news.close(LOST)
    assert await anext(news) == 5
    with pytest.raises(DeviceLost):
        await anext(news)


async def test_news_wake_a_waiting_consumer_and_end() -> None:
    news: Latest[int] = Latest()
    waiting = asyncio.ensure_future(anext(news))
    await asyncio.sleep(0)
    in_other_thread(news.put, 1)
    assert await waiting == 1
    news.close()
    assert [one async for one in news] == []
