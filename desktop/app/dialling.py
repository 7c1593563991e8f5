"""Calls that the window asks for: the account they need, what they were asked with, and hanging up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from msgspec import structs
from PySide6.QtCore import QCoreApplication

from desktop.app.loop import Tasks
from desktop.core.errors import CredentialMissing, ListenerError, OvertitleError
from desktop.core.message import say
from desktop.ingress.config import from_settings
from desktop.ingress.dialout import DialOut, DialOutConfig
from desktop.ingress.events import ListenerEvent, ListenerEventKind
from desktop.ingress.voximplant_api import ACCOUNT, Order, check
from desktop.session.remote import RemoteCalls
from desktop.session.session import Session
from desktop.settings.aside import aside
from desktop.settings.credentials import CredentialStore
from desktop.settings.schema import Settings
from desktop.ui.dial_form import DialForm
from desktop.ui.main_window import MainWindow
from desktop.ui.text import localise


class Dialling:
    """One call at a time, from the button to its end."""

    def __init__(
        self, tasks: Tasks, window: MainWindow, settings: Callable[[], Settings], store: CredentialStore
    ) -> None:
        self._tasks = tasks
        self._window = window
        self._settings = settings
        self._store = store
        self.start: Callable[[], bool] = lambda: False
        """Caption nothing but the call; False when captions run already."""
        self.api = ACCOUNT.api
        self._wanted: DialOutConfig | None = None
        self._asking: asyncio.Task[None] | None = None
        self._line: DialOut | None = None
        self._session: Session | None = None
        self._over = ""
        self.form: DialForm | None = None

    def serve(self, form: DialForm) -> None:
        """Do what this form asks for."""
        self.form = form
        form.show_kept(self._settings().listener)
        form.call_requested.connect(lambda order: self._tasks.start(self._call(order)))
        form.hang_up_requested.connect(self.hang_up)
        form.account_requested.connect(lambda: self._window.account_requested.emit(ACCOUNT.id))

    def take(self) -> DialOutConfig | None:
        """The call that the session which begins is for; None when it waits for calls."""
        wanted, self._wanted = self._wanted, None
        return wanted

    @contextmanager
    def asking(self, session: Session) -> Iterator[Callable[[RemoteCalls], None]]:
        """Know whom to hang up on; what is given out takes the line once it is there."""
        self._session, self._asking, self._over = session, asyncio.current_task(), ""
        self._progress(QCoreApplication.translate("Dialling", "Voximplant is asked for the call…"))
        try:
            yield self._connected
        finally:
            self._session = self._asking = self._line = None
            if self.form is not None:
                stopped = QCoreApplication.translate("Dialling", "The captions have stopped.")
                self.form.show_idle(self._over or stopped)

    def _connected(self, calls: RemoteCalls) -> None:
        self._asking = None
        self._line = calls.line if isinstance(calls.line, DialOut) else None

    def told(self, event: ListenerEvent) -> None:
        """Show how the call goes, and end the captions with it."""
        if self._session is None:
            return
        self._progress(localise(event.message))
        if event.kind is ListenerEventKind.OVER:
            self._over = localise(event.message)
            self._session.stop()

    def failed(self, error: OvertitleError) -> None:
        """Say why there is no call."""
        self._wanted = None
        if self.form is not None:
            self.form.show_idle()
            self.form.show_problem(error)

    def hang_up(self) -> None:
        """End the call for both sides, or stop asking for it."""
        if self._line is not None and self._session is not None:
            self._tasks.start(self._hang_up(self._line, self._session))
        elif self._asking is not None:
            self._asking.cancel()  # nobody is called by a scenario that nobody connects to

    async def _hang_up(self, line: DialOut, session: Session) -> None:
        self._progress(QCoreApplication.translate("Dialling", "Hanging up…"))
        if not await line.end_call():
            session.stop()
            self._problem(
                ListenerError(
                    say("Voximplant", "The scenario did not hang up, so the call may go on."),
                    say("Voximplant", "Hang up on the telephone, and paste the scenario's present version."),
                )
            )

    async def _call(self, order: Order) -> None:
        try:
            order = replace(order, api=self.api)
            check(order)
            credentials = await asyncio.wrap_future(aside(lambda: self._store.for_session(ACCOUNT)))
        except OvertitleError as error:
            self.failed(error)
            if isinstance(error, CredentialMissing):
                self._window.account_requested.emit(ACCOUNT.id)
            return
        self._keep(order)
        config = from_settings(self._settings().listener)
        self._wanted = DialOutConfig(order, credentials, config.handling, config.limits)
        if not self.start():
            busy = say("Voximplant", "Captions run already.")
            self.failed(ListenerError(busy, say("Voximplant", "Stop them, then call.")))

    def _keep(self, order: Order) -> None:
        """Remember what the next call will be asked for with, but not whom it was with."""
        settings = self._settings()
        kept = {"rule": str(order.rule), "agent": order.agent, "number": order.shown}
        changed = structs.replace(settings, listener=structs.replace(settings.listener, **kept))
        if changed != settings:
            self._window.show_settings(changed)
            self._window.settings_changed.emit(changed)

    def _progress(self, sentence: str) -> None:
        if self.form is not None:
            self.form.show_progress(sentence)

    def _problem(self, error: OvertitleError) -> None:
        if self.form is not None:
            self.form.show_problem(error)
