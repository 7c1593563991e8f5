"""Plays what was kept of a session, from any moment on, all its files together."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

from desktop.audio.flac import FlacReader
from desktop.audio.playback import Playback, open_playback
from desktop.audio.threads import in_thread
from desktop.core.audio import SPEECH

STEP = 0.1
"""Seconds that are read and handed over at once."""
AHEAD = 0.3
"""Seconds that wait at the device, so that a busy moment leaves no hole."""
TICK = 0.03
"""Seconds between two looks at how far it is."""
TAIL = 0.2
"""Seconds of silence at the end, which push the last sound through the converter."""


class Player:
    """Plays files of `SPEECH` that all begin at second 0."""

    def __init__(self, files: Sequence[Path], tell: Callable[[float], None], device: str = "") -> None:
        self._files = tuple(files)
        self._tell = tell
        self._device = device
        self._wanted: float | None = None
        self._readers: list[FlacReader] = []

    def go_to(self, seconds: float) -> None:
        """Go on from this moment."""
        self._wanted = seconds

    async def run(self, start: float) -> None:
        """Play from second `start` to the end; cancelling it falls silent at once.

        Raises `SoundUnreadable` for a file that is missing or broken, `AudioError` when there is nothing to play on.
        """
        self._wanted = start
        with ExitStack() as closing:
            self._readers = await in_thread(self._open)
            for reader in self._readers:
                closing.callback(reader.close)
            async with open_playback(self._device) as playback:
                await self._play(playback)

    async def _play(self, playback: Playback) -> None:
        end = max((reader.samples for reader in self._readers), default=0) / SPEECH.sample_rate
        at = 0.0
        while at < end + TAIL or playback.held > 0 or self._wanted is not None:
            if self._wanted is not None:
                at, self._wanted = min(max(self._wanted, 0.0), end), None
                playback.clear()
            elif at < end + TAIL and playback.held < AHEAD:
                pcm = await in_thread(self._mixed, at)
                if self._wanted is None:
                    playback.play(pcm, SPEECH)
                    at += STEP
            else:
                await asyncio.sleep(TICK)
            self._tell(min(max(at - playback.held, 0.0), end))

    def _open(self) -> list[FlacReader]:
        with ExitStack() as closing:
            readers = []
            for file in self._files:
                reader = FlacReader.open(file)
                closing.callback(reader.close)
                readers.append(reader)
            closing.pop_all()
        return readers

    def _mixed(self, at: float) -> bytes:
        import numpy as np

        start, count = round(at * SPEECH.sample_rate), round(STEP * SPEECH.sample_rate)
        together = np.zeros(count, np.int32)
        for reader in self._readers:
            together += reader.read(start, count)
        return np.clip(together, -32768, 32767).astype("<i2").tobytes()
