"""The providers as the window offers them."""

from __future__ import annotations

from collections.abc import Iterable

from desktop.app.accounts import has_account
from desktop.core.provider import Provider
from desktop.ui.values import ProviderEntry


def offers(providers: Iterable[Provider]) -> list[ProviderEntry]:
    """Those that a person can choose, and why some can't be chosen here. Looks for files, so it is for a thread."""
    return [
        ProviderEntry(
            one.id,
            one.title,
            one.capabilities.needs_network,
            one.capabilities.languages,
            one.capabilities.privacy,
            one.availability(),
            has_account(one),
            one.capabilities.note,
        )
        for one in providers
        if not one.capabilities.internal
    ]
