"""Minutes, costs and limits: what a person reads, and where the limit leads."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.app.loop import Tasks
from desktop.app.spending import Spending
from desktop.settings import paths
from desktop.settings.schema import CaptionSettings, Settings
from desktop.settings.usage import Usage
from desktop.ui.choices import with_allowance
from desktop.ui.credentials_form import CredentialsForm
from desktop.ui.main_window import MainWindow
from desktop.ui.problems import Action, action_for
from desktop.ui.theme import LIGHT
from desktop.ui.usage_box import UsageBox
from desktop.ui.usage_text import usage_sentence
from desktop.ui.values import AccountView, UsageView
from tests.support.account import Account


@pytest.fixture
def usual_locale() -> Iterator[None]:
    before = QLocale()
    yield
    QLocale.setDefault(before)


@pytest.mark.parametrize(
    ("view", "sentence"),
    [
        (UsageView(0.0), "This month: 0 min."),
        (UsageView(132.4), "This month: 132 min."),
        (UsageView(132.4, 600), "This month: 132 of 600 min."),
        (UsageView(132.0, 0, 0.0, 0.024), "This month: 132 min, about $3.17 by the list price."),
        (UsageView(132.0, 600, 0.05, 0.024), "This month: 132 of 600 min, about $6.60 by your price."),
        (UsageView(0.1, 0, 0.0, 0.024), "This month: 0 min."),
    ],
)
def test_an_estimate_says_that_it_is_one_and_nothing_is_made_up(view: UsageView, sentence: str) -> None:
    assert usage_sentence(view) == sentence


def test_numbers_are_written_as_the_locale_writes_them(usual_locale: None) -> None:
    QLocale.setDefault(QLocale("fr_FR"))
    text = usage_sentence(UsageView(1320.0, 0, 0.0, 0.024)).replace("\u202f", " ").replace("\xa0", " ")
    assert text == "This month: 1 320 min, about 31,68 $ by the list price."


def test_limit_and_price_are_told_once_they_are_typed(qtbot: QtBot) -> None:
    box = UsageBox(UsageView(132.0, 600, 0.0, 0.01))
    qtbot.addWidget(box)
    box.show()
    assert box.limit.value() == 600
    assert box.price.text() == "List: $0.0100"
    told: list[float] = []
    box.limit_changed.connect(told.append)
    box.price_changed.connect(told.append)
    box.limit.selectAll()
    QTest.keyClicks(box.limit, "90")
    assert told == [], "not the 9 on the way to 90"
    box.limit.interpretText()
    assert told == [90]
    box.show_usage(UsageView(133.0, 45, 0.02, None))
    assert (box.limit.value(), box.price.value()) == (45, 0.02)
    assert told == [90], "what is shown tells nobody"
    box.show_usage(UsageView(133.0))
    assert (box.limit.text(), box.price.text()) == ("No limit", "Unknown")


def test_no_limit_and_no_price_leave_no_trace() -> None:
    some = with_allowance(Settings(), "cloud", limit=60, price=0.5)
    assert some.captions == CaptionSettings(limits={"cloud": 60}, prices={"cloud": 0.5})
    assert with_allowance(some, "cloud", limit=0) == with_allowance(Settings(), "cloud", price=0.5)
    assert with_allowance(some, "cloud", limit=0, price=0.0) == Settings()


def test_the_form_hands_over_what_was_allowed(qtbot: QtBot) -> None:
    cloud = Account()
    can = cloud.capabilities
    view = AccountView(
        cloud.id, cloud.title, can.privacy, cloud.credential_fields, can.options, {}, True, UsageView(10.0, 60)
    )
    form = CredentialsForm(view, LIGHT)
    qtbot.addWidget(form)
    assert form.usage is not None
    form.usage.limit.setValue(120)
    assert form.entered().allowance == (120, 0.0)
    form.show_usage(UsageView(99.0, 60))
    assert "99 of 60" in form.usage.sentence.text()
    assert form.usage.limit.value() == 120, "what was typed stays"


def test_the_users_own_limit_leads_to_its_setting(window: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    usage = Usage(tmp_path / "usage.json", {"cloud": 1})
    usage.used("cloud", 60.0)
    refusal = usage.refusal("cloud")
    assert refusal is not None
    assert action_for(refusal) is Action.CHANGE_LIMIT
    window.settings.usage_of = lambda one: UsageView(1.0, 1) if one == "cloud" else None
    window.show_settings(Settings(captions=CaptionSettings(provider="cloud", limits={"cloud": 1})))
    window.open_settings("captions.limits")
    dialog = window.settings.dialog
    assert dialog is not None
    qtbot.waitUntil(dialog.usage.limit.hasFocus)
    with qtbot.waitSignal(window.settings_changed) as changed:
        dialog.usage.limit.setValue(30)
    assert changed.args is not None
    assert changed.args[0].captions.limits == {"cloud": 30}


def test_the_status_says_it_to_whoever_asks(window: MainWindow) -> None:
    window.status.show_usage("This month: 3 min.")
    assert window.status.sentence.toolTip() == "This month: 3 min."
    assert window.status.sentence.accessibleDescription() == "This month: 3 min."


async def test_minutes_of_what_runs_are_counted_and_saved(monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> None:
    monkeypatch.setattr("desktop.app.spending.discover", lambda: {"cloud-nine": Account()})
    settings = Settings(captions=CaptionSettings(limits={"cloud-nine": 5}, prices={"cloud-nine": 0.5}))
    paths.usage_file().parent.mkdir(parents=True, exist_ok=True)
    month = Usage(paths.usage_file())._month()
    paths.usage_file().write_text(f'{{"{month}": {{"cloud-nine": 60.0}}}}')
    tasks = Tasks()
    spending = Spending(tasks, lambda: settings)
    await spending.load()
    assert spending.view("cloud-nine") == UsageView(1.0, 5, 0.5, None)
    assert spending.view("no such provider") is None
    spending.begin()
    spending.usage.used("cloud-nine", 120.0)
    assert spending.view("cloud-nine") == UsageView(3.0, 5, 0.5, None), "while it runs"
    settings = with_allowance(settings, "cloud-nine", limit=2)
    spending.follow()
    assert spending.usage.refusal("cloud-nine") is not None, "a limit counts at once"
    await spending.end()
    await tasks.end()
    again = Usage(paths.usage_file())
    await asyncio.to_thread(again.load)
    assert again.minutes("cloud-nine") == 3.0
