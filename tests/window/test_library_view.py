"""The library's page: what it lists, what it asks for, and what can be reached with the keyboard."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QDate, QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.core.captions import CaptionEvent
from desktop.transcripts.hits import Found, Page, Place
from desktop.transcripts.talk import talk_of
from desktop.transcripts.transcript import JournalHeader, Transcript, Voice
from desktop.ui import library_rows as rows
from desktop.ui.drop import RecordingDrop, files_of
from desktop.ui.library_view import LibraryView
from desktop.ui.session_card import FORMATS
from desktop.ui.theme import LIGHT
from desktop.ui.values import LibraryEntry, SessionDetails

STARTED = datetime(2026, 11, 21, 14, 3, tzinfo=UTC)
ENTRIES = [
    LibraryEntry("1", "Delivery <b>call</b>", STARTED, 756.0, ("You", "Them")),
    LibraryEntry("2", "Doctor", datetime(2026, 10, 20, 9, 0, tzinfo=UTC), 60.0, ("Them",), complete=False),
]
HEADER = JournalHeader(STARTED, "Delivery call", (("you", "You"), ("them", "Them")), id="1")
SAID = (
    CaptionEvent("you", "1", 0, "The papers, please.", True, 1.0, 3.0),
    CaptionEvent("them", "2", 0, "Here they are.", True, 3.0, 5.0, speaker="Speaker 1"),
)
VOICES = (Voice("you", "", "You"), Voice("them", "", "Them"), Voice("them", "Speaker 1", "Speaker 1"))
TOLD = Transcript(HEADER, SAID, True, 0, 10.0, voices=VOICES)
DETAILS = SessionDetails("1", VOICES, talk_of(TOLD), kept=False)
FOUND = Found(
    "1", Path("x.jsonl"), "Delivery <b>call</b>", STARTED, (Place("Them", 723.0, "the customs papers", ((12, 18),)),), 7
)


@pytest.fixture
def library(qtbot: QtBot) -> LibraryView:
    made = LibraryView()
    qtbot.addWidget(made)
    made._today = lambda: QDate(2026, 11, 22)
    made.apply_palette(LIGHT)
    made.resize(900, 560)
    made.show_library(ENTRIES)
    made.show()
    return made


def lines(library: LibraryView) -> list[str]:
    return [library.items.item(at).text() for at in range(library.items.count())]


def choose(library: LibraryView, identity: str) -> None:
    item = library._find_item(identity)
    assert item is not None
    library.items.setCurrentItem(item)


def test_an_empty_library_teaches_and_offers_nothing(library: LibraryView) -> None:
    library.show_library([])
    assert "Nothing is saved yet" in library.hint.text()
    assert not library.card.open_button.isVisible()


def test_sessions_stand_below_their_day_with_title_date_length_and_lanes(library: LibraryView) -> None:
    today, first, month, second = lines(library)
    assert (today, month) == ("Yesterday", "October 2026")
    assert first.startswith("Delivery <b>call</b>\n")
    assert first.endswith(" · 12:36 · You, Them")
    assert second.startswith("Doctor (cut off)\n")


def test_opening_names_the_session_and_the_place(library: LibraryView, qtbot: QtBot) -> None:
    choose(library, "2")
    with qtbot.waitSignal(library.opened) as opened:
        library.card.open_button.click()
    assert opened.args == ["2", 0.0]


def test_typing_searches_and_one_click_leads_to_the_place(library: LibraryView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(library.searched) as searched:
        QTest.keyClicks(library.field, "papers ")
    assert searched.args == ["papers", 0]
    library.show_found("papers", 0, Page((FOUND,), 0))
    head, place = lines(library)
    assert head.startswith("Delivery <b>call</b>\n7 places · ")
    assert place == "12:03 Them: the customs papers"
    rect = library.items.visualItemRect(library.items.item(1))
    with qtbot.waitSignal(library.opened) as opened:
        QTest.mouseClick(library.items.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())
    assert opened.args == ["1", 723.0]


def test_enter_opens_the_place_as_well(library: LibraryView, qtbot: QtBot) -> None:
    QTest.keyClicks(library.field, "papers")
    library.show_found("papers", 0, Page((FOUND,), 0))
    library.items.setCurrentRow(1)
    library.items.setFocus()
    with qtbot.waitSignal(library.opened) as opened:
        QTest.keyClick(library.items, Qt.Key.Key_Return)
    assert opened.args == ["1", 723.0]


def test_titles_are_found_too_whatever_their_accents(library: LibraryView) -> None:
    QTest.keyClicks(library.field, "DOCTÓR")
    library.show_found("DOCTÓR", 0, Page((), 0))
    assert [line.split("\n")[0] for line in lines(library)] == ["Doctor (cut off)"]


def test_more_is_asked_for_where_the_page_ended(library: LibraryView, qtbot: QtBot) -> None:
    QTest.keyClicks(library.field, "papers")
    library.show_found("papers", 0, Page((FOUND,), 4711))
    assert lines(library)[-1] == "Show more"
    with qtbot.waitSignal(library.searched, check_params_cb=lambda _words, before: before == 4711):
        library.items.itemActivated.emit(library.items.item(2))
    library.show_found("papers", 4711, Page((FOUND,), 0))
    assert len(lines(library)) == 4
    assert "Show more" not in lines(library)


def test_an_answer_to_words_typed_over_since_is_dropped(library: LibraryView) -> None:
    before = lines(library)
    QTest.keyClicks(library.field, "papers")
    library.show_found("pap", 0, Page((), 0))
    assert lines(library) == before
    library.show_found("papers", 0, Page((), 0))
    assert lines(library) == []
    assert library.hint.text() == "These words are in no transcript."


def test_an_emptied_field_brings_the_list_back(library: LibraryView, qtbot: QtBot) -> None:
    before = lines(library)
    QTest.keyClicks(library.field, "p")
    library.show_found("p", 0, Page((FOUND,), 0))
    QTest.keyClick(library.field, Qt.Key.Key_Backspace)
    qtbot.waitUntil(lambda: lines(library) == before)


def test_what_was_cut_off_says_so_and_offers_to_go_on_first(library: LibraryView, qtbot: QtBot) -> None:
    choose(library, "1")
    assert not library.card.broken.isVisible()
    choose(library, "2")
    card = library.card
    assert card.broken.isVisible()
    assert card.continue_button.x() < card.open_button.x() or card.continue_button.y() < card.open_button.y()
    with qtbot.waitSignal(card.continue_pressed) as going_on:
        card.continue_button.click()
    assert going_on.args == ["2"]
    card.show_busy(busy=True)
    assert not card.continue_button.isEnabled()


def test_the_running_session_can_neither_go_on_nor_be_deleted(library: LibraryView) -> None:
    library.show_library([LibraryEntry("3", "Now", STARTED, 1.0, ("You",), complete=False, running=True)])
    choose(library, "3")
    assert lines(library)[1].startswith("Now (now)")
    assert not library.card.broken.isVisible()
    assert not library.card.continue_button.isEnabled()
    assert not library.card.delete_button.isEnabled()


def test_the_card_tells_who_spoke_how_much_in_words(library: LibraryView) -> None:
    choose(library, "1")
    library.show_details(DETAILS)
    text = library.card.words.text()
    assert "You: 20\u00a0%, 90 words a minute" in text
    assert "Nobody: 60\u00a0%" in text
    assert "You: 20" in library.card.picture.accessibleDescription()
    assert library.card.picture.grab().toImage().pixelColor(60, 10).name() == LIGHT.lane(0)
    choose(library, "2")
    library.show_details(DETAILS)  # late news about another one
    assert not library.card.picture.isVisible()


def test_names_are_given_in_the_card(library: LibraryView, qtbot: QtBot) -> None:
    choose(library, "1")
    library.show_details(DETAILS)
    card = library.card
    with qtbot.waitSignal(card.changed) as changed:
        card.title.setText("Customs")
        QTest.keyClick(card.title, Qt.Key.Key_Return)
    assert changed.args == ["1", [{"type": "title", "title": "Customs"}]]
    with qtbot.waitSignal(card.changed) as changed:
        card._fields[2].setText("Bob")
        card._fields[2].editingFinished.emit()
    assert changed.args == ["1", [{"type": "name", "lane": "them", "speaker": "Speaker 1", "name": "Bob"}]]
    with qtbot.assertNotEmitted(card.changed):
        card._fields[1].editingFinished.emit()
    with qtbot.waitSignal(card.changed) as changed:
        card.keep.click()
    assert changed.args == ["1", [{"type": "keep", "keep": True}]]


def test_deleting_goes_to_the_trash_and_can_be_undone(library: LibraryView, qtbot: QtBot) -> None:
    choose(library, "1")
    with qtbot.waitSignal(library.card.discard_pressed) as discarded:
        library.card.delete_button.click()
    assert discarded.args == ["1"]
    library.show_discarded("Delivery <b>call</b>", "1")
    assert library.undo.words.text() == "“Delivery <b>call</b>” is in the trash."
    with qtbot.waitSignal(library.undo.undone) as undone:
        library.undo.button.click()
    assert undone.args == ["1"]
    assert not library.undo.isVisible()


def test_the_trash_gives_back_or_deletes_for_good_after_asking(library: LibraryView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(library.trash_opened) as opened:
        library.trash_button.click()
    assert opened.args == [True]
    library.show_trash([LibraryEntry("1", "Old", STARTED, 9.0, ("You",), key="k-1")])
    library.show_library([])  # the list of the library came late
    choose(library, "k-1")
    card = library.card
    assert not card.continue_button.isVisible()
    with qtbot.waitSignal(card.restore_pressed) as restored:
        card.restore_button.click()
    assert restored.args == ["k-1"]
    with qtbot.assertNotEmitted(library.erase_confirmed):
        card.erase_button.click()
        assert library.question.question.text() == "Delete “Old”? It can't be brought back."
        library.question.no.click()
    card.erase_button.click()
    with qtbot.waitSignal(library.erase_confirmed) as erased:
        library.question.yes.click()
    assert erased.args == ["k-1"]
    library.trash_button.click()
    library.show_library(ENTRIES)
    assert len(lines(library)) == 4


def test_every_format_can_be_exported(library: LibraryView) -> None:
    choose(library, "1")
    seen: list[tuple[str, str]] = []
    library.card.export_pressed.connect(lambda identity, name: seen.append((identity, name)))
    for action in library.card.formats.actions():
        action.trigger()
    assert seen == [("1", name) for name in FORMATS]
    assert {"docx", "pdf", "srt"} <= set(FORMATS)


def test_the_chosen_session_stays_chosen_when_the_list_is_made_anew(library: LibraryView) -> None:
    choose(library, "2")
    library.show_library(ENTRIES)
    assert library._chosen() == "2"
    library.show_library([])
    assert library.card.entry is None


def test_everything_that_takes_keys_has_a_name(library: LibraryView) -> None:
    choose(library, "1")
    library.show_details(DETAILS)
    for widget in library.browse.findChildren(QWidget):
        if widget.isVisibleTo(library) and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            named = widget.accessibleName() or getattr(widget, "text", str)()
            assert named, type(widget).__name__


def test_all_lines_are_painted(library: LibraryView) -> None:
    QTest.keyClicks(library.field, "papers")
    library.show_found("papers", 0, Page((FOUND,), 1))
    blank = library.items.viewport().grab().toImage()
    assert len({blank.pixelColor(x, y).name() for x in range(0, 300, 3) for y in range(0, 90, 3)}) > 4


def test_progress_says_how_far_and_how_long_still(library: LibraryView, qtbot: QtBot) -> None:
    strip = library.recording
    strip.show_progress("a&b.wav", 30.0, 120.0, 45.0)
    assert strip.words.text() == "Transcribing a&b.wav · 00:30 of 02:00 · 00:45 left"
    assert strip.bar.value() == 250
    strip.show_progress("b.wav", 3.0, 0.0, None)
    assert strip.bar.maximum() == 0
    with qtbot.waitSignal(strip.cancel_pressed):
        strip.cancel.click()


def test_recordings_can_be_dropped_and_nothing_else(qtbot: QtBot, tmp_path: Path) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    drop = RecordingDrop(window)
    recording = tmp_path / "talk.wav"
    recording.write_bytes(b"")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(recording)), QUrl.fromLocalFile(str(tmp_path)), QUrl("https://example.org/a")])
    assert files_of(data) == [recording]
    event = QDropEvent(
        QPointF(1, 1), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    with qtbot.waitSignal(drop.dropped) as dropped:
        assert drop.eventFilter(window, event)
    assert dropped.args == [[recording]]


def test_headings_cannot_be_chosen(library: LibraryView) -> None:
    assert not library.items.item(0).flags() & Qt.ItemFlag.ItemIsSelectable
    assert rows.kind_of(library.items.item(0)) is rows.Kind.HEADING


def test_the_keyboard_leads_from_the_words_through_the_list_to_the_card(library: LibraryView, qtbot: QtBot) -> None:
    library.activateWindow()
    qtbot.waitUntil(library.isActiveWindow)
    library.field.setFocus()
    QTest.keyClick(library.field, Qt.Key.Key_Down)
    assert library.items.hasFocus()
    assert library._chosen() == "1"
    choose(library, "2")
    library.show_details(SessionDetails("2", VOICES, DETAILS.talk, kept=False))
    card = library.card
    qtbot.waitUntil(lambda: all(field.isVisible() for field in card._fields))
    reached: list[QWidget] = []
    for _ in range(9):
        QTest.keyClick(library.focusWidget(), Qt.Key.Key_Tab)
        reached.append(library.focusWidget())
    first = [card.title, card.continue_button, card.open_button, card.export_button, card.delete_button]
    assert reached == [*first, *card._fields, card.keep]


def test_a_transcript_with_a_new_speaker_in_every_line_holds_nobody_up(library: LibraryView) -> None:
    choose(library, "1")
    crowd = tuple(Voice("them", f"Speaker {number}", f"Speaker {number}") for number in range(20_000))
    library.show_details(SessionDetails("1", (*VOICES, *crowd), DETAILS.talk, kept=False))
    assert len(library.card._fields) == 50
    assert library.card._fields[0].text() == VOICES[0].name, "the sides come first"
