"""What the readers of a session are told: one place for the document, the states and the problems."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable

from desktop.core.captions import CaptionDocument, CaptionEvent, Gap, Insight, Mark, Seam
from desktop.core.errors import OvertitleError
from desktop.core.state import TRANSITIONS, Problem, SessionState
from desktop.session.events import ProblemCleared, ProblemRaised, Reader, SessionEvent, StateChanged
from desktop.transcripts.transcript import Transcript

log = logging.getLogger(__name__)

_S = SessionState
_WORST_FIRST = (_S.RECONNECTING, _S.FALLBACK, _S.CONNECTING, _S.LIVE)
"""A session shows the worst of its lanes that still work."""
LATEST = 1e9
"""Seconds, thirty years: where a session goes on whose file claims to last longer. Later ones can't be read back."""


class Board:
    """The document, the states, the problems and the readers of one session."""

    def __init__(self, lanes: Iterable[str]) -> None:
        self.document = CaptionDocument()
        self.state = _S.IDLE
        self.epoch = time.monotonic()
        """Value of `time.monotonic()` at second 0 of the session clock."""
        self.open_ended = False
        """The session goes on when no lane works any more."""
        self.offset = 0.0
        """Session time at which this run begins; above 0 when a saved session goes on."""
        self.streams_before = 0
        """Streams of the session that goes on: segments are numbered by them."""
        self._lanes = dict.fromkeys(lanes, _S.IDLE)
        self._problems: dict[tuple[type[OvertitleError], str], Problem] = {}
        self._readers: list[Reader] = []

    def go_on(self, earlier: Transcript) -> None:
        """Begin where a saved session ended."""
        self.offset = min(max([earlier.duration, *(segment.end for segment in earlier.segments)]), LATEST)
        self.streams_before = earlier.streams
        for entry in earlier.entries:
            if isinstance(entry, CaptionEvent):
                self.document.apply(entry)
            else:
                self.document.note(entry)

    def now(self) -> float:
        """Seconds on the session clock."""
        return time.monotonic() - self.epoch

    def subscribe(self, reader: Reader) -> Callable[[], None]:
        """Tell `reader` everything from now on; returns what ends that."""
        self._readers.append(reader)

        def unsubscribe() -> None:
            if reader in self._readers:
                self._readers.remove(reader)

        return unsubscribe

    def publish(self, event: SessionEvent) -> None:
        """Tell every reader. One that raises is a bug of that reader and must not cost the others a word."""
        for reader in tuple(self._readers):
            try:
                reader(event)
            except Exception:  # a broken view must not end the captions; the bug is logged with its trace
                log.exception("A reader of the session failed on %s", type(event).__name__)

    def caption(self, event: CaptionEvent) -> bool:
        """Apply one revision and publish it; False when it was stale."""
        if not self.document.apply(event):
            return False
        self.publish(event)
        return True

    def note(self, entry: Gap | Seam | Mark | Insight) -> bool:
        """Put a mark into the document and publish it; False when it is there already."""
        if not self.document.note(entry):
            return False
        self.publish(entry)
        return True

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Trouble that lasts, oldest first."""
        return tuple(self._problems.values())

    def raise_problem(self, error: OvertitleError, lane: str = "", retry_at: float | None = None) -> None:
        """Say that there is trouble, or news about trouble of the same kind in the same lane."""
        key = (type(error), lane)
        known = self._problems.get(key)
        since = known.since if known else self.now()
        problem = self._problems[key] = Problem(error, since, lane, retry_at)
        self.publish(ProblemRaised(problem))

    def clear_problems(self, kind: type[OvertitleError], lane: str = "") -> None:
        """Say that trouble of this kind (or a kind below it) in this lane is over."""
        for key in [key for key in self._problems if issubclass(key[0], kind) and key[1] == lane]:
            self.publish(ProblemCleared(self._problems.pop(key)))

    def set_lane_state(self, lane: str, state: SessionState) -> None:
        """Move one lane, and the session with it where that follows."""
        if self._lanes[lane] is state or state not in TRANSITIONS[self._lanes[lane]]:
            return
        self._lanes[lane] = state
        self.publish(StateChanged(state, lane))
        if self.state not in (_S.IDLE, _S.STOPPING, _S.STOPPED, _S.FAILED):
            without = _S.LIVE if self.open_ended else self.state
            together = next((worst for worst in _WORST_FIRST if worst in self._lanes.values()), without)
            if together in TRANSITIONS[self.state]:  # a lane that comes late connects while the others are live
                self.set_state(together)

    def add_lane(self, lane: str) -> None:
        """One more lane; it is idle."""
        self._lanes[lane] = _S.IDLE

    def lane_state(self, lane: str) -> SessionState:
        """Where one lane stands."""
        return self._lanes[lane]

    def set_state(self, state: SessionState) -> None:
        """Move the session as a whole; a move that the table does not know is a bug."""
        if state is self.state:
            return
        if state not in TRANSITIONS[self.state]:
            message = f"{self.state} -> {state} is no transition"
            raise RuntimeError(message)
        self.state = state
        self.publish(StateChanged(state))
