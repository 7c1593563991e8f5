"""The account form and what it asks for: the keyring in threads of its own, and the provider's test."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from threading import Event
from typing import Any

from PySide6.QtCore import QCoreApplication

from desktop.app.loop import Tasks
from desktop.core.errors import OvertitleError, ProviderError
from desktop.core.provider import Account, Probing, StreamConfig
from desktop.ingress.voximplant_api import ACCOUNT
from desktop.providers import discover
from desktop.settings.aside import aside
from desktop.settings.credentials import CredentialStore, Resolved, hide, instead
from desktop.settings.schema import Settings
from desktop.ui.credentials_form import CredentialsForm
from desktop.ui.main_window import MainWindow
from desktop.ui.theme import Palette
from desktop.ui.values import AccountView, Entered, UsageView


class Accounts:
    """One form at a time."""

    def __init__(
        self,
        tasks: Tasks,
        window: MainWindow,
        palette: Callable[[], Palette],
        settings: Callable[[], Settings],
        changed: Callable[[str, Entered], None],
        usage_of: Callable[[str], UsageView | None] = lambda _provider: None,
    ) -> None:
        self.store = CredentialStore()
        self._tasks = tasks
        self._window = window
        self._palette = palette
        self._settings = settings
        self._changed = changed
        self._usage_of = usage_of
        self._work: asyncio.Task[None] | None = None
        self.form: CredentialsForm | None = None

    def open(self, provider_id: str) -> None:
        """Show the form of this provider, unless it has nothing to enter."""
        provider = ACCOUNT if provider_id == ACCOUNT.id else discover().get(provider_id)
        if provider is None or not has_account(provider):
            return
        if self.form is not None:
            self.form.raise_()
            return
        form = self.form = CredentialsForm(self._view(provider), self._palette(), self._window)
        form.test_requested.connect(lambda entered: self._do(self._test(form, provider, entered)))
        form.save_requested.connect(lambda entered: self._do(self._save(form, provider, entered)))
        form.keep_requested.connect(lambda entered: self._do(self._keep(form, provider, entered)))
        form.delete_requested.connect(lambda: self._do(self._delete(form, provider)))
        form.cancelled.connect(self._cancel)
        form.finished.connect(self._closed)
        form.open()
        self._do(self._show_known(form, provider))

    def show_usage(self) -> None:
        """Let the open form show what was used by now."""
        if self.form is not None:
            self.form.show_usage(self._usage_of(self.form.account.provider))

    def _view(self, provider: Account) -> AccountView:
        return AccountView(
            provider.id,
            provider.title,
            provider.capabilities.privacy,
            provider.credential_fields,
            provider.capabilities.options,
            self._settings().captions.options.get(provider.id, {}),
            isinstance(provider, Probing),
            self._usage_of(provider.id),
        )

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        self._cancel()
        self._work = self._tasks.start(work)

    def _cancel(self) -> None:
        if self._work is not None:
            self._work.cancel()
        if self.form is not None:
            self.form.show_idle()

    def _closed(self) -> None:
        self.form = None
        if self._work is not None:
            self._work.cancel()

    async def _show_known(self, form: CredentialsForm, provider: Account) -> None:
        known = await _resolve(self.store, provider)
        form.show_known(known.sources, known.values, known.trouble)

    async def _test(self, form: CredentialsForm, provider: Account, entered: Entered) -> None:
        hide(provider, entered.values)
        form.show_busy(QCoreApplication.translate("Accounts", "Trying it out…"))
        known = await _resolve(self.store, provider)
        values = instead(provider, known, entered.values)
        config = StreamConfig(self._language(provider), credentials=values, options=entered.options)
        works = await _probe(form, provider, config)
        form.show_idle(QCoreApplication.translate("Accounts", "Everything works.") if works else "")

    async def _save(self, form: CredentialsForm, provider: Account, entered: Entered) -> None:
        form.show_busy(QCoreApplication.translate("Accounts", "Waiting for the keyring; it may ask for its password…"))
        cancelled = Event()
        try:
            if entered.values:
                await asyncio.wrap_future(aside(lambda: self.store.save(provider, entered.values, cancelled)))
        except OvertitleError as error:
            form.show_idle()
            form.show_problem(error)
        except asyncio.CancelledError:
            cancelled.set()
            raise
        else:
            self._taken(form, provider, entered)

    async def _keep(self, form: CredentialsForm, provider: Account, entered: Entered) -> None:
        form.show_busy("")
        try:
            await asyncio.wrap_future(aside(lambda: self.store.keep(provider, entered.values)))
        except OvertitleError as error:
            form.show_idle()
            form.show_problem(error)
        else:
            self._taken(form, provider, entered)

    def _taken(self, form: CredentialsForm, provider: Account, entered: Entered) -> None:
        form.show_idle()
        self._changed(provider.id, entered)
        form.accept()

    async def _delete(self, form: CredentialsForm, provider: Account) -> None:
        form.show_busy("")
        try:
            await asyncio.wrap_future(aside(lambda: self.store.delete(provider)))
        except OvertitleError as error:
            form.show_idle()
            form.show_problem(error)
            return
        form.show_idle(QCoreApplication.translate("Accounts", "The saved account details are deleted."))
        form.wipe()
        await self._show_known(form, provider)

    def _language(self, provider: Account) -> str:
        wanted, offered = self._settings().captions.language, provider.capabilities.languages
        return wanted if wanted in offered else next(iter(offered), "")


def has_account(provider: Account) -> bool:
    """Whether there is anything to enter."""
    return bool(provider.credential_fields or provider.capabilities.options)


async def _resolve(store: CredentialStore, provider: Account) -> Resolved:
    return await asyncio.wrap_future(aside(lambda: store.resolve(provider)))


async def _probe(form: CredentialsForm, provider: Account, config: StreamConfig) -> bool:
    """Show each step as it comes; whether all of them went well."""
    if not isinstance(provider, Probing):
        return False
    try:
        async for step in provider.probe(config):
            form.show_step(step)
            if step.error is not None:
                return False
    except ProviderError as error:
        form.show_problem(error)
        return False
    return True
