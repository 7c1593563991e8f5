"""Exports say what was said: foreign parsers read it back, whatever the text."""

from __future__ import annotations

import html
import json
import os
import re
import stat
from dataclasses import replace
from datetime import UTC, datetime
from io import StringIO
from itertools import pairwise
from pathlib import Path

import pysubs2
import pytest
import webvtt
from hypothesis import example, given
from hypothesis import strategies as st

from desktop.core.captions import CaptionEvent, Entry, Gap, Insight, InsightKind, Mark, Seam, Word, changed_to
from desktop.core.errors import ExportFailed, UsageError
from desktop.settings.translations import tongue
from desktop.transcripts.clean import clean_text
from desktop.transcripts.cues import cues
from desktop.transcripts.export import FORMATS, render, rendered, write_export
from desktop.transcripts.layout import WIDTH, broken, columns, fits, pieces, single_spaced
from desktop.transcripts.parse import parse
from desktop.transcripts.transcript import JournalHeader, Transcript

LANES = (("you", "You"), ("them", "Them"))
HEADER = JournalHeader(
    datetime(2026, 11, 21, 14, 3, tzinfo=UTC), "Delivery *call*", LANES, "en-US", "on-device", "1a2b"
)


def said(
    text: str, start: float = 0.0, end: float = 2.0, lane: str = "you", words: tuple[Word, ...] = ()
) -> CaptionEvent:
    return CaptionEvent(lane, str(start), 0, text, True, start, end, words=words)


def transcript(*entries: Entry) -> Transcript:
    return Transcript(HEADER, entries, True, 0, 60.0)


SESSION = transcript(
    said("Hello. <b>Bold</b> & {curly} C:\\New --> 42", 0, 3),
    said("Good morning.", 1, 2.5, "them"),
    Gap("them", 4, 6, "connection lost"),
    Seam("them", 6.5, "on-device", "en-US", "the service is away"),
    Mark(7, "ask --> later"),
    Insight(InsightKind.ACTION_ITEM, "send <papers>", "them", "", 8),
)


def bare(text: str) -> str:
    """What is left of a text when white space, joiners and the shape of braces don't count."""
    return re.sub(r"[\s\u200b\u2060]+", "", text.translate({0xFF5B: "{", 0xFF5D: "}"}))


CODES = ["-->", "<i>", "</v>", "&amp;", "&", "{\\an8}", "\\N", "\\h", "NOTE", "WEBVTT", "STYLE", "1", "42"]
TIMES = ["00:00:01,000 --> 00:00:02,000", "0:0:0.000", "1:02.5"]
SCRIPTS = [
    "x" * 50,
    "日本語テキスト" * 8,
    "שלום עולם",
    "👩\u200d👩\u200d👧\u200d👦",
    "e\u0301" * 30,
    "?",
    "«",
    "»",
    "\u00a0",
    "word",
]
HOSTILE = st.text(max_size=120) | st.lists(st.sampled_from([*CODES, *TIMES, *SCRIPTS]), max_size=25).map(" ".join)


def webvtt_captions(text: str) -> list[webvtt.Caption]:
    return list(webvtt.from_buffer(StringIO(text)).captions)


def readable(text: str) -> str:
    return clean_text(text) or "x"


@given(st.lists(HOSTILE.map(readable), min_size=1, max_size=4))
@example(["a-word-that-nearly-fills-the-first-line 555 1234"])
@example(["0:0:0.000 0:0:0.0"])
@example(["1 00:00:00,000 --> 00:00:01,000 not a time line at all 2 00:00:00,000 --> 00:00:01,000"])
def test_foreign_parsers_read_back_what_was_said(texts: list[str]) -> None:
    told = transcript(*(said(text, at * 60.0, at * 60.0 + 30) for at, text in enumerate(texts)))
    wanted = bare("".join(texts))
    plain = render(told, "srt")
    assert bare("".join(line.plaintext for line in pysubs2.SSAFile.from_string(plain, "srt"))) == wanted
    captions = webvtt_captions(render(told, "vtt"))
    assert bare("".join(html.unescape(caption.raw_text) for caption in captions)) == wanted


def test_only_time_lines_hold_an_arrow() -> None:
    for kind in ("srt", "vtt"):
        arrows = [line for line in render(SESSION, kind).splitlines() if "-->" in line]
        assert len(arrows) == {"srt": 4, "vtt": 3}[kind], "a seam is a note in WebVTT, which SubRip has not"
        assert all(re.fullmatch(r"[0-9:,.]{12} --> [0-9:,.]{12}", line) for line in arrows)


def test_a_last_line_of_digits_is_not_the_number_of_the_next_cue() -> None:
    told = transcript(said("a-word-that-nearly-fills-the-whole-line 5551234"))
    lines = pysubs2.SSAFile.from_string(render(told, "srt"), "srt")
    assert lines[0].plaintext.endswith("5551234")


def test_lanes_are_the_speakers_of_both_formats() -> None:
    cues = pysubs2.SSAFile.from_string(render(SESSION, "srt"), "srt")
    plain = [cue.plaintext.replace("\n", " ") for cue in cues]
    assert plain[1:] == [
        "Them: Good morning.",
        "[words may be missing (connection lost)]",
        "[Them, from here on: on-device, English (US) (the service is away)]",
    ]
    assert plain[0].startswith("You: Hello.")
    voices = [(one.voice, one.start) for one in webvtt_captions(render(SESSION, "vtt"))]
    assert voices == [("You", "00:00:00.000"), ("Them", "00:00:01.000"), ("Them", "00:00:04.000")]


def test_one_speaker_alone_needs_no_name() -> None:
    told = transcript(said("Hello."), said("Bye.", 3, 4))
    assert "You" not in render(told, "srt") + render(told, "vtt")


def test_speakers_within_a_lane_are_told_apart() -> None:
    one, two = (CaptionEvent("them", str(n), 0, "Hi.", True, n, n + 1.0, speaker=f"Speaker {n}") for n in (1, 2))
    assert "<v Them · Speaker 2>Hi." in render(transcript(one, two), "vtt")
    assert "] Them · Speaker 1: Hi." in render(transcript(one, two), "txt")


def test_seams_marks_and_insights_are_notes_in_webvtt() -> None:
    notes = [line for line in render(SESSION, "vtt").splitlines() if line.startswith("NOTE")]
    assert notes == [
        "NOTE 00:00:06.500 Them, from here on: on-device, English (US) (the service is away)",
        "NOTE 00:00:07.000 Marked · ask --&gt; later",
        "NOTE 00:00:08.000 To do · send &lt;papers&gt;",
    ]


def test_text_and_markdown_tell_everything() -> None:
    lines = render(SESSION, "txt").splitlines()
    assert lines[:2] == ["Delivery *call*", "2026-11-21 14:03+00:00 · 00:01:00 · You, Them"]
    assert lines[3:] == [
        "[00:00:00] You: Hello. <b>Bold</b> & {curly} C:\\New --> 42",
        "[00:00:01] Them: Good morning.",
        "[00:00:04] [2.0 s of Them may be missing here (connection lost)]",
        "[00:00:06] [Them, from here on: on-device, English (US) (the service is away)]",
        "[00:00:07] [Marked · ask --> later]",
        "[00:00:08] [To do · send <papers>]",
    ]
    text = render(SESSION, "md")
    assert text.startswith("# Delivery \\*call\\*\n\n")
    assert "**You:** Hello. \\<b\\>Bold\\</b\\> \\& {curly} C:\\\\New --\\> 42\n" in text


def test_a_pause_is_told_once_and_is_no_loss() -> None:
    told = transcript(said("Hello."), Gap("you", 4, 4, "paused"), Gap("them", 4, 4, "paused"), said("Bye.", 9, 10))
    for kind in ("txt", "md", "srt", "vtt"):
        text = render(told, kind).replace("\\", "")
        assert text.count("[Paused: nothing was heard or sent]") == 1
        assert "missing" not in text


def test_another_device_is_no_other_provider() -> None:
    for kind in ("txt", "srt", "vtt"):
        text = render(transcript(Seam("you", 4, "on-device", "en-US", changed_to(False, "Headset"))), kind)
        assert "You: microphone changed to Headset" in text
        assert "on-device" not in text


def test_a_seam_delays_no_voice() -> None:
    seam = Seam("you", 2.0, "on-device", "en-US", "the service is away")
    starts = [
        cue.start for cue in pysubs2.SSAFile.from_string(render(transcript(seam, said("Hi.", 2.1, 3)), "srt"), "srt")
    ]
    assert starts == [2000, 2100]


@pytest.mark.parametrize(
    ("language", "gap", "cue", "seam"),
    [
        (
            "fr",
            "Il manque peut-être 2,0 s ici (Them) (connexion perdue)",
            "des mots manquent peut-être (connexion perdue)",
            "Them, à partir d’ici : on-device, Anglais (États-Unis) (le service est injoignable)",
        ),
        (
            "es",
            "Aquí pueden faltar 2,0 s (Them) (conexión perdida)",
            "pueden faltar palabras (conexión perdida)",
            "Them, desde aquí: on-device, Inglés (EE. UU.) (el servicio no responde)",
        ),
    ],
)
def test_the_programs_own_sentences_are_in_the_language_that_is_asked_for(
    language: str, gap: str, cue: str, seam: str
) -> None:
    spoken = tongue(language)
    text = render(SESSION, "txt", spoken).replace("\u00a0", " ")
    assert (f"[{gap}]" in text, f"[{seam}]" in text, "missing" in text) == (True, True, False)
    for kind in ("srt", "vtt"):
        shown = " ".join(render(SESSION, kind, spoken).split())
        assert f"[{cue}]" in shown
        assert seam in shown
        assert "missing" not in shown
    assert render(SESSION, "json", spoken) == render(SESSION, "json"), "what programs read stays as it is"


def test_jsonl_is_a_journal_and_json_holds_the_same_lines() -> None:
    assert parse(render(SESSION, "jsonl").encode()).entries == SESSION.entries
    whole = json.loads(render(SESSION, "json"))
    lines = [json.loads(line) for line in render(SESSION, "jsonl").splitlines()]
    assert whole["entries"] == lines[1:-1]
    assert {key: whole[key] for key in lines[0]} == lines[0]
    assert (whole["complete"], whole["duration"]) == (True, 60.0)


@given(
    st.lists(
        st.tuples(HOSTILE.map(readable), st.floats(0, 60), st.floats(0, 30), st.sampled_from(["you", "them"])),
        max_size=6,
    )
)
def test_cues_keep_the_rules_at_any_times(spoken: list[tuple[str, float, float, str]]) -> None:
    entries = sorted(
        (said(text, start, start + length, lane) for text, start, length, lane in spoken), key=lambda e: e.start
    )
    told = cues(transcript(*entries))
    assert [cue.start for cue in told] == sorted(cue.start for cue in told)
    for lane in {cue.speaker for cue in told}:
        mine = [cue for cue in told if cue.speaker == lane]
        assert all(one.end <= other.start for one, other in pairwise(mine))
    for cue in told:
        assert 0 < cue.end - cue.start <= 7000
        lines = broken(cue.text)
        assert len(lines) <= 2
        assert all(columns(line) <= WIDTH or len(line) > 400 for line in lines)
        assert all(line.strip(" ") for line in lines)


def test_a_cue_stays_long_enough_to_read_where_nothing_follows() -> None:
    told = cues(
        transcript(said("Yes.", 0, 0.2), said("A line that is said in no time at all.", 5, 5.5), said("x", 20, 60))
    )
    assert [(cue.start, cue.end) for cue in told] == [(0, 833), (5000, 5000 + 38 * 1000 // 17), (20000, 27000)]


def test_text_that_shows_nothing_makes_no_cue() -> None:
    assert cues(transcript(said("\u200b \u3000"))) == []


def test_a_cue_ends_when_the_next_of_its_lane_begins() -> None:
    told = cues(transcript(said("A line that is said in no time at all.", 0, 1), said("Next.", 1, 2)))
    assert [(cue.start, cue.end) for cue in told] == [(0, 1000), (1000, 2000)]


def test_short_words_in_a_row_wait_for_each_other_but_never_more_than_a_second() -> None:
    told = cues(transcript(*(said("No.", n / 5, (n + 1) / 5) for n in range(40))))
    assert [cue.end - cue.start for cue in told[:2]] == [833, 833]
    assert max(cue.start - n * 200 for n, cue in enumerate(told)) < 2000


def test_a_long_segment_is_divided_at_its_clauses_by_the_times_of_its_words() -> None:
    text = "I would like to ask about the delivery, which has not come yet. We have been waiting since last Monday."
    spoken = text.split()
    words = tuple(
        Word(word, 10 + at * 0.3 + (2 if at > 12 else 0), 10.2 + at * 0.3 + (2 if at > 12 else 0))
        for at, word in enumerate(spoken)
    )
    told = cues(transcript(said(text, 10, 18, words=words)))
    assert [cue.text for cue in told] == [text[:63], text[64:]]
    assert [cue.start for cue in told] == [10_000, round(words[13].start * 1000)]


def test_without_word_times_parts_are_timed_in_proportion() -> None:
    text = "word " * 24
    told = cues(transcript(said(text.strip(), 0, 12)))
    assert [cue.start for cue in told] == [0, round((len(told[0].text) + 1) / 119 * 12_000)]
    assert all(cue.end - cue.start > 5000 for cue in told)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("Just one line of text here.", ("Just one line of text here.",)),
        (
            "I have asked them about it twice, but nobody could tell me.",
            ("I have asked them about it twice,", "but nobody could tell me."),
        ),
        (
            "We went all the way to the station and then we took a train",
            ("We went all the way to the station", "and then we took a train"),
        ),
        (
            "Vous pouvez me dire où elle est ? Je la cherche",
            ("Vous pouvez me dire où elle est\u00a0?", "Je la cherche"),
        ),
    ],
)
def test_lines_break_where_a_reader_would_pause(text: str, lines: tuple[str, ...]) -> None:
    assert broken(single_spaced(text)) == lines


def test_french_marks_never_start_a_line() -> None:
    text = single_spaced("Vous êtes sûr que c'est bien là le problème ? Non.")
    assert not any(line.startswith("?") for line in broken(text))
    assert "problème\u00a0?" in text


@given(HOSTILE.map(readable).map(single_spaced).filter(bool), st.integers(20, WIDTH), st.integers(1, 6))
def test_pieces_fit_and_lose_nothing(text: str, first: int, count: int) -> None:
    parts = pieces(text, first, count)
    assert bare("".join(parts)) == bare(text)
    assert all(parts)
    assert all(fits(part, first) or len(part) > 400 for part in parts)


def test_emoji_of_several_characters_stay_whole() -> None:
    family = "👩\u200d👩\u200d👧\u200d👦"
    assert all(part.count("👩") == 2 * part.count("👦") for part in pieces(family * 80, WIDTH, 1))


@pytest.mark.parametrize("kind", FORMATS)
def test_an_empty_transcript_is_an_export_too(kind: str) -> None:
    empty = Transcript(HEADER, (), False, 0, 0.0)
    assert isinstance(rendered(empty, kind), bytes)


def test_files_are_the_owners_only_and_replace_what_was_there(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        path = tmp_path / "new" / "call.txt"
        write_export(transcript(said("one")), "txt", path)
        write_export(SESSION, "txt", path)
    finally:
        os.umask(before)
    assert path.read_text(encoding="utf-8") == render(SESSION, "txt")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in path.parent.iterdir()] == ["call.txt"]


def test_links_are_not_followed(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "call.txt"
    target.write_text("precious")
    link.symlink_to(target)
    with pytest.raises(ExportFailed, match="a link has its name"):
        write_export(SESSION, "txt", link)
    assert target.read_text() == "precious"


def test_what_can_not_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ExportFailed, match="it is a file, not a folder"):
        write_export(SESSION, "txt", tmp_path / "file" / "call.txt")
    with pytest.raises(ExportFailed, match="a folder has its name"):
        write_export(SESSION, "txt", tmp_path)
    with pytest.raises(UsageError, match="no export format odt"):
        write_export(SESSION, "odt", tmp_path / "call.odt")
    assert [each.name for each in tmp_path.iterdir()] == ["file"]


def test_a_full_disk_leaves_the_old_export(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "call.txt"
    write_export(transcript(said("old")), "txt", path)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ExportFailed, match="the disk is full"):
        write_export(SESSION, "txt", path)
    assert "old" in path.read_text()
    assert [each.name for each in tmp_path.iterdir()] == ["call.txt"]


def test_one_speaker_alone_needs_no_name_in_text_either() -> None:
    told = transcript(said("Hello."), said("Bye.", 3, 4))
    alone = replace(told, header=replace(told.header, lanes=told.header.lanes[:1]))
    assert render(alone, "txt").splitlines()[-1] == "[00:00:03] Bye."
    assert render(alone, "md").splitlines()[-1] == "`00:00:03` Bye."
