"""A Symbl-compatible server as a provider."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from functools import partial

from desktop.core.audio import SPEECH, AudioFormat
from desktop.core.errors import ProviderError
from desktop.core.message import NOTHING, Message, say
from desktop.core.provider import Capabilities, ProbeStep, StreamConfig, TranscriptionStream
from desktop.providers.symbl import options
from desktop.providers.symbl.credentials import FIELDS
from desktop.providers.symbl.opening import Opener, check
from desktop.transport.address import is_on
from desktop.transport.target import Target
from desktop.transport.websocket import Patience

PATIENCE = Patience(answer=5.0)


class Symbl:
    """Captions and insights from a server that speaks Symbl's realtime protocol."""

    id = "symbl"
    title = say("Symbl", "Symbl-compatible server")
    capabilities = Capabilities(
        languages=options.LANGUAGES,
        privacy=say("Symbl", "The sound is sent to the server that you name. Symbl.ai's own service was discontinued."),
        note=say("Symbl", "Symbl.ai itself was discontinued"),
        needs_network=True,
        word_times=True,
        formats=(SPEECH, AudioFormat(8000), AudioFormat(24_000), AudioFormat(44_100), AudioFormat(48_000)),
        catch_up=1.5,
        options=options.OPTIONS,
    )
    credential_fields = FIELDS

    def __init__(self, patience: Patience = PATIENCE) -> None:
        self._opener = Opener(patience)

    def availability(self) -> ProviderError | None:
        """It runs everywhere."""
        return None

    def connect(self, config: StreamConfig) -> AbstractAsyncContextManager[TranscriptionStream]:
        """Open a stream; entering waits until the server listens."""
        return self._opener.connect(config)

    def probe(self, config: StreamConfig) -> AsyncIterator[ProbeStep]:
        """Name, port, encryption, token, WebSocket with a server that listens, half a second of silence."""
        from desktop.transport import trial

        async def aim() -> Target:
            check(config)
            return Target(options.base_url(config), insecure=is_on(config.options, "insecure"))

        async def token() -> AsyncIterator[ProbeStep]:
            yield await trial.step(say("Symbl", "access token"), partial(self._token, config))

        return trial.try_out(aim, token(), trial.listen(self.connect(config), config.format, 3 * trial.PATIENCE))

    async def _token(self, config: StreamConfig) -> Message:
        await self._opener.token(config)
        return NOTHING if check(config) else say("Symbl", "The one that was entered, as it is.")
