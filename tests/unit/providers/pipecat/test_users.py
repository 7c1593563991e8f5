"""Each caption exactly once, whichever messages bring it, and times that a replay can rely on."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.core.captions import CaptionDocument, CaptionEvent, Progress, StreamEvent
from desktop.providers.pipecat.users import DOUBT, LEAD, ONSET, Saying, Source, Users

BOTH = (Source.INPUT, Source.TRANSCRIPTION)


def captions(events: list[StreamEvent]) -> list[CaptionEvent]:
    return [event for event in events if isinstance(event, CaptionEvent)]


def finals(events: list[StreamEvent]) -> list[str]:
    return [event.text for event in captions(events) if event.is_final]


@given(
    st.lists(st.sampled_from(["yes", "no", "so"]), min_size=1, max_size=12),
    st.lists(st.sampled_from(Source), min_size=1, unique=True),
    st.randoms(use_true_random=False),
)
def test_every_final_comes_once_however_many_messages_bring_it(
    said: list[str], sources: list[Source], chance: object
) -> None:
    """Within one final the order of the messages is any; the next final's come after."""
    assert hasattr(chance, "shuffle")
    people, events = Users("en-US"), list[StreamEvent]()
    for number, text in enumerate(said):
        chance.shuffle(sources)
        for source in sources:
            stamp = "" if source is Source.TEXT else f"2026-11-21T05:00:{number:02}"
            events += people.said(Saying(source, text, True, "u", stamp), float(number))
    assert finals(events) == said


def test_a_message_without_a_time_stamp_is_no_repetition_of_its_own_kind() -> None:
    people = Users("en-US")
    events = [event for _ in range(3) for event in people.said(Saying(Source.FRAME, "yes", True), 1.0)]
    assert finals(events) == ["yes"] * 3


def test_two_people_may_say_the_same_at_the_same_time() -> None:
    people = Users("en-US")
    said = [Saying(source, "yes", True, user, "1") for user in ("ann", "bob") for source in BOTH[::-1]]
    events = [event for saying in said for event in people.said(saying, 1.0)]
    assert [event.speaker for event in captions(events)] == ["", "bob"]


def test_words_of_nobody_in_particular_have_no_label() -> None:
    people = Users("en-US")
    said = [Saying(Source.FRAME, text, True, user, "") for text, user in (("a", ""), ("b", "ann"), ("c", "bob"))]
    events = [event for saying in said for event in people.said(saying, 1.0)]
    assert [event.speaker for event in captions(events)] == ["", "", "bob"]


def test_once_a_bot_speaks_the_new_way_the_old_one_is_ignored() -> None:
    people = Users("en-US")
    assert captions(people.said(Saying(Source.TRANSCRIPTION, "he", False, "u", "1"), 1.0))
    assert not captions(people.said(Saying(Source.INPUT, "he", False, "u", "1"), 1.0)), "its twin changes nothing"
    assert captions(people.said(Saying(Source.INPUT, "hello", False, "u", "2"), 1.2))
    for old in (Source.TRANSCRIPTION, Source.RAW):
        assert not people.said(Saying(old, "something else", False, "u", "3"), 1.3)
        assert not people.said(Saying(old, "something else", True, "u", "3"), 1.3)


def test_interims_replace_the_open_line_of_their_user_and_finals_append() -> None:
    people, document = Users("en-US"), CaptionDocument()
    for text, final, user in (
        ("he", False, "ann"), ("I", False, "bob"), ("hello", False, "ann"), ("hello.", True, "ann"),
        ("I see", True, "bob"), ("again", True, "ann"),
    ):  # fmt: skip
        for event in captions(people.said(Saying(Source.INPUT, text, final, user, ""), 2.0)):
            assert document.apply(event)
    shown = [(segment.text, segment.speaker, segment.is_final) for segment in document.segments]
    assert sorted(shown) == [("I see", "bob", True), ("again", "", True), ("hello.", "", True)]


def test_an_interim_of_something_that_is_final_opens_nothing() -> None:
    people = Users("en-US")
    people.said(Saying(Source.INPUT, "hello", True, "u", "2026-11-21T05:00:02"), 2.0)
    assert not people.said(Saying(Source.INPUT, "hell", False, "u", "2026-11-21T05:00:01"), 2.0)
    assert captions(people.said(Saying(Source.INPUT, "and", False, "u", "2026-11-21T05:00:03"), 3.0))


def test_a_text_frame_closes_the_line_that_is_open() -> None:
    people = Users("en-US")
    people.said(Saying(Source.INPUT, "hel", False, "u", "1"), 1.0)
    (final,) = captions(people.said(Saying(Source.TEXT, "hello", True), 1.5))
    assert (final.is_final, final.revision) == (True, 2)
    assert not people.close()


def test_a_segment_begins_a_little_before_its_first_words_are_shown() -> None:
    people = Users("en-US")
    progress, event = people.said(Saying(Source.INPUT, "one", False, "u", "1"), 25.0)
    assert progress == Progress(25.0 - LEAD - DOUBT), "what came before held no words, even on a slow line"
    assert isinstance(event, CaptionEvent)
    assert (event.start, event.end) == (25.0 - LEAD, 25.0)


def test_a_segment_begins_where_the_bot_noticed_speech_and_ends_where_it_stopped() -> None:
    people = Users("en-US")
    people.speaking(3.0, started=True)
    people.speaking(4.5, started=False)
    (final,) = captions(people.said(Saying(Source.INPUT, "one", True, "u", "1"), 6.0))
    assert (final.start, final.end) == (3.0 - ONSET, 4.5)


def test_a_final_that_adds_no_words_proves_no_more_than_the_interim_before_it() -> None:
    people = Users("en-US")
    people.said(Saying(Source.INPUT, "one two", False, "u", "1"), 3.0)
    (final,) = captions(people.said(Saying(Source.INPUT, "One, two.", True, "u", "2"), 4.5))
    assert final.end == 3.0
    people.said(Saying(Source.INPUT, "three", False, "u", "3"), 5.0)
    (final,) = captions(people.said(Saying(Source.INPUT, "three four", True, "u", "4"), 6.0))
    assert (final.start, final.end) == (4.0, 6.0)


def test_no_segment_begins_within_the_one_before() -> None:
    people = Users("en-US")
    people.said(Saying(Source.INPUT, "one", True, "u", "1"), 3.0)
    _, event = people.said(Saying(Source.INPUT, "two", False, "u", "2"), 3.2)
    assert isinstance(event, CaptionEvent)
    assert event.start == 3.0


def test_without_a_final_the_words_stand_at_the_end() -> None:
    people = Users("en-US")
    people.said(Saying(Source.INPUT, "half", False, "u", "1"), 1.0)
    (last,) = captions(people.close())
    assert (last.text, last.is_final, last.end) == ("half", True, 1.0)
    assert not people.close()


@pytest.mark.parametrize("final", [True, False])
def test_no_text_is_no_caption(final: bool) -> None:
    assert not Users("en-US").said(Saying(Source.INPUT, "", final, "u", "1"), 1.0)


steps = st.tuples(
    st.sampled_from(Source), st.sampled_from(["a", "a b", "c", ""]), st.booleans(), st.sampled_from(["u", "v", ""])
)


@given(st.lists(st.tuples(steps, st.floats(0, 3), st.sampled_from([None, True, False])), max_size=30))
def test_whatever_comes_the_rules_hold(
    messages: list[tuple[tuple[Source, str, bool, str], float, bool | None]],
) -> None:
    people, sent, newest, progress = Users("en-US"), 0.0, dict[str, CaptionEvent](), 0.0
    for number, ((source, text, final, user), pause, speaking) in enumerate(messages):
        sent += pause
        if speaking is not None:
            people.speaking(sent, started=speaking)
        said = Saying(source, text, final or source in (Source.FRAME, Source.TEXT), user, f"{number:04}")
        for event in [*people.said(said, sent), *(people.close() if number == len(messages) - 1 else [])]:
            if isinstance(event, Progress):
                assert progress <= event.end <= sent
                progress = event.end
            elif isinstance(event, CaptionEvent):
                assert 0 <= event.start <= event.end <= sent
                before = newest.get(event.segment_id)
                assert before is None or (not before.is_final and event.revision > before.revision)
                newest[event.segment_id] = event
    assert all(event.is_final for event in newest.values())


def test_users_without_end_take_bounded_memory() -> None:
    people = Users("en-US")
    for number in range(1000):
        assert finals(people.said(Saying(Source.INPUT, "yes", True, f"user {number}"), float(number))) == ["yes"]
    assert len(people._closed) == 100
