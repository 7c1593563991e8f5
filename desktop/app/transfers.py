"""Settings written to a file and read from one, away from the window's thread."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from desktop.app.loop import Tasks
from desktop.core.errors import OvertitleError, SettingsError
from desktop.core.message import say
from desktop.disk import replace_file
from desktop.settings.schema import Settings
from desktop.settings.transfer import LONGEST, Import, exported, imported
from desktop.ui.settings_host import SettingsHost


class Transfers:
    """What the buttons “Import” and “Export” ask for."""

    def __init__(self, tasks: Tasks, host: SettingsHost, settings: Callable[[], Settings]) -> None:
        self._host = host
        self._settings = settings
        host.export_wanted.connect(lambda path: tasks.start(self._export(path)))
        host.import_wanted.connect(lambda path: tasks.start(self._import(path)))

    async def _export(self, path: Path) -> None:
        try:
            await asyncio.to_thread(_write, path, self._settings())
        except OvertitleError as error:
            self._host.show_trouble(error)
        else:
            self._host.show_exported(path)

    async def _import(self, path: Path) -> None:
        try:
            found = await asyncio.to_thread(_read, path, self._settings())
        except OvertitleError as error:
            self._host.show_trouble(error)
        else:
            self._host.show_import(found)


def _write(path: Path, settings: Settings) -> None:
    try:
        replace_file(path, exported(settings), through_links=True)
    except OSError as error:
        raise SettingsError(
            say("Settings", "The file can't be written: {cause}.", cause=error.strerror or type(error).__name__),
            say("Settings", "Choose another folder."),
        ) from error


def _read(path: Path, settings: Settings) -> Import:
    try:
        with path.open("rb") as file:
            return imported(file.read(LONGEST + 1), settings)
    except OSError as error:
        raise SettingsError(
            say("Settings", "The file can't be read: {cause}.", cause=error.strerror or type(error).__name__),
            say("Settings", "Choose another file."),
        ) from error
