"""Notices a service that takes voices in and says nothing, while its connection looks well."""

from __future__ import annotations

from enum import Enum

VOICE = 2.0
"""Seconds of voice that a service owes words for; less may have been a cough."""
WARN = 7.5
"""Seconds of voice without an answer after which a person is told; somebody looks every quarter of a second."""
GIVE_UP = 15.0
"""Seconds after which another stream is tried; doubled each time that helps nothing, as with music or a crowd."""
LONGEST = 240.0
"""Seconds; as far as that goes."""


class Verdict(Enum):
    """What a silence of the service means."""

    WELL = "well"
    WORRYING = "worrying"
    DEAD = "dead"


class Stall:
    """Watches the streams of one lane; pure, told the time in seconds of one clock."""

    def __init__(self) -> None:
        self._voice = 0.0
        self._since: float | None = None
        self._patience = GIVE_UP

    def began(self) -> None:
        """Another stream begins, with all its sound still to be sent."""
        self._voice = 0.0
        self._since = None

    def sent(self, seconds: float, *, voiced: bool, now: float) -> None:
        """Sound went out."""
        if voiced:
            self._voice += seconds
            self._since = now if self._since is None else self._since

    def heard(self) -> None:
        """The service said something."""
        self.began()
        self._patience = GIVE_UP

    def verdict(self, now: float) -> Verdict:
        """How it stands; a dead stream is told of once, and the next is given more time."""
        if self._since is None or self._voice < VOICE:
            return Verdict.WELL
        if now - self._since > self._patience:
            self._patience = min(2 * self._patience, LONGEST)
            return Verdict.DEAD
        return Verdict.WORRYING if now - self._since > WARN else Verdict.WELL
