"""Captions: revisions of segments, and the document that any order of arrival builds alike."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from desktop.core.errors import OvertitleError


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a segment."""

    text: str
    start: float
    """Seconds; on the stream's clock when a provider made it, on the session clock once the session has moved it."""
    end: float
    confidence: float | None = None
    """0 to 1, or None where the provider gives none."""
    stable: bool = False
    """The provider promises not to change it."""


@dataclass(frozen=True, slots=True)
class CaptionEvent:
    """One revision of one segment: always the whole text, never a difference.

    Within a segment revisions rise, and nothing follows a final. A final with empty text withdraws the segment.
    """

    lane: str
    """The lane's id. From a provider: the channel, "0" or "1", where a stream carries more than one, or else empty."""
    segment_id: str
    """Unique within a stream from the provider, within the session once it has passed the session."""
    revision: int
    text: str
    is_final: bool
    start: float
    """Seconds, same clock as `Word.start`."""
    end: float
    language: str = ""
    """BCP 47 tag as far as the provider says."""
    speaker: str = ""
    """The provider's own label of the speaker within the lane, empty when it tells none apart."""
    words: tuple[Word, ...] = ()
    stable_chars: int = 0
    """Length of the prefix of `text` that will not change any more."""
    of_sound: bool = True
    """False for words that were not in the sound sent, such as a bot's reply: they prove nothing about that sound."""


class InsightKind(StrEnum):
    """What a provider found in the conversation beside the words."""

    QUESTION = "question"
    ACTION_ITEM = "action_item"
    FOLLOW_UP = "follow_up"
    TOPIC = "topic"
    TRACKER = "tracker"


@dataclass(frozen=True, slots=True)
class Insight:
    """Something a provider found in the conversation."""

    kind: InsightKind
    text: str
    lane: str = ""
    speaker: str = ""
    start: float = 0.0
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """Something a stream wants a person to know while it goes on working; never caption text."""

    error: OvertitleError


@dataclass(frozen=True, slots=True)
class Progress:
    """The provider has said all it will ever say about the sound before `end` (seconds on the stream's clock)."""

    end: float


@dataclass(frozen=True, slots=True)
class Renew:
    """The service will soon end this stream for a reason of its own, a time limit, so a new one should take over.

    The session finishes the stream and opens the next without losing or doubling a word; nobody is bothered with it.
    """


StreamEvent = CaptionEvent | Insight | Notice | Progress | Renew
"""What a provider's stream yields."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Sound of a lane from which words may be missing; without length a break in which nothing was listened to."""

    lane: str
    start: float
    end: float
    reason: str
    """Short English phrase, translated where it is shown."""


CONTINUED = "continued later"
"""The reason of a gap at which a saved session goes on."""


@dataclass(frozen=True, slots=True)
class Seam:
    """The moment at which a lane passed to another provider, language or device."""

    lane: str
    start: float
    provider: str
    """Id of the provider from here on."""
    language: str
    reason: str = ""


MICROPHONE_CHANGED = "microphone changed to "
SYSTEM_CHANGED = "system sound changed to "


def changed_to(system: bool, device: str) -> str:
    """The reason of a seam at which a lane began to hear another microphone, or another sound of the system."""
    return (SYSTEM_CHANGED if system else MICROPHONE_CHANGED) + device


@dataclass(frozen=True, slots=True)
class Mark:
    """A moment that the user marked."""

    start: float
    note: str = ""


@dataclass(frozen=True, slots=True)
class LaneAdded:
    """A side that came while the session ran, such as a remote call; told before anything else of that lane."""

    lane: str
    label: str
    """Foreign text."""


Entry = CaptionEvent | Gap | Seam | Mark | Insight
"""What a transcript is made of, in the order of `start`."""


class CaptionDocument:
    """The ordered segments and marks of a session; every reader (overlay, view, exports) shares it.

    A pure reducer: streams that keep the rules of `CaptionEvent` give the same document in any order of arrival.
    """

    def __init__(self) -> None:
        self._segments: dict[tuple[str, str], CaptionEvent] = {}
        self._order: list[tuple[float, str, str]] = []
        self._marks: list[Gap | Seam | Mark | Insight] = []
        self._noted: set[Gap | Seam | Mark | Insight] = set()

    def apply(self, event: CaptionEvent) -> bool:
        """Take in one revision; False when it is stale and nothing changed."""
        key = (event.lane, event.segment_id)
        known = self._segments.get(key)
        if known is not None:
            if known.is_final or (not event.is_final and event.revision <= known.revision):
                return False
            self._drop_from_order(known)
        self._segments[key] = event
        if event.text:
            insort(self._order, _place(event))
        return True

    def forget_words(self, lane: str, segment_id: str) -> None:
        """Let go of a segment's word times; its text stays."""
        known = self._segments.get((lane, segment_id))
        if known is not None and known.words:
            self._segments[lane, segment_id] = replace(known, words=())

    def forget(self, lane: str, segment_id: str) -> None:
        """Let go of a segment that is kept elsewhere."""
        known = self._segments.pop((lane, segment_id), None)
        if known is not None:
            self._drop_from_order(known)

    def _drop_from_order(self, event: CaptionEvent) -> None:
        place = _place(event)
        at = bisect_left(self._order, place)
        if at < len(self._order) and self._order[at] == place:
            del self._order[at]

    def note(self, entry: Gap | Seam | Mark | Insight) -> bool:
        """Take in something that is not a caption; False when it is there already."""
        if entry in self._noted:
            return False
        self._noted.add(entry)
        insort(self._marks, entry, key=_start)
        return True

    def forget_note(self, entry: Gap | Seam | Mark | Insight) -> None:
        """Let go of something that is kept elsewhere."""
        if entry in self._noted:
            self._noted.remove(entry)
            self._marks.remove(entry)

    def segment(self, lane: str, segment_id: str) -> CaptionEvent | None:
        """The newest revision of one segment."""
        return self._segments.get((lane, segment_id))

    @property
    def segments(self) -> Sequence[CaptionEvent]:
        """The newest revision of each segment that has text, ordered by time."""
        return [self._segments[lane, segment_id] for _, lane, segment_id in self._order]

    @property
    def marks(self) -> Sequence[Gap | Seam | Mark | Insight]:
        """Everything that is not a caption, ordered by time."""
        return tuple(self._marks)

    @property
    def begins(self) -> float:
        """Where the first segment that has text begins; without end when there is none."""
        return self._order[0][0] if self._order else float("inf")

    def latest(self, count: int) -> Sequence[CaptionEvent]:
        """The last `count` segments that have text."""
        return [self._segments[lane, segment_id] for _, lane, segment_id in self._order[-count:]]

    def open_segments(self, lane: str) -> Sequence[CaptionEvent]:
        """The lane's segments that are not final yet, ordered by time."""
        return [event for event in self.segments if event.lane == lane and not event.is_final]

    def entries(self) -> Iterator[Entry]:
        """Segments and marks together, ordered by time."""
        every: list[Entry] = [*self.segments, *self._marks]
        yield from sorted(every, key=lambda entry: entry.start)


def _start(mark: Gap | Seam | Mark | Insight) -> float:
    return mark.start


def _place(event: CaptionEvent) -> tuple[float, str, str]:
    return (event.start, event.lane, event.segment_id)
