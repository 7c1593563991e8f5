from __future__ import annotations

from pytestqt.qtbot import QtBot

from desktop.core.captions import Gap, Insight, InsightKind, Mark, Seam
from desktop.ui.notes import INSIGHTS, note_of
from desktop.ui.transcript_rows import RowKind

LABELS = {"them": "Them"}


def test_a_gap_says_whose_words_and_why(qtbot: QtBot) -> None:
    text, kind = note_of(Gap("them", 3.0, 9.0, "connection lost"), LABELS, {})
    assert text.replace(",", ".") == "6.0 s of Them may be missing here (connection lost)"
    assert kind is RowKind.NOTE
    assert note_of(Gap("lane-3", 3.0, 9.0, "something new"), LABELS, {})[0].endswith(
        "of lane-3 may be missing here (something new)"
    )


def test_a_seam_names_provider_and_language_by_their_titles(qtbot: QtBot) -> None:
    text, _ = note_of(Seam("them", 3.0, "on-device", "en-GB"), LABELS, {"on-device": "On this computer"})
    assert text == "Them, from here on: On this computer, English (UK)"
    assert note_of(Seam("them", 3.0, "other", "de-DE"), LABELS, {})[0] == "Them, from here on: other, de-DE"


def test_marks_and_findings_stand_out(qtbot: QtBot) -> None:
    assert note_of(Mark(1.0), LABELS, {}) == ("Marked", RowKind.MARK)
    assert note_of(Mark(1.0, "price"), LABELS, {}) == ("Marked · price", RowKind.MARK)
    assert note_of(Insight(InsightKind.ACTION_ITEM, "send it"), LABELS, {}) == ("To do · send it", RowKind.MARK)
    assert set(INSIGHTS) == set(InsightKind)
