"""The document is the same in whatever order the revisions of well-behaved streams arrive."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from desktop.core.captions import CaptionDocument, CaptionEvent, Gap, Mark


def event(segment_id: str = "1", revision: int = 1, text: str = "hello", **changes: object) -> CaptionEvent:
    plain = CaptionEvent("you", segment_id, revision, text, is_final=False, start=0.0, end=1.0)
    return replace(plain, **changes)  # type: ignore[arg-type]  # the changes of each test are its own to get right


@st.composite
def well_behaved_streams(draw: st.DrawFn) -> list[CaptionEvent]:
    events = []
    for lane in ("you", "them"):
        for number in range(draw(st.integers(0, 4))):
            count = draw(st.integers(1, 5))
            ends = draw(st.booleans())
            for revision in range(1, count + 1):
                start = draw(st.floats(0, 100, allow_nan=False))
                text = draw(st.text(max_size=8))
                last = ends and revision == count
                events.append(CaptionEvent(lane, str(number), revision, text, last, start, start + 1))
    return events


@given(st.data())
def test_any_order_of_arrival_gives_the_same_document(data: st.DataObject) -> None:
    events = data.draw(well_behaved_streams())
    shuffled = data.draw(st.permutations(events))
    in_order, out_of_order = CaptionDocument(), CaptionDocument()
    for one in events:
        in_order.apply(one)
    for one in shuffled:
        out_of_order.apply(one)
    assert in_order.segments == out_of_order.segments


@given(well_behaved_streams())
def test_applying_twice_changes_nothing(events: list[CaptionEvent]) -> None:
    document = CaptionDocument()
    for one in events:
        document.apply(one)
        assert not document.apply(one)
    starts = [segment.start for segment in document.segments]
    assert starts == sorted(starts)


def test_nothing_follows_a_final() -> None:
    document = CaptionDocument()
    assert document.apply(event(revision=2, text="done", is_final=True))
    assert not document.apply(event(revision=3, text="late"))
    assert not document.apply(event(revision=4, text="later", is_final=True))
    assert [segment.text for segment in document.segments] == ["done"]


def test_an_empty_final_withdraws_the_segment() -> None:
    document = CaptionDocument()
    document.apply(event(revision=1, text="uh"))
    document.apply(event(revision=2, text="", is_final=True))
    assert document.segments == []
    assert document.latest(3) == []


def test_marks_stand_between_the_segments_by_time() -> None:
    document = CaptionDocument()
    document.apply(event("2", start=5.0, end=6.0))
    document.apply(event("1", start=0.0, end=1.0))
    gap = Gap("you", 2.0, 4.0, "test")
    assert document.note(gap)
    assert not document.note(gap)
    document.note(Mark(5.5, "ask"))
    assert [entry.start for entry in document.entries()] == [0.0, 2.0, 5.0, 5.5]
    assert [segment.segment_id for segment in document.open_segments("you")] == ["1", "2"]
