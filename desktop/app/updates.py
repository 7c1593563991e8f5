"""Looks for a newer version once a day, for those who asked for that, and only tells them."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from urllib.parse import urlsplit

from desktop import __version__
from desktop.app.loop import Tasks
from desktop.core.release import Release, is_newer, read_release
from desktop.settings import releases
from desktop.settings.schema import Settings
from desktop.ui.main_window import MainWindow

SETTLED = 10.0
"""Seconds after the start before anything is asked: captions come first."""
LOOK = 3600.0
"""Seconds between two looks at the clock, for a program that runs for days."""
PATIENCE = 15.0
"""Seconds for the answer."""

log = logging.getLogger(__name__)


class Updates:
    """Asks the address that the build carries; a build without one offers nothing and asks nobody."""

    def __init__(self, tasks: Tasks, window: MainWindow, settings: Callable[[], Settings]) -> None:
        self._tasks = tasks
        self._window = window
        self._settings = settings
        self._wake = asyncio.Event()
        window.updates.later.connect(self._put_off)

    async def follow(self) -> None:
        """Ask whenever it is due, for as long as the program runs."""
        address = await asyncio.to_thread(releases.address)
        if not address:
            return
        self._window.settings.updates_offered = True
        await asyncio.sleep(SETTLED)
        while True:
            self._wake.clear()
            await self.look(address)
            try:
                async with asyncio.timeout(LOOK):
                    await self._wake.wait()
            except TimeoutError:
                pass

    async def look(self, address: str) -> None:
        """Ask now, if that is wanted and due, and show what is newer."""
        if not self._wanted or not await asyncio.to_thread(_take_turn):
            return
        release = await ask(address)
        if release is not None and self._wanted:  # it may have been switched off meanwhile
            self._window.updates.show_release(release, __version__)

    def settings_changed(self) -> None:
        """Take over whether this is wanted."""
        if self._wanted:
            self._wake.set()
        else:
            self._window.updates.hide()

    @property
    def _wanted(self) -> bool:
        return self._settings().computer.tell_updates

    def _put_off(self) -> None:
        self._tasks.start(asyncio.to_thread(releases.ask_at, time.time() + releases.LATER))


def _take_turn() -> bool:
    """Whether it is time, and that this was the turn of today, however it ends: who can't remember must not ask."""
    now = time.time()
    return releases.is_due(now) and releases.ask_at(now + releases.DAY)


async def ask(address: str) -> Release | None:
    """The release that is newer than this one, if there is one; trouble is logged and not shown."""
    await asyncio.to_thread(_load)  # the window would stand still for 0.15 s
    from desktop.transport.document import NotFetched, fetch

    host = urlsplit(address).hostname or ""
    try:
        release = read_release(await fetch(address, PATIENCE), host)
        return release if is_newer(release.version, __version__) else None
    except (NotFetched, ValueError) as error:
        log.info("%s could not be asked for a newer version: %s", host, str(error) or type(error).__name__)
        return None


def _load() -> None:
    from desktop.transport import document, reach  # noqa: F401 - for what they bring along
