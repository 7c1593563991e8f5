"""What a search finds, as data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

COUNTED = 100
"""Places of one session that are counted; more are "more than"."""


@dataclass(frozen=True, slots=True)
class Place:
    """One segment in which the words stand."""

    label: str
    """What its lane is called."""
    start: float
    """Seconds on the session clock."""
    text: str
    """The words around the first that was found."""
    marks: tuple[tuple[int, int], ...]
    """Where in `text` the words stand."""


@dataclass(frozen=True, slots=True)
class Found:
    """One session in which the words stand."""

    session_id: str
    path: Path
    title: str
    started: datetime
    places: tuple[Place, ...]
    """In the order in which they were said."""
    count: int
    """How many places there are in all, at most `COUNTED`."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some of what was found."""

    found: tuple[Found, ...]
    """Newest session first."""
    rest: int
    """Where the next page begins; 0 when there is none."""


NOTHING = Page((), 0)
