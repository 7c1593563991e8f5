from __future__ import annotations

from pytestqt.qtbot import QtBot

from desktop.core.captions import Gap, Insight, InsightKind, Mark, Seam, changed_to
from desktop.core.state import SessionState
from desktop.ui.lane_card import OFF
from desktop.ui.main_window import MainWindow
from desktop.ui.notes import INSIGHTS, note_of
from desktop.ui.transcript_rows import RowKind
from desktop.ui.values import LaneView

LABELS = {"them": "Them"}


def test_a_gap_says_whose_words_and_why(qtbot: QtBot) -> None:
    text, kind = note_of(Gap("them", 3.0, 9.0, "connection lost"), LABELS, {})
    assert text.replace(",", ".") == "6.0 s of Them may be missing here (connection lost)"
    assert kind is RowKind.NOTE
    assert note_of(Gap("lane-3", 3.0, 9.0, "something new"), LABELS, {})[0].endswith(
        "of lane-3 may be missing here (something new)"
    )


def test_a_seam_names_provider_and_language_by_their_titles(qtbot: QtBot) -> None:
    text, _ = note_of(Seam("them", 3.0, "on-device", "en-GB"), LABELS, {"on-device": "On this computer"})
    assert text == "Them, from here on: On this computer, English (UK)"
    assert note_of(Seam("them", 3.0, "other", "de-DE"), LABELS, {})[0] == "Them, from here on: other, de-DE"


def test_marks_and_findings_stand_out(qtbot: QtBot) -> None:
    assert note_of(Mark(1.0), LABELS, {}) == ("Marked", RowKind.MARK)
    assert note_of(Mark(1.0, "price"), LABELS, {}) == ("Marked · price", RowKind.MARK)
    assert note_of(Insight(InsightKind.ACTION_ITEM, "send it"), LABELS, {}) == ("To do · send it", RowKind.MARK)
    assert set(INSIGHTS) == set(InsightKind)


def test_a_pause_of_all_sides_is_one_line(window: MainWindow) -> None:
    window.show_session([LaneView("you", "You"), LaneView("them", "Them")])
    window.show_state(SessionState.CONNECTING)
    for lane in ("you", "them"):
        window.on_event(Gap(lane, 7.0, 7.0, "paused"))
    assert window.page.view.latest(0.0).count("Paused: nothing was heard or sent") == 1


def test_another_device_is_named_in_the_transcript(window: MainWindow) -> None:
    window.show_session([LaneView("you", "You"), LaneView("them", "Them")])
    window.show_state(SessionState.CONNECTING)
    window.on_event(Seam("you", 7.0, "on-device", "en-US", changed_to(False, "USB <b>headset</b>")))
    window.on_event(Seam("them", 8.0, "on-device", "en-US", changed_to(True, "HDMI")))
    shown = window.page.view.latest(0.0)
    assert "You: microphone changed to USB <b>headset</b>" in shown
    assert "Them: system sound changed to HDMI" in shown


def test_a_device_can_be_picked_while_captions_run(window: MainWindow, qtbot: QtBot) -> None:
    window.show_session([LaneView("you", "You"), LaneView("them", "Them")])
    window.show_state(SessionState.CONNECTING)
    window.show_state(SessionState.LIVE)
    with qtbot.waitSignal(window.settings_changed) as changed:
        window.bar.you.picker.picked.emit("mic-2")
    assert changed.args is not None
    assert changed.args[0].audio.microphone == "mic-2"
    assert window.bar.you.picker.isEnabled()
    assert [each.isEnabled() for each in window.bar.you.picker.menu_list.actions()] == [True, True, False]
    window.show_state(SessionState.STOPPING)
    window.show_state(SessionState.STOPPED)
    assert all(each.isEnabled() for each in window.bar.you.picker.menu_list.actions())
    assert window.start_request.lanes[0].device == "mic-2"


def test_a_side_that_is_not_heard_can_only_be_changed_before_the_next_start(window: MainWindow) -> None:
    window.bar.them.picker.picked.emit(OFF)
    window.show_session([LaneView("you", "You")])
    window.show_state(SessionState.CONNECTING)
    assert window.bar.you.picker.isEnabled()
    assert not window.bar.them.picker.isEnabled()
    window.show_state(SessionState.FAILED)
    assert window.bar.them.picker.isEnabled()
