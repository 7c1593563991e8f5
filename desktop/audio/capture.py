"""What every live source shares: stamping, queueing, and noticing that a device has fallen silent."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from desktop.audio.clock import CaptureClock
from desktop.audio.queue import ChunkQueue
from desktop.core.audio import SPEECH, AudioChunk, AudioFormat
from desktop.core.errors import DefaultChanged, DeviceLost
from desktop.core.message import Message, say

TICK_SECONDS = 0.25
SILENT_TICKS = 4
"""Ticks without a block after which a device counts as dead.

Ticks and not seconds: while the event loop itself stands still no tick passes, and the blocks that wait for it are
counted first.
"""
FIRST_BLOCK_TICKS = 20
"""The same before the first block: a sink that was idle finishes the 2 s it has rendered ahead."""


class Feed:
    """Where a device's thread puts its blocks."""

    def __init__(self, epoch: float) -> None:
        self.queue = ChunkQueue()
        self.blocks = 0
        """Blocks so far; only the device's thread writes it."""
        self._epoch = epoch
        self._format = SPEECH
        self._clock = CaptureClock(SPEECH.sample_rate, epoch)

    def put(self, pcm: bytes, audio_format: AudioFormat) -> None:
        """Take a block, in the device's thread. Another format than before starts counting frames anew."""
        now = time.monotonic()
        if audio_format != self._format:
            self._format = audio_format
            self._clock = CaptureClock(audio_format.sample_rate, self._epoch)
        start = self._clock.stamp(len(pcm) // audio_format.bytes_per_frame, now)
        self.queue.put(AudioChunk(pcm, audio_format, start))
        self.blocks += 1


def restart_hint() -> Message:
    """What to do about a device that went away."""
    return say("Audio", "Plug it in again, or choose another device.")


def lost(name: str) -> DeviceLost:
    """The error for a device that was unplugged."""
    return DeviceLost(
        say("Audio", "{name} was disconnected, so it can't be heard any more.", name=name), restart_hint()
    )


def fell_silent(name: str) -> DeviceLost:
    """The error for a device that is there but delivers nothing."""
    return DeviceLost(say("Audio", "{name} has stopped delivering sound.", name=name), restart_hint())


def default_changed(name: str) -> DefaultChanged:
    """The error that ends a source which follows the default device, so that it is opened anew."""
    return DefaultChanged(
        say("Audio", "The system now uses another device than {name}.", name=name),
        say("Audio", "Nothing to do: Overtitle follows by itself."),
    )


class Heartbeat:
    """Counts ticks without a block."""

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self._seen = 0
        self._silent = 0

    def tick(self) -> bool:
        """True when the device has been silent for too long."""
        if self._feed.blocks != self._seen:
            self._seen, self._silent = self._feed.blocks, 0
        else:
            self._silent += 1
        return self._silent >= (SILENT_TICKS if self._seen else FIRST_BLOCK_TICKS)

    def excuse(self) -> None:
        """Start counting anew: there is a good reason for the silence."""
        self._silent = 0


async def watch_blocks(feed: Feed, name: str) -> None:
    """Return never; raise `DeviceLost` when the device falls silent."""
    heartbeat = Heartbeat(feed)
    while True:
        await asyncio.sleep(TICK_SECONDS)
        if heartbeat.tick():
            raise fell_silent(name)


@asynccontextmanager
async def guarded(feed: Feed, guard: Callable[[], Coroutine[Any, Any, None]]) -> AsyncIterator[ChunkQueue]:
    """Yield the feed's queue while `guard` runs; the error it ends with ends the queue."""

    async def run() -> None:
        try:
            await guard()
        except Exception as error:  # noqa: BLE001 - the one who iterates gets it, be it a device's end or a bug
            feed.queue.close(error)

    task = asyncio.create_task(run())
    try:
        yield feed.queue
    finally:
        feed.queue.close()
        task.cancel()
        await asyncio.wait([task])
