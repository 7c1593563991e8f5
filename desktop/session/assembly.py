"""Turns one stream's events into the lane's captions: unique ids, session times, and no word twice after a replay."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from desktop.core.captions import CaptionEvent, Insight, Word
from desktop.core.errors import ProtocolViolation
from desktop.core.message import say
from desktop.core.plaintext import harmless, harmless_insight, identity
from desktop.session.repetition import Repetition, spoken
from desktop.session.timeline import Timeline

_CLOSING = re.compile(r"(?:\s*[^\w\s¿¡«“‘\"(\[])*")
"""What ends the words before it, also after a space as in French; what opens the next ones is not among it."""
MOST_OPEN = 500
"""Segments of one stream that may be unfinished at once; a service that leaves more behind finishes none."""
REMEMBERED = 60
"""Words of the latest finals that are kept to recognise a repetition."""


class Memory:
    """What a lane's streams have delivered as final so far."""

    def __init__(self) -> None:
        self.until = 0.0
        """Session time at which it ends."""
        self.words: Sequence[str] = ()
        """The last of them, as `spoken` gives them."""

    def heard(self, final: CaptionEvent, reach: float) -> None:
        """Take in one more final, which ends at `reach` (seconds on the session clock)."""
        self.until = max(self.until, reach)
        self.words = [*self.words, *(word for word, _ in spoken(final.text))][-REMEMBERED:]


class Assembly:
    """The captions of one stream while it lives, of one lane or of one lane for each channel."""

    def __init__(self, number: int, timeline: Timeline, memories: Mapping[str, Memory]) -> None:
        self._number = number
        self._timeline = timeline
        self._lanes = tuple(memories)
        self._repetitions = {lane: Repetition(memory.until, memory.words) for lane, memory in memories.items()}
        """The replay starts before the end of what earlier streams have delivered, if only a little."""
        self._open: dict[str, dict[str, float]] = {lane: {} for lane in memories}
        self._unfinished: set[tuple[str, str]] = set()
        """Lane and id; of all segments, those of no sound too."""
        self._answered = dict.fromkeys(memories, 0.0)

    def lane(self, event: CaptionEvent | Insight) -> str:
        """The lane that an event belongs to: that of its channel, the first where there is only one."""
        return self._lanes[int(event.lane)] if event.lane else self._lanes[0]

    def place(self, event: CaptionEvent) -> tuple[str, str]:
        """Lane and id of the event's segment within the session."""
        return self.lane(event), f"{self._number}-{identity(event.segment_id)}"

    def caption(self, event: CaptionEvent) -> CaptionEvent:
        """The event as the session shows it. Its text is empty when all its words came from an earlier stream.

        Raises `ProtocolViolation` when more segments are unfinished than anybody says at once.
        """
        event = harmless(event)
        place, lane = self._timeline.session_time, self.lane(event)
        self._count(lane, event)
        words = tuple(replace(word, start=place(word.start), end=place(word.end)) for word in event.words)
        moved = replace(
            event,
            lane=lane,
            segment_id=f"{self._number}-{event.segment_id}",
            start=place(event.start),
            end=place(event.end),
            words=words,
        )
        if event.of_sound and self._repetitions[lane].concerns(moved):
            moved = self._without_repetition(moved)
        if event.is_final:
            self._open[lane].pop(event.segment_id, None)
        elif event.of_sound:
            self._open[lane][event.segment_id] = moved.start
        return moved

    def _count(self, lane: str, event: CaptionEvent) -> None:
        if event.is_final:
            self._unfinished.discard((lane, event.segment_id))
            return
        self._unfinished.add((lane, event.segment_id))
        if len(self._unfinished) > MOST_OPEN:
            raise ProtocolViolation(
                say("Session", "The service begins new captions all the time and finishes none of them."),
                say("Session", "Choose another provider, or ask who runs the service."),
            )

    def _without_repetition(self, event: CaptionEvent) -> CaptionEvent:
        repeated = self._repetitions[event.lane].count(event, self._timeline.session_time(0.0))
        return _without_words(event, repeated) if repeated else event

    def insight(self, event: Insight) -> Insight:
        """The insight as the session shows it."""
        return replace(harmless_insight(event), lane=self.lane(event), start=self._timeline.session_time(event.start))

    def reach(self, event: CaptionEvent) -> float:
        """Session time at which a final ends, as far as sound was sent."""
        return min(event.end, self._timeline.end)

    def session_time(self, stream_time: float) -> float:
        """Seconds on the session clock."""
        return self._timeline.session_time(stream_time)

    def answered(self, until: float, lane: str = "") -> Mapping[str, float]:
        """For each lane the session time before which everything is final, once the provider has answered for `until`.

        Without a `lane` it has answered for all of them. It can't have answered for sound that it was not sent.
        """
        until = min(until, self._timeline.end)
        for each in [lane] if lane else self._lanes:
            self._answered[each] = max(self._answered[each], until)
        return {each: min([self._answered[each], *self._open[each].values()]) for each in self._lanes}


def _without_words(event: CaptionEvent, count: int) -> CaptionEvent:
    """The event without its first words, at least one; of the text where the words have no times."""
    kept = event.words[count:]
    if event.words and not kept:
        return replace(event, text="", words=(), stable_chars=0)
    rest = _text_from(event, kept) if kept else _text_after(event.text, count)
    removed = len(event.text) - len(rest)
    start = kept[0].start if kept else event.start
    return replace(event, text=rest, words=kept, start=start, stable_chars=max(0, event.stable_chars - removed))


def _text_after(text: str, count: int) -> str:
    """What follows the first words of a text and what ends them."""
    end = spoken(text)[count - 1][1]
    closing = _CLOSING.match(text, end)
    return text[closing.end() if closing else end :].lstrip()


def _text_from(event: CaptionEvent, kept: Sequence[Word]) -> str:
    """The end of the text that the kept words make up, with the provider's own spacing and punctuation."""
    at = len(event.text)
    for word in reversed(kept):
        found = event.text.rfind(word.text, 0, at)
        if found < 0:
            return " ".join(one.text for one in kept)
        at = found
    return event.text[at:]


def closed(event: CaptionEvent, *, keep: bool) -> CaptionEvent:
    """The last revision of a segment whose stream died: final with the words it had, or withdrawn."""
    return replace(event, revision=event.revision + 1, is_final=True, text=event.text if keep else "", stable_chars=0)
