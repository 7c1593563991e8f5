"""Remote calls of the window: the listener beside a session, its token, its sign and its small log."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from desktop.app.dialling import Dialling
from desktop.app.loop import Tasks
from desktop.core.errors import OvertitleError
from desktop.core.state import Problem
from desktop.ingress.config import from_settings
from desktop.ingress.events import ListenerEvent
from desktop.ingress.server import Listener
from desktop.ingress.token import Token, load_token, rotate_token
from desktop.session.remote import RemoteCalls
from desktop.session.session import Session
from desktop.settings.aside import aside
from desktop.settings.credentials import CredentialStore
from desktop.settings.schema import Settings
from desktop.ui.main_window import MainWindow
from desktop.ui.remote_dialog import RemoteDialog
from desktop.ui.text import localise

MOST_EVENTS = 50
"""Events that a dialog which is opened later still shows."""


class Calls:
    """One listener at a time, and only while a session wants it."""

    def __init__(
        self, tasks: Tasks, window: MainWindow, settings: Callable[[], Settings], store: CredentialStore
    ) -> None:
        self.dialling = Dialling(tasks, window, settings, store)
        self._tasks = tasks
        self._window = window
        self._settings = settings
        self._token: Token | None = None
        self._running: RemoteCalls | None = None
        self._events: deque[ListenerEvent] = deque(maxlen=MOST_EVENTS)
        self.dialog: RemoteDialog | None = None
        window.calls.details_pressed.connect(self.open)

    @asynccontextmanager
    async def around(self, session: Session) -> AsyncIterator[None]:
        """Have callers, or the call that was asked for, join the session.

        Raises `ListenerError`, `ConnectionUntrusted` or `ProviderError` when nothing can be opened.
        """
        wanted = self.dialling.take()
        if wanted is None:
            token = await self._known_token()
            config = from_settings(self._settings().listener)
            async with self._open(RemoteCalls(session, config, token.value, self._told, self._callers_changed)):
                yield
            return
        with self.dialling.asking(session) as connected:
            calls = RemoteCalls(session, wanted, "", self._told, self._callers_changed)
            async with self._open(calls):
                connected(calls)
                yield

    @asynccontextmanager
    async def _open(self, calls: RemoteCalls) -> AsyncIterator[None]:
        async with calls:
            self._running = calls
            self._callers_changed(())
            self._refresh()
            try:
                yield
            finally:
                self._running = None
                self._window.calls.hide()
                self._refresh()

    def _callers_changed(self, addresses: tuple[str, ...]) -> None:
        if self._running is None:
            return
        if addresses:
            self._window.calls.show_callers(addresses)
        else:
            self._window.calls.show_waiting(self._running.line.url)

    def _told(self, event: ListenerEvent) -> None:
        self._events.append(event)
        self.dialling.told(event)
        if self.dialog is not None:
            self.dialog.add_event(localise(event.message))

    # ---- the dialog

    def open(self) -> None:
        """Show addresses, token and what has happened."""
        if self.dialog is None:
            self.dialog = RemoteDialog(self._window)
            self.dialling.serve(self.dialog.dial)
            self.dialog.new_token_pressed.connect(lambda: self._tasks.start(self._renew()))
            for event in self._events:
                self.dialog.add_event(localise(event.message))
        self._refresh()
        self.dialog.show()
        self.dialog.raise_()
        self._tasks.start(self._show_token())

    def _refresh(self) -> None:
        if self.dialog is not None:
            self.dialog.show_addresses({} if self._running is None else self._running.line.urls)

    async def _known_token(self) -> Token:
        if self._token is None:
            self._token = await asyncio.wrap_future(aside(load_token))
        return self._token

    async def _show_token(self) -> None:
        try:
            token = await self._known_token()
        except OvertitleError as error:
            self._window.show_problem(Problem(error, since=0.0))
            return
        if self.dialog is not None:
            self.dialog.show_token(token.value, kept=token.kept)

    async def _renew(self) -> None:
        self._token = await asyncio.wrap_future(aside(rotate_token))
        if self._running is not None and isinstance(self._running.line, Listener):
            self._running.line.change_token(self._token.value)
        await self._show_token()
