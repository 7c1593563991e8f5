"""Who stands in while a service is away: the first provider that needs neither network nor account."""

from __future__ import annotations

import asyncio
import logging

from desktop.core.errors import ProviderError
from desktop.core.provider import Provider, Warming
from desktop.session.service import Fallback, Service

log = logging.getLogger(__name__)


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


async def kept_warm(fallback: Fallback | None, chosen: Service) -> None:
    """Until cancelled, keep the stand-in ready.

    Its captions are due within the patience, of which noticing a dead connection takes most. The engine of this
    computer takes 0.5 to 1 s to load and about 160 MB while it waits (measured 2026-11-21).
    """
    standby = fallback.standing_in_for(chosen) if fallback is not None else None
    if standby is None or not isinstance(standby.provider, Warming):
        return
    try:
        async with standby.provider.warm():
            await asyncio.get_running_loop().create_future()
    except ProviderError as error:  # it is tried again, and told, when it is needed
        log.info("The stand-in is not ready: %s", type(error).__name__)
