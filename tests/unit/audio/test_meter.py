"""The meter that is alive before a session starts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import pytest

from desktop.audio import capture, meter
from desktop.audio.convert import SILENCE
from desktop.audio.files import MediaFile
from desktop.audio.meter import LevelMonitor
from desktop.audio.microphone import Microphone
from desktop.audio.queue import ChunkQueue
from desktop.core.audio import SPEECH, AudioChunk, SourceKind

LOUD = np.full(320, 16_384, dtype="<i2").tobytes()


class FailingOnce:
    """System sound whose device is lost while it is first listened to."""

    id, name, kind, live = "system", "System sound", SourceKind.SYSTEM, True

    def __init__(self) -> None:
        self.opened = 0

    @asynccontextmanager
    async def open(self, epoch: float) -> AsyncIterator[AsyncIterator[AudioChunk]]:
        self.opened += 1
        queue = ChunkQueue()
        for _ in range(6):
            queue.put(AudioChunk(LOUD, SPEECH, epoch))
        if self.opened == 1:
            queue.close(capture.lost("Speakers"))
        yield queue


def test_a_microphone_is_never_opened_for_a_meter() -> None:
    with pytest.raises(ValueError, match="microphone"):
        LevelMonitor(Microphone("mic", "Microphone"), print)


async def test_levels_come_about_twenty_times_a_second_and_a_lost_device_is_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(meter, "_RETRY_SECONDS", 0.001)
    levels: asyncio.Queue[float] = asyncio.Queue()
    source = FailingOnce()
    async with LevelMonitor(source, levels.put_nowait) as monitor, asyncio.timeout(60):
        heard = [round(await levels.get(), 1) for _ in range(5)]
        assert monitor.error is None
    assert heard == [-6.0, -6.0, SILENCE, -6.0, -6.0]
    assert source.opened == 2


async def test_a_bug_in_the_callback_is_not_swallowed() -> None:
    called = asyncio.Event()

    def broken(_level: float) -> None:
        called.set()
        raise ZeroDivisionError

    monitor = LevelMonitor(FailingOnce(), broken)
    await monitor.__aenter__()
    await called.wait()
    await asyncio.sleep(0)
    with pytest.raises(ZeroDivisionError):
        await monitor.__aexit__(None, None, None)


async def test_the_reason_for_silence_is_kept(tmp_path: Path) -> None:
    levels: asyncio.Queue[float] = asyncio.Queue()
    async with LevelMonitor(MediaFile(tmp_path / "missing.wav"), levels.put_nowait) as monitor, asyncio.timeout(60):
        assert await levels.get() == SILENCE
        assert "There is no file" in str(monitor.error)
