from __future__ import annotations

from pytestqt.qtbot import QtBot

from desktop.core.state import SessionState
from desktop.ui.main_window import MainWindow
from desktop.ui.tray import Tray, state_icon


def test_the_menu_leads_to_everything_that_must_never_be_out_of_reach(window: MainWindow, qtbot: QtBot) -> None:
    tray = Tray(window)
    for action, signal in (
        (tray.window_action, tray.window_pressed),
        (tray.start_action, tray.start_pressed),
        (tray.lock_action, tray.lock_pressed),
    ):
        with qtbot.waitSignal(signal):
            action.trigger()
    with qtbot.waitSignal(tray.quit_pressed):
        tray._menu.actions()[-1].trigger()


def test_start_becomes_stop_and_waits_while_the_last_words_come(window: MainWindow) -> None:
    tray = Tray(window)
    tray.show_state(SessionState.LIVE)
    assert tray.start_action.text() == "Stop"
    tray.show_state(SessionState.STOPPING)
    assert not tray.start_action.isEnabled()
    tray.show_state(SessionState.STOPPED)
    assert tray.start_action.text() == "Start"
    assert tray.start_action.isEnabled()


def test_states_differ_in_the_icon() -> None:
    def look(state: SessionState) -> bytes:
        return bytes(state_icon(state).pixmap(64, 64).toImage().constBits())

    assert len({look(state) for state in (SessionState.IDLE, SessionState.LIVE, SessionState.FAILED)}) == 3
