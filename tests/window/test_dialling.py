"""A call that is asked for in the window: account, fields, both sides captioned, and hanging up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import keyring
import pytest
from msgspec import structs
from PySide6.QtWidgets import QLineEdit

from desktop.app.accounts import Accounts
from desktop.app.calls import Calls
from desktop.app.loop import Tasks
from desktop.core.errors import OvertitleError
from desktop.ingress import voximplant_api
from desktop.ingress.voximplant_api import VoximplantAccount
from desktop.providers.replay import ReplayProvider
from desktop.session.service import Service
from desktop.session.session import Session
from desktop.settings.schema import Settings
from desktop.ui.dial_form import DialForm
from desktop.ui.main_window import MainWindow
from desktop.ui.theme import LIGHT
from tests.support.account import Memory
from tests.support.voximplant_cloud import ACCOUNT, KEY, RULE, cloud
from tests.support.voximplant_stage import CALLER, converse, stage

SAVED = {("overtitle/voximplant", "account-id"): ACCOUNT, ("overtitle/voximplant", "api-key"): KEY}


class Desk:
    """The window's calls with everything around them; captions are made by nobody."""

    def __init__(self, window: MainWindow, replay: Path) -> None:
        self.window = window
        self.settings = Settings()
        self.service = Service(ReplayProvider(), "en-US", {}, {"path": str(replay)})
        self.tasks = Tasks()
        self.accounts = Accounts(self.tasks, window, lambda: LIGHT, lambda: self.settings, lambda *_: None)
        self.calls = Calls(self.tasks, window, lambda: self.settings, self.accounts.store)
        self.calls.dialling.start = self.start
        self.asked_for: list[str] = []
        self.running: asyncio.Task[None] | None = None
        window.account_requested.connect(self.asked_for.append)
        window.settings_changed.connect(self.take)
        self.calls.open()

    def take(self, settings: Settings) -> None:
        self.settings = settings

    def start(self) -> bool:
        if self.running is not None and not self.running.done():
            return False
        self.running = self.tasks.start(self.caption())
        return True

    async def caption(self) -> None:
        session = Session((), self.service, open_ended=True)
        try:
            async with self.calls.around(session):
                await session.run()
        except OvertitleError as error:
            self.calls.dialling.failed(error)

    @property
    def form(self) -> DialForm:
        assert self.calls.dialog is not None
        return self.calls.dialog.dial

    def fill(self, rule: str = str(RULE), agent: str = "user:ann", caller: str = "tel:+15550100") -> DialForm:
        form = self.form
        texts = ((form.rule, rule), (form.agent, agent), (form.caller, caller), (form.number, "+15550199"))
        for line, text in texts:
            line.setText(text)
        return form

    async def until(self, ready: Callable[[], object]) -> None:
        async with asyncio.timeout(60):
            while not ready():
                await asyncio.sleep(0.005)

    async def over(self) -> None:
        await self.until(lambda: self.running is not None and self.running.done())
        await self.tasks.end()


@pytest.fixture
def memory(monkeypatch: pytest.MonkeyPatch) -> Memory:
    made = Memory()
    made.held = dict(SAVED)
    monkeypatch.setattr(keyring, "get_keyring", lambda: made)
    return made


@pytest.fixture
async def desk(window: MainWindow, memory: Memory, tmp_path: Path) -> Desk:
    assert memory.held
    (tmp_path / "replay.jsonl").write_text("", encoding="utf-8")
    made = Desk(window, tmp_path / "replay.jsonl")
    dialog = made.calls.dialog
    assert dialog is not None
    await made.until(dialog.copy.isEnabled)  # the keyring was asked for the token, in a thread of its own
    return made


def account(memory: Memory) -> dict[tuple[str, str], str]:
    """What is saved of the account; the listener's token is saved too."""
    return {key: value for key, value in memory.held.items() if key in SAVED}


async def test_from_call_to_hang_up(desk: Desk) -> None:
    async with stage() as (standing, api):
        desk.calls.dialling.api = api.url
        form = desk.fill()
        assert form.state.text() == "No call."
        assert not form.hang_up.isEnabled()
        form.call.click()
        await desk.until(standing.began.is_set)
        assert standing.session is not None
        await converse(standing.session)
        await desk.until(lambda: "On the line: caller" in form.state.text())
        assert not form.call.isEnabled()
        standing.session.speak(CALLER, bytes(6400))
        await desk.until(lambda: desk.window.calls.sounding)
        form.hang_up.click()
        await desk.over()
        await standing.session.ended()
    assert form.state.text() == "The call is over (code 1000)."
    assert form.call.isEnabled()
    assert desk.window.calls.isHidden()
    assert (desk.settings.listener.rule, desk.settings.listener.agent) == (str(RULE), "user:ann")
    assert "5550100" not in str(structs.asdict(desk.settings)), "whom it was with is nobody's business later"


async def test_an_account_is_asked_for_first(desk: Desk, memory: Memory) -> None:
    memory.held.clear()
    form = desk.fill()
    form.call.click()
    await desk.until(lambda: desk.asked_for)
    assert desk.asked_for == ["voximplant"]
    assert not form.problem.isHidden()
    assert form.call.isEnabled()
    assert desk.running is None
    await desk.tasks.end()


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"rule": "captions"}, "The rule is a number"),
        ({"agent": "ann"}, "nobody who can be called"),
        ({"caller": ""}, "nobody who can be called"),
    ],
)
async def test_what_can_not_be_called_is_said_at_once(desk: Desk, fields: dict[str, str], told: str) -> None:
    form = desk.fill(**fields)
    form.call.click()
    await desk.until(lambda: not form.problem.isHidden())
    assert told in form.problem.text()
    assert desk.running is None
    await desk.tasks.end()


async def test_a_refusal_is_said_and_the_next_call_may_be_tried(desk: Desk) -> None:
    async with cloud(nobody) as api:
        desk.calls.dialling.api = api.url
        form = desk.fill(rule="999")
        form.call.click()
        await desk.until(lambda: not form.problem.isHidden())
        assert "refuses to start the scenario" in form.problem.text()
        assert form.call.isEnabled()
        await desk.over()


async def test_hanging_up_before_anybody_answers_takes_it_back(desk: Desk) -> None:
    asked, given_up = asyncio.Event(), asyncio.Event()

    async def never(_data: str) -> str:
        asked.set()
        await given_up.wait()
        return "http://127.0.0.1:9"

    async with cloud(never) as api:
        desk.calls.dialling.api = api.url
        form = desk.fill()
        form.call.click()
        await asked.wait()
        form.hang_up.click()
        await desk.until(lambda: desk.running is not None and desk.running.done())
        assert form.call.isEnabled()
        given_up.set()  # the service would have answered
    await desk.tasks.end()


async def test_captions_that_run_already_are_left_alone(desk: Desk) -> None:
    desk.calls.dialling.start = lambda: False
    form = desk.fill()
    form.call.click()
    await desk.until(lambda: not form.problem.isHidden())
    assert "Captions run already." in form.problem.text()
    assert desk.calls.dialling.take() is None, "a later session waits for calls, as it was asked to"
    await desk.tasks.end()


async def test_the_account_form_tries_the_account_out(
    desk: Desk, memory: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory.held.clear()
    async with cloud(nobody) as api:
        monkeypatch.setattr("desktop.app.accounts.ACCOUNT", VoximplantAccount(api=api.url))
        desk.accounts.open("voximplant")
        form = desk.accounts.form
        assert form is not None
        key = form.inputs["api-key"].line
        form.inputs["account-id"].line.setText(ACCOUNT)
        key.setText("f" * 32)
        assert key.echoMode() is QLineEdit.EchoMode.Password
        form.test.click()
        await desk.until(form.steps.lines)
        assert "does not accept this account ID and API key" in form.steps.lines()[0]
        key.setText(KEY)
        form.test.click()
        await desk.until(lambda: form.status.text() == "Everything works.")
        assert account(memory) == {}
        form.save.click()
        await desk.until(lambda: desk.accounts.form is None)
        assert account(memory) == SAVED
        desk.accounts.open("voximplant")
        again = desk.accounts.form
        assert again is not None
        await desk.until(lambda: "Saved" in again.inputs["api-key"].line.placeholderText())
        assert again.inputs["api-key"].line.text() == ""
        again.close()
    assert [each[""] for each in api.asked] == [f"POST {voximplant_api.ACCOUNT_METHOD}"] * 2
    await desk.tasks.end()


async def nobody(_data: str) -> str:
    raise AssertionError("nothing was to be started")
