from __future__ import annotations

import subprocess
import sys
from itertools import combinations
from pathlib import Path

import pytest
from msgspec import structs
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop.core.audio import Device, SourceKind
from desktop.core.captions import CaptionEvent, Gap, Mark
from desktop.core.errors import DeviceNotFound
from desktop.core.message import say
from desktop.core.state import Problem, SessionState
from desktop.session.events import BehindChanged, LevelChanged, ProblemCleared, ProblemRaised, Saved, StateChanged
from desktop.settings.schema import Settings
from desktop.ui.main_window import MainWindow
from desktop.ui.theme import CONTRAST_LIGHT, DARK
from desktop.ui.values import LaneRequest, LaneView, StartRequest, lane_places

LANES = [LaneView("you", "You"), LaneView("them", "Them")]
INTERACTIVE = (QAbstractButton, QLineEdit, QAbstractItemView, QComboBox, QAbstractSpinBox, QTextEdit)


def run(window: MainWindow) -> None:
    window.show_session(LANES)
    window.on_event(StateChanged(SessionState.CONNECTING))
    window.on_event(StateChanged(SessionState.LIVE))


def final(text: str, start: float = 1.0, lane: str = "them") -> CaptionEvent:
    return CaptionEvent(lane, f"s{start}", 1, text, True, start, start + 1)


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_one_key_starts_and_the_same_key_stops(window: MainWindow, qtbot: QtBot, key: Qt.Key) -> None:
    window.activateWindow()
    with qtbot.waitSignal(window.start_requested) as started:
        QTest.keyClick(window.bar.start, key)
    expected = (LaneRequest("you", "You", ""), LaneRequest("them", "Them", ""))
    assert started.args == [StartRequest(expected, "en-US", "on-device")]
    run(window)
    with qtbot.waitSignal(window.stop_requested):
        QTest.keyClick(window.bar.start, key)


def test_a_fresh_window_is_ready_and_the_button_has_the_focus(window: MainWindow) -> None:
    assert window.focusWidget() is window.bar.start
    assert window.status.sentence.text() == "Ready"
    assert window.page.empty.isVisible()
    assert window.bar.provider.badge.text() == "private"


def test_while_captions_run_nothing_can_change_that_would_need_a_restart(window: MainWindow) -> None:
    run(window)
    for button in (window.bar.you.picker, window.bar.them.picker):
        assert button.isEnabled()
        assert not button.menu_list.actions()[-1].isEnabled()  # not to caption this side at all
    for button in (window.bar.language.button, window.bar.provider.button):
        assert button.isEnabled(), "the session changes over without losing a word"
    assert window.bar.you.mute.isEnabled()
    window.on_event(StateChanged(SessionState.STOPPED))
    assert window.bar.you.picker.isEnabled()


def test_captions_appear_and_their_markup_stays_text(window: MainWindow) -> None:
    run(window)
    window.on_event(final("<b>bold</b> & <img src=x>"))
    assert window.page.view.isVisible()
    assert "<b>bold</b> & <img src=x>" in window.page.view.toPlainText()


def test_a_lane_event_does_not_pass_for_the_session(window: MainWindow) -> None:
    run(window)
    window.on_event(StateChanged(SessionState.FAILED, lane="you"))
    assert window.status.sentence.text() == "Listening"


def test_a_problem_is_one_sentence_and_one_button_and_goes_when_it_is_over(window: MainWindow, qtbot: QtBot) -> None:
    run(window)
    error = DeviceNotFound(say("Test", "No <i>{name}</i>.", name="mic"), say("Test", "Plug it in."))
    problem = Problem(error, 1.0, "you")
    window.on_event(ProblemRaised(problem))
    assert window.problem_bar.sentence.text() == "No <i>mic</i>. Plug it in."
    assert window.problem_bar.sentence.textFormat() is Qt.TextFormat.PlainText
    with qtbot.waitSignal(window.problem_action) as pressed:
        window.problem_bar.button.click()
    assert pressed.args is not None
    assert pressed.args[1] is problem
    window.on_event(ProblemCleared(problem))
    assert window.problem_bar.isHidden()


def test_the_saved_path_and_the_delay_are_shown(window: MainWindow, tmp_path: Path) -> None:
    run(window)
    window.on_event(Saved(tmp_path / "Overtitle" / "call.jsonl", complete=False))
    window.on_event(BehindChanged("them", 0.42))
    window.on_event(BehindChanged("you", 0.1))
    window.show_state(SessionState.LIVE)
    assert window.status.saved.whole.startswith("Saved as you speak: ")
    assert window.status.saved.whole.endswith("Overtitle / call")
    assert window.status.behind.text() == f"{window.locale().toString(0.4, 'f', 1)} s behind"


def test_the_elapsed_time_follows_the_clock_and_stands_after_the_end(window: MainWindow, clock: object) -> None:
    run(window)
    clock.now += 3725  # type: ignore[attr-defined]  # the fixture's clock
    window.show_state(SessionState.LIVE)
    assert window.bar.elapsed.text() == "1:02:05"
    window.show_state(SessionState.STOPPED)
    clock.now += 60  # type: ignore[attr-defined]  # the fixture's clock
    window.show_state(SessionState.STOPPED)
    assert window.bar.elapsed.text() == "1:02:05"


def test_the_meter_follows_the_level_and_a_muted_lane_shows_none(window: MainWindow) -> None:
    run(window)
    window.on_event(LevelChanged("you", -30.0, True))
    assert window.bar.you.meter.share == pytest.approx(0.5)
    window.bar.you.mute.click()
    window.on_event(LevelChanged("you", -30.0, True))
    assert window.bar.you.meter.share == 0.0


def test_ctrl_digits_mute_lanes_in_their_order(window: MainWindow, qtbot: QtBot) -> None:
    run(window)
    with qtbot.waitSignal(window.mute_toggled) as muted:
        QTest.keyClick(window, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert muted.args == ["them", True]
    assert window.bar.them.mute.accessibleName() == "Hear Them again"
    with qtbot.assertNotEmitted(window.mute_toggled):
        QTest.keyClick(window, Qt.Key.Key_7, Qt.KeyboardModifier.ControlModifier)


def test_a_lane_from_elsewhere_is_muted_by_its_key_too(window: MainWindow) -> None:
    window.show_session([LaneView("caller", "Caller")])
    window.on_event(StateChanged(SessionState.LIVE))
    seen: list[tuple[str, bool]] = []
    window.mute_toggled.connect(lambda lane, muted: seen.append((lane, muted)))
    for _ in range(2):
        QTest.keyClick(window, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    assert seen == [("caller", True), ("caller", False)]


def test_each_side_keeps_its_colour_when_it_is_alone() -> None:
    assert lane_places(["them"]) == {"them": 1}
    assert lane_places(["you", "them"]) == {"you": 0, "them": 1}
    assert lane_places(["you", "lane-3"]) == {"you": 0, "lane-3": 2}
    assert lane_places(["agent", "caller"]) == {"agent": 0, "caller": 1}


def test_ctrl_b_marks_only_while_captions_run(window: MainWindow, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(window.mark_requested):
        QTest.keyClick(window, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    run(window)
    with qtbot.waitSignal(window.mark_requested):
        QTest.keyClick(window, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    window.on_event(Mark(5.0, "papers"))
    moments = window.page.side.findChildren(QAbstractButton, "moment")
    assert [button.text() for button in moments] == ["00:05 · papers"]


def test_ctrl_l_locks_and_unlocks_the_caption_bar(window: MainWindow, qtbot: QtBot) -> None:
    seen: list[Settings] = []
    window.settings_changed.connect(seen.append)
    for locked in (True, False):
        with qtbot.waitSignal(window.overlay_lock_toggled) as toggled:
            QTest.keyClick(window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
        assert toggled.args == [locked]
        assert window.rail.lock.isChecked() is locked
    assert [each.overlay.locked for each in seen] == [True, False]


def test_ctrl_m_opens_the_last_two_minutes_only(window: MainWindow, qtbot: QtBot, clock: object) -> None:
    run(window)
    window.on_event(final("long ago", 10.0))
    window.on_event(final("just now", 290.0))
    clock.now += 300  # type: ignore[attr-defined]  # the fixture's clock
    QTest.keyClick(window, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    assert window.page.miss.isVisible()
    assert window.page.miss.text.toPlainText() == "Them: just now"
    window.page.miss.close()


def test_ctrl_f_finds_in_the_transcript_and_wraps_around(window: MainWindow, qtbot: QtBot) -> None:
    run(window)
    window.on_event(final("one paper", 1.0))
    window.on_event(final("two papers", 2.0))
    QTest.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    bar = window.page.find_bar
    assert bar.isVisible()
    QTest.keyClicks(bar.field, "papers")
    assert window.page.view.textCursor().selectedText() == "papers"
    place = window.page.view.textCursor().position()
    QTest.keyClick(bar.field, Qt.Key.Key_Return)
    assert window.page.view.textCursor().position() == place
    QTest.keyClicks(bar.field, "x")
    assert bar.result.text() == "Not found"
    QTest.keyClick(bar.field, Qt.Key.Key_Escape)
    assert bar.isHidden()


def test_the_whole_transcript_is_copied_as_plain_text(window: MainWindow, qtbot: QtBot) -> None:
    run(window)
    window.on_event(final("good morning", 1.0))
    window.on_event(Gap("them", 2.0, 4.0, "network was away"))
    window.on_event(final("hello", 5.0, "you"))
    keys = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(window, Qt.Key.Key_C, keys)
    lines = QGuiApplication.clipboard().text().split("\n\n")
    assert lines[0] == "Them: good morning"
    assert "may be missing here (network was away)" in lines[1]
    assert lines[2] == "You: hello"


def test_picking_a_device_changes_the_settings_and_off_leaves_the_lane_out(window: MainWindow) -> None:
    window.bar.you.picker.picked.emit("mic-2")
    assert window.start_request.lanes[0] == LaneRequest("you", "You", "mic-2")
    assert window.bar.you.picker.whole == "USB <b>headset</b>"
    window.bar.you.picker.picked.emit("off")
    assert [lane.lane for lane in window.start_request.lanes] == ["them"]
    window.bar.them.picker.picked.emit("off")
    window.bar.start.click()
    assert window.status.sentence.text().startswith("Nothing to caption")


def test_a_device_that_was_unplugged_is_said_to_be_missing(window: MainWindow) -> None:
    window.bar.you.picker.picked.emit("mic-2")
    window.show_devices([Device("mic-1", "Built-in microphone", SourceKind.MICROPHONE, default=True)])
    assert window.bar.you.picker.whole == "not connected"
    assert window.bar.them.picker.whole == "none connected"


def test_a_provider_on_the_network_is_named_in_the_badge_and_limits_the_languages(window: MainWindow) -> None:
    window.bar.provider.picked.emit("cloud")
    assert window.bar.provider.badge.text() == "sends sound to Cloud"
    assert window.bar.provider.badge.toolTip() == "Sound is sent to Cloud."
    actions = {action.data(): action.isEnabled() for action in window.bar.language.button.menu_list.actions()}
    assert actions == {"en-US": True, "en-GB": True, "fr-FR": True, "fr-CA": True, "es-US": False}


def test_a_list_opens_by_key_marks_the_choice_and_reads_as_the_rest_of_the_window(window: MainWindow) -> None:
    button = window.bar.you.picker
    menu = button.menu_list
    assert [action.text() for action in menu.actions() if action.isChecked()] == ["Built-in microphone (default)"]
    assert menu.layoutDirection() == QGuiApplication.layoutDirection()
    QTest.keyClick(button, Qt.Key.Key_Down)
    assert menu.isVisible()
    menu.close()


def test_silence_of_the_call_is_noticed_after_ten_seconds(window: MainWindow, clock: object) -> None:
    run(window)
    clock.now += 9  # type: ignore[attr-defined]  # the fixture's clock
    window.on_event(LevelChanged("you", -50.0, False))
    window.show_state(SessionState.LIVE)
    assert window.status.sentence.text() == "Listening"
    clock.now += 2  # type: ignore[attr-defined]  # the fixture's clock
    window.show_state(SessionState.LIVE)
    assert window.status.sentence.text() == "No sound from Them for 11 s. Is the call muted?"
    window.on_event(LevelChanged("them", -20.0, True))
    window.show_state(SessionState.LIVE)
    assert window.status.sentence.text() == "Listening"


def test_every_state_has_its_sentence(window: MainWindow, clock: object) -> None:
    run(window)
    window.show_state(SessionState.RECONNECTING)
    clock.now += 4  # type: ignore[attr-defined]  # the fixture's clock
    window.show_state(SessionState.RECONNECTING)
    assert window.status.sentence.text() == "Reconnecting, keeping your words: 4 s"
    sentences = set()
    for state in SessionState:
        window.show_state(state)
        sentences.add(window.status.sentence.text())
    assert len(sentences) == len(SessionState)


def controls(widget: QWidget) -> list[QWidget]:
    """What a person can operate; Qt's own inner parts (a field's clear button, a combo's list) have no name of ours."""
    found: list[QWidget] = []
    for each in widget.findChildren(QWidget):
        inner = isinstance(each.parent(), (QLineEdit, QAbstractSpinBox, QComboBox)) or each.objectName().startswith(
            "qt_"
        )
        popup = each.window().windowFlags() & Qt.WindowType.Popup == Qt.WindowType.Popup
        if isinstance(each, INTERACTIVE) and not inner and not popup:
            found.append(each)
    return found


def test_every_control_has_a_name_and_can_be_reached_and_hit(window: MainWindow) -> None:
    window.open_settings()
    run(window)
    window.on_event(Mark(1.0))
    window.on_event(ProblemRaised(Problem(DeviceNotFound(say("Test", "Gone.")), 1.0)))
    found = controls(window)
    assert len(found) > 60
    for each in found:
        name = each.accessibleName() or (each.text() if isinstance(each, QAbstractButton) else "")
        assert name.strip(), f"{each!r} below {each.parent()!r} has no name"
        assert each.focusPolicy() & Qt.FocusPolicy.TabFocus, f"{name} can't be reached with Tab"
        if each.isVisible() and isinstance(each, QAbstractButton):
            assert min(each.width(), each.height()) >= 24, f"{name} is {each.width()} x {each.height()}"


def test_tab_visits_every_visible_control(window: MainWindow, qtbot: QtBot) -> None:
    window.resize(1160, 720)
    start: QWidget = window.bar.start
    start.setFocus()
    seen = []
    each = start.nextInFocusChain()
    while each is not None and each is not start:
        if each.isVisible() and each.isEnabled() and each.focusPolicy() & Qt.FocusPolicy.TabFocus:
            seen.append(each)
        each = each.nextInFocusChain()
    bar, rail = window.bar, window.rail
    assert seen[:6] == [
        bar.you.picker, bar.you.mute, bar.them.picker, bar.them.mute, bar.language.button, bar.provider.button
    ]  # fmt: skip
    assert {rail.captions, rail.library, rail.overlay, rail.lock, rail.keys, rail.settings} <= set(seen)


@pytest.mark.parametrize("palette", [DARK, CONTRAST_LIGHT])
def test_other_colours_can_be_put_on_at_any_time(window: MainWindow, palette: object) -> None:
    run(window)
    window.on_event(final("hello"))
    before = window.page.view.toPlainText()
    window.apply_palette(palette)  # type: ignore[arg-type]  # parametrize hands over objects
    assert window.page.view.toPlainText() == before
    assert window.grab().toImage().pixelColor(2, 300).name() == palette.rail  # type: ignore[attr-defined]  # as above


def test_large_system_text_makes_the_window_larger_not_clipped(qtbot: QtBot) -> None:
    app = QGuiApplication.instance()
    assert isinstance(app, QGuiApplication)
    before = app.font()
    try:
        font = QFont(before)
        font.setPixelSize(26)
        app.setFont(font)
        window = MainWindow(DARK, Settings())
        qtbot.addWidget(window)
        window.show()
        assert window.bar.start.fontMetrics().height() > 30
        assert window.bar.start.height() >= window.bar.start.fontMetrics().height()
        assert window.bar.you.height() >= window.bar.you.picker.height() + window.bar.you.meter.height()
    finally:
        app.setFont(before)


@pytest.mark.parametrize("width", [760, 900, 1160, 1600])
def test_in_the_bar_nothing_overlaps_at_any_width(window: MainWindow, qtbot: QtBot, width: int) -> None:
    window.bar.provider.picked.emit("cloud")
    window.resize(width, 520)
    bar = window.bar
    parts = [bar.start, bar.elapsed, bar.you, bar.them, bar.language, bar.provider]
    qtbot.waitUntil(lambda: all(bar.rect().contains(part.geometry()) for part in parts))
    for one, other in combinations(parts, 2):
        assert not one.geometry().intersects(other.geometry())


def test_closing_the_window_asks_to_quit(window: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.quit_requested):
        window.close()


def test_settings_from_elsewhere_are_shown(window: MainWindow) -> None:
    settings = Settings()
    overlay = structs.replace(settings.overlay, visible=False, locked=True)
    window.show_settings(structs.replace(settings, overlay=overlay))
    assert not window.rail.overlay.isChecked()
    assert window.rail.lock.isChecked()


def test_the_window_brings_in_nothing_heavy() -> None:
    code = (
        "import sys, desktop.ui.main_window, desktop.ui.tray, desktop.ui.i18n\n"
        "heavy = {'numpy', 'keyring', 'botocore', 'sounddevice', 'websockets', 'sqlite3', 'tomli_w', 'asyncio',\n"
        "         'ssl', 'http.client', 'email.parser', 'xml.etree.ElementTree'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"
