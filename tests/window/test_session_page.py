"""A saved session, open: correcting, undoing, taking parts."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit
from pytestqt.qtbot import QtBot

from desktop.core.captions import Gap, Mark
from desktop.ui.session_page import SessionPage
from desktop.ui.theme import LIGHT
from desktop.ui.values import OpenedSession
from tests.window.test_library_view import SAID, TOLD

Change = tuple[str, list[dict[str, str]]]


@pytest.fixture
def page(qtbot: QtBot) -> SessionPage:
    made = SessionPage()
    qtbot.addWidget(made)
    made.apply_palette(LIGHT)
    made.resize(700, 400)
    made.show()
    made.show_session(OpenedSession("1", TOLD, TOLD), 3.5)
    return made


def texts(page: SessionPage) -> list[str]:
    return [page.model.line(row).text for row in range(page.model.rowCount())]


def changes(page: SessionPage) -> list[Change]:
    seen: list[Change] = []
    page.changed.connect(lambda key, lines: seen.append((key, lines)))
    return seen


def edit(lane: str, segment: str, text: str) -> list[dict[str, str]]:
    return [{"type": "edit", "lane": lane, "segment_id": segment, "text": text}]


def test_it_opens_at_the_place_that_was_asked_for(page: SessionPage) -> None:
    assert page.view.currentIndex().row() == 1
    assert page.view.currentIndex().data() == "00:03 Them · Speaker 1: Here they are."


def test_a_correction_is_typed_saved_undone_and_done_again(page: SessionPage, qtbot: QtBot) -> None:
    seen = changes(page)
    page.edit_button.click()
    editor = page.view.findChild(QPlainTextEdit)
    assert isinstance(editor, QPlainTextEdit)
    assert editor.toPlainText() == "Here they are."
    QTest.keyClicks(editor, "There they go.")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    assert texts(page) == ["The papers, please.", "There they go."]
    page.undo_button.click()
    assert texts(page)[1] == "Here they are."
    assert not page.undo_button.isEnabled()
    page.redo_button.click()
    changed, first = edit("them", "2", "There they go."), edit("them", "2", "Here they are.")
    assert seen == [("1", changed), ("1", first), ("1", changed)]


def test_nothing_is_saved_when_nothing_was_changed(page: SessionPage) -> None:
    seen = changes(page)
    page.model.setData(page.model.index(0), " The papers, please. ")
    assert seen == []
    assert not page.undo_button.isEnabled()


def test_lines_are_removed_and_brought_back_as_they_were_heard(page: SessionPage) -> None:
    seen = changes(page)
    page.view.selectAll()
    page.remove()
    assert texts(page) == ["", ""]
    page.bring_back()
    assert texts(page) == [each.text for each in SAID]
    assert len(seen) == 2
    assert len(seen[0][1]) == 2, "one change for both"
    page.stack.undo()
    assert texts(page) == ["", ""]


def test_what_was_changed_before_shows_what_was_heard(page: SessionPage) -> None:
    now = replace(TOLD, entries=(replace(SAID[0], text="The money, please."),))
    page.show_session(OpenedSession("1", now, TOLD))
    assert texts(page) == ["The money, please.", ""]
    index = page.model.index(0)
    assert index.data(Qt.ItemDataRole.ToolTipRole) == "Heard: The papers, please."
    assert not page.stack.canUndo()


def test_chosen_lines_are_copied_and_exported(page: SessionPage, qtbot: QtBot) -> None:
    page.view.setCurrentIndex(page.model.index(0))
    page.view.selectionModel().select(page.model.index(1), QItemSelectionModel.SelectionFlag.Select)
    assert page.hint.text() == "2 lines chosen"
    page.copy()
    assert QGuiApplication.clipboard().text() == "You: The papers, please.\nThem · Speaker 1: Here they are."
    with qtbot.waitSignal(page.part_pressed) as part:
        page.formats.actions()[2].trigger()
    assert part.args == ["1", "docx", frozenset({("you", "1"), ("them", "2")})]
    page.view.setCurrentIndex(page.model.index(0))
    assert page.hint.text() == "1 line chosen"


def test_the_keyboard_leads_back(page: SessionPage, qtbot: QtBot) -> None:
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    page.view.setFocus()
    with qtbot.waitSignal(page.closed):
        QTest.keyClick(page.view, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)


def test_gaps_and_marks_stand_between_the_lines_and_stay_as_they_are(page: SessionPage) -> None:
    gap = Gap("them", 2.0, 3.0, "connection lost")
    told = replace(TOLD, entries=(SAID[0], gap, SAID[1], Mark(6.0, "ask")))
    page.show_session(OpenedSession("1", told, told))
    seen = changes(page)
    assert page.model.index(1).data() == "00:02 1.0 s of Them may be missing here (connection lost)"
    assert page.model.index(3).data() == "00:06 Marked · ask"
    assert not page.model.index(1).flags() & Qt.ItemFlag.ItemIsEditable
    page.view.selectAll()
    page.remove()
    assert [line["segment_id"] for line in seen[0][1]] == ["1", "2"]
    assert not page.grab().isNull()


def test_foreign_text_is_painted_as_it_is(page: SessionPage) -> None:
    odd = replace(TOLD, entries=(replace(SAID[0], text="<b>bold</b> & \u202ereversed"),))
    page.show_session(OpenedSession("1", odd, odd))
    assert "<b>bold</b>" in str(page.model.index(0).data())
    assert "\u202e" not in str(page.model.index(0).data())
    assert not page.grab().isNull()
