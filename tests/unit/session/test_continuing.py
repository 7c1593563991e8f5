"""A saved session goes on in its own journal, after its last word and with the words it had."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from desktop.core.captions import CaptionEvent, Gap
from desktop.core.errors import JournalUnwritable
from desktop.session.recorder import Earlier, JournalPlan
from desktop.session.service import LaneSpec, Service
from desktop.session.session import Session
from desktop.transcripts.change import change, edit_line
from desktop.transcripts.journal import Journal, read
from tests.support.beacon import BeaconProvider, BeaconSource, numbers


async def first_part(folder: Path) -> Path:
    session = Session(
        [LaneSpec("you", "You", BeaconSource(4))], Service(BeaconProvider(), "en-US"), JournalPlan([folder], "Call")
    )
    await session.run()
    assert session.journal is not None
    return session.journal


def going_on(path: Path, *lanes: LaneSpec) -> Session:
    plan = JournalPlan([path.parent], "ignored", Earlier(path, read(path)))
    return Session(lanes, Service(BeaconProvider(), "en-US"), plan)


def said(path: Path) -> list[int]:
    return numbers([entry.text for entry in read(path).entries if isinstance(entry, CaptionEvent)])


async def test_the_second_part_follows_the_first(tmp_path: Path) -> None:
    path = await first_part(tmp_path)
    before = path.read_bytes()
    session = going_on(path, LaneSpec("you", "You", BeaconSource(3, first=50)))
    assert numbers([segment.text for segment in session.document.segments]) == [0, 1, 2, 3], "shown from the start"
    await session.run()
    assert session.journal == path
    assert list(tmp_path.iterdir()) == [path]
    assert path.read_bytes().startswith(before), "nothing that was written is touched"
    assert said(path) == [0, 1, 2, 3, 50, 51, 52]
    saved = read(path)
    assert saved.complete
    assert saved.damaged == 0
    assert saved.header.title == "Call"
    starts = [segment.start for segment in saved.segments]
    assert starts == sorted(starts)
    assert starts[4] >= 2.0
    assert [entry.reason for entry in saved.entries if isinstance(entry, Gap)] == ["continued later"]


async def test_a_torn_end_is_no_hindrance(tmp_path: Path) -> None:
    path = await first_part(tmp_path)
    with path.open("ab") as file:
        file.write(b'{"type": "segment", "lane": "y')
    await going_on(path, LaneSpec("you", "You", BeaconSource(2, first=50))).run()
    assert said(path) == [0, 1, 2, 3, 50, 51]


async def test_another_side_gets_its_name(tmp_path: Path) -> None:
    path = await first_part(tmp_path)
    await going_on(path, LaneSpec("them", "Ann", BeaconSource(2, first=50))).run()
    assert read(path).header.lanes == (("you", "You"), ("them", "Ann"))


async def test_a_third_part_keeps_every_segment(tmp_path: Path) -> None:
    path = await first_part(tmp_path)
    for part in (50, 100):
        await going_on(path, LaneSpec("you", "You", BeaconSource(2, first=part))).run()
    assert said(path) == [0, 1, 2, 3, 50, 51, 100, 101]


async def test_a_journal_that_somebody_else_writes_is_left_to_them(tmp_path: Path) -> None:
    path = await first_part(tmp_path)
    with Journal.reopen(path), pytest.raises(JournalUnwritable):
        await going_on(path, LaneSpec("you", "You", BeaconSource(2, first=50))).run()
    assert said(path) == [0, 1, 2, 3]


async def test_a_session_that_is_to_be_forgotten_leaves_nothing(tmp_path: Path) -> None:
    session = Session(
        [LaneSpec("you", "You", BeaconSource(6, pause=0.001))],
        Service(BeaconProvider(), "en-US"),
        JournalPlan([tmp_path], "Call"),
    )
    session.subscribe(lambda event: session.forget() if isinstance(event, CaptionEvent) else None)
    await session.run()
    assert session.journal is None
    assert list(tmp_path.iterdir()) == []
    assert numbers([segment.text for segment in session.document.segments]) == [0, 1, 2, 3, 4, 5]


async def test_one_may_change_ones_mind_about_forgetting(tmp_path: Path) -> None:
    session = Session(
        [LaneSpec("you", "You", BeaconSource(4))], Service(BeaconProvider(), "en-US"), JournalPlan([tmp_path], "Call")
    )
    wishes = iter([True, False])
    session.subscribe(lambda event: session.forget(next(wishes, False)) if isinstance(event, CaptionEvent) else None)
    await session.run()
    assert session.journal is not None
    assert said(session.journal) == [0, 1, 2, 3]


async def test_a_session_that_goes_on_is_never_forgotten(tmp_path: Path) -> None:
    path = await first_part(tmp_path)
    session = going_on(path, LaneSpec("you", "You", BeaconSource(2, first=50)))
    session.subscribe(lambda event: session.forget() if isinstance(event, CaptionEvent) else None)
    await session.run()
    assert said(path) == [0, 1, 2, 3, 50, 51]


async def test_a_change_of_what_was_said_before_never_touches_what_is_said_later(tmp_path: Path) -> None:
    """A part of which every word was withdrawn by hand has used its numbers all the same."""
    path = await first_part(tmp_path)
    await going_on(path, LaneSpec("you", "You", BeaconSource(2, first=50))).run()
    later = [segment for segment in read(path).segments if segment.start >= 2.0]
    change(path, [edit_line(segment.lane, segment.segment_id, "") for segment in later])
    assert said(path) == [0, 1, 2, 3]
    await going_on(path, LaneSpec("you", "You", BeaconSource(2, first=100))).run()
    assert said(path) == [0, 1, 2, 3, 100, 101]


@pytest.mark.parametrize("moment", [1e12, 9.9999e11])
async def test_a_transcript_made_elsewhere_that_claims_to_last_for_ever_goes_on(tmp_path: Path, moment: float) -> None:
    """What is said now has to be readable later, whatever the file says of times and ids."""
    path = await first_part(tmp_path)
    line = {"type": "segment", "lane": "you", "segment_id": "9" * 190 + "-1", "start": 0, "end": moment, "text": "99"}
    with path.open("a") as file:
        file.write(json.dumps(line) + "\n" + json.dumps({"type": "end", "duration": moment}) + "\n")
    await going_on(path, LaneSpec("you", "You", BeaconSource(3, first=50))).run()
    assert sorted(said(path)) == [0, 1, 2, 3, 50, 51, 52, 99]
    saved = read(path)
    assert saved.damaged == 0
    assert len({segment.segment_id for segment in saved.segments}) == 8
