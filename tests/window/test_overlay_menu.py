"""What can be done at the bar: places, menu, and what was said before."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QAction, QGuiApplication, QTextCursor, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from desktop.settings.schema import OverlaySettings
from desktop.ui import theme
from desktop.ui.overlay import Overlay
from desktop.ui.overlay.presets import DOCKS, MADE_FOR, SCHEMES
from desktop.ui.overlay.sharing import Sharing
from tests.window.overlay_talk import Talk, rows

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")  # what the offscreen platform can't do


@pytest.fixture
def overlay(qtbot: QtBot) -> Iterator[Overlay]:
    one = Overlay(theme.LIGHT, OverlaySettings(reading_speed=0))
    qtbot.addWidget(one)
    one.set_reduce_motion(True)
    with qtbot.waitExposed(one):
        one.show()
    yield one
    one.hide()


def entries(overlay: Overlay) -> Iterator[QAction]:
    """Every entry of the menu, those of its submenus too."""
    overlay.open_menu(QPoint(10, 10))
    menu = overlay.findChildren(QMenu, options=Qt.FindChildOption.FindDirectChildrenOnly)[-1]
    every: list[QAction] = []
    for entry in menu.actions():
        below = entry.menu()
        every += below.actions() if isinstance(below, QMenu) else [entry]
    yield from every
    menu.close()


def entry(overlay: Overlay, text: str) -> QAction:
    return next(one for one in entries(overlay) if one.text() == text)


# Places


@pytest.mark.parametrize("preset", MADE_FOR)
def test_a_place_brings_its_size_and_stays_on_the_screen(overlay: Overlay, preset: str, qtbot: QtBot) -> None:
    other = "top" if preset == "bottom" else "bottom"
    overlay._choose(preset=other)
    with qtbot.waitSignal(overlay.changed) as told:
        overlay._choose(preset=preset)
    assert told.args == [{**MADE_FOR[preset], "preset": preset}]
    assert (overlay.settings.lines, overlay.settings.size) == (MADE_FOR[preset]["lines"], MADE_FOR[preset]["size"])
    area = overlay.screen().availableGeometry()
    assert area.contains(overlay.panel_rect())
    assert overlay.captions.geometry().size() == overlay.panel_rect().size()


def test_a_place_from_the_settings_brings_its_size_and_tells(overlay: Overlay, qtbot: QtBot) -> None:
    with qtbot.waitSignal(overlay.changed) as told:
        overlay.apply(replace(overlay.settings, preset="corner"))
    assert told.args == [{"lines": 4, "size": 20}]
    own = replace(overlay.settings, preset="large", size=72)
    with qtbot.waitSignal(overlay.changed) as told:
        overlay.apply(own)
    assert told.args == [{"lines": 8}], "a size that was chosen with it stays"


def test_choosing_the_same_place_brings_the_bar_back_to_it(overlay: Overlay) -> None:
    home = overlay.panel_rect()
    overlay.restore(QRect(20, 200, 500, 120))
    assert overlay.panel_rect() != home
    overlay._choose(preset="bottom")
    assert overlay.panel_rect() == home


@pytest.mark.parametrize("preset", DOCKS)
def test_a_dock_fills_its_edge_and_can_t_be_pulled(overlay: Overlay, preset: str) -> None:
    overlay._choose(preset=preset)
    panel, area = overlay.panel_rect(), overlay.screen().availableGeometry()
    assert (panel.left(), panel.right()) == (area.left(), area.right())
    assert panel.top() == area.top() if preset == "dock-top" else panel.bottom() == area.bottom()
    overlay.restore(QRect(20, 200, 500, 120))
    assert overlay.panel_rect() == panel
    QTest.mousePress(overlay, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(50, 50))
    assert overlay._pressed is None
    overlay.step_size(2)
    grown = overlay.panel_rect()
    assert grown.height() > panel.height()
    assert grown.top() == area.top() if preset == "dock-top" else grown.bottom() == area.bottom()


def test_a_bar_at_the_top_grows_downwards(overlay: Overlay) -> None:
    overlay._choose(preset="top")
    top = overlay.panel_rect().top()
    overlay.step_size(3)
    assert overlay.panel_rect().top() == top


@pytest.mark.parametrize("preset", MADE_FOR)
def test_on_a_low_screen_the_newest_row_is_never_cut_off(overlay: Overlay, preset: str) -> None:
    overlay.apply(replace(overlay.settings, preset=preset, size=96, lines=12))
    look, area = overlay.captions.look, overlay.screen().availableGeometry()
    assert area.contains(overlay.panel_rect())
    assert look.text_top + look.lines * look.line_height <= overlay.panel_rect().height()
    assert overlay.settings.lines == 12, "more of them come back on a higher screen"


# Menu


def test_the_menu_names_everything_and_changes_settings(overlay: Overlay, qtbot: QtBot) -> None:
    Talk(overlay)
    assert all(one.text() for one in entries(overlay) if not one.isSeparator())
    with qtbot.waitSignal(overlay.changed) as told:
        entry(overlay, "High contrast").trigger()
    assert told.args == [dict(SCHEMES["contrast"])]
    assert overlay.settings.panel_colour == "#000000"
    with qtbot.waitSignal(overlay.locked_changed):
        entry(overlay, "Lock (Ctrl+L or the tray unlocks)").trigger()
    assert overlay.locked


def test_the_menu_mutes_a_lane_and_shows_which_is(overlay: Overlay, qtbot: QtBot) -> None:
    Talk(overlay)
    with qtbot.waitSignal(overlay.mute_toggled) as told:
        entry(overlay, "Mute: You").toggle()
    assert told.args == ["you", True]
    overlay.show_muted("you", True)
    assert entry(overlay, "Mute: You").isChecked()
    assert not entry(overlay, "Mute: Them").isChecked()


def test_the_menu_tells_the_truth_about_screen_sharing(overlay: Overlay) -> None:
    entry(overlay, "Hide from screen sharing").toggle()
    assert overlay.settings.hide_from_sharing
    assert overlay.sharing is Sharing.UNABLE
    assert not entry(overlay, "This system can’t hide it: it is seen").isEnabled()
    assert "can’t hide" in overlay.handles.menu.accessibleName()


# What was said


def wheel(overlay: Overlay, turn: int) -> None:
    at = QPointF(50, 50)
    event = QWheelEvent(
        *(at, at, QPoint(), QPoint(0, turn), Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier),
        *(Qt.ScrollPhase.NoScrollPhase, False),
    )
    QApplication.sendEvent(overlay, event)


def test_scrolling_back_shows_what_was_said_and_the_live_line_goes_on(overlay: Overlay, qtbot: QtBot) -> None:
    talk = Talk(overlay)
    for number in range(30):
        talk.say(f"Sentence {number}.", str(number), final=True)
    wheel(overlay, 120)
    words = overlay.history.words
    assert overlay.history.isVisible()
    assert words.toPlainText().splitlines()[0] == "Them: Sentence 0."
    assert not overlay.history.geometry().intersects(overlay.panel_rect())
    words.verticalScrollBar().setValue(3)
    cursor = words.textCursor()
    cursor.movePosition(QTextCursor.MoveOperation.End, QTextCursor.MoveMode.KeepAnchor)
    words.setTextCursor(cursor)
    words.verticalScrollBar().setValue(3)
    selected = words.textCursor().selectedText()
    talk.say("The newest.", "99", final=True)
    qtbot.waitUntil(lambda: words.toPlainText().endswith("Them: The newest."))
    assert words.verticalScrollBar().value() == 3
    assert words.textCursor().selectedText() == selected
    assert rows(overlay)[-1].endswith("The newest.")
    wheel(overlay, -120)
    assert not overlay.history.isVisible()


def test_a_panel_that_stays_open_for_hours_lists_the_latest_sentences_only(overlay: Overlay, qtbot: QtBot) -> None:
    talk = Talk(overlay)
    overlay.open_history(missed=False)
    words = overlay.history.words
    for number in range(450):
        talk.say(f"Sentence {number}.", str(number), final=True, at=float(number))
        if number == 200:
            qtbot.waitUntil(lambda: words.toPlainText().endswith("Sentence 200."))
    qtbot.waitUntil(lambda: words.toPlainText().endswith("Sentence 449."))
    assert words.toPlainText().splitlines() == [f"Them: Sentence {number}." for number in range(50, 450)]


def test_what_did_i_miss_is_the_last_two_minutes(overlay: Overlay, qtbot: QtBot) -> None:
    talk = Talk(overlay)
    for number in range(10):
        talk.say(f"Minute {number}.", str(number), final=True, at=number * 60.0)
    overlay.open_history(missed=True)
    assert overlay.history.words.toPlainText().splitlines() == [
        "Them: Minute 7.",
        "Them: Minute 8.",
        "Them: Minute 9.",
    ]
    words = overlay.history.words
    talk.say("Minute 10.", "10", final=True, at=600.0)
    qtbot.waitUntil(lambda: words.toPlainText().endswith("Minute 10."))
    assert words.toPlainText().startswith("Them: Minute 7.\n")
    assert len(words.toPlainText().splitlines()) == 4


def test_the_panel_is_as_high_as_its_words(overlay: Overlay) -> None:
    talk = Talk(overlay)
    for number in range(6):
        talk.say("A sentence that needs a row.", str(number), final=True)
    overlay.open_history(missed=False)
    scroll = overlay.history.words.verticalScrollBar()
    assert scroll.maximum() == 0, "six rows need no scrolling"


def test_copying_takes_the_selection_or_everything(overlay: Overlay) -> None:
    talk = Talk(overlay)
    talk.say("One <b>two</b>.", "1", final=True)
    overlay.open_history(missed=False)
    words = overlay.history.words
    QTest.keyClick(words, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "Them: One <b>two</b>."
    cursor = words.textCursor()
    cursor.setPosition(6)
    cursor.setPosition(9, QTextCursor.MoveMode.KeepAnchor)
    words.setTextCursor(cursor)
    QTest.keyClick(words, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "One"
    overlay.copy_shown()
    assert QGuiApplication.clipboard().text() == "One <b>two</b>."


def test_a_moment_is_marked_with_a_note(overlay: Overlay, qtbot: QtBot) -> None:
    Talk(overlay)
    overlay.note_moment()
    QTest.keyClicks(overlay.history.note, "the price")
    with qtbot.waitSignal(overlay.mark_requested) as told:
        QTest.keyClick(overlay.history.note, Qt.Key.Key_Return)
    assert told.args == ["the price"]
    assert overlay.history.note.text() == ""
    assert not overlay.history.isVisible(), "it came for the note alone"


def test_keys_work_in_the_panel_that_takes_the_keyboard(overlay: Overlay, qtbot: QtBot) -> None:
    Talk(overlay)
    overlay.set_locked(True)
    overlay.open_history(missed=False)
    history = overlay.history
    history.activateWindow()
    qtbot.waitUntil(history.isActiveWindow)
    QTest.keyClick(history.words, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert not overlay.locked
    with qtbot.waitSignal(overlay.size_changed):
        QTest.keyClick(history.words, Qt.Key.Key_Plus, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(history.words, Qt.Key.Key_Escape)
    assert not history.isVisible()


def test_the_panel_goes_with_the_bar(overlay: Overlay) -> None:
    overlay.open_history(missed=False)
    overlay.hide()
    assert not overlay.history.isVisible()


def test_the_panel_moves_along_and_leaves_the_handles_free(overlay: Overlay) -> None:
    overlay.restore(QRect(20, 500, 500, 120))
    overlay.open_history(missed=False)
    assert not overlay.history.geometry().intersects(overlay.geometry())
    overlay.move(100, 450)
    assert not overlay.history.geometry().intersects(overlay.geometry())
    overlay.step_size(2)
    assert not overlay.history.geometry().intersects(overlay.geometry())
