"""The lines of a journal (docs/reference/file-formats.md): data to lines, without any file."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from datetime import UTC

from desktop.core.captions import CaptionEvent, Entry, Gap, Insight, LaneAdded, Mark, Seam, Word
from desktop.transcripts.clean import clean_label, clean_text
from desktop.transcripts.transcript import JournalHeader, Transcript

VERSION = 1
MAX_WORDS = 8_000
"""Words of one segment; more would outlast `MAX_TEXT`."""

Line = dict[str, object]
_dumps = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


def encode(line: Line) -> bytes:
    """One line of a journal with its line end, in UTF-8."""
    return _dumps(line).encode() + b"\n"


def seconds(value: float) -> float:
    """Rounded to milliseconds; 0 for what is no time at all."""
    return round(value, 3) if math.isfinite(value) else 0.0


def session_line(header: JournalHeader) -> Line:
    """The first line of a journal; `header.started` must be aware."""
    return {
        "type": "session",
        "version": VERSION,
        "id": clean_label(header.id),
        "started": header.started.astimezone(UTC).isoformat(timespec="milliseconds"),
        "offset": header.started.isoformat(timespec="seconds")[19:25],  # after YYYY-MM-DDTHH:MM:SS: +HH:MM
        "title": clean_label(header.title),
        "lanes": [{"id": clean_label(lane), "label": clean_label(label)} for lane, label in header.lanes],
        "language": clean_label(header.language),
        "provider": clean_label(header.provider),
    }


def entry_line(entry: Entry | LaneAdded) -> Line:
    """The line of one entry, or of a lane that came late.

    A caption must be final, since nothing in a journal is ever changed.
    """
    match entry:
        case CaptionEvent():
            return _segment_line(entry)
        case Gap(lane, start, end, reason):
            times = {"start": seconds(start), "end": seconds(end)}
            return {"type": "gap", "lane": clean_label(lane), **times, "reason": clean_label(reason)}
        case Seam(lane, start, provider, language, reason):
            place = {"type": "seam", "lane": clean_label(lane), "start": seconds(start)}
            service = {"provider": clean_label(provider), "language": clean_label(language)}
            return {**place, **service, "reason": clean_label(reason)}
        case Mark(start, note):
            return {"type": "mark", "start": seconds(start), "note": clean_text(note)}
        case Insight():
            return _insight_line(entry)
        case LaneAdded(lane, label):
            return {"type": "lane", "lane": clean_label(lane), "label": clean_label(label)}


def edit_line(lane: str, segment_id: str, text: str) -> Line:
    """The line that gives a segment another text; empty text withdraws the segment."""
    return {"type": "edit", "lane": clean_label(lane), "segment_id": clean_label(segment_id), "text": clean_text(text)}


def title_line(title: str) -> Line:
    """The line that gives the session another title; an empty one brings back the first."""
    return {"type": "title", "title": clean_label(title)}


def name_line(lane: str, speaker: str, name: str) -> Line:
    """The line that gives a lane (empty `speaker`) or a speaker within it another name; empty for the first one."""
    return {"type": "name", "lane": clean_label(lane), "speaker": clean_label(speaker), "name": clean_label(name)}


def keep_line(keep: bool) -> Line:
    """The line of a session that is never to be deleted for its age, or may be again."""
    return {"type": "keep", "keep": keep}


def end_line(duration: float) -> Line:
    """The line of a session that ended in order after `duration` seconds."""
    return {"type": "end", "duration": seconds(duration)}


def transcript_lines(transcript: Transcript) -> Iterator[Line]:
    """The transcript as a journal would tell it if it had been written without edits or damage."""
    yield session_line(transcript.header)
    for entry in transcript.entries:
        yield entry_line(entry)
    if transcript.complete:
        yield end_line(transcript.duration)


def _segment_line(event: CaptionEvent) -> Line:
    if not event.is_final:
        raise ValueError("a journal holds finals only")
    return {
        "type": "segment",
        "lane": clean_label(event.lane),
        "segment_id": clean_label(event.segment_id),
        "start": seconds(event.start),
        "end": seconds(event.end),
        "text": clean_text(event.text),
        "speaker": clean_label(event.speaker),
        "language": clean_label(event.language),
        "words": [_word(word) for word in event.words[:MAX_WORDS]],
    }


def _word(word: Word) -> Line:
    line: Line = {"text": clean_label(word.text), "start": seconds(word.start), "end": seconds(word.end)}
    if word.confidence is not None:
        line["confidence"] = seconds(word.confidence)
    return line


def _insight_line(insight: Insight) -> Line:
    return {
        "type": "insight",
        "kind": str(insight.kind),
        "text": clean_text(insight.text),
        "lane": clean_label(insight.lane),
        "speaker": clean_label(insight.speaker),
        "start": seconds(insight.start),
        "confidence": None if insight.confidence is None else seconds(insight.confidence),
    }
