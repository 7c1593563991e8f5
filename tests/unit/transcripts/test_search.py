"""A page of hits: the newest sessions first, each with its first places, whatever else the library holds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from desktop.core.captions import CaptionEvent
from desktop.transcripts import index
from desktop.transcripts.hits import COUNTED
from desktop.transcripts.journal import Journal
from desktop.transcripts.library import Library
from desktop.transcripts.search import EXCERPT, PLACES, SESSIONS, excerpt
from desktop.transcripts.transcript import JournalHeader

STARTED = datetime(2026, 11, 21, 14, 3, tzinfo=UTC)


def journal(folder: Path, texts: list[str], hour: float = 0, title: str = "Call") -> None:
    header = JournalHeader(STARTED + timedelta(hours=hour), title, (("you", "You"),), "en-US", "on-device")
    with Journal.create(folder, header) as made:
        made.append_changes([])
        for number, text in enumerate(texts):
            made.append(CaptionEvent("you", str(number), 0, text, True, float(number), number + 1.0))


@pytest.fixture(params=[True, False], ids=["FTS5", "no FTS5"])
def folder(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(index, "has_full_text", lambda: request.param)
    return tmp_path / "transcripts"


@pytest.fixture
def library(folder: Path, tmp_path: Path) -> Library:
    return Library(tmp_path / "library.db", [folder])


def test_sessions_come_newest_first_and_their_places_in_order(library: Library, folder: Path) -> None:
    journal(folder, ["red one", "blue", "red two"], title="Old")
    journal(folder, ["a red car"], hour=1, title="New")
    page = library.search_page("red")
    assert [(found.title, found.count) for found in page.found] == [("New", 1), ("Old", 2)]
    assert [place.text for place in page.found[1].places] == ["red one", "red two"]
    assert page.rest == 0


def test_a_session_shows_its_first_places_and_how_many_there_are(library: Library, folder: Path) -> None:
    journal(folder, [f"red {number}" for number in range(40)])
    (found,) = library.search_page("red").found
    assert [place.start for place in found.places] == [float(at) for at in range(PLACES)]
    assert found.count == 40


def test_a_session_with_very_many_places_does_not_hide_the_others(library: Library, folder: Path) -> None:
    journal(folder, ["red"], title="Old")
    journal(folder, ["red"] * (COUNTED + 20), hour=1, title="New")
    page = library.search_page("red")
    assert [(found.title, found.count) for found in page.found] == [("New", COUNTED), ("Old", 1)]


def test_pages_follow_each_other_without_a_gap_or_a_double(library: Library, folder: Path) -> None:
    count = 2 * SESSIONS + 3
    for hour in range(count):
        journal(folder, ["red", "red"], hour=hour, title=str(hour))
    titles: list[str] = []
    rest, pages = 0, 0
    while pages == 0 or rest:
        page = library.search_page("red", rest)
        titles += [found.title for found in page.found]
        assert all(found.count == 2 for found in page.found)
        rest, pages = page.rest, pages + 1
    assert titles == [str(hour) for hour in reversed(range(count))]
    assert pages == 3


def test_sessions_of_the_same_second_stay_apart(library: Library, folder: Path) -> None:
    journal(folder, ["red"], title="One")
    journal(folder, ["red"], title="Two")
    assert sorted(found.title for found in library.search_page("red").found) == ["One", "Two"]


def test_nothing_is_searched_for_nothing(library: Library, folder: Path) -> None:
    journal(folder, ["red"])
    assert library.search_page(" ,. ").found == ()
    assert library.search_page("green").found == ()


def test_the_words_are_marked_whatever_their_case_and_accents() -> None:
    text, marks = excerpt("Le café noir", [(["cafe"], False), (["no"], True)])
    assert [text[a:b] for a, b in marks] == ["café", "noir"]
    assert excerpt("nothing here", [(["no"], False)])[1] == ()
    text, marks = excerpt("one two three", [(["two", "thr"], True)])
    assert [text[a:b] for a, b in marks] == ["two three"]


def test_a_long_segment_is_cut_around_the_first_word_found() -> None:
    long = " ".join(["before"] * 200 + ["needle"] + ["after"] * 200)
    text, marks = excerpt(long, [(["needle"], False)])
    assert text.startswith("…")
    assert text.endswith("…")
    assert len(text) <= EXCERPT + 2
    assert [text[a:b] for a, b in marks] == ["needle"]


def test_a_page_never_reads_a_hit_twice_when_a_session_is_removed_between(library: Library, folder: Path) -> None:
    for hour in range(SESSIONS + 2):
        journal(folder, ["red"], hour=hour, title=str(hour))
    first = library.search_page("red")
    library.delete(first.found[-1].session_id)
    second = library.search_page("red", first.rest)
    assert {found.session_id for found in first.found}.isdisjoint(found.session_id for found in second.found)
