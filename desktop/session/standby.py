"""Who stands in while a service is away: the first provider that needs neither network nor account."""

from __future__ import annotations

from desktop.core.provider import Provider
from desktop.session.service import Fallback, Service


def is_independent(provider: Provider) -> bool:
    """Whether a provider works whatever happens outside this computer."""
    return (
        not provider.capabilities.internal
        and not provider.capabilities.needs_network
        and not provider.credential_fields
        and provider.availability() is None
    )


def find_fallback(language: str, patience: float) -> Fallback | None:
    """The stand-in that works here, one that knows `language` before others; None when there is none."""
    from desktop.providers import discover

    independent = [provider for provider in discover().values() if is_independent(provider)]
    independent.sort(key=lambda provider: language not in provider.capabilities.languages)
    return Fallback(Service(independent[0], language), patience) if independent else None
