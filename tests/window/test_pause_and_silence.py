"""Pause, the system's own mute, and who is silent: what the window says and offers."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.core.errors import DeviceLost
from desktop.core.message import say
from desktop.core.state import Problem, SessionState
from desktop.session.events import LevelChanged, ProblemCleared, ProblemRaised, StateChanged
from desktop.ui.main_window import MainWindow
from desktop.ui.problems import Action
from desktop.ui.state_line import SILENCE
from desktop.ui.values import LaneView
from tests.window.conftest import DEVICES, Clock

LANES = [LaneView("you", "You"), LaneView("them", "Them")]


def run(window: MainWindow) -> None:
    window.show_session(LANES)
    window.on_event(StateChanged(SessionState.CONNECTING))
    window.on_event(StateChanged(SessionState.LIVE))


def pass_time(window: MainWindow, clock: Clock, seconds: float, *heard: str) -> None:
    clock.now += seconds
    for lane in heard:
        window.on_event(LevelChanged(lane, -20.0, voiced=True))
    window._on_tick()


def test_pause_is_offered_only_while_captions_run(window: MainWindow, qtbot: QtBot) -> None:
    assert window.bar.pause.isHidden()
    run(window)
    assert not window.bar.pause.isHidden()
    with qtbot.waitSignal(window.bar.pause_pressed):
        QTest.keyClick(window, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    window.bar.show_paused(True)
    assert "Go on" in window.bar.pause.accessibleName()
    window.on_event(StateChanged(SessionState.STOPPED))
    assert window.bar.pause.isHidden()
    assert not window.bar.pause.isChecked()


def test_a_pause_is_said_and_nobody_is_called_silent(window: MainWindow, clock: Clock) -> None:
    run(window)
    window.line.set_paused(True, clock.now)
    pass_time(window, clock, 3 * SILENCE)
    assert window.status.sentence.text() == "Paused: nothing is heard or sent"
    assert window.status.step.isHidden()
    window.line.set_paused(False, clock.now)
    pass_time(window, clock, 1.0)
    assert window.status.sentence.text() == "Listening"


def test_a_silent_lane_is_named_and_the_next_step_offered(window: MainWindow, clock: Clock, qtbot: QtBot) -> None:
    run(window)
    pass_time(window, clock, SILENCE - 1, "you")
    assert window.status.step.isHidden()
    pass_time(window, clock, 2.0, "you")
    assert window.status.sentence.text() == "No sound from Them for 11 s. Is the call muted?"
    assert not window.status.step.isHidden()
    with qtbot.waitSignal(window.problem_action) as asked:
        window.status.step.click()
    assert asked.args is not None
    assert asked.args[0] is Action.SOUND_SETTINGS
    pass_time(window, clock, 1.0, "you", "them")
    assert window.status.sentence.text() == "Listening"
    assert window.status.step.isHidden()


def test_of_a_side_whose_device_is_lost_one_sentence_tells(window: MainWindow, clock: Clock) -> None:
    run(window)
    lost = Problem(DeviceLost(say("Test", "Gone."), say("Test", "Plug it in.")), since=0.0, lane="you")
    window.on_event(ProblemRaised(lost))
    pass_time(window, clock, 3 * SILENCE, "them")
    assert window.problem_bar.sentence.text() == "Gone. Plug it in."
    assert window.status.sentence.text() == "Listening"
    assert window.status.step.isHidden()
    window.on_event(ProblemCleared(lost))
    pass_time(window, clock, SILENCE + 1, "them")
    assert window.status.sentence.text() == "No sound from your microphone for 11 s. Is it muted?"


def test_a_microphone_that_the_system_has_muted_is_no_trouble(window: MainWindow, clock: Clock) -> None:
    run(window)
    window.show_devices([replace(each, muted=each.id == "mic-1") for each in DEVICES])
    pass_time(window, clock, 3 * SILENCE, "them")
    assert window.status.sentence.text() == "Listening; your microphone is muted by the system"
    assert window.status.step.isHidden()
    window.show_devices(DEVICES)
    pass_time(window, clock, 1.0, "you", "them")
    assert window.status.sentence.text() == "Listening"


def test_only_the_device_that_is_heard_counts(window: MainWindow, clock: Clock) -> None:
    run(window)
    window.show_devices([replace(each, muted=each.id == "mic-2") for each in DEVICES])
    pass_time(window, clock, 1.0, "you", "them")
    assert window.status.sentence.text() == "Listening"


def heard(window: MainWindow) -> list[str]:
    return [card.heard.text() for card in window.bar.cards.values() if not card.heard.isHidden()]


def test_what_is_heard_of_each_side_is_said_in_words(window: MainWindow, clock: Clock) -> None:
    assert heard(window) == [], "nothing listens yet"
    run(window)
    assert heard(window) == ["Quiet", "Quiet"]
    pass_time(window, clock, 1.0, "them")
    assert heard(window) == ["Quiet", "Hears them"]
    assert window.bar.heard == "You: Quiet · Them: Hears them"
    pass_time(window, clock, 1.0, "you")
    assert heard(window) == ["Hears you", "Hears them"]
    pass_time(window, clock, 5.0, "you")
    assert heard(window) == ["Hears you", "No sound"]
    window.bar.you.mute.click()
    pass_time(window, clock, 1.0, "you", "them")
    assert heard(window) == ["Muted", "Hears them"]
    window.line.set_paused(True, clock.now)
    pass_time(window, clock, 1.0)
    assert heard(window) == ["Paused", "Paused"]
    window.on_event(StateChanged(SessionState.STOPPED))
    assert heard(window) == []


def test_a_remote_call_is_heard_at_the_meter_of_the_others(window: MainWindow, clock: Clock) -> None:
    window.show_session([LaneView("you", "You"), LaneView("caller", "Caller"), LaneView("agent", "Agent")])
    window.on_event(StateChanged(SessionState.LIVE))
    pass_time(window, clock, 1.0, "agent")
    assert heard(window) == ["Quiet", "Hears them"]


def test_a_side_that_is_not_captioned_says_nothing(window: MainWindow) -> None:
    window.show_session([LaneView("them", "Them")])
    window.on_event(StateChanged(SessionState.LIVE))
    assert [card.heard.isHidden() for card in window.bar.cards.values()] == [True, False]
