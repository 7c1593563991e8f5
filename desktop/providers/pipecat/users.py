"""What the people at this end said: each caption exactly once, whichever messages bring it.

A bot of today says everything twice (`user-input` and `user-transcription`), one with a serialiser of its own a third
time, as a transcription frame. Times are estimates: a bot gives none, so the sound sent so far has to do.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from enum import Enum

from desktop.core.captions import CaptionEvent, Progress, StreamEvent

LEAD = 1.0
"""Seconds by which a first word lies before the message that shows it, at most: half of it latency, half the word."""
ONSET = 0.3
"""Seconds that a bot takes to notice that somebody speaks."""
DOUBT = 5.0
"""Seconds of the sound before that which may be theirs all the same: it can wait on its way while words come back."""
MEMORY = 32
"""Finals that are remembered to recognise their twins."""
MOST_USERS = 100
"""Users whose last final is remembered."""


class Source(Enum):
    """Which message brought a text; the same words may come from several."""

    INPUT = "user-input"
    TRANSCRIPTION = "user-transcription"
    RAW = "stt-raw-text"
    FRAME = "transcription frame"
    TEXT = "text frame"


@dataclass(frozen=True, slots=True)
class Saying:
    """One message."""

    source: Source
    text: str
    final: bool
    user: str = ""
    timestamp: str = ""


@dataclass(slots=True)
class _Final:
    text: str
    user: str
    timestamp: str
    sources: set[Source]

    def is_twin_of(self, saying: Saying) -> bool:
        """Whether both may be the same; what one of them does not say can't tell them apart."""
        return (
            self.text == saying.text
            and (self.user == saying.user or "" in (self.user, saying.user))
            and (self.timestamp == saying.timestamp or "" in (self.timestamp, saying.timestamp))
        )


class Twins:
    """Tells finals from their repetitions.

    A final that another kind of message has brought already, with the same user and time stamp where both have one,
    is its twin; so is one of the same kind with the same time stamp.
    """

    def __init__(self) -> None:
        self._finals: deque[_Final] = deque(maxlen=MEMORY)

    def is_new(self, saying: Saying) -> bool:
        """Whether this final has not been said yet; remembers it."""
        for known in self._finals:
            if known.is_twin_of(saying) and saying.source not in known.sources:
                known.sources.add(saying.source)
                return False
            if saying.timestamp and (known.text, known.timestamp, known.user) == (
                saying.text,
                saying.timestamp,
                saying.user,
            ):
                return False
        self._finals.append(_Final(saying.text, saying.user, saying.timestamp, {saying.source}))
        return True


@dataclass(slots=True)
class _Segment:
    id: str
    start: float
    heard: float
    """Seconds sent when its text last changed."""
    text: str = ""
    revision: int = 0


@dataclass(slots=True)
class Users:
    """The segments of everyone whose words come as user messages."""

    language: str
    first_user: str = ""
    """Whose words need no label: the one that this lane is."""
    _twins: Twins = field(default_factory=Twins)
    _open: dict[str, _Segment] = field(default_factory=dict)
    _closed: dict[str, str] = field(default_factory=dict)
    """By user, the time stamp of the last final."""
    _inputs: bool = False
    _count: int = 0
    _answered: float = 0.0
    _spoke_at: float | None = None
    _fell_silent_at: float | None = None

    def said(self, saying: Saying, sent: float) -> list[StreamEvent]:
        """The events of a message that came when `sent` seconds of sound had been sent."""
        self._inputs = self._inputs or saying.source is Source.INPUT
        if not saying.text or (self._inputs and saying.source in (Source.TRANSCRIPTION, Source.RAW)):
            return []
        return self._final(saying, sent) if saying.final else self._interim(saying, sent)

    def speaking(self, sent: float, *, started: bool) -> None:
        """Somebody began or stopped to speak, as far as the bot can tell."""
        if started and self._spoke_at is None:
            self._spoke_at = sent
        elif not started and (self._spoke_at is not None or self._open):
            self._fell_silent_at = sent

    def close(self) -> list[StreamEvent]:
        """The end: what is open is final with the words it has."""
        return [self._closing(user, segment, segment.heard) for user, segment in list(self._open.items())]

    def _interim(self, saying: Saying, sent: float) -> list[StreamEvent]:
        if self._is_late(saying):
            return []
        events: list[StreamEvent] = []
        segment = self._open.get(saying.user)
        if segment is None:
            if not self._open and self._fell_silent_at is None:
                # words come in order: before these there were none
                events.append(Progress(max(self._answered, self._onset(sent) - DOUBT)))
            segment = self._begin(saying.user, sent)
        if segment.text != saying.text:
            segment.heard, segment.text = sent, saying.text
            events.append(self._event(saying.user, segment, sent))
        return events

    def _is_late(self, saying: Saying) -> bool:
        """An interim of something that is final already; time stamps of one form are in order as texts."""
        closed = self._closed.get(saying.user, "")
        return len(closed) == len(saying.timestamp) and "" != saying.timestamp <= closed

    def _final(self, saying: Saying, sent: float) -> list[StreamEvent]:
        if not self._twins.is_new(saying):
            return []
        user = self._owner(saying)
        segment = self._open.get(user) or self._begin(user, sent)
        end = self._end(segment, saying.text, sent)
        segment.text = saying.text
        self._closed.pop(user, None)
        self._closed[user] = saying.timestamp
        if len(self._closed) > MOST_USERS:
            del self._closed[next(iter(self._closed))]
        return [self._closing(user, segment, end)]

    def _owner(self, saying: Saying) -> str:
        """A text frame names nobody, so it closes the segment that is open if there is but one."""
        if saying.source is Source.TEXT and len(self._open) == 1:
            return next(iter(self._open))
        return saying.user

    def _end(self, segment: _Segment, text: str, sent: float) -> float:
        """The last moment that the words can be from: a final adds no words to the interim before it, or it is new."""
        if self._fell_silent_at is not None and self._fell_silent_at >= segment.heard:
            return self._fell_silent_at
        if segment.text and len(text.split()) <= len(segment.text.split()):
            return segment.heard
        return sent

    def _begin(self, user: str, sent: float) -> _Segment:
        self._count += 1
        self.first_user = self.first_user or user
        onset = self._onset(sent)
        segment = self._open[user] = _Segment(f"user-{self._count:06}", onset, onset)
        return segment

    def _onset(self, sent: float) -> float:
        began = sent - LEAD if self._spoke_at is None else self._spoke_at - ONSET
        return max(self._answered, began)

    def _closing(self, user: str, segment: _Segment, end: float) -> CaptionEvent:
        del self._open[user]
        self._answered = max(self._answered, end)
        self._spoke_at = self._fell_silent_at = None
        return self._event(user, segment, end, is_final=True)

    def _event(self, user: str, segment: _Segment, end: float, *, is_final: bool = False) -> CaptionEvent:
        segment.revision += 1
        return CaptionEvent(
            "",
            segment.id,
            segment.revision,
            segment.text,
            is_final,
            segment.start,
            max(segment.start, end),
            self.language,
            "" if user == self.first_user else user,
        )
