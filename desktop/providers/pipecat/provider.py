"""Pipecat bots as a provider."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

from desktop.core.audio import SPEECH, AudioFormat
from desktop.core.errors import ProviderError
from desktop.core.message import say
from desktop.core.provider import Capabilities, ProbeStep, StreamConfig, TranscriptionStream
from desktop.providers.pipecat import options
from desktop.providers.pipecat.opening import Manners, connect


class Pipecat:
    """Captions through a bot of one's own."""

    id = "pipecat"
    title = say("Pipecat", "Pipecat bot")
    capabilities = Capabilities(
        languages=options.LANGUAGES_OF_BOTS,
        privacy=say(
            "Pipecat", "The sound is sent to the bot whose address you give, and to the services that it uses."
        ),
        needs_network=True,
        speakers=True,
        formats=(SPEECH, AudioFormat(24_000), AudioFormat(8000), AudioFormat(48_000)),
        catch_up=1.5,
        options=options.OPTIONS,
    )
    credential_fields = options.FIELDS

    def __init__(self, manners: Manners | None = None) -> None:
        self._manners = manners or Manners()

    def availability(self) -> ProviderError | None:
        """It runs everywhere."""
        return None

    @contextlib.asynccontextmanager
    async def connect(self, config: StreamConfig) -> AsyncIterator[TranscriptionStream]:
        """Open a stream; raises `ProviderError`."""
        async with connect(options.settings(config), config.format, self._manners) as stream:
            yield stream

    def probe(self, config: StreamConfig) -> AsyncIterator[ProbeStep]:
        """Walk through everything that a stream needs, in its order."""
        from desktop.providers.pipecat.probe import probe

        return probe(config, self._manners)
