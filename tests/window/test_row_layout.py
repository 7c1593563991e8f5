"""Only what is seen or has changed is laid out and painted at once."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt
from PySide6.QtGui import QImage, QPaintEvent, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.core.captions import CaptionEvent
from desktop.ui.theme import DARK, LIGHT
from desktop.ui.transcript_rows import RowKind
from desktop.ui.transcript_view import TranscriptView

ROWS = 600
SENTENCE = "so the delivery is planned for the second week of January if the customs papers arrive in time "


def said(number: int, text: str = "", revision: int = 1, *, final: bool = True) -> CaptionEvent:
    words = SENTENCE * (1 + number % 3)
    return CaptionEvent("them", str(number), revision, text or f"{number} {words}", final, number, number + 1)


@pytest.fixture
def view(qtbot: QtBot) -> TranscriptView:
    made = TranscriptView()
    qtbot.addWidget(made)
    made.apply_palette(LIGHT)
    made.show_lanes({"them": "Them"})
    made.resize(700, 400)
    with qtbot.waitExposed(made):
        made.show()
    return made


@pytest.fixture
def long(view: TranscriptView, qtbot: QtBot) -> TranscriptView:
    for number in range(ROWS):
        view.apply(said(number))
    qtbot.waitUntil(lambda: waiting(view) == 0, timeout=60_000)
    return view


def waiting(view: TranscriptView) -> int:
    """Rows that are not laid out yet."""
    return view._layout._fresh.count(0)


def first_seen(view: TranscriptView) -> str:
    return view.cursorForPosition(QPoint(200, 2)).block().text()


@pytest.mark.parametrize("change", ["width", "colours"])
def test_what_nobody_sees_is_laid_out_later(long: TranscriptView, qtbot: QtBot, change: str) -> None:
    if change == "width":
        long.resize(500, 400)
    else:
        long.apply_palette(DARK)
    assert waiting(long) > ROWS - 60
    bar = long.verticalScrollBar()
    assert bar.value() == bar.maximum()
    qtbot.waitUntil(lambda: waiting(long) == 0, timeout=60_000)
    assert bar.value() == bar.maximum()


def test_what_is_read_stays_where_it_is_while_rows_above_it_change_their_height(
    long: TranscriptView, qtbot: QtBot
) -> None:
    bar = long.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    before, height = first_seen(long), bar.maximum()
    long.resize(480, 400)
    qtbot.waitUntil(lambda: waiting(long) == 0, timeout=60_000)
    assert bar.maximum() > height
    assert first_seen(long) == before
    assert not long.following


def test_the_places_are_those_of_a_view_that_was_never_changed(long: TranscriptView, qtbot: QtBot) -> None:
    tops = [long._layout.top(at) for at in range(ROWS)]
    long.resize(480, 400)
    long.resize(700, 390)
    long.resize(700, 400)
    qtbot.waitUntil(lambda: waiting(long) == 0, timeout=60_000)
    assert [long._layout.top(at) for at in range(ROWS)] == tops
    assert tops == sorted(set(tops))


class Paints(QObject):
    """Remembers what was painted."""

    def __init__(self, view: TranscriptView) -> None:
        super().__init__(view)
        self.rects: list[QRect] = []
        view.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if isinstance(event, QPaintEvent):
            self.rects.append(event.rect())
        return super().eventFilter(watched, event)


def test_a_revision_repaints_its_own_row_only(view: TranscriptView, qtbot: QtBot) -> None:
    for number in range(3):
        view.apply(said(number))
    view.apply(said(3, "hello", final=False))
    QApplication.processEvents()
    place = view._layout.blockBoundingRect(view.document().lastBlock()).toAlignedRect()
    place.translate(0, -view.verticalScrollBar().value())
    paints = Paints(view)
    view.apply(said(3, "hello again", 2, final=False))
    qtbot.waitUntil(lambda: bool(paints.rects))
    assert all(each.top() >= place.top() - 1 for each in paints.rects)
    assert all(each.height() < place.height() + 30 for each in paints.rects)


def test_bubbles_are_whole_however_small_the_part_that_is_painted(view: TranscriptView) -> None:
    view.note(0.0, "a", "You, from here on: On this computer")
    view.note(0.0, "b", "Them, from here on: On this computer")
    view.note(1.0, "c", "Marked", RowKind.MARK)
    view.apply(said(2))
    whole = view.viewport().grab().toImage()
    width = view.viewport().width()
    for top in range(0, 180, 7):
        strip = view.viewport().grab(QRect(0, top, width, 7)).toImage()
        assert alike(strip, whole.copy(0, top, width, 7)), top


def alike(one: QImage, other: QImage) -> bool:
    """But for how a smooth edge is rounded."""
    return one.size() == other.size() and all(
        abs(mine - yours) < 4 for mine, yours in zip(bytes(one.constBits()), bytes(other.constBits()), strict=True)
    )


def test_a_point_finds_its_word(view: TranscriptView) -> None:
    view.apply(said(0, "hello world"))
    view.apply(said(1, "مرحبا بك"))
    cursor = view.document().find("world")
    for each in (cursor, view.document().find("بك")):
        start = QTextCursor(each)
        start.setPosition(each.selectionStart())
        found = view.cursorForPosition(view.cursorRect(start).center())
        assert found.position() == each.selectionStart()
    assert view.cursorForPosition(QPoint(300, -50)).block().blockNumber() == 0
    assert view.cursorForPosition(QPoint(300, 5000)).block().blockNumber() == 1


def test_words_are_selected_with_the_mouse_and_the_keys(view: TranscriptView) -> None:
    view.apply(said(0, "hello world"))
    QApplication.processEvents()
    place = view.cursorRect(view.document().find("world")).center() - QPoint(6, 0)
    QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert view.textCursor().selectedText() == "world"
    plain = view.viewport().grab().toImage()
    QTest.keyClick(view, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert view.textCursor().selectedText().endswith("hello world")
    assert view.viewport().grab().toImage() != plain


def test_something_found_far_away_is_shown(long: TranscriptView) -> None:
    long.apply_palette(DARK)
    long.moveCursor(QTextCursor.MoveOperation.Start)
    assert long.find(f"{ROWS // 2} so the")
    place = long.cursorRect()
    assert long.viewport().rect().contains(place)
