"""The states of a session and what a person is told about them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from desktop.core.errors import OvertitleError


class SessionState(StrEnum):
    """Where a session, or one of its lanes, stands."""

    IDLE = "idle"
    CONNECTING = "connecting"
    LIVE = "live"
    RECONNECTING = "reconnecting"
    FALLBACK = "fallback"
    STOPPING = "stopping"
    STOPPED = "stopped"
    FAILED = "failed"


_S = SessionState
TRANSITIONS: dict[SessionState, frozenset[SessionState]] = {
    _S.IDLE: frozenset({_S.CONNECTING, _S.STOPPED}),
    _S.CONNECTING: frozenset({_S.LIVE, _S.RECONNECTING, _S.FALLBACK, _S.STOPPING, _S.STOPPED, _S.FAILED}),
    _S.LIVE: frozenset({_S.RECONNECTING, _S.FALLBACK, _S.STOPPING, _S.STOPPED, _S.FAILED}),
    _S.RECONNECTING: frozenset({_S.LIVE, _S.FALLBACK, _S.STOPPING, _S.STOPPED, _S.FAILED}),
    _S.FALLBACK: frozenset({_S.LIVE, _S.RECONNECTING, _S.STOPPING, _S.STOPPED, _S.FAILED}),
    _S.STOPPING: frozenset({_S.STOPPED, _S.FAILED}),
    _S.STOPPED: frozenset(),
    _S.FAILED: frozenset(),
}
"""From each state the states that may follow; staying is always allowed."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Trouble that lasts, as the window and the command line show it."""

    error: OvertitleError
    since: float
    """Seconds on the session clock."""
    lane: str = ""
    """The lane it concerns, or empty for all."""
    retry_at: float | None = None
    """Seconds on the session clock at which the program tries again, or None when it does not."""
