"""Two lanes at once stay readable: rows are only added below and nothing read moves but by scrolling."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from desktop.core.captions import CaptionEvent
from desktop.core.layout import KEPT_ROWS, Flow, Row

WIDTH = 200.0


def measure(text: str) -> float:
    return 10.0 * len(text)


def flow(lines: int = 6) -> Flow:
    return Flow(measure, WIDTH, lines)


def partial(lane: str, segment_id: str, text: str, stable: int = 0) -> CaptionEvent:
    return CaptionEvent(lane, segment_id, 1, text, is_final=False, start=0.0, end=0.0, stable_chars=stable)


def final(lane: str, segment_id: str, text: str, speaker: str = "") -> CaptionEvent:
    return CaptionEvent(lane, segment_id, 2, text, is_final=True, start=0.0, end=0.0, speaker=speaker)


def shown(one: Flow) -> list[tuple[str, str]]:
    return [(row.lane, row.text) for row in one.shown()]


def test_the_last_lines_are_shown() -> None:
    one = flow(2)
    one.put(final("them", "1", "aaaaaaaaaaaaaaaaaaa bbbbbbbbbbbbbbbbbbb ccccccccccccccccccc"))
    assert shown(one) == [("them", "b" * 19), ("them", "c" * 19)]
    assert one.top == 1
    assert [row.text for row in one.shown(before=1)] == ["a" * 19, "b" * 19, "c" * 19]


def test_more_lines_bring_rows_back() -> None:
    one = flow(1)
    one.put(final("them", "1", "aaaaaaaaaaaaaaaaaaa bbbbbbbbbbbbbbbbbbb ccccccccccccccccccc"))
    one.show_lines(2)
    assert shown(one) == [("them", "b" * 19), ("them", "c" * 19)]
    one.show_lines(1)
    assert shown(one) == [("them", "c" * 19)]


def test_a_short_segment_goes_on_in_the_row_of_its_lane() -> None:
    one = flow()
    one.put(final("them", "1", "Yes."))
    one.put(partial("them", "2", "Of course"))
    assert shown(one) == [("them", "Yes. Of course")]
    one.put(partial("them", "3", "Another"))
    assert len(shown(one)) == 2, "an open segment's row is its own"


def test_another_lane_or_speaker_or_a_full_row_begins_a_row() -> None:
    one = flow()
    one.put(final("them", "1", "Yes."))
    one.put(final("you", "2", "Good."))
    one.put(final("them", "3", "Right then"))
    one.put(final("them", "4", "So.", speaker="B"))
    one.put(final("them", "5", "Long enough to fill", speaker="B"))
    assert shown(one) == [
        ("them", "Yes."),
        ("you", "Good."),
        ("them", "Right then"),
        ("them", "So. Long enough to"),
        ("them", "fill"),
    ]


def test_two_lanes_at_once_take_turns_below() -> None:
    one = flow()
    one.put(partial("them", "1", "this is what they"))
    one.put(partial("you", "1", "and I am talking"))
    one.put(partial("them", "1", "this is what they are saying", 17))
    one.put(partial("you", "1", "and I am talking at the same", 16))
    assert shown(one) == [
        ("them", "this is what they"),
        ("you", "and I am talking at"),
        ("them", "are saying"),
        ("you", "the same"),
    ]


def test_a_row_in_the_middle_waits_for_its_words() -> None:
    one = flow()
    one.put(partial("them", "1", "aaaaaaaaaaaaaaaaaa bbbb"))
    one.put(partial("you", "1", "hello", 5))
    one.put(partial("them", "1", "aaaaaaaaaaaaaaaaaa"))
    assert shown(one) == [("them", "a" * 18), ("them", ""), ("you", "hello")]
    one.put(partial("them", "1", "aaaaaaaaaaaaaaaaaa cccc"))
    assert shown(one)[1] == ("them", "cccc")
    one.put(final("them", "1", "aaaaaaaaaaaaaaaaaa"))
    assert shown(one) == [("them", "a" * 18), ("you", "hello")]


def test_the_last_row_goes_with_its_words_and_the_rest_stays_where_it_is() -> None:
    one = flow(2)
    one.put(final("them", "0", "aaaaaaaaaaaaaaaaaaaa"))
    one.put(partial("them", "1", "bbbbbbbbbbbbbbbbbb cccc"))
    assert one.top == 1
    one.put(partial("them", "1", "bbbbbbbbbbbbbbbbbb"))
    assert shown(one) == [("them", "b" * 18)]
    assert one.top == 1, "what has scrolled away does not come back"


def test_a_withdrawn_segment_leaves() -> None:
    one = flow()
    one.put(final("them", "0", "Yes."))
    one.put(partial("them", "1", "uh"))
    one.put(final("them", "1", ""))
    one.put(final("them", "2", ""))
    assert shown(one) == [("them", "Yes.")]
    assert [event.segment_id for event in one.events if event.text] == ["0"]


def test_a_late_tail_stays_with_its_segment_within_a_lane() -> None:
    one = flow()
    one.put(partial("them", "1", "aaaaaaaaaaaaaaaaaaaa"))
    one.put(partial("them", "2", "cccccc"))
    one.put(final("them", "1", "aaaaaaaaaaaaaaaaaaaa bbbb"))
    assert [text for _, text in shown(one)] == ["a" * 20, "bbbb", "cccccc"]


def test_memory_stays_flat() -> None:
    one = flow(2)
    for number in range(2_000):
        one.put(final("them", str(number), f"segment {number} with some words"))
    assert len(one._rows) <= KEPT_ROWS
    assert len(one.events) <= KEPT_ROWS + 1
    assert one.shown()[-1].text.endswith("words")
    assert one.top > 2_000


words = st.text(alphabet="ab,.", min_size=1, max_size=12)
Step = tuple[str, list[str], list[str], bool]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["you", "them"]), st.lists(words, max_size=3), st.lists(words, max_size=5), st.booleans()
        ),
        max_size=14,
    )
)
def test_committed_words_never_move_within_or_among_rows(steps: list[Step]) -> None:
    one = flow(3)
    number = {"you": 0, "them": 0}
    said: dict[str, list[str]] = {"you": [], "them": []}
    before: list[tuple[Row, float, str]] = []
    top = 0
    for lane, committed, tail, ends in steps:
        said[lane] += committed
        stable = len(" ".join(said[lane]))
        one.put(partial(lane, str(number[lane]), " ".join(said[lane] + tail), stable))
        if ends:
            one.put(final(lane, str(number[lane]), " ".join(said[lane] + tail)))
            number[lane] += 1
            said[lane] = []
        after = [(row, piece.x, piece.text) for row in one.shown(before=99) for piece in row.pieces() if piece.solid]
        still = [place for place in before if place in after]
        assert len(before) - len(still) == sum(place[0] not in one._rows for place in before)
        assert [place for place in after if place in still] == still, "the order of what was read stays"
        assert one.top >= top
        before, top = after, one.top
