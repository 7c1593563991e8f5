"""From repeated lists of segments to captions: what is completed once, and what is open in one place."""

from __future__ import annotations

import math
import re
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from desktop.core.captions import CaptionEvent, Word

LONGEST = 4000
"""Characters of one segment that are kept."""
REMEMBERED = 1000
"""Completed segments that are known again; the server repeats the last few."""
MOST = 1000
"""Segments of one message that are looked at."""
_UNWANTED = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")


@dataclass(frozen=True, slots=True)
class Heard:
    """One segment of a message."""

    text: str
    start: float
    end: float
    completed: bool
    speaker: str
    words: tuple[Word, ...]

    @property
    def key(self) -> tuple[float, float, str]:
        """What it is known again by: a completed segment never changes."""
        return (self.start, self.end, self.text)


class Segments:
    """The segments of one connection."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._number = 1
        self._open: CaptionEvent | None = None
        self._order: deque[tuple[float, float, str]] = deque(maxlen=REMEMBERED)
        self._seen: set[tuple[float, float, str]] = set()

    def take(self, found: list[dict[str, Any]], sent: float) -> Sequence[CaptionEvent]:
        """The news in one message; `sent` is the length of the sound so far. Raises `ValueError` and the like."""
        if not isinstance(found, list):
            raise TypeError("no list")
        newer = any("completed" in each for each in found)
        last = len(found) - 1
        events: list[CaptionEvent] = []
        for at, each in enumerate(found[-MOST:], max(0, len(found) - MOST)):
            completed = bool(each.get("completed")) if newer else at < last
            events += self._one(_heard(each, sent, completed=completed))
        return events

    def _one(self, heard: Heard) -> Sequence[CaptionEvent]:
        if not heard.completed:
            return self._provisional(heard)
        if heard.key in self._seen:
            return ()
        if len(self._order) == REMEMBERED:
            self._seen.discard(self._order[0])
        self._order.append(heard.key)
        self._seen.add(heard.key)
        known, self._open = self._open, None
        if known is None and not heard.text:
            return ()
        event = self._event(heard, known, is_final=True)
        self._number += 1
        return [event]

    def _provisional(self, heard: Heard) -> Sequence[CaptionEvent]:
        known = self._open
        if not heard.text or heard.key in self._seen:
            return ()
        if known is not None and known.text == heard.text:
            self._open = replace(known, end=max(known.end, heard.end), words=heard.words)
            return ()
        self._open = self._event(heard, known, is_final=False)
        return [self._open]

    def _event(self, heard: Heard, known: CaptionEvent | None, *, is_final: bool) -> CaptionEvent:
        return CaptionEvent(
            lane="",
            segment_id=str(self._number),
            revision=known.revision + 1 if known else 1,
            text=heard.text,
            is_final=is_final,
            start=heard.start,
            end=heard.end,
            language=self.language,
            speaker=heard.speaker,
            words=heard.words,
            stable_chars=len(heard.text) if is_final else 0,
        )

    def close(self) -> Sequence[CaptionEvent]:
        """What is still open is final as it stands."""
        if self._open is None:
            return ()
        known, self._open = self._open, None
        heard = Heard(known.text, known.start, known.end, True, known.speaker, known.words)
        return [self._event(heard, known, is_final=True)]


def _heard(each: dict[str, Any], sent: float, *, completed: bool) -> Heard:
    start = min(_seconds(each["start"]), sent)
    end = min(max(start, _seconds(each["end"])), sent)
    speaker = clean(each.get("speaker") or "")[:40]
    return Heard(clean(each["text"]), start, end, completed, speaker, _words(each.get("words") or [], sent))


def _words(found: list[dict[str, Any]], sent: float) -> tuple[Word, ...]:
    words: list[Word] = []
    latest = 0.0
    for each in found:
        start = max(latest, min(_seconds(each["start"]), sent))
        confidence = min(1.0, max(0.0, _seconds(each["probability"]))) if "probability" in each else None
        words.append(Word(clean(each["word"]), start, max(start, min(_seconds(each["end"]), sent)), confidence))
        latest = start
    return tuple(words)


def _seconds(value: object) -> float:
    """A time, which the server writes as a text with three decimals."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise TypeError("not a time")
    found = float(value)
    if not math.isfinite(found):
        raise ValueError("not a time")
    return max(0.0, found)


def clean(text: object) -> str:
    """Foreign text without what could upset a terminal, a file or the direction of writing."""
    if not isinstance(text, str):
        raise TypeError("not a text")
    return _UNWANTED.sub(" ", text).strip()[:LONGEST]
