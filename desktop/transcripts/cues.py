"""From segments to subtitle cues: what is shown together, from when to when.

Within a lane cues never overlap. Two lanes may: players stack cues that are shown at once, and every other way would
shift the words of one side away from its voice.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from operator import itemgetter
from typing import NamedTuple

from desktop.core.captions import CaptionEvent, Gap, Seam
from desktop.core.message import ENGLISH, Tongue
from desktop.transcripts.layout import WIDTH, columns, fits, pieces, single_spaced
from desktop.transcripts.notes import PAUSED, gap_cue, note, once
from desktop.transcripts.transcript import Transcript

# Netflix Timed Text Style Guide: 5/6 s to 7 s for each cue, 17 characters a second
SHORTEST = 833
LONGEST = 7_000
CHARACTERS_PER_SECOND = 17
MOST_LATE = 1_000
"""Milliseconds by which a cue may wait for the one before it to have been read."""
MAX_LABEL = 20
"""Columns of a speaker's name; longer ones are cut."""
FEW = 15
"""Columns below which a cue that lasts too long is not divided any more."""


class Cue(NamedTuple):
    """Text that is shown together, as one line yet; `layout.broken` gives the two."""

    start: int
    """Milliseconds on the session clock."""
    end: int
    speaker: str
    """Empty when all of the transcript is one speaker's."""
    changed: bool
    """Another speaker's cue came before."""
    text: str


_BESIDE = "\0"
"""No lane's id."""

_Timed = tuple[int, int, str, str]
"""Start and end in ms, speaker, text."""


def cues(
    transcript: Transcript, tongue: Tongue = ENGLISH, safe: Callable[[str], str] = str, *, seams: bool = False
) -> list[Cue]:
    """Every caption and gap of the transcript in the order of time, and every seam where `seams` are wanted.

    `safe` is applied to all text beforehand.
    """
    names = _names(transcript, safe)
    several = len(set(names.values())) > 1
    lanes: dict[str, list[_Timed]] = {}
    for entry in once(transcript.entries):
        if isinstance(entry, CaptionEvent):
            name = names[entry.lane, entry.speaker] if several else ""
            lanes.setdefault(entry.lane, []).extend(_divided(entry, safe(entry.text), name))
        elif isinstance(entry, Gap):
            name = names[entry.lane, ""] if several and entry.reason != PAUSED else ""
            lanes.setdefault(entry.lane, []).extend(_remark(entry.start, entry.end, safe(gap_cue(entry, tongue)), name))
        elif isinstance(entry, Seam) and seams:  # beside the voices, of which it must delay none
            text = safe(note(entry, transcript.labels, {}, tongue))
            lanes.setdefault(_BESIDE, []).extend(_remark(entry.start, entry.start, text, ""))
    timed = [cue for lane in lanes.values() for cue in _in_turn(lane)]
    timed.sort(key=itemgetter(0))
    return list(_with_changes(timed))


def _names(transcript: Transcript, safe: Callable[[str], str]) -> dict[tuple[str, str], str]:
    pairs: dict[tuple[str, str], None] = {}
    for entry in transcript.entries:
        if isinstance(entry, CaptionEvent):
            pairs[entry.lane, entry.speaker] = None
        elif isinstance(entry, Gap):
            pairs[entry.lane, ""] = None
    return {pair: _short(single_spaced(safe(transcript.speaker(*pair)))) for pair in pairs}


def _short(name: str) -> str:
    if columns(name) <= MAX_LABEL:
        return name
    while columns(name) >= MAX_LABEL:
        name = name[:-1]
    return f"{name}…"


def room(label: str) -> int:
    """Columns of a cue's first line beside its speaker's name and what follows the name."""
    return WIDTH - columns(label) - 2 if label else WIDTH


def _divided(event: CaptionEvent, text: str, name: str) -> Iterator[_Timed]:
    text = single_spaced(text)
    if not text:
        return
    start, end = round(event.start * 1000), round(event.end * 1000)
    first = room(name)
    if end - start <= LONGEST and len(text) <= 2 * WIDTH and fits(text, first):
        yield start, end, name, text
        return
    count = min(math.ceil((end - start) / LONGEST), math.ceil(columns(text) / FEW))
    clock = _clock(event, text)
    at = 0
    for piece in pieces(text, first, count):
        at = text.index(piece, at)
        begins, ends = clock(at, at + len(piece))
        yield begins, ends, name, piece
        at += len(piece)


def _clock(event: CaptionEvent, text: str) -> Callable[[int, int], tuple[int, int]]:
    """What gives the time of a part of `text`: from its words' times, or else in proportion to its length."""
    places = _word_places(event, text)

    def by_words(begin: int, end: int) -> tuple[int, int]:
        inside = [(start, stop) for at, start, stop in places if begin <= at < end]
        return (inside[0][0], inside[-1][1]) if inside else in_proportion(begin, end)

    def in_proportion(begin: int, end: int) -> tuple[int, int]:
        scale = (event.end - event.start) * 1000 / len(text)
        return round(event.start * 1000 + begin * scale), round(event.start * 1000 + end * scale)

    return by_words if places else in_proportion


def _word_places(event: CaptionEvent, text: str) -> list[tuple[int, int, int]]:
    """Position in `text`, start and end (ms) of each word; nothing when the words are not those of the text."""
    places = []
    at = 0
    for word in event.words:
        at = text.find(word.text, at)
        if at < 0:
            return []
        places.append((at, round(word.start * 1000), round(word.end * 1000)))
        at += len(word.text)
    return places


def _remark(start: float, end: float, text: str, name: str) -> Iterator[_Timed]:
    for piece in pieces(single_spaced(f"[{text}]"), room(name), 1):
        yield round(start * 1000), round(end * 1000), name, piece


def _in_turn(lane: Iterable[_Timed]) -> Iterator[_Timed]:
    """One after the other, each as long as it takes to read where the time before the next allows."""
    waiting: _Timed | None = None
    free = 0
    for following in sorted(lane, key=itemgetter(0)):
        if waiting is not None:
            shown = _shown(waiting, free, following[0])
            free = shown[1]
            yield shown
        waiting = following
    if waiting is not None:
        yield _shown(waiting, free, None)


def _shown(cue: _Timed, free: int, following: int | None) -> _Timed:
    wanted, until, name, text = cue
    start = max(wanted, free)
    reading = max(SHORTEST, len(text) * 1000 // CHARACTERS_PER_SECOND)
    end = min(max(until, start + reading), start + LONGEST)
    if following is not None and end > following:
        least = SHORTEST if start - wanted <= MOST_LATE else 1
        end = max(following, start + least)
    return start, end, name, text


def _with_changes(timed: Iterable[_Timed]) -> Iterator[Cue]:
    before = ""
    for start, end, name, text in timed:
        yield Cue(start, end, name, bool(name) and name != before, text)
        before = name or before  # what the program itself says is nobody's turn
