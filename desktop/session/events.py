"""What a session tells its readers: the window, the overlay, the command line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from desktop.core.captions import CaptionEvent, Gap, Insight, LaneAdded, Mark, Seam
from desktop.core.state import Problem, SessionState


@dataclass(frozen=True, slots=True)
class StateChanged:
    """The session as a whole, or one lane of it, stands elsewhere now."""

    state: SessionState
    lane: str = ""
    """Empty for the session as a whole."""


@dataclass(frozen=True, slots=True)
class ProblemRaised:
    """Trouble began, or an earlier one of the same kind and lane has news."""

    problem: Problem


@dataclass(frozen=True, slots=True)
class ProblemCleared:
    """Trouble is over."""

    problem: Problem


@dataclass(frozen=True, slots=True)
class LevelChanged:
    """How loud a lane is, about 20 times a second; the latest is enough."""

    lane: str
    rms: float
    """Root mean square of the last chunks, dB relative to full scale, -120 for digital silence."""
    voiced: bool
    """Loud enough to be a voice."""


@dataclass(frozen=True, slots=True)
class BehindChanged:
    """How far the captions of a lane are behind the sound."""

    lane: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Saved:
    """The journal is on disk at this path; published when it is created and once more at the end."""

    path: Path
    complete: bool
    sound: bool = False
    """The sound is kept beside it."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was said before this session time is no longer in the document."""

    before: float
    """Seconds on the session clock."""
    saved: bool
    """It is on the disk; otherwise the session is not to be kept."""


SessionEvent = (
    CaptionEvent
    | Insight
    | Gap
    | Seam
    | Mark
    | StateChanged
    | ProblemRaised
    | ProblemCleared
    | LevelChanged
    | BehindChanged
    | LaneAdded
    | Saved
    | Forgotten
)
"""Times are seconds on the session clock. A final `CaptionEvent` is on disk before it is published."""

Reader = Callable[[SessionEvent], None]
"""Called in the event loop's thread; it must return at once and not raise."""
