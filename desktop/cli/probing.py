"""Trying a provider out step by step, for `credentials test` and `doctor`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

from desktop.cli import checks, options
from desktop.core.errors import ProviderError, UsageError
from desktop.core.message import say
from desktop.core.provider import Probing, Provider, StreamConfig
from desktop.session.lookup import look_up_aside
from desktop.settings.schema import Settings

Show = Callable[[checks.Finding], None]


def probe_config(
    provider: Provider, settings: Settings, language: str | None, given: Mapping[str, str]
) -> StreamConfig:
    """What a probe connects with: the arguments, or else the settings.

    Raises `UsageError` or `LanguageUnsupported` for what does not exist, `CredentialMissing`, `CredentialStoreError`.
    """
    chosen = {**settings.captions.options.get(provider.id, {}), **given}
    options.check_options(provider, chosen)
    offered = provider.capabilities.languages
    usual = settings.captions.language if settings.captions.language in offered else offered[0]
    spoken = options.find_language(provider, language) if language else usual
    return StreamConfig(spoken, credentials=options.credential_store().for_session(provider), options=chosen)


def check_probing(provider: Provider) -> Probing:
    """The provider as one that can be tried out; raises `UsageError`, or its own reason when it can't run here."""
    reason = provider.availability()
    if reason is not None:
        raise reason
    if not isinstance(provider, Probing):
        raise UsageError(
            say("CommandLine", "“{provider}” has no steps to try out.", provider=provider.title),
            say("CommandLine", "Try: overtitle doctor {provider}", provider=provider.id),
        )
    return provider


def probe(provider: Probing, config: StreamConfig, show: Show) -> None:
    """Show one finding per step as it comes, to the first one that fails."""
    asyncio.run(_probe(provider, config, show))


async def _probe(provider: Probing, config: StreamConfig, show: Show) -> None:
    look_up_aside(asyncio.get_running_loop())
    try:
        async for step in provider.probe(config):
            if step.error is not None:
                show(checks.fail(str(step.title), step.error))
                return
            show(checks.ok(str(step.title), str(step.detail)))
    except ProviderError as error:
        show(checks.fail("connection", error))
