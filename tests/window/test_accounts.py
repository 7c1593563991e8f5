"""What the account form asks for, done on a keyring that behaves or does not; the loop is never held up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

import keyring
import pytest
from msgspec import structs
from PySide6.QtTest import QTest

from desktop import providers
from desktop.app import accounts as module
from desktop.app.accounts import Accounts
from desktop.app.loop import Tasks
from desktop.core.errors import KeyringLocked as OurKeyringLocked
from desktop.settings.credentials import Source
from desktop.settings.schema import CaptionSettings, Settings
from desktop.settings.vault import Vault
from desktop.ui.credentials_form import CredentialsForm
from desktop.ui.main_window import MainWindow
from desktop.ui.theme import LIGHT
from tests.support.account import RIGHT, Account, Memory

SERVICE = "overtitle/cloud-nine"


class Desk:
    """Accounts with everything around them."""

    def __init__(self, window: MainWindow, memory: Memory) -> None:
        self.memory = memory
        self.changed: list[tuple[str, Mapping[str, str]]] = []
        self.tasks = Tasks()
        settings = structs.replace(Settings(), captions=CaptionSettings(language="fr-FR"))
        self.accounts = Accounts(
            self.tasks,
            window,
            lambda: LIGHT,
            lambda: settings,
            lambda provider, entered: self.changed.append((provider, entered.options)),
        )
        self.accounts.store._vault = Vault(limit=0.3)

    @property
    def form(self) -> CredentialsForm:
        assert self.accounts.form is not None
        return self.accounts.form

    async def until(self, ready: Callable[[], object]) -> None:
        async with asyncio.timeout(60):
            while not ready():
                await asyncio.sleep(0.005)

    async def idle(self) -> None:
        await self.until(lambda: self.accounts._work is None or self.accounts._work.done())

    async def enter(self, **texts: str) -> CredentialsForm:
        self.accounts.open("cloud-nine")
        await self.idle()
        for key, text in texts.items():
            QTest.keyClicks(self.form.inputs[key].line, text)
        return self.form


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Account:
    made = Account()
    known = {**providers.discover(), made.id: made}
    monkeypatch.setattr(module, "discover", lambda: known)
    return made


@pytest.fixture
def desk(window: MainWindow, cloud: Account, monkeypatch: pytest.MonkeyPatch) -> Desk:
    memory = Memory()
    monkeypatch.setattr(keyring, "get_keyring", lambda: memory)
    return Desk(window, memory)


async def test_testing_and_saving(desk: Desk, cloud: Account) -> None:
    form = await desk.enter(app_id="abc123", secret=RIGHT)
    form.test.click()
    await desk.idle()
    assert form.steps.lines() == ["OK. name resolution: 203.0.113.7", "OK. credentials"]
    assert form.status.text() == "Everything works."
    assert cloud.seen == [{"app_id": "abc123", "secret": RIGHT}]
    assert desk.memory.held == {}, "a test saves nothing"
    form.options["url"].control.setText("wss://own.example")  # type: ignore[attr-defined]  # a QLineEdit
    form.save.click()
    await desk.until(lambda: desk.accounts.form is None)
    assert desk.memory.held == {(SERVICE, "app_id"): "abc123", (SERVICE, "secret"): RIGHT}
    assert desk.changed == [("cloud-nine", {"url": "wss://own.example"})]
    assert desk.memory.threads == {"aside"}
    await desk.tasks.end()


async def test_what_is_saved_is_tested_together_with_what_is_typed(desk: Desk, cloud: Account) -> None:
    desk.memory.held = {(SERVICE, "app_id"): "abc123", (SERVICE, "secret"): "old"}
    form = await desk.enter()
    assert "Saved" in form.inputs["secret"].line.placeholderText()
    form.test.click()
    await desk.idle()
    assert form.steps.lines()[1].startswith("Failed. credentials: Cloud Nine does not accept the secret.")
    QTest.keyClicks(form.inputs["secret"].line, RIGHT)
    form.test.click()
    await desk.idle()
    assert form.steps.lines()[1] == "OK. credentials"
    assert cloud.seen[1] == {"app_id": "abc123", "secret": RIGHT}
    form.close()
    await desk.tasks.end()


async def test_without_a_keyring_the_details_serve_this_run(desk: Desk, cloud: Account) -> None:
    desk.memory.error = keyring.errors.NoKeyringError()
    form = await desk.enter(app_id="abc123", secret=RIGHT)
    form.test.click()
    await desk.idle()
    assert not form.save.isEnabled()
    form.keep.click()
    await desk.until(lambda: desk.accounts.form is None)
    known = desk.accounts.store.resolve(cloud)
    assert known.sources == {"app_id": Source.RUN, "secret": Source.RUN}
    form = await desk.enter()
    assert "this run" in form.inputs["secret"].line.placeholderText()
    form.close()
    await desk.tasks.end()


async def test_a_keyring_that_waits_for_its_password_can_be_given_up(desk: Desk) -> None:
    form = await desk.enter(app_id="abc123", secret=RIGHT)
    desk.memory.gate.clear()
    form.save.click()
    await desk.until(lambda: "Waiting for the keyring" in form.status.text())
    assert form.close_button.text() == "Cancel"
    form.close_button.click()
    await desk.idle()
    assert form.isVisible()
    assert form.close_button.text() == "Close"
    assert form.entered().values == {"app_id": "abc123", "secret": RIGHT}
    desk.memory.gate.set()
    form.close()
    await desk.tasks.end()
    await desk.until(lambda: not desk.memory.held)


async def test_a_locked_keyring_is_said_and_nothing_that_was_typed_is_lost(desk: Desk) -> None:
    form = await desk.enter(app_id="abc123", secret=RIGHT)
    desk.memory.error = keyring.errors.KeyringLocked()
    form.save.click()
    await desk.idle()
    assert isinstance(form._keyring, OurKeyringLocked)
    assert form.keep.isVisible()
    desk.memory.error = None
    form.save.click()
    await desk.until(lambda: desk.accounts.form is None)
    assert desk.memory.held[SERVICE, "secret"] == RIGHT
    await desk.tasks.end()


async def test_deleting(desk: Desk) -> None:
    desk.memory.held = {(SERVICE, "app_id"): "abc123", (SERVICE, "secret"): RIGHT}
    form = await desk.enter()
    form.delete_requested.emit()
    await desk.idle()
    assert desk.memory.held == {}
    assert form.inputs["app_id"].line.text() == ""
    assert not form.delete.isEnabled()
    form.close()
    await desk.tasks.end()


async def test_a_provider_without_anything_to_enter_has_no_form(desk: Desk) -> None:
    desk.accounts.open("nobody")
    assert desk.accounts.form is None
