"""Names, titles and words that a person changes: what was heard stays in the journal, exports and index follow."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.core.captions import CONTINUED, CaptionEvent, Gap, Insight, InsightKind
from desktop.core.errors import ExportFailed, JournalUnwritable
from desktop.settings.translations import tongue, tongues
from desktop.transcripts.beside import exports_of, refuse_if_changed
from desktop.transcripts.change import change, edit_line, keep_line, name_line, title_line
from desktop.transcripts.export import render, write_export
from desktop.transcripts.journal import Journal, read
from desktop.transcripts.library import Library
from desktop.transcripts.transcript import JournalHeader, Voice
from desktop.transcripts.trash import Trash
from tests.unit.transcripts.test_library import STARTED

LANES = (("you", "You"), ("them", "Them"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    header = JournalHeader(STARTED, "Call", LANES, "en-US", "on-device", "0a0b0c0d")
    with Journal.create(tmp_path / "folder", header) as made:
        made.append(CaptionEvent("you", "1", 0, "Hello.", True, 0.0, 1.0))
        made.append(CaptionEvent("them", "1", 0, "Hi.", True, 2.0, 3.0, speaker="Speaker 1"))
        made.append(Insight(InsightKind.QUESTION, "Hi?", "them", "Speaker 1", 2.0))
        made.close(4.0)
    return made.path


def test_lanes_and_speakers_get_other_names_everywhere(path: Path) -> None:
    change(path, [name_line("you", "", "Ann"), name_line("them", "", "Office"), name_line("them", "Speaker 1", "Bob")])
    told = read(path)
    assert told.header.lanes == (("you", "Ann"), ("them", "Office"))
    assert "Ann: Hello." in render(told, "txt")
    assert "Office · Bob: Hi." in render(told, "txt")
    assert [entry.speaker for entry in told.entries if isinstance(entry, Insight)] == ["Bob"]
    assert told.voices == (Voice("you", "", "Ann"), Voice("them", "", "Office"), Voice("them", "Speaker 1", "Bob"))


def test_what_was_heard_is_kept(path: Path) -> None:
    before = path.read_bytes()
    change(path, [name_line("you", "", "Ann"), title_line("Other"), edit_line("you", "1", "Goodbye.")])
    assert path.read_bytes().startswith(before)
    heard = read(path, edited=False)
    assert (heard.header.title, heard.header.lanes) == ("Call", LANES)
    assert heard.segments[0].text == "Hello."
    assert heard.complete


def test_an_empty_name_or_title_brings_the_first_one_back(path: Path) -> None:
    change(path, [name_line("you", "", "Ann"), title_line("Other")])
    change(path, [name_line("you", "", ""), title_line("")])
    assert read(path).header.title == "Call"
    assert read(path).label("you") == "You"


def test_exports_follow_and_a_persons_own_file_stays(path: Path) -> None:
    write_export(read(path), "txt", path.with_suffix(".txt"))
    write_export(read(path), "docx", path.with_suffix(".docx"))
    path.with_suffix(".md").write_text("my notes")
    change(path, [edit_line("you", "1", "Goodbye.")])
    change(path, [title_line("Other")])  # what was written anew is still known as an export
    assert path.with_suffix(".txt").read_text() == render(read(path), "txt")
    assert "Goodbye." in path.with_suffix(".txt").read_text()
    assert path.with_suffix(".md").read_text() == "my notes"


def test_an_export_follows_in_its_own_language_and_goes_with_its_transcript(path: Path) -> None:
    texts, subtitles = path.with_suffix(".txt"), path.with_suffix(".srt")
    with Journal.reopen(path) as journal:
        journal.append(Gap("them", 3.0, 4.5, "connection lost"))
        journal.close(5.0)
    write_export(read(path), "txt", texts, tongue("fr"))
    write_export(read(path), "srt", subtitles, tongue("es"))
    assert not exports_of(path).ours, "no English one"
    library = Library(path.parent.parent / "library.db", [path.parent], tongues())
    library.refresh()
    library.change("0a0b0c0d", [edit_line("you", "1", "Goodbye.")])
    for export, language in ((texts, "fr"), (subtitles, "es")):
        kind = export.suffix.removeprefix(".")
        assert export.read_bytes() == render(read(path), kind, tongue(language)).encode()
        assert "Goodbye." in export.read_text(encoding="utf-8")
    library.discard("0a0b0c0d", Trash(path.parent.parent / "trash"))
    assert not list(path.parent.iterdir()), "nothing that was said stays behind"


def test_an_export_that_cannot_follow_is_said(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_export(read(path), "txt", path.with_suffix(".txt"))

    def refuse(*_: object) -> None:
        raise ExportFailed(None, None)  # type: ignore[arg-type]  # its words do not matter

    monkeypatch.setattr("desktop.transcripts.change.write_export", refuse)
    with pytest.raises(ExportFailed):
        change(path, [title_line("Other")])
    assert read(path).header.title == "Other"


def test_the_index_follows(path: Path, tmp_path: Path) -> None:
    library = Library(tmp_path / "library.db", [path.parent])
    library.change("0a0b0c0d", [edit_line("you", "1", "Goodbye moon."), title_line("Moon"), keep_line(keep=True)])
    (hit,) = library.search("moon")
    assert (hit.title, hit.text) == ("Moon", "Goodbye moon.")
    assert not library.search("hello")
    assert library.find("0a0b0c0d").kept
    library.change("0a0b0c0d", [keep_line(keep=False)])
    assert not library.find("0a0b0c0d").kept


def test_a_transcript_that_is_being_written_is_left_alone(path: Path) -> None:
    with Journal.reopen(path), pytest.raises(JournalUnwritable):
        change(path, [title_line("Other")])
    assert read(path).header.title == "Call"


def test_lines_that_make_no_sense_change_nothing(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b'{"type": "keep", "keep": "yes"}\n{"type": "title", "title": 7}\n{"type": "name"}\n')
    told = read(path)
    assert (told.kept, told.header.title, told.damaged) == (False, "Call", 1)


def gone_on(path: Path, number: int) -> None:
    with Journal.reopen(path) as journal:
        journal.append(Gap("you", 4.0, 4.0, CONTINUED))
        journal.append(CaptionEvent("you", f"{number}-1", 0, "And more.", True, 5.0, 6.0))
        journal.close(7.0)


@pytest.mark.parametrize("kind", ["txt", "srt", "docx"])
def test_an_export_of_a_session_that_went_on_may_be_written_anew(path: Path, kind: str) -> None:
    change(path, [edit_line("you", "1", "Good day.")])
    export = path.with_suffix(f".{kind}")
    write_export(read(path), kind, export)
    for part in (2, 3):
        gone_on(path, part)
        refuse_if_changed(export, path)


def test_an_export_of_a_session_that_was_cut_off_may_be_written_anew(path: Path) -> None:
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))
    write_export(read(path), "txt", path.with_suffix(".txt"))
    gone_on(path, 2)
    refuse_if_changed(path.with_suffix(".txt"), path)


def test_an_export_that_a_person_has_changed_is_left_alone_when_the_session_went_on(path: Path) -> None:
    export = path.with_suffix(".txt")
    write_export(read(path), "txt", export)
    export.write_text(export.read_text(encoding="utf-8") + "call back on Monday\n", encoding="utf-8")
    gone_on(path, 2)
    with pytest.raises(ExportFailed, match="says something else") as caught:
        refuse_if_changed(export, path)
    assert "Good day" not in str(caught.value)
    refuse_if_changed(path.with_suffix(".md"), path)  # there is none
