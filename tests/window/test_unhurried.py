"""A slow view gets the newest revision of each segment, in order with everything else."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from desktop.core.captions import CaptionEvent, Gap
from desktop.core.state import SessionState
from desktop.session.events import LevelChanged, SessionEvent, StateChanged
from desktop.ui.unhurried import Unhurried


def said(revision: int, text: str, segment: str = "1") -> CaptionEvent:
    return CaptionEvent("you", segment, revision, text, is_final=False, start=0.0, end=1.0)


def test_overtaken_revisions_are_left_out(qtbot: QtBot) -> None:
    told: list[SessionEvent] = []
    unhurried = Unhurried(told.append)
    for revision in range(100):
        unhurried(said(revision, "word " * revision))
    unhurried(said(1, "other", "2"))
    assert told == []
    qtbot.waitUntil(lambda: len(told) == 2)
    assert told == [said(99, "word " * 99), said(1, "other", "2")]


def test_a_level_does_not_hurry_captions_and_a_state_comes_after_them(qtbot: QtBot) -> None:
    told: list[SessionEvent] = []
    unhurried = Unhurried(told.append)
    unhurried(said(1, "one"))
    unhurried(LevelChanged("you", -20.0, voiced=True))
    assert told == [LevelChanged("you", -20.0, voiced=True)]
    unhurried(Gap("you", 1.0, 2.0, "test"))
    unhurried(said(2, "two"))
    unhurried(StateChanged(SessionState.STOPPED))
    assert told[1:] == [
        said(1, "one"),
        Gap("you", 1.0, 2.0, "test"),
        said(2, "two"),
        StateChanged(SessionState.STOPPED),
    ]
