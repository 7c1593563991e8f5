"""Remote calls in the window: the source, the red sign, addresses, token and log."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from desktop.core.captions import CaptionEvent, LaneAdded
from desktop.session.events import LevelChanged
from desktop.ui.call_strip import CallStrip
from desktop.ui.choices import start_request
from desktop.ui.main_window import MainWindow
from desktop.ui.remote_dialog import RemoteDialog
from desktop.ui.theme import DARK, LIGHT, contrast
from desktop.ui.values import REMOTE, THEM


def test_remote_calls_are_a_source_of_the_other_side(window: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.settings_changed) as told:
        window.bar.them.device_picked.emit(REMOTE)
    request = start_request(told.args[0])
    assert [(lane.lane, lane.device) for lane in request.lanes if lane.lane == THEM] == [(THEM, REMOTE)]
    assert window.bar.them.picker.text() == "Remote calls"


def test_a_caller_has_a_name_a_colour_and_a_meter(window: MainWindow) -> None:
    window.show_session([])
    window.on_event(LaneAdded("caller", "Ann <b>Caller</b>"))
    window.on_event(CaptionEvent("caller", "1-1", 1, "hello there", True, 0.0, 1.0))
    assert "Ann <b>Caller</b>: hello there" in window.page.view.latest(0.0)
    window.on_event(LevelChanged("caller", -6.0, True))
    assert window.bar.them.meter.share > 0.5


def test_the_sign_is_red_only_while_somebody_is_heard(qtbot: QtBot) -> None:
    strip = CallStrip()
    qtbot.addWidget(strip)
    strip.apply_palette(LIGHT)
    assert strip.isHidden()
    strip.show_waiting("ws://127.0.0.1:8765")
    assert not strip.isHidden()
    assert LIGHT.danger not in strip.styleSheet()
    strip.show_callers(["203.0.113.7:4000"])
    assert strip.sounding
    assert "203.0.113.7:4000" in strip.sentence.text()
    assert strip.sentence.accessibleName() == strip.sentence.text()
    assert f"background: {LIGHT.danger}" in strip.styleSheet()
    strip.show_callers([f"203.0.113.7:{port}" for port in range(9)])
    assert "9" in strip.sentence.text()
    assert strip.sentence.text().count("203.0.113.7") == 3


def test_the_sign_can_be_read(qtbot: QtBot) -> None:
    for palette in (LIGHT, DARK):
        assert contrast(palette.on_danger, palette.danger) >= 4.5


def test_addresses_token_and_log(qtbot: QtBot) -> None:
    dialog = RemoteDialog()
    qtbot.addWidget(dialog)
    assert not dialog.copy.isEnabled()
    dialog.show_addresses({"raw": "ws://127.0.0.1:8765/pcm"})
    dialog.show_token("secret-token", kept=True)
    assert dialog.token.echoMode() is QLineEdit.EchoMode.Password
    dialog.reveal.click()
    assert dialog.token.echoMode() is QLineEdit.EchoMode.Normal
    dialog.copy.click()
    assert QGuiApplication.clipboard().text() == "secret-token"
    with qtbot.waitSignal(dialog.new_token_pressed):
        dialog.renew.click()
    for number in range(300):
        dialog.add_event(f"event {number}\n\x1b[2J")
    assert dialog.events.count() == 200
    newest = dialog.events.item(0)
    assert newest is not None
    assert newest.text().endswith("event 299  [2J")


def test_a_token_for_this_run_says_so(qtbot: QtBot) -> None:
    dialog = RemoteDialog()
    qtbot.addWidget(dialog)
    dialog.show_token("x", kept=False)
    assert "this run" in dialog.note.text()


def test_settings_of_remote_calls(window: MainWindow, qtbot: QtBot) -> None:
    window.open_settings("listener")
    dialog = window.settings.dialog
    assert dialog is not None
    hosts = dialog.control("listener.hosts")
    assert isinstance(hosts, QLineEdit)
    hosts.setText("calls.example, other.example ")
    with qtbot.waitSignal(window.settings_changed) as told:
        hosts.editingFinished.emit()
    assert told.args[0].listener.hosts == ("calls.example", "other.example")
    with qtbot.waitSignal(window.calls.details_pressed):
        dialog.calls_pressed.emit()
