"""The library in the real window, by keyboard alone: found, opened, corrected, undone, and gone on with."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from desktop.core.captions import CaptionEvent, Gap
from desktop.transcripts.journal import Journal, read
from desktop.transcripts.transcript import JournalHeader
from tests.support.desktop import happens, wait_until, window, xdotool

pytestmark = [pytest.mark.desktop, pytest.mark.engine, pytest.mark.timeout(240)]

RAIL_LIBRARY = (32, 86)
"""Pixels from the corner of the window."""


@pytest.fixture
def cut_off(tmp_path: Path) -> Path:
    """The journal of a session that ended in a crash."""
    folder = tmp_path / "Documents" / "Overtitle"
    header = JournalHeader(datetime(2026, 11, 20, 9, 0, tzinfo=UTC), "Customs", (("you", "You"),), "en-US", "on-device")
    with Journal.create(folder, header) as made:
        made.append(CaptionEvent("you", "1-1", 0, "The papers, please.", True, 0.0, 2.0))
    return made.path


def text_of(path: Path) -> str:
    return read(path).segments[0].text


def test_a_session_is_found_corrected_and_continued(tmp_path: Path, cut_off: Path) -> None:
    with window(tmp_path) as shown:
        xdotool("windowactivate", "--sync", shown.id)
        xdotool("mousemove", "--window", shown.id, *map(str, RAIL_LIBRARY), "click", "1")
        shown.press("ctrl+f")
        xdotool("type", "--window", shown.id, "--delay", "40", "papers")
        index = tmp_path / "data" / "Overtitle" / "library.db"
        wait_until(index.exists, "the search")

        def corrected() -> bool:
            for key in ("ctrl+f", "Down", "Down", "Return", "F2"):  # as long as the answer is not there yet
                shown.press(key)
            xdotool("type", "--window", shown.id, "--delay", "20", "The other papers.")
            shown.press("Return")
            return happens(lambda: text_of(cut_off) == "The other papers.", 5.0)  # another try has nothing to undo

        wait_until(corrected, "the correction")
        shown.press("ctrl+z")
        wait_until(lambda: text_of(cut_off) == "The papers, please.", "taking the correction back")
        shown.press("alt+Left")
        for key in ("Tab", "Tab", "space"):  # the title, then what a session that was cut off offers first
            shown.press(key)
        wait_until(lambda: any(isinstance(entry, Gap) for entry in read(cut_off).entries), "going on")
        wait_until(lambda: bool(shown.bar), "the caption bar")
    told = read(cut_off)
    assert told.complete
    assert {entry.reason for entry in told.entries if isinstance(entry, Gap)} == {"continued later"}
    assert list(cut_off.parent.glob("*.jsonl")) == [cut_off]
