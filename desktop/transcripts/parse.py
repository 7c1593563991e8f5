"""From the bytes of a journal to a transcript: whatever can be read is kept, whatever can't is counted."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, timezone

from desktop.core.captions import CaptionEvent, Entry, Gap, Insight, InsightKind, Mark, Seam, Word
from desktop.core.errors import TranscriptError
from desktop.core.message import say
from desktop.transcripts.clean import clean_label, clean_text
from desktop.transcripts.transcript import JournalHeader, Transcript, Voice

NO_START = datetime(1970, 1, 1, tzinfo=UTC)
"""The start of a journal whose first line is lost."""


class _Damaged(Exception):  # never leaves this module
    """A line that makes no sense."""


class _Newer(Exception):  # never leaves this module
    """A line that only a later version understands: it stays in the file and is not for us."""


class _Fields:
    """The object of one line; every getter returns a clean value or raises `_Damaged`."""

    def __init__(self, line: dict[object, object]) -> None:
        self._line = line

    def text(self, key: str) -> str:
        value = self._line.get(key)
        if not isinstance(value, str):
            raise _Damaged
        return clean_text(value)

    def label(self, key: str) -> str:
        value = self._line.get(key)
        return clean_label(value) if isinstance(value, str) else ""

    def number(self, key: str) -> float:
        value = _number(self._line.get(key))
        if value is None:
            raise _Damaged
        return value

    def optional_number(self, key: str) -> float | None:
        return _number(self._line.get(key))

    def truth(self, key: str) -> bool:
        value = self._line.get(key)
        if not isinstance(value, bool):
            raise _Damaged
        return value

    def items(self, key: str) -> list[_Fields]:
        value = self._line.get(key)
        return [_Fields(item) for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > 1e12 or not math.isfinite(value):
        return None
    return float(value)


Names = Mapping[tuple[str, str], str]


@dataclass(slots=True)
class _Reading:
    """What has been understood so far."""

    header: JournalHeader | None = None
    entries: dict[Entry, None] = field(default_factory=dict)
    """An ordered set: a line that an interrupted write has doubled counts once."""
    edits: dict[tuple[str, str], str] = field(default_factory=dict)
    lanes: dict[str, str] = field(default_factory=dict)
    """Label by id of those that came after the start."""
    title: str = ""
    """The title that a person gave later."""
    names: dict[tuple[str, str], str] = field(default_factory=dict)
    """Names that a person gave later, by lane and speaker; no speaker for the lane itself."""
    kept: bool = False
    ended: float | None = None
    damaged: int = 0

    def take(self, raw: bytes, whole: bool) -> None:
        try:
            fields, kind = _object(raw)
            self._understand(kind, fields)
        except _Newer:
            pass
        except _Damaged:
            self.damaged += whole

    def _understand(self, kind: str, fields: _Fields) -> None:
        if kind in _ENTRIES:
            self.entries[_ENTRIES[kind](fields)] = None
            self.ended = None
        elif kind == "session":
            self.header = self.header or _header(fields)
        elif kind == "lane":
            self.lanes[fields.label("lane")] = fields.label("label")
        elif kind in _CHANGES:
            _CHANGES[kind](self, fields)
        elif kind == "end":
            self.ended = max(0.0, fields.number("duration"))
        else:
            raise _Newer


def kind_of(line: bytes) -> str:
    """The type of a line; empty for one that makes no sense."""
    try:
        return _object(line)[1]
    except _Damaged:
        return ""


def parse(data: bytes, *, edited: bool = True) -> Transcript:
    """Read a journal, with its edits applied or as it was heard.

    Raises:
        TranscriptError: there is no line of a journal in `data`.
    """
    reading = _Reading()
    whole, _, tail = data.rpartition(b"\n")
    for raw in whole.split(b"\n"):
        if raw.strip():
            reading.take(raw, whole=True)
    if tail.strip():
        reading.take(tail, whole=False)
    if reading.header is None and not reading.entries:
        raise TranscriptError(
            say("Transcripts", "This file is not a transcript of Overtitle."),
            say("Transcripts", "Choose a .jsonl file from the folder of transcripts."),
        )
    return _transcript(reading, edited)


def _transcript(reading: _Reading, edited: bool) -> Transcript:
    edits, names = (reading.edits, reading.names) if edited else ({}, {})
    changed = (_edited(entry, edits) for entry in reading.entries)
    heard = sorted((entry for entry in changed if not _withdrawn(entry)), key=lambda entry: entry.start)
    header = _with_lanes(reading.header or _stand_in(heard), reading.lanes)
    voices = tuple(_voices(header, heard, names))
    entries = [_named(entry, names) for entry in heard]
    reach = max((getattr(entry, "end", entry.start) for entry in entries), default=0.0)
    return Transcript(
        header=_renamed(header, reading.title if edited else "", names),
        entries=tuple(entries),
        complete=reading.ended is not None,
        damaged=reading.damaged,
        duration=max(reach, 0.0) if reading.ended is None else reading.ended,
        kept=reading.kept,
        streams=_streams(reading),
        voices=voices,
    )


def _streams(reading: _Reading) -> int:
    heard = (entry.segment_id for entry in reading.entries if isinstance(entry, CaptionEvent))
    edited = (segment_id for _, segment_id in reading.edits)
    numbers = (segment_id.partition("-")[0] for segment_id in (*heard, *edited))
    made_here = (int(number) for number in numbers if number.isdecimal() and len(number) < 10)
    return max(made_here, default=0)


def _renamed(header: JournalHeader, title: str, names: Names) -> JournalHeader:
    lanes = tuple((lane, names.get((lane, "")) or label) for lane, label in header.lanes)
    return replace(header, title=title or header.title, lanes=lanes)


def _voices(header: JournalHeader, entries: list[Entry], names: Names) -> Iterator[Voice]:
    labels = dict(header.lanes)
    said: dict[str, dict[str, None]] = {lane: {} for lane in labels}
    for entry in entries:
        if isinstance(entry, CaptionEvent):
            said.setdefault(entry.lane, {})[entry.speaker] = None
    for lane, speakers in said.items():
        for speaker in dict.fromkeys(["", *speakers]):
            first = speaker or labels.get(lane) or lane
            yield Voice(lane, speaker, names.get((lane, speaker)) or first)


def _named(entry: Entry, names: Names) -> Entry:
    """With the speaker's other name; what a provider found in the conversation names the same speakers."""
    if not names or not isinstance(entry, CaptionEvent | Insight) or not entry.speaker:
        return entry
    name = names.get((entry.lane, entry.speaker))
    return replace(entry, speaker=name) if name else entry


def _with_lanes(header: JournalHeader, late: dict[str, str]) -> JournalHeader:
    return replace(header, lanes=tuple({**dict(header.lanes), **late}.items())) if late else header


def _edited(entry: Entry, edits: dict[tuple[str, str], str]) -> Entry:
    if not isinstance(entry, CaptionEvent):
        return entry
    text = edits.get((entry.lane, entry.segment_id))
    if text is None or text == entry.text:
        return entry
    return replace(entry, text=text, words=())  # the times of the old words say nothing about the new ones


def _withdrawn(entry: Entry) -> bool:
    return isinstance(entry, CaptionEvent) and not entry.text


def _stand_in(entries: list[Entry]) -> JournalHeader:
    lanes = dict.fromkeys(entry.lane for entry in entries if isinstance(entry, CaptionEvent))
    return JournalHeader(NO_START, "", tuple((lane, lane) for lane in lanes), id="")


def _object(raw: bytes) -> tuple[_Fields, str]:
    try:
        line = json.loads(raw)
    except (ValueError, RecursionError):  # ValueError also for bad UTF-8 and for numbers of thousands of digits
        raise _Damaged from None
    if not isinstance(line, dict) or not isinstance(line.get("type"), str):
        raise _Damaged
    return _Fields(line), line["type"]


def _header(fields: _Fields) -> JournalHeader:
    return JournalHeader(
        started=_started(fields.label("started"), fields.label("offset")),
        title=fields.label("title"),
        lanes=tuple((lane.label("id"), lane.label("label")) for lane in fields.items("lanes")),
        language=fields.label("language"),
        provider=fields.label("provider"),
        id=fields.label("id"),
    )


def _started(started: str, offset: str) -> datetime:
    try:
        moment = datetime.fromisoformat(started)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        local = datetime.fromisoformat(f"2000-01-01T00:00:00{offset}").utcoffset() or timedelta()
        return moment.astimezone(timezone(local))
    except (ValueError, OverflowError):
        return NO_START


def _segment(fields: _Fields) -> CaptionEvent:
    start = fields.number("start")
    return CaptionEvent(
        lane=fields.label("lane"),
        segment_id=fields.label("segment_id"),
        revision=0,
        text=fields.text("text"),
        is_final=True,
        start=start,
        end=max(start, fields.optional_number("end") or start),
        language=fields.label("language"),
        speaker=fields.label("speaker"),
        words=_words(fields),
    )


def _words(fields: _Fields) -> tuple[Word, ...]:
    try:
        return tuple(
            Word(word.text("text"), word.number("start"), word.number("end"), word.optional_number("confidence"))
            for word in fields.items("words")
        )
    except _Damaged:
        return ()  # the text is what must not be lost


def _gap(fields: _Fields) -> Gap:
    start = fields.number("start")
    return Gap(fields.label("lane"), start, max(start, fields.number("end")), fields.label("reason"))


def _seam(fields: _Fields) -> Seam:
    service = fields.label("provider"), fields.label("language")
    return Seam(fields.label("lane"), fields.number("start"), *service, fields.label("reason"))


def _mark(fields: _Fields) -> Mark:
    return Mark(fields.number("start"), fields.label("note"))


def _insight(fields: _Fields) -> Insight:
    try:
        kind = InsightKind(fields.label("kind"))
    except ValueError:
        raise (_Newer if fields.label("kind") else _Damaged) from None
    start, confidence = fields.optional_number("start") or 0.0, fields.optional_number("confidence")
    return Insight(kind, fields.text("text"), fields.label("lane"), fields.label("speaker"), start, confidence)


def _edit(reading: _Reading, fields: _Fields) -> None:
    reading.edits[fields.label("lane"), fields.label("segment_id")] = fields.text("text")


def _title(reading: _Reading, fields: _Fields) -> None:
    reading.title = fields.label("title")


def _name(reading: _Reading, fields: _Fields) -> None:
    reading.names[fields.label("lane"), fields.label("speaker")] = fields.label("name")


def _keep(reading: _Reading, fields: _Fields) -> None:
    reading.kept = fields.truth("keep")


_CHANGES: dict[str, Callable[[_Reading, _Fields], None]] = {
    "edit": _edit,
    "title": _title,
    "name": _name,
    "keep": _keep,
}
"""What a person says about a session afterwards; the last line of each kind counts."""
_ENTRIES: dict[str, Callable[[_Fields], Entry]] = {
    "segment": _segment,
    "gap": _gap,
    "seam": _seam,
    "mark": _mark,
    "insight": _insight,
}
GOING_ON = frozenset({*_ENTRIES, "lane"})
"""Types of lines that a session writes while it runs."""
