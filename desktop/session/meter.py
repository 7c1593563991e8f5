"""What a session uses of services that cost money: counted while it streams, and stopped at the user's own limit."""

from __future__ import annotations

from typing import Protocol

from desktop.core.errors import ProviderError


class Meter(Protocol):
    """Counts and limits; called in the event loop's thread, so it must return at once."""

    def used(self, provider: str, seconds: float) -> None:
        """So much sound went to a provider, as it counts: of each stream, or of each of its channels."""

    def refusal(self, provider: str) -> ProviderError | None:
        """Why no more may be sent to it this month."""


class Unmetered:
    """Neither counts nor limits."""

    def used(self, provider: str, seconds: float) -> None:
        """Not counted."""

    def refusal(self, provider: str) -> ProviderError | None:
        """Never."""
        del provider
        return None
