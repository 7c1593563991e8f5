"""From the service's transcript JSON to captions.

A result repeats the whole text of its segment; a final replaces its partials. Times count from the connection's first
sample. Every field may be missing or null, and unknown ones are ignored (API reference, TranscriptEvent).
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from desktop.core.captions import CaptionEvent, Word
from desktop.core.plaintext import identity

LONGEST = 4000
"""Characters of one segment; a result is cut by the service after half a minute."""
REMEMBERED = 5000
"""Segments that are known to be over; four hours have some thousand."""
FARTHEST = 1e6
"""Seconds into a stream, eleven days; no time is later, and a later one would let all sound count as answered."""
_UNWANTED = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")


@dataclass(frozen=True, slots=True)
class Spoken:
    """A word with its place in the text and its speaker."""

    word: Word
    start: int
    """Index of its first character, -1 when it was not found."""
    end: int
    speaker: str


class Transcript:
    """The segments of one connection."""

    def __init__(self, language: str, stream_time: Callable[[float], float], channels: int = 1) -> None:
        self._language = language
        self._count = channels
        self._time = stream_time
        """From the service's clock, which counts sound that nobody recorded too, to the stream's."""
        self._open: dict[str, CaptionEvent] = {}
        self._closed: dict[str, None] = {}
        """Segments that are over, oldest first."""

    @property
    def is_quiet(self) -> bool:
        """Whether nothing is being said: no segment is open."""
        return not self._open

    def take(self, payload: bytes) -> list[CaptionEvent]:
        """The captions of one message; raises `ValueError`, `TypeError` or the like when it is malformed."""
        body = json.loads(payload.decode())
        transcript = body.get("Transcript") or {}
        events: list[CaptionEvent] = []
        for result in transcript.get("Results") or []:
            events += self._result(result)
        return events

    def close(self) -> list[CaptionEvent]:
        """What is still open when the service has said its last word is final as it stands."""
        events = [_next(event, event.text) for event in self._open.values()]
        self._closed.update(dict.fromkeys(self._open))
        self._open.clear()
        return events

    def _result(self, result: dict[str, Any]) -> list[CaptionEvent]:
        alternatives = result.get("Alternatives") or []
        if not alternatives:
            return []
        event, spoken = self._caption(result, alternatives[0])
        if event.segment_id in self._closed:
            return []
        if not event.is_final:
            self._open[event.segment_id] = event
            return [event]
        self._close(event)
        return [*self._withdrawn(event), *by_speaker(event, spoken)]

    def _withdrawn(self, final: CaptionEvent) -> list[CaptionEvent]:
        """Partials of the same sound under another id: the guide's own samples change it with the final."""
        gone = [
            event
            for event in self._open.values()
            if event.lane == final.lane and event.start < final.end and event.end > final.start
        ]
        for event in gone:
            self._close(event)
        return [_next(event, "") for event in gone]

    def _close(self, event: CaptionEvent) -> None:
        self._open.pop(event.segment_id, None)
        self._closed[event.segment_id] = None
        if len(self._closed) > REMEMBERED:
            del self._closed[next(iter(self._closed))]

    def _caption(self, result: dict[str, Any], alternative: dict[str, Any]) -> tuple[CaptionEvent, list[Spoken]]:
        is_final = not result.get("IsPartial")
        text = clean(alternative.get("Transcript") or "")
        start = self._moment(result.get("StartTime"))
        spoken = list(self._words(text, alternative.get("Items") or [], is_final=is_final))
        segment = identity(str(result.get("ResultId") or f"at-{start:.3f}"))
        before = self._open.get(segment)
        event = CaptionEvent(
            lane=self._channel(result),
            segment_id=segment,
            revision=before.revision + 1 if before else 1,
            text=text,
            is_final=is_final,
            start=start,
            end=max(start, self._moment(result.get("EndTime"))),
            language=str(result.get("LanguageCode") or self._language),
            words=tuple(one.word for one in spoken),
            stable_chars=len(text) if is_final else _stable_prefix(spoken),
        )
        return event, spoken

    def _channel(self, result: dict[str, Any]) -> str:
        """The channel as the session counts it; `ch_0` is the first. Empty with one channel."""
        if self._count == 1:
            return ""
        number = str(result.get("ChannelId") or "").removeprefix("ch_")
        if number not in map(str, range(self._count)):
            raise ValueError(number)
        return number

    def _words(self, text: str, items: list[dict[str, Any]], *, is_final: bool) -> Iterator[Spoken]:
        """Words with the punctuation that follows them, each at its place in the text."""
        at = 0
        held: Spoken | None = None
        for item in items:
            content = clean(item.get("Content") or "")
            found = text.find(content, at)
            if found >= 0:
                at = found + len(content)
            if item.get("Type") == "punctuation":
                held = _with_punctuation(held, text, content, at if found >= 0 else -1)
            elif content:
                if held:
                    yield held
                word = self._word(item, content, is_final=is_final)
                held = Spoken(word, found, at if found >= 0 else -1, _speaker(item))
        if held:
            yield held

    def _word(self, item: dict[str, Any], content: str, *, is_final: bool) -> Word:
        start = self._moment(item.get("StartTime"))
        confidence = item.get("Confidence")
        return Word(
            content,
            start,
            max(start, self._moment(item.get("EndTime"))),
            None if confidence is None else min(1.0, max(0.0, _number(confidence))),
            stable=is_final or item.get("Stable") is True,
        )

    def _moment(self, value: object) -> float:
        return self._time(max(0.0, _number(value or 0.0)))


def _with_punctuation(held: Spoken | None, text: str, content: str, end: int) -> Spoken | None:
    if held is None:
        return None
    if end < 0 or held.start < 0:
        return replace(held, word=replace(held.word, text=held.word.text + content))
    return replace(held, word=replace(held.word, text=text[held.start : end]), end=end)


def _speaker(item: dict[str, Any]) -> str:
    label = item.get("Speaker")
    return "" if label is None else clean(str(label))[:40]


def _number(value: object) -> float:
    # the comparison comes first: an integer of 400 digits makes `isfinite` raise OverflowError
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > FARTHEST or math.isnan(value):
        raise ValueError("not a number")
    return float(value)


def _stable_prefix(spoken: list[Spoken]) -> int:
    """Up to the end of the last word before the first that may still change."""
    end = 0
    for one in spoken:
        if not one.word.stable or one.end < 0:
            break
        end = one.end
    return end


def _next(event: CaptionEvent, text: str) -> CaptionEvent:
    return replace(event, revision=event.revision + 1, is_final=True, text=text, stable_chars=len(text))


def clean(text: object) -> str:
    """Foreign text without what could upset a terminal, a file or the direction of writing."""
    if not isinstance(text, str):
        raise TypeError("not a text")
    return _UNWANTED.sub(" ", text).strip()[:LONGEST]


def by_speaker(event: CaptionEvent, spoken: list[Spoken]) -> list[CaptionEvent]:
    """A final as it is, or one for each turn when several people speak in it.

    A single word inside another's turn stays there: labels of single words flip (aws-samples, Live Meeting Assistant).
    """
    turns = list(_turns(spoken))
    if not turns or any(one.start < 0 for one in spoken):
        return [event]
    if len(turns) == 1:
        return [replace(event, speaker=turns[0][0] or event.speaker)]
    starts = [0, *(words[0].start for _, words in turns[1:]), len(event.text)]
    events = []
    for at, (speaker, words) in enumerate(turns):
        text = event.text[starts[at] : starts[at + 1]].rstrip()
        events.append(
            replace(
                event,
                segment_id=event.segment_id if at == 0 else f"{event.segment_id}/{at + 1}",
                text=text,
                start=event.start if at == 0 else words[0].word.start,
                end=event.end if at == len(turns) - 1 else words[-1].word.end,
                speaker=speaker or event.speaker,
                words=tuple(one.word for one in words),
                stable_chars=len(text),
            )
        )
    return events


def _turns(spoken: list[Spoken]) -> Iterator[tuple[str, list[Spoken]]]:
    runs: list[tuple[str, list[Spoken]]] = []
    for one in spoken:
        if runs and (runs[-1][0] == one.speaker or not one.speaker):
            runs[-1][1].append(one)
        else:
            runs.append((one.speaker, [one]))
    merged: list[tuple[str, list[Spoken]]] = []
    for at, (speaker, words) in enumerate(runs):
        enclosed = 0 < at < len(runs) - 1 and len(words) == 1 and runs[at - 1][0] == runs[at + 1][0]
        if merged and (enclosed or merged[-1][0] == speaker):
            merged[-1][1].extend(words)
        else:
            merged.append((speaker, words))
    yield from merged
