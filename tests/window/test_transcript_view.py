from __future__ import annotations

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.core.captions import CaptionDocument, CaptionEvent
from desktop.ui.theme import LIGHT
from desktop.ui.transcript_rows import RowKind
from desktop.ui.transcript_view import MEASURE, TranscriptView

LINE = "\u2028"


@pytest.fixture
def view(qtbot: QtBot) -> TranscriptView:
    made = TranscriptView()
    qtbot.addWidget(made)
    made.apply_palette(LIGHT)
    made.show_lanes({"you": "You", "them": "Them"})
    made.resize(900, 400)
    made.show()
    return made


def event(
    text: str, revision: int = 1, *, final: bool = False, stable: int = 0, key: str = "a", start: float = 1.0
) -> CaptionEvent:
    return CaptionEvent("them", key, revision, text, final, start, start + 1, stable_chars=stable)


def paragraphs(view: TranscriptView) -> list[str]:
    return [view.document().findBlockByNumber(at).text() for at in range(view.document().blockCount())]


def colours(view: TranscriptView, at: int) -> list[tuple[str, str]]:
    """The paragraph's text after the label, in runs of one colour."""
    view.grab()
    block = view.document().findBlockByNumber(at)
    skip = block.text().index(LINE) + 1
    return [
        (block.text()[each.start : each.start + each.length], each.format.foreground().color().name())
        for each in block.layout().formats()
        if each.start >= skip and each.length
    ]


def test_committed_words_are_solid_and_the_tail_is_dim(view: TranscriptView) -> None:
    view.apply(event("hello wor", stable=6))
    assert colours(view, 0) == [("hello ", LIGHT.text), ("wor", LIGHT.dim)]
    view.apply(event("hello world again", 2, stable=12))
    assert colours(view, 0) == [("hello world ", LIGHT.text), ("again", LIGHT.dim)]
    view.apply(event("hello world again", 3, final=True))
    assert colours(view, 0) == [("hello world again", LIGHT.text)]


def test_words_that_were_taken_back_to_provisional_are_dim_again(view: TranscriptView) -> None:
    view.apply(event("one two three", stable=13))
    view.apply(event("one two three", 2, stable=4))
    assert colours(view, 0) == [("one ", LIGHT.text), ("two three", LIGHT.dim)]


def test_letters_outside_the_basic_plane_keep_their_place(view: TranscriptView) -> None:
    view.apply(event("𝄞𝄞 music", stable=3))
    view.apply(event("𝄞𝄞 musical 𝄞", 2, final=True))
    assert paragraphs(view) == [f"Them{LINE}𝄞𝄞 musical 𝄞"]


def test_a_caption_never_makes_a_second_paragraph(view: TranscriptView) -> None:
    view.apply(event("one\ntwo\u2029three\u2028four", final=True))
    assert paragraphs(view) == [f"Them{LINE}one two three four"]


def test_a_withdrawn_segment_goes_wherever_it_stands(view: TranscriptView) -> None:
    for place, key in enumerate("abc"):
        view.apply(event(key * 3, key=key, start=place))
    view.apply(event("", 2, final=True, key="b", start=1))
    assert paragraphs(view) == [f"Them{LINE}aaa", f"Them{LINE}ccc"]
    view.apply(event("", 2, final=True, key="c", start=2))
    view.apply(event("", 2, final=True, key="a", start=0))
    assert view.count == 0
    assert view.toPlainText() == ""
    view.apply(event("again", key="d"))
    assert paragraphs(view) == [f"Them{LINE}again"]


def test_nothing_follows_a_final_and_older_revisions_are_dropped(view: TranscriptView) -> None:
    view.apply(event("two", 2))
    view.apply(event("one", 1))
    assert paragraphs(view) == [f"Them{LINE}two"]
    view.apply(event("done", 3, final=True))
    view.apply(event("late", 4))
    assert paragraphs(view) == [f"Them{LINE}done"]


texts = st.text(alphabet=st.sampled_from("ab é中𝄞<&ش\n"), max_size=8)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_it_shows_what_the_document_holds_whatever_the_order(view: TranscriptView, data: st.DataObject) -> None:
    view.clear_rows()
    document = CaptionDocument()
    steps = data.draw(
        st.lists(
            st.tuples(
                st.sampled_from("xyz"), st.integers(0, 4), texts, st.booleans(), st.integers(0, 3), st.integers(0, 8)
            ),
            max_size=14,
        )
    )
    for key, revision, text, final, start, stable in steps:
        each = event(text, revision, final=final, stable=stable, key=key, start=float(start))
        document.apply(each)
        view.apply(each)
    expected = [f"Them{LINE}{each.text.replace(chr(10), ' ')}" for each in document.segments]
    assert (paragraphs(view) if view.count else []) == expected


def test_it_keeps_the_newest_in_view_until_the_person_scrolls_up(view: TranscriptView, qtbot: QtBot) -> None:
    for place in range(60):
        view.apply(event("some words to read", final=True, key=str(place), start=place))
    bar = view.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0 and bar.value() == bar.maximum())
    bar.setValue(100)
    assert not view.following
    view.apply(event("more", final=True, key="more", start=100))
    assert bar.value() == 100
    assert view.live.isVisible()
    QTest.mouseClick(view.live, Qt.MouseButton.LeftButton)
    assert bar.value() == bar.maximum()
    view.apply(event("newest", final=True, key="newest", start=101))
    qtbot.waitUntil(lambda: bar.value() == bar.maximum() and not view.live.isVisible())


def select(view: TranscriptView, words: str) -> None:
    cursor = view.document().find(words)
    assert not cursor.isNull()
    view.setTextCursor(cursor)


def test_what_is_selected_stays_selected_while_words_arrive(view: TranscriptView) -> None:
    view.apply(event("keep this", final=True))
    select(view, "keep this")
    view.apply(event("and this", key="b", start=2.0))
    view.apply(event("before", key="c", start=0.0))
    view.note(1.5, "gap", "2 s may be missing")
    assert view.textCursor().selectedText() == "keep this"


def test_words_selected_in_the_changing_tail_stay_selected_while_it_grows(view: TranscriptView) -> None:
    view.apply(event("one two three", stable=4))
    select(view, "two")
    view.apply(event("one two three four", 2, stable=4))
    view.apply(event("one two three four five", 3, final=True))
    assert view.textCursor().selectedText() == "two"


def test_a_whole_transcript_that_is_selected_does_not_grow(view: TranscriptView) -> None:
    view.apply(event("one", final=True))
    view.selectAll()
    view.apply(event("two", key="b", start=2.0))
    assert view.textCursor().selectedText() == f"Them{LINE}one"


def test_nothing_is_selected_that_nobody_selected(view: TranscriptView) -> None:
    for place in range(5):
        view.apply(event("words", key=str(place), start=place))
        view.apply(event("words and more", 2, final=True, key=str(place), start=place))
    assert not view.textCursor().hasSelection()


def test_notes_stand_at_their_time_between_the_captions(view: TranscriptView) -> None:
    view.apply(event("one", key="a", start=1.0))
    view.apply(event("two", key="b", start=3.0))
    view.note(2.0, "gap", "2 s may be missing", RowKind.NOTE)
    assert paragraphs(view) == [f"Them{LINE}one", "2 s may be missing", f"Them{LINE}two"]


def test_each_caption_runs_in_the_direction_of_its_own_letters(view: TranscriptView) -> None:
    view.apply(event("مرحبا بك", final=True))
    view.apply(event("hello", final=True, key="b", start=2.0))
    directions = [view.document().findBlockByNumber(at).textDirection() for at in range(2)]
    assert directions == [Qt.LayoutDirection.RightToLeft, Qt.LayoutDirection.LeftToRight]


def test_lines_hold_at_most_75_characters_however_wide_the_window_is(view: TranscriptView) -> None:
    view.resize(2400, 400)
    words = random.Random(1).choices(["delivery", "of", "papers", "the", "week", "customs"], k=120)  # noqa: S311 - the same words each time
    view.apply(event(" ".join(words), final=True))
    layout = view.document().firstBlock().layout()
    view.grab()
    assert layout.lineCount() > 5
    assert max(layout.lineAt(at).textLength() for at in range(layout.lineCount())) <= MEASURE + 5


def test_the_bar_and_the_text_are_painted(view: TranscriptView) -> None:
    view.apply(event("hello", final=True))
    picture = view.grab().toImage()
    seen = {picture.pixelColor(x, y).name() for x in range(90, 104) for y in range(60)}
    assert QColor(LIGHT.lanes[1]).name() in seen


def test_an_hour_of_captions_costs_each_new_one_no_more(view: TranscriptView) -> None:
    """Counts instead of seconds: a new partial changes one paragraph, whatever stands above it."""
    for place in range(1200):
        view.apply(event("some words to read here", final=True, key=str(place), start=place * 3.0))
    touched: list[tuple[int, int]] = []
    view.document().contentsChange.connect(lambda _at, removed, added: touched.append((removed, added)))
    view.apply(event("hello", key="new", start=9999.0))
    view.apply(event("hello world", 2, key="new", start=9999.0))
    assert sum(removed + added for removed, added in touched) < 100


def test_what_was_said_long_ago_is_replaced_by_a_line_that_says_where_it_is(view: TranscriptView) -> None:
    for place in range(6):
        view.apply(event(f"words {place}", final=True, key=str(place), start=place))
    view.note(1.5, "gap", "2 s may be missing")
    view.forget_before(3.0)
    earlier = "What was said before is in the saved transcript"
    assert paragraphs(view) == [earlier, *(f"Them{LINE}words {place}" for place in (3, 4, 5))]
    view.forget_before(5.0)
    view.apply(event("words 6", final=True, key="6", start=6.0))
    assert paragraphs(view) == [earlier, f"Them{LINE}words 5", f"Them{LINE}words 6"]
    assert view.latest(float("-inf")) == f"{earlier}\n\nThem: words 5\n\nThem: words 6"
    view.forget_before(6.0, saved=False)
    assert paragraphs(view) == ["What was said before is not kept", f"Them{LINE}words 6"]


def test_forgetting_changes_nothing_where_nothing_is_that_old(view: TranscriptView) -> None:
    view.apply(event("words", start=3.0))
    view.forget_before(3.0)
    assert paragraphs(view) == [f"Them{LINE}words"]


def test_what_is_read_and_selected_stays_where_it_is_while_older_rows_go(view: TranscriptView, qtbot: QtBot) -> None:
    for place in range(80):
        view.apply(event(f"some words to read {place}", final=True, key=str(place), start=place))
    bar = view.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.value() == bar.maximum() > 0)
    view.show_time(60.0)
    select(view, "read 60")
    assert not view.following

    def place_of(words: str) -> float:
        block = view.document().find(words).block()
        return view.document().documentLayout().blockBoundingRect(block).top() - bar.value()

    before = place_of("read 60")
    view.forget_before(40.0)
    assert abs(place_of("read 60") - before) <= 1
    assert view.textCursor().selectedText() == "read 60"
    assert not view.following


def test_the_newest_stays_in_view_while_older_rows_go(view: TranscriptView, qtbot: QtBot) -> None:
    for place in range(80):
        view.apply(event(f"some words to read {place}", final=True, key=str(place), start=place))
    bar = view.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.value() == bar.maximum() > 0)
    view.forget_before(40.0)
    qtbot.waitUntil(lambda: bar.value() == bar.maximum())
    assert view.following


def test_segments_whose_beginning_moves_all_the_time_harm_nothing(view: TranscriptView) -> None:
    """Qt asks for the place of a row before it has lines, and reads lines that do not exist without a look."""
    chance = random.Random(1)  # noqa: S311 - the same every time, and no secret
    for revision in range(1, 1500):
        key, start = f"s{chance.randrange(200)}", chance.random() * 10
        view.apply(event(f"text {revision}", revision, key=key, start=start))
    starts = [view._rows[at].start for at in range(view.count)]
    assert starts == sorted(starts)
    assert len(paragraphs(view)) == view.count
