"""Minutes and estimated costs of services: what the disk knows and what runs now, for every view that shows them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.app.loop import Tasks
from desktop.providers import discover
from desktop.settings import paths
from desktop.settings.schema import Settings
from desktop.settings.usage import Usage
from desktop.ui.values import UsageView

SAVE_USAGE = 60.0
"""Seconds between two savings of the minutes that were used."""
_SHOW_MS = 5_000


class Spending(QObject):
    """The one count of the program; a session adds to it."""

    changed = Signal()
    """The minutes may be others than before."""

    def __init__(self, tasks: Tasks, settings: Callable[[], Settings]) -> None:
        super().__init__()
        self._tasks = tasks
        self._settings = settings
        self.usage = Usage(paths.usage_file())
        self._timer = QTimer(self)
        self._timer.setInterval(_SHOW_MS)
        self._timer.timeout.connect(self.changed)
        self._saving: asyncio.Task[None] | None = None

    async def load(self) -> None:
        """Read what was used before, and which limits hold now."""
        self.follow()
        await asyncio.to_thread(self.usage.load)
        self.changed.emit()

    def follow(self) -> None:
        """Take the limits of the settings; they count at once."""
        self.usage.limits = self._settings().captions.limits

    def begin(self) -> None:
        """A session runs."""
        self._timer.start()
        self._saving = self._tasks.start(self._save_now_and_then())

    async def end(self) -> None:
        """It is over."""
        self._timer.stop()
        if self._saving is not None:
            self._saving.cancel()
        await asyncio.to_thread(self.usage.save)
        self.changed.emit()

    def view(self, provider_id: str) -> UsageView | None:
        """What a provider was sent this month; None for one that needs no network: it costs nothing."""
        provider = discover().get(provider_id)
        if provider is None or not provider.capabilities.needs_network:
            return None
        captions = self._settings().captions
        return UsageView(
            self.usage.minutes(provider_id),
            captions.limits.get(provider_id, 0),
            captions.prices.get(provider_id, 0.0),
            provider.capabilities.price,
        )

    async def _save_now_and_then(self) -> None:
        while True:
            await asyncio.sleep(SAVE_USAGE)
            await asyncio.to_thread(self.usage.save)
