"""Transcripts as text, Markdown, subtitles and JSON: pure functions, and one that writes the result."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from desktop.core.captions import CaptionEvent, Entry
from desktop.core.errors import ExportFailed, UsageError
from desktop.core.message import ENGLISH, Tongue, say
from desktop.disk import replace_file
from desktop.transcripts import docx
from desktop.transcripts.clean import clean_label
from desktop.transcripts.layout import single_spaced
from desktop.transcripts.lines import encode, transcript_lines
from desktop.transcripts.notes import note, once
from desktop.transcripts.refusals import OF_TRANSCRIPT
from desktop.transcripts.subtitles import srt, vtt
from desktop.transcripts.transcript import Transcript

_MARKDOWN = re.compile(r"([\\`*_\[\]<>&#|~])")


def txt(transcript: Transcript, tongue: Tongue = ENGLISH) -> str:
    """Plain text for reading: a heading, then a line for each entry with its time and speaker."""
    lines = [transcript.header.title, when(transcript), ""]
    lines += [f"[{clock(entry.start)}] {who}{what}" for entry, who, what in told(transcript, tongue)]
    return "\n".join(lines) + "\n"


def markdown(transcript: Transcript, tongue: Tongue = ENGLISH) -> str:
    """The same as Markdown: a paragraph for each entry, with everything escaped that could be mark-up."""
    blocks = [f"# {_plain(transcript.header.title)}", _plain(when(transcript))]
    for entry, who, what in told(transcript, tongue):
        text = _plain(what) if isinstance(entry, CaptionEvent) else f"*{_plain(what)}*"
        name = f"**{_plain(who.removesuffix(': '))}:** " if who else ""
        blocks.append(f"`{clock(entry.start)}` {name}{text}")
    return "\n\n".join(blocks) + "\n"


def as_json(transcript: Transcript, _tongue: Tongue = ENGLISH) -> str:
    """One object: the fields of the journal's first line, `complete`, `duration`, and all lines as `entries`."""
    session, *entries = transcript_lines(transcript)
    whole = {**session, "complete": transcript.complete, "duration": round(transcript.duration, 3)}
    whole["entries"] = [line for line in entries if line["type"] != "end"]
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def jsonl(transcript: Transcript, _tongue: Tongue = ENGLISH) -> str:
    """The lines of a journal that was written without edits or damage."""
    return b"".join(map(encode, transcript_lines(transcript))).decode()


def as_docx(transcript: Transcript, tongue: Tongue = ENGLISH) -> bytes:
    """A Word document: a title, and a paragraph for each entry with its time and speaker."""
    paragraphs = []
    for entry, who, what in told(transcript, tongue):
        name: list[docx.Run] = [("name", who)] if who else []
        text = ("" if isinstance(entry, CaptionEvent) else "note", single_spaced(what))
        paragraphs.append([("time", f"{clock(entry.start)}\t"), *name, text])
    header = transcript.header
    return docx.document(header.title, when(transcript), paragraphs, header.language)


FORMATS: dict[str, Callable[[Transcript, Tongue], str | bytes]] = {
    "txt": txt,
    "md": markdown,
    "srt": srt,
    "vtt": vtt,
    "json": as_json,
    "jsonl": jsonl,
    "docx": as_docx,
}
"""Every format by its name, which is also the ending of its files."""


TEXT_FORMATS = tuple(kind for kind in FORMATS if kind != "docx")
"""Those that a terminal can show."""


def render(transcript: Transcript, kind: str, tongue: Tongue = ENGLISH) -> str:
    """The transcript in one of `TEXT_FORMATS`; raises `UsageError` for any other."""
    text = _formatted(transcript, kind, TEXT_FORMATS, tongue)
    return text if isinstance(text, str) else text.decode()


def rendered(transcript: Transcript, kind: str, tongue: Tongue = ENGLISH) -> bytes:
    """The transcript in one of `FORMATS`, as it stands in a file; raises `UsageError` for any other."""
    data = _formatted(transcript, kind, tuple(FORMATS), tongue)
    return data.encode() if isinstance(data, str) else data


def _formatted(transcript: Transcript, kind: str, known: Sequence[str], tongue: Tongue) -> str | bytes:
    if kind not in known:
        raise UsageError(
            say("Transcripts", "There is no export format {format}.", format=clean_label(kind)),
            say("Transcripts", "Use one of: {formats}.", formats=", ".join(known)),
        )
    return FORMATS[kind](transcript, tongue)


def write_export(transcript: Transcript, kind: str, path: Path, tongue: Tongue = ENGLISH) -> None:
    """Write the transcript to `path`, whole or not at all, for its owner only; a file that is there is replaced.

    Raises:
        ExportFailed: the system refuses, or `path` is a link.
        UsageError: there is no such format.
    """
    put(rendered(transcript, kind, tongue), path)


def put(data: bytes, path: Path) -> None:
    """Write what an export is made of to `path`, as `write_export` does; raises `ExportFailed`."""
    if path.is_symlink():
        raise ExportFailed(
            say("Transcripts", "The transcript can't be saved in {folder}: a link has its name.", folder=path.parent),
            say("Transcripts", "Remove the link or choose another name."),
        )
    if path.is_dir():
        raise ExportFailed(
            say("Transcripts", "The transcript can't be saved in {folder}: a folder has its name.", folder=path.parent),
            say("Transcripts", "Choose another name."),
        )
    try:
        replace_file(path, data, through_links=False)
    except OSError as error:
        raise ExportFailed(*OF_TRANSCRIPT.explain(error, path.parent)) from error


def clock(seconds: float) -> str:
    """Hours, minutes and seconds."""
    whole = max(int(seconds), 0)
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}"


def when(transcript: Transcript) -> str:
    """Date, length and lanes in one line."""
    header = transcript.header
    lanes = ", ".join(label or lane for lane, label in header.lanes)
    parts = [header.started.isoformat(" ", "minutes"), clock(transcript.duration), lanes]
    return " · ".join(part for part in parts if part)


def told(transcript: Transcript, tongue: Tongue) -> Iterator[tuple[Entry, str, str]]:
    """Each entry with `Speaker: ` or nothing, and its sentence; one speaker alone needs no name.

    A pause is one entry, though the journal has it for each lane.
    """
    speakers = {(segment.lane, segment.speaker) for segment in transcript.segments}
    several = len(transcript.header.lanes) > 1 or len(speakers) > 1
    for entry in once(transcript.entries):
        if isinstance(entry, CaptionEvent):
            who = transcript.speaker(entry.lane, entry.speaker)
            yield entry, f"{who}: " if who and several else "", entry.text
        else:
            yield entry, "", f"[{note(entry, transcript.labels, {}, tongue)}]"


def _plain(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", text)
