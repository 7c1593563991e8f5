from __future__ import annotations

from datetime import UTC, datetime

import pytest
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.ui.library_view import LibraryView
from desktop.ui.theme import LIGHT
from desktop.ui.values import LibraryEntry, SearchHit

ENTRIES = [
    LibraryEntry("1", "Delivery <b>call</b>", datetime(2026, 11, 21, 14, 3, tzinfo=UTC), 756.0, ("You", "Them")),
    LibraryEntry("2", "Doctor", datetime(2026, 11, 20, 9, 0, tzinfo=UTC), 60.0, ("Them",)),
]


@pytest.fixture
def library(qtbot: QtBot) -> LibraryView:
    made = LibraryView()
    qtbot.addWidget(made)
    made.apply_palette(LIGHT)
    made.show_library(ENTRIES)
    made.show()
    return made


def test_an_empty_library_teaches_and_offers_nothing(library: LibraryView) -> None:
    library.show_library([])
    assert "Nothing is saved yet" in library.hint.text()
    assert not library.open_button.isEnabled()
    assert not library.delete_button.isEnabled()


def test_sessions_show_title_date_length_and_lanes(library: LibraryView) -> None:
    text = library.items.item(0).text()
    assert text.startswith("Delivery <b>call</b>\n")
    assert text.endswith(" · 12:36 · You, Them")


def test_opening_names_the_session_and_the_place(library: LibraryView, qtbot: QtBot) -> None:
    library.items.setCurrentRow(1)
    with qtbot.waitSignal(library.open_pressed) as opened:
        library.open_button.click()
    assert opened.args == ["2", 0.0]


def test_hits_replace_the_list_and_lead_to_their_place(library: LibraryView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(library.searched) as searched:
        QTest.keyClicks(library.field, "papers ")
    assert searched.args == ["papers"]
    library.show_hits("papers", [SearchHit("1", "Them", 723.0, "the customs papers")])
    assert library.items.item(0).text() == "Delivery <b>call</b>\n12:03  Them: the customs papers"
    library.items.setCurrentRow(0)
    with qtbot.waitSignal(library.open_pressed) as opened:
        library.open_button.click()
    assert opened.args == ["1", 723.0]


def test_an_answer_to_words_typed_over_since_is_dropped(library: LibraryView, qtbot: QtBot) -> None:
    QTest.keyClicks(library.field, "papers")
    library.show_hits("pap", [])
    assert library.items.count() == 2
    library.show_hits("papers", [])
    assert library.items.count() == 0
    assert library.hint.text() == "These words are in no transcript."


def test_deleting_asks_first_and_keeping_is_the_easy_answer(library: LibraryView, qtbot: QtBot) -> None:
    library.items.setCurrentRow(0)
    with qtbot.assertNotEmitted(library.delete_pressed):
        library.delete_button.click()
        assert library.question.text() == "Delete “Delivery <b>call</b>”? It can't be brought back."
        library.no.click()
    assert not library.yes.isVisible()
    library.delete_button.click()
    with qtbot.waitSignal(library.delete_pressed) as deleted:
        library.yes.click()
    assert deleted.args == ["1"]


def test_the_question_goes_when_another_session_is_chosen(library: LibraryView) -> None:
    library.items.setCurrentRow(0)
    library.delete_button.click()
    library.items.setCurrentRow(1)
    assert not library.yes.isVisible()


def test_every_format_can_be_exported(library: LibraryView, qtbot: QtBot) -> None:
    library.items.setCurrentRow(0)
    seen: list[tuple[str, str]] = []
    library.export_pressed.connect(lambda identity, name: seen.append((identity, name)))
    for action in library._formats.actions():
        action.trigger()
    assert seen == [("1", name) for name in ("txt", "md", "srt", "vtt", "json", "jsonl")]
