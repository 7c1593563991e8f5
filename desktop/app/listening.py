"""Plays the sound of the session that is open in the library."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from desktop.app.loop import Tasks
from desktop.core.errors import OvertitleError
from desktop.ui.session_page import SessionPage

if TYPE_CHECKING:  # imported once something is played
    from desktop.audio.player import Player


class ListeningDesk(QObject):
    """One sound at a time: what the page asks for is played, and the page is told how far it is."""

    def __init__(self, tasks: Tasks, page: SessionPage, tell: Callable[[OvertitleError], None]) -> None:
        super().__init__()
        self._tasks = tasks
        self._along = page.along
        self._tell = tell
        self._playing: asyncio.Task[None] | None = None
        self._files: Sequence[Path] = ()
        self._go_to: Callable[[float], None] = lambda _seconds: None
        self._along.play_wanted.connect(self._play)
        self._along.pause_wanted.connect(self.stop)
        page.closed.connect(self.stop)

    @property
    def playing(self) -> bool:
        """Whether something is played, or about to be."""
        return self._playing is not None

    def stop(self) -> None:
        """Fall silent."""
        if self._playing is not None:
            self._playing.cancel()
            self._playing = None
            self._along.show_stopped()

    def _play(self, files: Sequence[Path], seconds: float) -> None:
        if self._playing is not None and files == self._files:
            self._go_to(seconds)
            return
        before, self._files = self._playing, files
        from desktop.audio.player import Player

        player = Player(files, self._show)
        self._go_to = player.go_to
        self._playing = self._tasks.start(self._run(player, seconds, before))

    async def _run(self, player: Player, seconds: float, before: asyncio.Task[None] | None) -> None:
        if before is not None:
            before.cancel()
            await asyncio.wait({before})
        me = asyncio.current_task()
        try:
            await player.run(seconds)
        except OvertitleError as error:
            self._tell(error)
        finally:
            if self._playing is me:
                self._playing = None
                self._along.show_stopped()

    def _show(self, seconds: float) -> None:
        if asyncio.current_task() is self._playing:
            self._along.show_place(seconds)
