"""The user's choices while the program runs: what they are now, and writing them soon after they change."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from msgspec import structs

from desktop.app.loop import Tasks
from desktop.core.errors import OvertitleError
from desktop.settings import paths, store
from desktop.settings.schema import Settings

SETTLE = 0.5
"""Seconds after the last change before the file is written; a slider changes a setting many times."""


class Preferences:
    """The settings that hold now."""

    def __init__(self, settings: Settings, tasks: Tasks, failed: Callable[[OvertitleError], None]) -> None:
        self.settings = settings
        self._tasks = tasks
        self._failed = failed
        self._saving: asyncio.Task[None] | None = None
        self._saved = settings

    def change(self, settings: Settings) -> None:
        """Take other settings and have them written."""
        self.settings = settings
        if self._saving is None or self._saving.done():
            self._saving = self._tasks.start(self._save_when_settled())

    def change_overlay(self, **changes: object) -> None:
        """Change settings of the caption bar alone."""
        self.change(structs.replace(self.settings, overlay=structs.replace(self.settings.overlay, **changes)))

    async def _save_when_settled(self) -> None:
        while self.settings is not self._saved:  # what changes while it is written is written next
            before = None
            while before is not self.settings:
                before = self.settings
                await asyncio.sleep(SETTLE)
            await self.save()

    async def save(self) -> None:
        """Write now what is not written yet."""
        settings = self.settings
        if settings is self._saved:
            return
        try:
            await asyncio.to_thread(store.save, paths.config_file(), settings)
        except OvertitleError as error:
            self._failed(error)
        self._saved = settings
