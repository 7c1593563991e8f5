"""What a journal says, as data: the header, the entries in the order of time, and how whole it is."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime

from desktop.core.captions import CaptionEvent, Entry


def new_session_id() -> str:
    """Eight hexadecimal digits; short enough to type, and unlikely enough to meet again in one library."""
    return secrets.token_hex(4)


@dataclass(frozen=True, slots=True)
class JournalHeader:
    """What is known when a session starts; the first line of its journal."""

    started: datetime
    """Aware; the journal keeps both the moment in UTC and the local offset."""
    title: str
    lanes: tuple[tuple[str, str], ...]
    """Id and label of each lane."""
    language: str = ""
    provider: str = ""
    id: str = field(default_factory=new_session_id)


@dataclass(frozen=True, slots=True)
class Voice:
    """A lane, or a speaker whom the provider tells apart within it."""

    lane: str
    speaker: str
    """As the provider said; empty for the lane itself."""
    name: str
    """As it is shown: a person may have chosen another one."""


@dataclass(frozen=True, slots=True)
class Transcript:
    """One session as far as its journal tells, edits applied."""

    header: JournalHeader
    entries: tuple[Entry, ...]
    """Ordered by `start`; every `CaptionEvent` is final and has text. Revisions are not kept and read as 0."""
    complete: bool
    """The session ended in order; False while it runs and after a crash."""
    damaged: int
    """Lines that could not be read. A last line without its line end was never acknowledged and does not count."""
    duration: float
    """Seconds; as far as the last entry reaches when the session did not end in order."""

    kept: bool = False
    """A person wants it kept, however old it becomes."""
    streams: int = 0
    """The highest number that begins the id of a segment, also of one that was withdrawn."""
    voices: tuple[Voice, ...] = ()
    """Everyone who speaks, lane by lane; the first of each lane is the lane itself."""

    @property
    def segments(self) -> tuple[CaptionEvent, ...]:
        """The captions alone."""
        return tuple(entry for entry in self.entries if isinstance(entry, CaptionEvent))

    @property
    def labels(self) -> dict[str, str]:
        """What the lanes are called, by id."""
        return {lane: label or lane for lane, label in self.header.lanes}

    def label(self, lane: str) -> str:
        """What a lane is called; its id when nothing better is known."""
        return self.labels.get(lane, lane)

    def speaker(self, lane: str, speaker: str = "") -> str:
        """Who speaks: the lane, and within it the provider's own speaker where there is one."""
        return f"{self.label(lane)} · {speaker}" if speaker else self.label(lane)
