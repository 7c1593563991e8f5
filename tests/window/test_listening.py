"""Listening to an open session: which sound a click asks for, which line is shown as heard, and what is in view."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPlainTextEdit
from pytestqt.qtbot import QtBot

from desktop.core.captions import CaptionEvent, Gap
from desktop.transcripts.sound import LaneSound
from desktop.ui import theme
from desktop.ui.library_view import LibraryView
from desktop.ui.session_page import SessionPage
from desktop.ui.session_rows import _mark_place
from desktop.ui.theme import LIGHT
from desktop.ui.values import OpenedSession
from tests.window.test_library_view import DETAILS, TOLD, choose, library

__all__ = ["library"]  # a fixture

YOU, AGAIN, THEM = Path("a.you.flac"), Path("a.you.2.flac"), Path("a.them.flac")
SOUND = (LaneSound("you", AGAIN, 10), LaneSound("you", YOU, 10), LaneSound("them", THEM, 10))
EVERY = (AGAIN, YOU, THEM)
LINES = tuple(
    CaptionEvent(("you", "them")[at % 2], str(at), 0, f"Line number {at}.", True, 10.0 * at, 10.0 * at + 4.0)
    for at in range(40)
)
TOLD_LONG = replace(
    TOLD,
    entries=tuple(sorted((*LINES, Gap("you", 15.0, 15.0, "paused")), key=lambda entry: entry.start)),
    duration=400.0,
)


@pytest.fixture
def page(qtbot: QtBot) -> SessionPage:
    made = SessionPage()
    qtbot.addWidget(made)
    made.apply_palette(LIGHT)
    made.resize(800, 480)
    made.show()
    made.show_session(OpenedSession("1", TOLD_LONG, TOLD_LONG, sound=SOUND), 0.0)
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow, timeout=30_000)  # keys go to no other
    qtbot.waitUntil(lambda: made.view.visualRect(made.model.index(40)).isValid(), timeout=30_000)  # laid out in batches
    return made


def asked(page: SessionPage) -> list[Any]:
    seen: list[Any] = []
    page.along.play_wanted.connect(lambda files, seconds: seen.append((files, seconds)))
    page.along.pause_wanted.connect(lambda: seen.append("pause"))
    return seen


def press_mark(page: SessionPage, row: int, *, twice: bool = False) -> None:
    place = _mark_place(page.view.visualRect(page.model.index(row))).center()
    click = QTest.mouseDClick if twice else QTest.mouseClick
    click(page.view.viewport(), Qt.MouseButton.LeftButton, pos=place)


def heard(page: SessionPage) -> str:
    row = page._painter.heard
    return page.model.line(row).text if row >= 0 else ""


def test_a_click_on_the_mark_plays_the_line_and_the_line_that_is_heard_is_shown(page: SessionPage) -> None:
    seen = asked(page)
    press_mark(page, 1)
    assert seen == [(EVERY, 10.0)]
    page.along.show_place(10.0)
    assert heard(page) == "Line number 1."
    assert page.along.bar.play.text() == "Pause"
    assert page.along.bar.time.text() == "00:10 of 06:40"
    page.along.show_place(16.0)
    assert heard(page) == "Line number 1.", "a note is never heard"
    page.along.show_place(20.0)
    assert heard(page) == "Line number 2."
    index = page.model.index(page._painter.heard)
    assert index.data(Qt.ItemDataRole.AccessibleDescriptionRole) == "This line is heard"
    assert page.model.index(1).data(Qt.ItemDataRole.AccessibleDescriptionRole) is None


def test_the_line_is_marked_by_more_than_colour(page: SessionPage) -> None:
    page.along.show_place(10.0)
    before = page.view.grab().toImage()
    place = _mark_place(page.view.visualRect(page.model.index(1)))
    page.along.show_place(0.0)
    after = page.view.grab().toImage()
    area = [QPoint(x, y) for x in range(place.left(), place.right()) for y in range(place.top(), place.bottom())]
    ground = {QColor(LIGHT.ok_back).rgb(), QColor(LIGHT.window).rgb()}
    shapes = [{point.toTuple() for point in area if image.pixel(point) not in ground} for image in (before, after)]
    assert shapes[0] != shapes[1], "a loudspeaker, and a triangle on the others"


@pytest.mark.parametrize("name", ["LIGHT", "DARK", "CONTRAST_LIGHT", "CONTRAST_DARK"])
def test_everything_can_be_read_on_the_line_that_is_heard(name: str) -> None:
    palette: theme.Palette = getattr(theme, name)
    colours = (palette.text, palette.dim, palette.ok, *palette.lanes)
    assert min(theme.contrast(colour, palette.ok_back) for colour in colours) >= 4.5


def test_a_click_elsewhere_chooses_and_plays_nothing(page: SessionPage) -> None:
    seen = asked(page)
    rect = page.view.visualRect(page.model.index(1))
    QTest.mouseClick(page.view.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())
    assert page.chosen == [1]
    note = page.view.visualRect(page.model.index(2))
    QTest.mouseClick(page.view.viewport(), Qt.MouseButton.LeftButton, pos=note.topLeft() + QPoint(40, 15))
    assert seen == []


def test_two_clicks_on_the_mark_open_no_field(page: SessionPage) -> None:
    press_mark(page, 1)
    press_mark(page, 1, twice=True)
    assert page.view.findChild(QPlainTextEdit) is None


def test_everything_has_a_key(page: SessionPage) -> None:
    seen = asked(page)
    page.view.setFocus()
    page.view.setCurrentIndex(page.model.index(3))
    QTest.keyClick(page.view, Qt.Key.Key_Return)
    assert seen.pop() == (EVERY, 20.0)
    page.along.show_place(22.0)
    QTest.keyClick(page.view, Qt.Key.Key_Right)
    assert seen.pop() == (EVERY, 27.0)
    page.along.show_place(27.0)
    QTest.keyClick(page.view, Qt.Key.Key_Left)
    assert seen.pop() == (EVERY, 22.0)
    QTest.keyClick(page.view, Qt.Key.Key_Space)
    assert seen.pop() == "pause"
    page.along.show_stopped()
    assert page.along.bar.play.text() == "Listen"
    QTest.keyClick(page.view, Qt.Key.Key_Space)
    assert seen.pop() == (EVERY, 27.0), "on from where it stopped"


def test_the_first_time_it_begins_with_the_line_that_is_chosen_and_after_the_end_again(page: SessionPage) -> None:
    seen = asked(page)
    page.view.setCurrentIndex(page.model.index(1))
    page.along.bar.play.click()
    assert seen.pop() == (EVERY, 10.0)
    page.along.show_place(400.0)
    page.along.show_stopped()
    page.along.bar.play.click()
    assert seen.pop() == (EVERY, 10.0)


def test_a_place_can_be_chosen_before_anything_is_played(page: SessionPage) -> None:
    seen = asked(page)
    page.along.bar.place.setValue(121)
    assert seen == []
    assert heard(page) == "Line number 12."
    page.along.bar.play.click()
    assert seen == [(EVERY, 121.0)]
    page.along.show_place(121.0)
    page.along.bar.place.setValue(3)
    assert seen[1:] == [(EVERY, 3.0)]


def test_one_side_alone(page: SessionPage) -> None:
    seen = asked(page)
    page.along.bar.sides.setCurrentIndex(1)
    press_mark(page, 1)
    assert seen.pop() == ((THEM,), 10.0)
    page.along.show_place(25.0)
    assert heard(page) == "Line number 1.", "the other side is not heard"
    page.along.show_place(31.0)
    assert heard(page) == "Line number 3."
    page.along.bar.sides.setCurrentIndex(0)
    assert seen.pop() == (EVERY, 31.0)
    page.along.bar.sides.setCurrentIndex(1)
    press_mark(page, 3)
    assert seen.pop() == ((AGAIN, YOU), 20.0), "both runs of a side"


def visible(page: SessionPage) -> bool:
    rect = page.view.visualRect(page.model.index(page._painter.heard))
    return bool(page.view.viewport().rect().contains(rect))


def turn_wheel(page: SessionPage) -> None:
    middle = QPointF(200, 200)
    to = page.view.viewport().mapToGlobal(middle)
    none, keys = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    event = QWheelEvent(middle, to, QPoint(), QPoint(0, -120), none, keys, Qt.ScrollPhase.NoScrollPhase, False)
    QApplication.sendEvent(page.view.viewport(), event)


def test_the_list_follows_until_the_person_scrolls(page: SessionPage) -> None:
    press_mark(page, 1)
    for seconds in range(10, 200, 10):
        page.along.show_place(float(seconds))
        assert visible(page)
    turn_wheel(page)
    assert page.along.bar.follow.isVisible()
    place = page.view.verticalScrollBar().value()
    page.along.show_place(300.0)
    assert page.view.verticalScrollBar().value() == place
    assert not visible(page)
    page.along.bar.follow.click()
    assert visible(page)
    assert not page.along.bar.follow.isVisible()
    page.along.show_place(390.0)
    assert visible(page)


def test_walking_through_the_lines_is_looking_elsewhere(page: SessionPage) -> None:
    press_mark(page, 1)
    page.along.show_place(10.0)
    QTest.keyClick(page.view, Qt.Key.Key_PageDown)
    page.along.show_place(30.0)
    assert page.along.bar.follow.isVisible()
    QTest.keyClick(page.view, Qt.Key.Key_Return)
    assert not page.along.bar.follow.isVisible(), "a line that was asked for is followed"


def test_without_sound_there_is_nothing_to_press(page: SessionPage) -> None:
    page.show_session(OpenedSession("1", TOLD_LONG, TOLD_LONG), 0.0)
    seen = asked(page)
    assert not page.along.bar.isVisible()
    press_mark(page, 1)
    QTest.keyClick(page.view, Qt.Key.Key_Return)
    QTest.keyClick(page.view, Qt.Key.Key_Space)
    assert seen == []


def test_another_session_falls_silent(page: SessionPage) -> None:
    seen = asked(page)
    page.along.show_place(30.0)
    page.show_session(OpenedSession("2", TOLD, TOLD, sound=SOUND), 0.0)
    assert seen == ["pause"]
    assert heard(page) == ""
    assert page.along.bar.time.text() == "00:00 of 00:10"


def test_while_captions_run_it_says_that_they_hear_it(page: SessionPage) -> None:
    assert not page.along.bar.busy.isVisible()
    page.along.bar.show_busy(True)
    assert page.along.bar.busy.isVisible()
    page.along.bar.show_busy(False)
    assert not page.along.bar.busy.isVisible()


def test_every_control_has_a_name(page: SessionPage) -> None:
    bar = page.along.bar
    names = [part.accessibleName() for part in (bar.back, bar.on, bar.place, bar.sides)]
    assert names == ["Five seconds back", "Five seconds on", "Place in the sound", "What is heard"]


def test_the_card_tells_the_size_and_deletes_after_a_question(library: LibraryView, qtbot: QtBot) -> None:
    library.activateWindow()
    qtbot.waitUntil(library.isActiveWindow, timeout=30_000)
    choose(library, "1")
    library.show_details(DETAILS)
    assert not library.card.sound_button.isVisible()
    library.show_details(replace(DETAILS, sound=65_000_000))
    assert library.card.sound.text() == "Sound kept: 65.0 MB"
    library.card.sound_button.click()
    assert library.sound_question.question.text() == (
        "Delete the sound of “Delivery <b>call</b>”? It can't be brought back. The words stay."
    )
    assert library.sound_question.no.hasFocus()
    library.sound_question.no.click()
    assert not library.sound_question.isVisible()
    library.card.sound_button.click()
    with qtbot.waitSignal(library.sound_deleted) as deleted:
        library.sound_question.yes.click()
    assert deleted.args == ["1"]
