"""The account form: made from what a provider declares, usable by keyboard, and silent about secrets."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QLineEdit, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop.core.errors import KeyringLocked, NoKeyring
from desktop.core.message import say
from desktop.core.provider import Option, OptionKind, ProbeStep
from desktop.providers import discover
from desktop.settings.credentials import Source
from desktop.ui.credentials_form import CredentialsForm
from desktop.ui.option_controls import OptionInput
from desktop.ui.theme import LIGHT
from desktop.ui.values import AccountView, Entered
from tests.support.account import Account

CLOUD = Account()
CANARY = "canary-5up3r"
SAVED = {"app_id": Source.KEYRING, "secret": Source.KEYRING, "session-token": Source.KEYRING}


def view(chosen: dict[str, str] | None = None) -> AccountView:
    can = CLOUD.capabilities
    return AccountView(CLOUD.id, CLOUD.title, can.privacy, CLOUD.credential_fields, can.options, chosen or {}, True)


@pytest.fixture
def form(qtbot: QtBot) -> Iterator[CredentialsForm]:
    made = CredentialsForm(view({"pause": "3"}), LIGHT)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)  # the test looks at it once it is closed
    qtbot.addWidget(made)
    made.open()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    yield made
    made.close()


def spoken(widget: QWidget) -> str:
    """Everything that the form shows, says to a screen reader, or puts into a tool tip."""
    parts = []
    for each in [widget, *widget.findChildren(QWidget)]:
        reader = QAccessible.queryAccessibleInterface(each)
        parts += [reader.text(kind) for kind in QAccessible.Text if kind is not QAccessible.Text.UserText]
        parts += [each.toolTip(), each.statusTip(), each.whatsThis(), repr(each), each.objectName()]
        parts.append(each.displayText() if isinstance(each, QLineEdit) else "")
    return "\n".join(parts)


def test_every_field_and_option_has_its_place(form: CredentialsForm) -> None:
    texts = [label.text() for label in form.findChildren(QLabel)]
    assert "Sound is sent to Cloud Nine." in texts
    assert [each.line.accessibleName() for each in form.inputs.values()] == [
        "App id",
        "App secret",
        "Region (optional)",
        "Session token (optional)",
    ]
    assert form.inputs["secret"].line.echoMode() is QLineEdit.EchoMode.Password
    assert form.inputs["app_id"].line.echoMode() is QLineEdit.EchoMode.Normal
    assert isinstance(form.options["model"].control, QComboBox)
    assert form.options["pause"].value() == "3"
    assert all(label.textFormat() is Qt.TextFormat.PlainText for label in form.findChildren(QLabel) if label.text())


def test_a_saved_secret_is_never_shown_back(form: CredentialsForm) -> None:
    form.show_known(SAVED, {"app_id": "abc123", "secret": CANARY, "session-token": CANARY}, None)
    line = form.inputs["secret"].line
    assert line.text() == ""
    assert "Saved" in line.placeholderText()
    assert not form.inputs["secret"].reveal.isEnabled()
    assert form.inputs["app_id"].line.text() == "abc123"
    assert CANARY not in spoken(form)
    assert form.entered() == Entered({}, {"pause": "3"})


def test_what_is_typed_is_hidden_unless_the_person_wants_to_see_it(form: CredentialsForm, qtbot: QtBot) -> None:
    secret = form.inputs["secret"]
    QTest.keyClicks(secret.line, CANARY)
    assert CANARY not in spoken(form)
    assert CANARY not in repr(form.entered())
    secret.reveal.click()
    assert secret.line.displayText() == CANARY
    secret.line.clear()
    assert not secret.reveal.isChecked()
    assert secret.line.echoMode() is QLineEdit.EchoMode.Password


def test_only_what_changed_is_handed_over(form: CredentialsForm, qtbot: QtBot) -> None:
    form.show_known(SAVED, {"app_id": "abc123"}, None)
    QTest.keyClicks(form.inputs["region"].line, " eu ")
    form.inputs["session-token"].forget.click()
    with qtbot.waitSignal(form.save_requested) as saved:
        form.save.click()
    assert saved.args == [Entered({"region": "eu", "session-token": ""}, {"pause": "3"})]


def test_the_environment_can_not_be_changed_here(form: CredentialsForm) -> None:
    form.show_known({"secret": Source.ENVIRONMENT}, {}, None)
    line = form.inputs["secret"].line
    assert not line.isEnabled()
    assert line.placeholderText() == "Set by OVERTITLE_CLOUD_NINE_SECRET"
    assert not form.delete.isEnabled()


@pytest.mark.parametrize(
    ("field", "text", "sentence"),
    [("app_id", "WRONG!", "“App id” can't be right"), ("app_id", "", "“App id” is needed")],
)
def test_what_can_not_be_right_is_not_handed_over(
    form: CredentialsForm, qtbot: QtBot, field: str, text: str, sentence: str
) -> None:
    form.inputs["secret"].line.setText(CANARY)
    form.inputs[field].line.setText(text)
    with qtbot.assertNotEmitted(form.save_requested):
        form.save.click()
    assert form.sentence.text().startswith(sentence)
    assert form.problem.isVisible()
    assert form.focusWidget() is form.inputs[field].line


def test_an_option_outside_its_limits_is_not_handed_over(form: CredentialsForm, qtbot: QtBot) -> None:
    form.show_known(SAVED, {"app_id": "abc123"}, None)
    pause = form.options["pause"].control
    assert isinstance(pause, QLineEdit)
    pause.setText("12")
    with qtbot.assertNotEmitted(form.save_requested):
        form.save.click()
    assert "1 to 9" in form.sentence.text()


def test_steps_are_shown_as_they_come(form: CredentialsForm) -> None:
    form.show_busy("Trying it out…")
    assert form.close_button.text() == "Cancel"
    assert not form.save.isEnabled()
    form.show_step(ProbeStep(say("T", "name resolution"), detail=say("T", "<b>203.0.113.7</b>")))
    assert form.steps.lines() == ["OK. name resolution: <b>203.0.113.7</b>"]
    error = KeyringLocked(say("T", "It is locked."), say("T", "Unlock it."))
    form.show_step(ProbeStep(say("T", "credentials"), error))  # type: ignore[arg-type]  # any sentence will do
    assert form.steps.lines()[1] == "Failed. credentials: It is locked. Unlock it."
    form.show_idle()
    assert form.save.isEnabled()


def test_without_a_keyring_this_run_only_is_the_way_on(form: CredentialsForm, qtbot: QtBot) -> None:
    assert not form.keep.isVisible()
    form.show_known({}, {}, NoKeyring(say("T", "None here."), say("T", "Use it for this run only.")))
    assert form.keep.isVisible()
    assert form.save.isEnabled(), "options can be saved"
    assert form.sentence.text() == "None here. Use it for this run only."
    form.inputs["app_id"].line.setText("abc123")
    assert not form.save.isEnabled()
    form.inputs["secret"].line.setText(CANARY)
    with qtbot.waitSignal(form.keep_requested) as kept:
        form.keep.click()
    assert kept.args[0].values == {"app_id": "abc123", "secret": CANARY}
    form.show_problem(KeyringLocked(say("T", "Locked.")))
    assert form.keep.isVisible()
    assert form.save.isEnabled(), "it may be unlocked by now"


def test_an_answer_that_comes_late_takes_nothing_away(form: CredentialsForm, qtbot: QtBot) -> None:
    QTest.keyClicks(form.inputs["app_id"].line, "new123")
    form.show_known(SAVED, {"app_id": "abc123"}, None)
    assert form.entered().values == {"app_id": "new123"}


def test_deleting_asks_without_waiting(form: CredentialsForm, qtbot: QtBot) -> None:
    form.show_known(SAVED, {}, None)
    form.delete.click()
    box = form.findChild(QMessageBox)
    assert box is not None
    delete = next(button for button in box.findChildren(QPushButton) if button.text() == "Delete")
    with qtbot.waitSignal(form.delete_requested):
        delete.click()


def test_closing_forgets_what_was_typed_and_stops_what_goes_on(form: CredentialsForm, qtbot: QtBot) -> None:
    form.inputs["secret"].line.setText(CANARY)
    form.show_busy("Waiting…")
    with qtbot.waitSignal(form.cancelled):
        form.close()
    assert form.inputs["secret"].line.text() == ""
    assert not form.isVisible()


def test_the_keyboard_reaches_everything_and_saves(form: CredentialsForm, qtbot: QtBot) -> None:
    order = []
    for _ in range(40):
        focus = form.focusWidget()
        if focus in order:
            break
        order.append(focus)
        QTest.keyClick(focus, Qt.Key.Key_Tab)
    reached = {each.line for each in form.inputs.values()} | {each.control for each in form.options.values()}
    assert reached | {form.test, form.save, form.close_button} <= set(order)
    lines = [each.line for each in form.inputs.values()]
    assert [each for each in order if each in lines] == lines
    for key, text in (("app_id", "abc123"), ("secret", CANARY)):
        QTest.keyClicks(form.inputs[key].line, text)
    with qtbot.waitSignal(form.save_requested) as saved:
        QTest.keyClick(form.inputs["secret"].line, Qt.Key.Key_Return)
    assert saved.args[0].values == {"app_id": "abc123", "secret": CANARY}
    QTest.keyClick(form, Qt.Key.Key_Escape)
    assert not form.isVisible()


def test_an_address_is_judged_while_it_is_typed(qtbot: QtBot) -> None:
    made = CredentialsForm(address_view(), LIGHT)
    qtbot.addWidget(made)
    made.show()
    address, consent = made.options["url"], made.options["insecure"]
    assert isinstance(address.control, QLineEdit)
    assert isinstance(consent.control, QCheckBox)
    QTest.keyClicks(address.control, "ws:")
    assert not address.remark.isVisible(), "nobody is told off in the middle of a word"
    QTest.keyClicks(address.control, "//a.example")
    assert "Not encrypted" in address.remark.text()
    assert "Not encrypted" in address.control.accessibleDescription()
    consent.control.click()
    assert not address.remark.isVisible()
    QTest.keyClicks(address.control, ":99999")
    assert "port" in address.remark.text()
    with qtbot.assertNotEmitted(made.save_requested):
        made.save.click()
    assert "port" in made.sentence.text()
    assert address.control.hasFocus() or not made.isActiveWindow()


KNOWN_BY_THEIR_OWN_NAMES = {"encoding", "path"}


def test_choices_of_every_provider_are_named_in_words(qtbot: QtBot) -> None:
    seen = 0
    for provider in discover().values():
        for option in provider.capabilities.options:
            if option.choices and option.key not in KNOWN_BY_THEIR_OWN_NAMES:
                row = OptionInput(option, "")
                qtbot.addWidget(row)
                made = row.control
                assert isinstance(made, QComboBox)
                raw = [made.itemText(at) for at in range(made.count()) if made.itemText(at) == made.itemData(at)]
                assert not raw, (provider.id, option.key)
                assert [made.itemData(at) for at in range(made.count())] == list(option.choices)
                seen += 1
    assert seen


def address_view() -> AccountView:
    url = Option("url", say("Test", "Address"), kind=OptionKind.ADDRESS)
    insecure = Option("insecure", say("Test", "Allow no encryption"), kind=OptionKind.FLAG, default="no")
    return AccountView("own", say("Test", "Own"), say("Test", "Sent to you."), (), (url, insecure), {}, False)
