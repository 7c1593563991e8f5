"""What every live source shares."""

from __future__ import annotations

import asyncio

import pytest

from desktop.audio import capture
from desktop.core.audio import SPEECH, AudioFormat
from desktop.core.errors import DeviceLost

BLOCK = bytes(SPEECH.size(0.02))


async def test_a_device_counts_as_dead_after_a_second_of_ticks_without_a_block() -> None:
    feed = capture.Feed(0.0)
    heartbeat = capture.Heartbeat(feed)
    assert [heartbeat.tick() for _ in range(capture.FIRST_BLOCK_TICKS)][-2:] == [False, True]
    feed.put(BLOCK, SPEECH)
    assert [heartbeat.tick() for _ in range(5)] == [False, False, False, False, True]
    feed.put(BLOCK, SPEECH)
    assert not heartbeat.tick()


async def test_an_excused_silence_starts_anew() -> None:
    feed = capture.Feed(0.0)
    heartbeat = capture.Heartbeat(feed)
    feed.put(BLOCK, SPEECH)
    assert not any(heartbeat.tick() for _ in range(4))
    heartbeat.excuse()
    assert [heartbeat.tick() for _ in range(4)] == [False, False, False, True]


async def test_another_format_is_counted_from_its_own_first_block() -> None:
    feed = capture.Feed(0.0)
    other = AudioFormat(48_000, 2)
    feed.put(BLOCK, SPEECH)
    feed.put(bytes(other.size(0.02)), other)
    first, second = [await anext(feed.queue) for _ in range(2)]
    assert (first.format, second.format) == (SPEECH, other)
    assert second.start >= first.start


async def test_the_error_of_a_guard_ends_the_queue_and_a_bug_does_too() -> None:
    for error in (capture.lost("Headset"), ZeroDivisionError()):

        async def guard(error: Exception = error) -> None:
            raise error

        async with capture.guarded(capture.Feed(0.0), guard) as chunks:
            with pytest.raises(type(error)):
                await anext(chunks)


async def test_leaving_at_once_never_starts_the_guard_and_ends_the_queue() -> None:
    feed = capture.Feed(0.0)
    async with capture.guarded(feed, lambda: capture.watch_blocks(feed, "Headset")) as chunks:
        pass
    assert [chunk async for chunk in chunks] == []


async def test_a_silent_device_is_reported_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(capture, "TICK_SECONDS", 0.001)
    feed = capture.Feed(0.0)
    async with capture.guarded(feed, lambda: capture.watch_blocks(feed, "Headset")) as chunks, asyncio.timeout(60):
        with pytest.raises(DeviceLost, match="Headset has stopped") as caught:
            await anext(chunks)
    assert caught.value.retryable
