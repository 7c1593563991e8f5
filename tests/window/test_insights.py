from __future__ import annotations

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.core.captions import CaptionEvent, Insight, InsightKind
from desktop.core.state import SessionState
from desktop.session.events import StateChanged
from desktop.ui import insight_list
from desktop.ui.insight_list import HEADINGS, InsightList
from desktop.ui.main_window import MainWindow
from desktop.ui.notes import INSIGHTS
from desktop.ui.values import LaneView

FOUND = [
    Insight(InsightKind.TOPIC, "delivery", "them", "", 3.0),
    Insight(InsightKind.QUESTION, "When will it <b>come</b>?", "them", "", 61.0, 0.9),
    Insight(InsightKind.ACTION_ITEM, "Send the papers", "you", "", 12.0),
    Insight(InsightKind.QUESTION, "How much?", "you", "", 40.0),
]


def run(window: MainWindow) -> None:
    window.show_session([LaneView("you", "You"), LaneView("them", "Them")])
    window.on_event(StateChanged(SessionState.CONNECTING))
    window.on_event(StateChanged(SessionState.LIVE))


def test_the_list_appears_with_the_first_insight_and_goes_with_the_session(window: MainWindow) -> None:
    run(window)
    shown = window.page.side.insights
    assert not shown.isVisible()
    for each in FOUND:
        window.on_event(each)
    assert shown.isVisible()
    assert [kind for kind, group in shown.groups.items() if group.isVisible()] == [
        InsightKind.ACTION_ITEM,
        InsightKind.QUESTION,
        InsightKind.TOPIC,
    ]
    run(window)
    assert not shown.isVisible()
    assert not any(group.rows for group in shown.groups.values())


def test_rows_are_plain_text_newest_first_and_say_what_they_are(window: MainWindow) -> None:
    run(window)
    for each in FOUND:
        window.on_event(each)
    rows = window.page.side.insights.groups[InsightKind.QUESTION].rows
    assert [row.words.text() for row in rows] == ["When will it <b>come</b>?", "How much?"]
    assert all(row.words.textFormat() is Qt.TextFormat.PlainText for row in rows)
    assert rows[0].accessibleName() == "Question, 01:01: When will it <b>come</b>?"


def test_a_press_leads_to_the_moment_in_the_transcript(window: MainWindow, qtbot: QtBot) -> None:
    run(window)
    for number in range(60):
        window.on_event(CaptionEvent("them", str(number), 1, f"Sentence {number}.", True, number, number + 1))
    window.on_event(FOUND[2])
    row = window.page.side.insights.groups[InsightKind.ACTION_ITEM].rows[0]
    bar = window.page.view.verticalScrollBar()
    assert bar.value() == bar.maximum()
    with qtbot.waitSignal(window.page.side.moment_pressed) as pressed:
        QTest.mouseClick(row, Qt.MouseButton.LeftButton)
    assert pressed.args == [12.0]
    assert "Sentence 12." in window.page.view.textCursor().block().text()
    assert bar.value() < bar.maximum()


def test_where_the_panel_has_no_room_the_transcript_tells(window: MainWindow) -> None:
    run(window)
    window.resize(QSize(800, 500))
    assert not window.page.side.isVisible()
    window.on_event(Insight(InsightKind.QUESTION, "How much?", "you", "", 40.0))
    window.on_event(Insight(InsightKind.TOPIC, "price", "you", "", 40.0))
    text = window.page.view.toPlainText()
    assert "Question · How much?" in text
    assert "Topic · price" in text


def test_with_the_panel_the_transcript_holds_words_alone(window: MainWindow) -> None:
    run(window)
    window.on_event(FOUND[0])
    assert window.page.view.count == 0


def test_a_group_has_an_end(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(insight_list, "MOST", 3)
    made = InsightList()
    qtbot.addWidget(made)
    for number in range(5):
        made.show_insight(Insight(InsightKind.TOPIC, f"topic {number}", start=float(number)))
    rows = made.groups[InsightKind.TOPIC].rows
    assert [row.words.text() for row in rows] == ["topic 4", "topic 3", "topic 2"]


def test_long_words_need_more_height_and_are_cut_in_the_end(qtbot: QtBot) -> None:
    made = InsightList()
    qtbot.addWidget(made)
    made.show_insight(Insight(InsightKind.TOPIC, "short", start=1.0))
    made.show_insight(Insight(InsightKind.TOPIC, "long words " * 100, start=2.0))
    long, short = made.groups[InsightKind.TOPIC].rows
    assert long.sizeHint().height() > short.sizeHint().height()
    assert len(long.words.text()) <= 160


def test_every_kind_has_its_place() -> None:
    assert set(HEADINGS) == set(INSIGHTS) == set(InsightKind)


def test_a_note_stands_beside_the_title_in_the_list_of_providers(window: MainWindow) -> None:
    from desktop.core.message import say
    from desktop.ui.values import ProviderEntry

    note = say("Test", "its maker is gone")
    window.show_providers([ProviderEntry("old", say("Test", "Old"), True, ("en-US",), say("Test", "."), note=note)])
    actions = window.bar.provider.button.menu_list.actions()
    assert actions[0].text() == "Old · sends sound (its maker is gone)"
