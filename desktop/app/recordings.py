"""Recordings that are given to the window: transcribed one after the other by the chosen provider, into the library."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from desktop.app.captioning import service_for
from desktop.app.loop import Tasks
from desktop.audio.watched import Watched
from desktop.core.errors import OvertitleError
from desktop.session.recorder import JournalPlan
from desktop.session.service import LaneSpec
from desktop.session.session import Session
from desktop.settings import paths
from desktop.settings.credentials import CredentialStore
from desktop.settings.schema import Settings
from desktop.settings.usage import Usage
from desktop.ui.library_strips import RecordingStrip
from desktop.ui.values import StartRequest

LANE = "lane-1"
TICK = 0.25
"""Seconds between two looks at how far it is."""


class Recordings(QObject):
    """Works through the recordings that were given."""

    saved = Signal(object)
    """Path of a journal."""

    def __init__(
        self,
        tasks: Tasks,
        strip: RecordingStrip,
        settings: Callable[[], Settings],
        store: CredentialStore,
        tell: Callable[[OvertitleError], None],
    ) -> None:
        super().__init__()
        self._tasks = tasks
        self._strip = strip
        self._settings = settings
        self._store = store
        self._tell = tell
        self._waiting: deque[tuple[Path, StartRequest]] = deque()
        self._work: asyncio.Task[None] | None = None
        self._session: Session | None = None
        strip.cancel_pressed.connect(self.cancel)

    @property
    def running(self) -> bool:
        """Whether a recording is at work."""
        return self._work is not None and not self._work.done()

    def add(self, files: Sequence[Path], request: StartRequest) -> None:
        """Transcribe `files` as `request` would caption now, after those that wait already."""
        self._waiting.extend((file, request) for file in files)
        if not self.running:
            self._work = self._tasks.start(self._work_through())

    def cancel(self) -> None:
        """Leave the recording that is at work, and those that wait; nothing of it is kept."""
        self._waiting.clear()
        if self._session is not None:
            self._session.forget()
            self._session.stop(hasty=True)

    async def _work_through(self) -> None:
        try:
            while self._waiting:
                file, request = self._waiting.popleft()
                try:
                    await self._transcribe(file, request)
                except OvertitleError as error:
                    self._tell(error)
        finally:
            self._strip.hide()

    async def _transcribe(self, file: Path, request: StartRequest) -> None:
        from desktop.audio.files import MediaFile

        source = MediaFile(file)
        self._strip.show_progress(file.name, 0.0, 0.0, None)
        length = await source.length()  # tells a file without sound before any engine is started
        service = await asyncio.to_thread(service_for, request, self._settings(), self._store)
        watched = Watched(source)
        plan = JournalPlan(paths.transcripts_folders(self._settings()), file.stem)
        usage = Usage(paths.usage_file(), self._settings().captions.limits)
        await asyncio.to_thread(usage.load)
        session = self._session = Session([LaneSpec(LANE, file.stem, watched)], service, plan, meter=usage)
        showing = self._tasks.start(self._show(file.name, watched, length))
        try:
            await session.run()
        finally:
            self._session = None
            showing.cancel()
            await asyncio.to_thread(usage.save)
        if session.journal is not None:
            self.saved.emit(session.journal)

    async def _show(self, name: str, watched: Watched, length: float) -> None:
        began = time.monotonic()
        while True:
            self._strip.show_progress(name, watched.reached, length, time_left(began, watched.reached, length))
            await asyncio.sleep(TICK)


def time_left(began: float, reached: float, length: float) -> float | None:
    """Seconds until the end at the speed since `began` (a value of `time.monotonic`); None while it can't be told."""
    spent = time.monotonic() - began
    if spent < 2.0 or reached <= 0 or length <= 0:
        return None
    return max(length - reached, 0.0) * spent / reached
