"""The bar in time: nothing moves but by scrolling, and nothing goes before it could be read."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from desktop.core.captions import LaneAdded
from desktop.core.state import SessionState
from desktop.session.events import StateChanged
from desktop.settings.schema import OverlaySettings
from desktop.ui import theme
from desktop.ui.overlay import Overlay, captions
from tests.window.overlay_talk import Talk, picture, rows

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")  # what the offscreen platform can't do

BURST = [f"{word} is a sentence of one long row." for word in ("One", "Two", "Three", "Four")]


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(captions, "perf_counter", made)
    return made


@pytest.fixture
def overlay(qtbot: QtBot, clock: Clock) -> Iterator[Overlay]:
    one = Overlay(theme.LIGHT, OverlaySettings(opacity=100, lines=2, reading_speed=240))
    qtbot.addWidget(one)
    one.set_reduce_motion(True)
    with qtbot.waitExposed(one):
        one.show()
    yield one
    one.hide()


def first_words(overlay: Overlay) -> list[str]:
    return [row.split()[0] for row in rows(overlay)]


def test_a_burst_waits_until_it_could_be_read(overlay: Overlay, clock: Clock) -> None:
    talk = Talk(overlay)
    for number, sentence in enumerate(BURST):
        talk.say(sentence, str(number), final=True)
    before = rows(overlay)
    assert before[0].startswith("One")
    assert overlay.captions._unread.isActive()
    clock.now += 0.5
    assert rows(overlay) == before, "half a second is not enough for a row"
    clock.now += len(before[0]) / 24 - 0.49  # 240 words a minute are 24 letters a second
    assert rows(overlay)[0] == before[1]
    for _ in range(20):
        clock.now += 2.0
        shown = rows(overlay)
    assert shown[-1].endswith("row.")
    assert overlay.captions._waiting_rows() == 0


def test_rows_that_wait_are_not_painted_below_the_others(overlay: Overlay) -> None:
    talk, look = Talk(overlay), overlay.captions.look
    talk.say("HHHH " * 60, final=True)
    image = picture(overlay)
    assert overlay.captions._waiting_rows() > 0
    end = look.text_top + look.lines * look.line_height
    below = {image.pixel(x, y) for x in range(image.width()) for y in range(end + 1, image.height() - 12)}
    assert len(below) == 1, "nothing but the panel"


def test_words_on_show_at_the_end_stay_until_the_waiting_ones_were_shown(overlay: Overlay) -> None:
    talk = Talk(overlay)
    for number, sentence in enumerate(BURST):
        talk.say(sentence, str(number), final=True)
    rows(overlay)
    waiting = overlay.captions._waiting_rows()
    overlay.on_event(StateChanged(SessionState.STOPPED))
    assert overlay.captions._fade.interval() == 20_000 + 3_000 * waiting


def test_the_bar_stays_for_the_last_words_and_goes_with_them(overlay: Overlay) -> None:
    talk = Talk(overlay)
    talk.say("The last words.", final=True)
    overlay.on_event(StateChanged(SessionState.STOPPED))
    overlay.retire()
    assert overlay.isVisible()
    overlay.captions._fade.timeout.emit()
    assert not overlay.isVisible()


def test_with_nothing_to_read_it_goes_at_once(overlay: Overlay) -> None:
    Talk(overlay)
    overlay.retire()
    assert not overlay.isVisible()


def test_a_new_session_keeps_a_bar_that_was_about_to_go(overlay: Overlay) -> None:
    Talk(overlay).say("The last words.", final=True)
    overlay.retire()
    Talk(overlay).say("The first words.", final=True)
    overlay.captions.ended.emit()
    assert overlay.isVisible()


def test_a_lane_that_comes_later_moves_no_word(overlay: Overlay) -> None:
    talk = Talk(overlay)
    talk.say("Hello there", stable=11)
    before, left = picture(overlay), overlay.captions.look.text_left
    overlay.on_event(LaneAdded("call", "A caller with a very long name indeed"))
    assert picture(overlay) == before
    talk.say("Good morning.", lane="call", final=True)
    assert rows(overlay) == ["Hello there", "Good morning."]
    assert overlay.captions.look.text_left == left


@pytest.mark.parametrize("changes", [{"locked": True}, {"announce": True}, {"reading_speed": 100}])
def test_settings_that_look_like_nothing_lay_nothing_out_again(overlay: Overlay, changes: dict[str, object]) -> None:
    talk = Talk(overlay)
    talk.say("Hello there", stable=11)
    flow = overlay.captions._flow
    overlay.apply(replace(overlay.settings, **changes))
    assert overlay.captions._flow is flow


def test_marks_that_engines_guess_are_not_shown_before_they_are_certain(overlay: Overlay) -> None:
    talk = Talk(overlay)
    talk.say("It was.")
    assert rows(overlay) == ["It was"]
    talk.say("It was the best.", final=True)
    assert rows(overlay) == ["It was the best."]
