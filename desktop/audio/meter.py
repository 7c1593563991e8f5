"""How loud the system's sound is, before anyone has started a session."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from types import TracebackType

from desktop.audio.convert import SILENCE, level
from desktop.core.audio import AudioSource, SourceKind
from desktop.core.errors import AudioError

UPDATE_SECONDS = 0.05
_RETRY_SECONDS = 1.0


class LevelMonitor:
    """Calls back some 20 times a second with the level in dB while its context is open.

    Trouble with the device is no trouble here: the level is `SILENCE` and the device is tried again every second, with
    the reason in `error`. Microphones are refused with `ValueError`: they are opened when a person starts a session and
    not before, for that shows in the system's privacy indicator and changes the sound of Bluetooth headsets.
    """

    def __init__(self, source: AudioSource, callback: Callable[[float], None]) -> None:
        if source.kind is SourceKind.MICROPHONE:
            raise ValueError("a microphone is not to be opened for a meter")
        self._source = source
        self._callback = callback
        self._task: asyncio.Task[None] | None = None
        self.error: AudioError | None = None
        """Why nothing is heard at the moment."""

    async def __aenter__(self) -> LevelMonitor:
        self._task = asyncio.create_task(self._run())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
            if not self._task.cancelled():
                self._task.result()  # it ends by itself only through a bug, which is not to be swallowed

    async def _run(self) -> None:
        while True:
            try:
                await self._listen()
                self.error = None
            except AudioError as error:
                self.error = error
            self._callback(SILENCE)
            await asyncio.sleep(_RETRY_SECONDS)

    async def _listen(self) -> None:
        loudest, heard = SILENCE, 0.0
        async with self._source.open(time.monotonic()) as chunks:
            async for chunk in chunks:
                self.error = None
                loudest, heard = max(loudest, level(chunk.pcm, chunk.format)), heard + chunk.duration
                if heard >= UPDATE_SECONDS:
                    self._callback(loudest)
                    loudest, heard = SILENCE, 0.0
