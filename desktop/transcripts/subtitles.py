"""SubRip and WebVTT, written so that players and parsers read back what was said and nothing else."""

from __future__ import annotations

import re

from desktop.core.captions import CaptionEvent, Gap, Insight, Mark, Seam
from desktop.core.message import ENGLISH, Tongue
from desktop.transcripts.cues import cues, room
from desktop.transcripts.layout import broken, single_spaced
from desktop.transcripts.notes import note
from desktop.transcripts.transcript import Transcript

# SubRip has no escapes. Players take `<` for a tag, `{` and `\N` for the codes of SubStation Alpha, and `-->` for a
# time line; a word joiner, which shows nothing, or the wide form of a brace keeps the look and breaks the code.
_SRT_CODES = re.compile(r"[<{}\\]|--+>|:(?=[0-9]{1,2}[.,][0-9])")
_JOINER = "\u2060"
_SRT_SAFE = {"<": f"<{_JOINER}", "{": "\uff5b", "}": "\uff5d", "\\": f"\\{_JOINER}", ":": f":{_JOINER}"}
_VTT_CODES = re.compile("[&<>]")
_VTT_SAFE = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def srt(transcript: Transcript, tongue: Tongue = ENGLISH) -> str:
    """SubRip; a speaker's name stands before the first cue of each turn, and seams are cues: it has no notes."""
    parts = []
    for number, (start, end, speaker, changed, text) in enumerate(cues(transcript, tongue, srt_safe, seams=True), 1):
        label = f"{speaker}: " if changed else ""
        lines = broken(text, room(speaker) if changed else room(""))
        shown = f"{label}{lines[0]}\n{_not_a_number(lines[1])}" if len(lines) > 1 else f"{label}{text}"
        parts.append(f"{number}\n{_clock(start, ',')} --> {_clock(end, ',')}\n{shown}\n")
    return "\n".join(parts)


def vtt(transcript: Transcript, tongue: Tongue = ENGLISH) -> str:
    """WebVTT; speakers are voices, and seams, marks and insights are notes."""
    said = [entry for entry in transcript.entries if not isinstance(entry, CaptionEvent | Gap)]
    blocks = [(round(entry.start * 1000), 0, _note(entry, transcript, tongue)) for entry in said]
    for cue in cues(transcript, tongue):
        text = vtt_safe("\n".join(broken(cue.text)))
        voice = f"<v {vtt_safe(cue.speaker)}>" if cue.speaker else ""
        blocks.append((cue.start, 1, f"{_clock(cue.start, '.')} --> {_clock(cue.end, '.')}\n{voice}{text}\n"))
    blocks.sort(key=lambda block: block[:2])
    return "\n".join(["WEBVTT\n", *(block[2] for block in blocks)])


def srt_safe(text: str) -> str:
    """`text` without anything that a reader of SubRip could take for a code."""
    return _SRT_CODES.sub(_srt_code, text) if _SRT_CODES.search(text) else text


def vtt_safe(text: str) -> str:
    """`text` with the three characters escaped that mean something in WebVTT."""
    return _VTT_CODES.sub(lambda match: _VTT_SAFE[match[0]], text) if _VTT_CODES.search(text) else text


def _srt_code(match: re.Match[str]) -> str:
    return _SRT_SAFE.get(match[0]) or f"{match[0][:-1]}{_JOINER}>"


def _not_a_number(line: str) -> str:
    """Keep a last line of digits from being taken for the number of the next cue, as some readers do."""
    return f"{_JOINER}{line}" if line.strip().isdigit() else line


def _note(entry: Seam | Mark | Insight, transcript: Transcript, tongue: Tongue) -> str:
    text = f"{_clock(round(entry.start * 1000), '.')} {note(entry, transcript.labels, {}, tongue)}"
    return f"NOTE {vtt_safe(single_spaced(text))}\n"


def _clock(ms: int, point: str) -> str:
    minutes, ms = divmod(max(ms, 0), 60_000)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{ms // 1000:02d}{point}{ms % 1000:03d}"
