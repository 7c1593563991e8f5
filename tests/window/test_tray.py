from __future__ import annotations

from dataclasses import replace
from itertools import combinations

from pytestqt.qtbot import QtBot

from desktop.core.state import SessionState
from desktop.ui.main_window import MainWindow
from desktop.ui.pick_button import Choice
from desktop.ui.tray import Look, Tray, state_icon

LIVE = Look(SessionState.LIVE)
LOOKS = (
    Look(),
    LIVE,
    replace(LIVE, muted=True),
    replace(LIVE, paused=True),
    replace(LIVE, remote=True),
    replace(LIVE, trouble=True),
    Look(SessionState.RECONNECTING),
)


def test_the_menu_leads_to_everything_that_must_never_be_out_of_reach(window: MainWindow, qtbot: QtBot) -> None:
    tray = Tray(window)
    tray.show_state(SessionState.LIVE)
    for action, signal in (
        (tray.window_action, tray.window_pressed),
        (tray.start_action, tray.start_pressed),
        (tray.pause_action, tray.pause_pressed),
        (tray.mute_action, tray.mute_pressed),
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
    assert tray.pause_action.isEnabled()
    tray.show_state(SessionState.STOPPING)
    assert not tray.start_action.isEnabled()
    tray.show_state(SessionState.STOPPED)
    assert tray.start_action.text() == "Start"
    assert tray.start_action.isEnabled()
    assert not tray.pause_action.isEnabled()


def test_states_differ_in_the_icon_by_more_than_colour(qtbot: QtBot) -> None:
    def shape(look: Look) -> bytes:
        """The icon without its colours."""
        picture = state_icon(look).pixmap(64, 64).toImage()
        return bytes(picture.pixelColor(x, y).lightness() > 60 for x in range(32, 64) for y in range(32, 64))

    def look_of(look: Look) -> bytes:
        return bytes(state_icon(look).pixmap(64, 64).toImage().constBits())

    for one, other in combinations(LOOKS, 2):
        assert look_of(one) != look_of(other), (one, other)
    for one, other in combinations(LOOKS[1:6], 2):
        assert shape(one) != shape(other), (one, other)


def test_the_state_is_also_said_in_words(window: MainWindow) -> None:
    tray = Tray(window)
    sentences = []
    for look in LOOKS:
        tray.look = look
        tray._refresh()
        sentences.append(tray.state_action.text())
        assert tray.icon.toolTip() == f"Overtitle: {sentences[-1]}"
    assert len(set(sentences)) == len(LOOKS)
    assert sentences[0] == "Not listening"


def test_what_belonged_to_the_session_ends_with_it(window: MainWindow) -> None:
    tray = Tray(window)
    tray.show_state(SessionState.LIVE)
    tray.show_muted(True)
    tray.show_paused(True)
    tray.show_remote(True)
    tray.show_state(SessionState.STOPPED)
    assert tray.look == Look(SessionState.STOPPED)


def test_language_and_provider_are_switched_from_the_menu(window: MainWindow, qtbot: QtBot) -> None:
    tray = Tray(window)
    choices = [Choice("en-US", "English"), Choice("fr-FR", "French & more"), Choice("de-DE", "German", enabled=False)]
    tray.languages.show(choices, "en-US")
    tray.languages.show(choices, "fr-FR")
    actions = tray.languages.actions
    assert [action.isChecked() for action in actions] == [False, True, False]
    assert [action.isEnabled() for action in actions] == [True, True, False]
    assert actions[1].text() == "French && more"
    with qtbot.waitSignal(tray.language_picked) as picked:
        actions[0].trigger()
    assert picked.args == ["en-US"]
    tray.providers.show([Choice("cloud", "Cloud")], "")
    with qtbot.waitSignal(tray.provider_picked) as picked:
        tray.providers.actions[0].trigger()
    assert picked.args == ["cloud"]
