"""Word documents hold what was said as plain text, in XML that parsers accept."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from desktop.core.captions import CaptionEvent, Gap
from desktop.transcripts.docx import document
from desktop.transcripts.export import rendered
from desktop.transcripts.transcript import JournalHeader, Transcript

MAIN = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
TEXTS = (f"{MAIN}t", f"{MAIN}tab")


def tree(xml: bytes) -> ElementTree.Element:
    return ElementTree.fromstring(xml)  # noqa: S314 - made a moment ago by ourselves


def paragraphs(data: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert package.testzip() is None
        root = tree(package.read("word/document.xml"))
    return [
        "".join("\t" if part.tag == f"{MAIN}tab" else part.text or "" for part in each.iter() if part.tag in TEXTS)
        for each in root.iter(f"{MAIN}p")
    ]


def test_every_part_is_named_and_well_formed() -> None:
    with zipfile.ZipFile(io.BytesIO(document("T", "S", []))) as package:
        names = set(package.namelist())
        for name in names:
            tree(package.read(name))
        types = tree(package.read("[Content_Types].xml"))
    named = {each.attrib["PartName"].lstrip("/") for each in types if "PartName" in each.attrib}
    assert named <= names
    assert names - named == {"[Content_Types].xml", "_rels/.rels", "word/_rels/document.xml.rels"}


def test_a_transcript_has_a_paragraph_for_each_entry() -> None:
    header = JournalHeader(datetime(2026, 11, 21, 14, 3, tzinfo=UTC), "A <b>& call", (("you", "You"), ("them", "Them")))
    entries = (CaptionEvent("you", "1", 0, "Hello </w:t> & bye.", True, 0, 1), Gap("them", 4, 6, "connection lost"))
    whole = Transcript(header, entries, True, 0, 60)
    title, about, first, gap = paragraphs(rendered(whole, "docx"))
    assert title == "A <b>& call"
    assert "00:01:00 · You, Them" in about
    assert first == "00:00:00\tYou: Hello </w:t> & bye."
    assert gap == "00:00:04\t[2.0 s of Them may be missing here (connection lost)]"
    assert rendered(whole, "docx") == rendered(whole, "docx")


@given(st.text(st.characters(codec="utf-16", categories=None), max_size=60))
def test_any_text_gives_a_document(text: str) -> None:
    shown = paragraphs(document(text, text, [[("", text), ("note", text)]], text))
    assert len(shown) == 3


def test_a_paragraph_runs_the_way_of_its_words() -> None:
    header = JournalHeader(datetime(2026, 11, 21, 14, 3, tzinfo=UTC), "Call", (("them", "Them"),))
    said = ("Hello مرحبا", "مرحبا Hello")
    events = tuple(CaptionEvent("them", str(at), 0, text, True, at, at + 1) for at, text in enumerate(said))
    data = rendered(Transcript(header, events, True, 0, 9), "docx")
    assert isinstance(data, bytes)
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        found = list(tree(package.read("word/document.xml")).iter(f"{MAIN}p"))
    turned = [each.find(f"{MAIN}pPr/{MAIN}bidi") is not None for each in found]
    assert turned == [False, False, False, True]
    assert [each.text for each in found[3].iter(f"{MAIN}t") if "مرحبا" in (each.text or "")] == [said[1]]
