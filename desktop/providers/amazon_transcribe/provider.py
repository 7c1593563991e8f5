"""Amazon Transcribe as a provider."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager

from desktop.core.audio import SPEECH, AudioFormat
from desktop.core.errors import ProviderError
from desktop.core.message import say
from desktop.core.provider import Asker, Capabilities, ProbeStep, StreamConfig, TranscriptionStream
from desktop.providers.amazon_transcribe import options
from desktop.providers.amazon_transcribe.credentials import FIELDS, Chain
from desktop.providers.amazon_transcribe.languages import STREAMED
from desktop.providers.amazon_transcribe.opening import Opener
from desktop.transport.websocket import Patience, Pongs

KEEP_ALIVE = 5.0
"""Seconds without sound after which silence is sent; the service ends a stream after 15."""
PATIENCE = Patience(pongs=Pongs.ONCE_SEEN, keep_alive=KEEP_ALIVE)
"""AWS's own sample and pipecat switch pings off, so whether the service answers them is not taken for granted."""


class AmazonTranscribe:
    """Captions through Amazon Transcribe streaming."""

    id = "amazon-transcribe"
    title = say("Amazon", "Amazon Transcribe")
    capabilities = Capabilities(
        languages=STREAMED,
        privacy=say("Amazon", "The sound is sent to Amazon Web Services, to the region that you choose."),
        needs_network=True,
        word_times=True,
        speakers=True,
        formats=(SPEECH, AudioFormat(8000), AudioFormat(48_000), AudioFormat(16_000, 2)),
        catch_up=1.5,
        channels=2,
        joining="channel-identification",
        # StreamingAudio in AWS's Price List API, $0.0001667 a second in us-east-1, us-west-2 and eu-west-1 on
        # 2026-09-22, as read in github.com/stdapi-ai/stdapi.ai/issues/279; other regions may differ.
        price=0.01,
        # "For dual-channel conversations you pay for the duration of the whole audio; channels are not charged one by
        # one", standard streaming, aws.amazon.com/transcribe/pricing (its Chinese edition), read 2026-11-21.
        bills_channels=False,
        options=options.OPTIONS,
    )
    credential_fields = FIELDS

    def __init__(self, patience: Patience = PATIENCE) -> None:
        self._opener = Opener(patience)

    @property
    def chain(self) -> Chain:
        """The AWS chain."""
        return self._opener.chain

    def ask_with(self, ask: Asker) -> None:
        """Ask for the codes of MFA devices."""
        self.chain.ask = ask

    def availability(self) -> ProviderError | None:
        """It runs everywhere."""
        return None

    def connect(self, config: StreamConfig) -> AbstractAsyncContextManager[TranscriptionStream]:
        """Open a stream, with one more attempt when the first shows how to sign better."""
        return self._opener.connect(config)

    def probe(self, config: StreamConfig) -> AsyncIterator[ProbeStep]:
        """Walk through everything that a stream needs, in its order."""
        from desktop.providers.amazon_transcribe.probe import probe

        return probe(self._opener, config)
