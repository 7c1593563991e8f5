"""Whoever looks at nothing but the caption bar is told what is wrong, what just changed, and that it is over."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from pytestqt.qtbot import QtBot

from desktop.app.bar_words import NEWS, BarWords
from desktop.core.captions import CaptionDocument, Gap, Seam
from desktop.core.errors import ConnectionLost, DeviceLost
from desktop.core.message import say
from desktop.core.state import Problem, SessionState
from desktop.session.events import BehindChanged, ProblemCleared, ProblemRaised, SessionEvent, StateChanged
from desktop.settings.schema import OverlaySettings
from desktop.ui.main_window import MainWindow
from desktop.ui.overlay import Overlay
from desktop.ui.theme import DARK
from desktop.ui.values import LaneView
from tests.window.conftest import Clock

PULLED = Problem(DeviceLost(say("Test", "The microphone was pulled out."), say("Test", "Plug it in.")), 3.0, "you")
DOWN = Problem(ConnectionLost(say("Test", "The line is down.")), 3.0, "you")


@dataclass(frozen=True)
class Side:
    id: str
    label: str


class Stage:
    """A window and a caption bar that hear of one session."""

    def __init__(self, window: MainWindow, overlay: Overlay, clock: Clock) -> None:
        self.window, self.overlay, self.clock = window, overlay, clock
        self.words = BarWords(window, overlay)
        window.show_session([LaneView("you", "You"), LaneView("them", "Them")])
        overlay.bind(CaptionDocument(), [Side("you", "You"), Side("them", "Them")])
        self.words.begin(("you", "them"), "cloud")
        self.tell(StateChanged(SessionState.CONNECTING), StateChanged(SessionState.LIVE))

    def tell(self, *events: SessionEvent) -> None:
        for event in events:
            self.window.on_event(event)
            self.words.on_event(event)

    def said(self, after: float = 0.0) -> str:
        self.clock.now += after
        self.window._on_tick()
        chip = self.overlay.status
        return "" if chip.isHidden() or chip._calm else chip.accessibleName()


@pytest.fixture
def stage(window: MainWindow, clock: Clock, qtbot: QtBot) -> Stage:
    overlay = Overlay(DARK, OverlaySettings())
    qtbot.addWidget(overlay)
    return Stage(window, overlay, clock)


def test_a_pause_is_told_as_long_as_it_lasts(stage: Stage) -> None:
    stage.window.line.set_paused(True, stage.clock.now)
    assert stage.said() == "Paused"
    stage.tell(StateChanged(SessionState.RECONNECTING), StateChanged(SessionState.LIVE))
    assert stage.said(60.0) == "Paused"
    stage.window.line.set_paused(False, stage.clock.now)
    assert stage.said() == ""


def test_trouble_is_told_until_it_is_over_or_put_away(stage: Stage) -> None:
    stage.tell(ProblemRaised(PULLED))
    assert stage.said() == "The microphone was pulled out."
    stage.tell(ProblemCleared(PULLED))
    assert stage.said() == ""
    stage.tell(ProblemRaised(PULLED))
    stage.window.clear_problem(PULLED)
    assert stage.said() == ""


def test_a_service_that_is_away_and_a_device_that_is_gone_are_both_told(stage: Stage) -> None:
    stage.tell(ProblemRaised(DOWN), StateChanged(SessionState.RECONNECTING))
    assert stage.said() == "Reconnecting, keeping your words"
    stage.tell(Seam("you", 4.0, "on-device", "en-US", "the service is away"), StateChanged(SessionState.FALLBACK))
    assert stage.said() == "The service is away; captions come from this computer"
    stage.tell(ProblemRaised(PULLED))
    assert stage.said() == "The microphone was pulled out."


def test_a_seam_and_a_gap_are_told_for_a_while_and_stay_among_what_was_said(stage: Stage) -> None:
    stage.tell(Seam("them", 4.0, "cloud", "fr-FR", "the service is back"))
    seam = "Them, from here on: Cloud, French (France) (the service is back)"
    assert stage.said() == seam
    assert stage.said(NEWS) == ""
    stage.tell(Gap("you", 6.0, 8.5, "no sound from the device"))
    assert stage.said() == "2.5 s of You may be missing here (no sound from the device)"
    stage.overlay.open_history(missed=False)
    assert stage.overlay.history.words.toPlainText().splitlines() == [
        seam,
        "2.5 s of You may be missing here (no sound from the device)",
    ]


def test_a_pause_is_no_news_of_each_side(stage: Stage) -> None:
    stage.tell(Gap("you", 6.0, 6.0, "paused"), Gap("them", 6.0, 6.0, "paused"))
    assert stage.said() == ""


def test_catching_up_is_told_with_its_seconds(stage: Stage) -> None:
    stage.tell(BehindChanged("them", 4.2))
    assert stage.said() == "Catching up, 4 s behind"
    stage.tell(BehindChanged("them", 0.4))
    assert stage.said() == ""


def test_waiting_for_the_last_words_says_how_to_end_it(stage: Stage, qtbot: QtBot) -> None:
    stage.tell(StateChanged(SessionState.STOPPING))
    assert stage.said() == "Finishing the last words"
    assert stage.window.bar.start.isEnabled()
    assert stage.said(2.5) == "Waiting for the last words; “Stop now” ends without them"
    assert stage.window.bar.start.text() == "Stop now"
    with qtbot.waitSignal(stage.window.stop_requested):
        stage.window.bar.start.click()
    stage.tell(StateChanged(SessionState.STOPPED))
    assert stage.said() == ""
    assert stage.window.bar.start.text() == "Start"
    with qtbot.assertNotEmitted(stage.window.start_requested):
        stage.window.bar.start.click()  # a press that came too late to stop


def test_the_badge_says_where_the_sound_goes_and_not_what_was_chosen_in_vain(stage: Stage) -> None:
    badge = stage.window.bar.provider.badge
    assert badge.text() == "sends sound to Cloud", "on this computer is chosen, and the service goes on"
    for lane in ("you", "them"):
        assert badge.text() == "sends sound to Cloud"
        stage.tell(Seam(lane, 4.0, "on-device", "en-US", "chosen"))
    assert badge.text() == "private"
    stage.tell(Seam("you", 9.0, "cloud", "en-US", "chosen"))
    assert badge.text() == "sends sound to Cloud"
    stage.tell(StateChanged(SessionState.STOPPED))
    assert badge.text() == "private"
