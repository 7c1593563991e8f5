"""Messages in the place of what was recognised: whole pieces, parts of them, several at once."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.core.captions import CaptionDocument, CaptionEvent, Word
from desktop.providers.symbl import captions
from desktop.providers.symbl.alignment import covered, without_words
from desktop.providers.symbl.captions import Captions, Recognised, Said


@pytest.mark.parametrize(
    ("message", "pieces", "expected"),
    [
        ("Hello, world.", ["hello world"], (1, 0)),
        ("Hello, world. How are you?", ["hello world", "how are you"], (2, 0)),
        ("Hello, world.", ["hello world how are you"], (0, 2)),
        ("Hello, world.", ["hello world", "how are you"], (1, 0)),
        ("I'm 25.", ["i am twenty five", "and you"], (1, 0)),
        ("Something else entirely.", ["hello world", "how are you"], (1, 0)),
        ("We met at nine. Then", ["we met at nine", "then we left for home"], (1, 1)),
        ("Right.", ["right", "right"], (1, 0)),
        ("...", ["hello"], (1, 0)),
        ("One two three four five six.", ["one two three four five six seven"], (1, 0)),
        ("x", [""], (1, 0)),
    ],
)
def test_how_much_a_message_covers(message: str, pieces: list[str], expected: tuple[int, int]) -> None:
    assert covered(message, pieces) == expected


@given(st.text(max_size=40), st.lists(st.text(max_size=30), min_size=1, max_size=5))
def test_a_message_always_covers_something_that_is_there(message: str, pieces: list[str]) -> None:
    whole, part = covered(message, pieces)
    assert 0 <= whole <= len(pieces)
    assert part >= 0
    assert whole or part
    assert whole < len(pieces) or part == 0
    if part:
        assert without_words(pieces[whole], part)


def shown(events: list[list[CaptionEvent]]) -> list[str]:
    document = CaptionDocument()
    for each in events:
        for event in each:
            document.apply(event)
    return [segment.text + ("" if segment.is_final else "...") for segment in document.segments]


def piece(text: str, at: float) -> Recognised:
    words = tuple(Word(word, at + place * 0.1, at + place * 0.1 + 0.1) for place, word in enumerate(text.split()))
    return Recognised("", text, True, words)


def test_two_messages_for_one_piece() -> None:
    made = Captions("en-US")
    first = [made.recognise(piece("hello world how are you today my friend", 1.0), 5.0)]
    then = [*first, made.say(Said("", "Hello, world."), 5.0)]
    assert shown(then) == ["Hello, world.", "how are you today my friend..."]
    last = [*then, made.say(Said("", "How are you today, my friend?"), 5.0)]
    assert shown(last) == ["Hello, world.", "How are you today, my friend?"]
    times = [(event.start, event.end) for events in last for event in events if event.is_final]
    assert times == [pytest.approx((1.0, 1.2)), pytest.approx((1.2, 1.8))]
    assert made.close() == []


def test_one_message_for_two_pieces() -> None:
    made = Captions("en-US")
    events = [made.recognise(piece("hello world", 1.0), 5.0), made.recognise(piece("how are you", 2.0), 5.0)]
    events.append(made.say(Said("", "Hello, world, how are you?"), 5.0))
    assert shown(events) == ["Hello, world, how are you?"]
    final = events[-1][0]
    assert len(final.words) == 5
    assert all(before.start <= after.start for before, after in pairwise(final.words))


def test_a_late_message_leaves_what_came_after_it() -> None:
    made = Captions("en-US")
    events = [made.recognise(piece("first words", 1.0), 5.0), made.recognise(piece("second words", 2.0), 5.0)]
    events.append(made.say(Said("", "First words."), 5.0))
    assert shown(events) == ["First words.", "second words..."]
    events.append(made.close())
    assert shown(events) == ["First words.", "second words"]


def test_a_message_before_the_recogniser_is_done() -> None:
    made = Captions("en-US")
    events = [made.recognise(Recognised("", "hello wor", done=False), 2.0), made.say(Said("", "Hello, world."), 2.0)]
    assert shown(events) == ["Hello, world."]
    assert made.close() == []


def test_a_message_of_nothing_that_was_recognised() -> None:
    made = Captions("en-US")
    events = [made.recognise(Recognised("", "something new", done=False), 2.0), made.say(Said("", "Old story."), 2.0)]
    assert sorted(shown(events)) == ["Old story.", "something new..."]


def test_speakers_do_not_take_each_others_words() -> None:
    made = Captions("en-US")
    made.recognise(Recognised("ann", "hello", done=True), 2.0)
    made.recognise(Recognised("bob", "hello", done=True), 2.0)
    (final,) = made.say(Said("bob", "Hello!", "Bob"), 2.0)
    assert final.segment_id == "2"
    assert [event.segment_id for event in made.close()] == ["1"]


def test_a_server_that_sends_no_messages_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(captions, "MOST_PENDING", 2)
    made = Captions("en-US")
    events = [event for at in range(4) for event in made.recognise(piece(f"number {at}", float(at)), 9.0)]
    assert [event.text for event in events if event.is_final] == ["number 0", "number 1"]


def test_a_late_message_says_nothing_twice() -> None:
    made = Captions("en-US")
    made.recognise(piece("first words", 1.0), 2.0)
    early, late = made.recognise(piece("second words", 40.0), 41.0)
    assert (early.text, early.is_final) == ("second words", False)
    assert (late.text, late.is_final) == ("first words", True)
    assert made.say(Said("", "First words."), 42.0) == []
    (final,) = made.say(Said("", "Second words."), 42.0)
    assert (final.segment_id, final.text) == ("2", "Second words.")
    assert made.close() == []


def test_a_message_that_is_late_in_part() -> None:
    made = Captions("en-US")
    made.recognise(piece("first words", 1.0), 2.0)
    made.recognise(piece("second words", 40.0), 41.0)
    (final,) = made.say(Said("", "First words, second words."), 42.0)
    assert (final.segment_id, final.text, final.start) == ("2", "second words.", 40.0)
    made.recognise(piece("one two three four five six", 50.0), 51.0)
    made.recognise(piece("the end", 90.0), 91.0)
    assert made.say(Said("", "One, two."), 92.0) == []
    assert [event.text for event in made.say(Said("", "Three four five six."), 92.0)] == []
    assert [event.text for event in made.say(Said("", "The end."), 92.0)] == ["The end."]
    assert made.close() == []


def test_a_recogniser_that_counts_anew_is_not_believed() -> None:
    made = Captions("en-US")
    made.recognise(piece("late words", 290.0), 300.0)
    (event,) = made.recognise(piece("after five minutes", 0.1), 301.0)
    assert 290.0 < event.start <= event.end <= 301.0
    assert event.words == ()


@given(
    st.lists(
        st.tuples(st.booleans(), st.booleans(), st.text("abc ", min_size=1, max_size=12).map(str.strip).filter(bool)),
        max_size=20,
    )
)
def test_any_order_keeps_the_rules_and_leaves_nothing_open(steps: list[tuple[bool, bool, str]]) -> None:
    made = Captions("en-US")
    newest: dict[str, CaptionEvent] = {}
    for at, (is_message, done, text) in enumerate(steps):
        said = (
            made.say(Said("", text), float(at)) if is_message else made.recognise(Recognised("", text, done), float(at))
        )
        for event in said:
            before = newest.get(event.segment_id)
            assert before is None or (not before.is_final and event.revision > before.revision)
            assert 0.0 <= event.start <= event.end <= at
            newest[event.segment_id] = event
        if is_message:
            assert said[0].is_final
            assert said[0].text == text
    for event in made.close():
        assert not newest[event.segment_id].is_final
        newest[event.segment_id] = event
    assert all(event.is_final for event in newest.values())


def test_without_times_a_piece_ends_with_the_last_word_that_was_added_and_not_where_the_recogniser_is_done() -> None:
    made = Captions("en-US")
    made.recognise(Recognised("", "hello world", done=False), 2.0)
    (done,) = made.recognise(Recognised("", "Hello, world.", done=True), 3.5)
    assert done.end == 2.0, "what is being said since is answered by nobody yet"
    (final,) = made.say(Said("", "Hello, world."), 4.0)
    assert final.end == 2.0
    (then,) = made.recognise(Recognised("", "and", done=False), 4.0)
    assert then.start == 3.5
