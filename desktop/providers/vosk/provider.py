"""Vosk server as a provider."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from desktop.core.audio import SPEECH, AudioFormat
from desktop.core.errors import LanguageUnsupported, ProviderError
from desktop.core.languages import LANGUAGES
from desktop.core.message import say
from desktop.core.provider import (
    Capabilities,
    CredentialField,
    Option,
    OptionKind,
    ProbeStep,
    StreamConfig,
    TranscriptionStream,
)
from desktop.providers.vosk.codec import VoskCodec
from desktop.transport.address import listed, own_server
from desktop.transport.target import Target
from desktop.transport.websocket import Patience, connect

DEFAULT_URL = "ws://localhost:2700"
_OTHERS = """
ar br-FR ca-ES cs-CZ de-DE el-GR en-IN eo es-ES fa-IR fil-PH gu-IN hi-IN it-IT ja-JP ka-GE kk-KZ ko-KR ky-KG nl-NL
pl-PL pt-BR pt-PT ru-RU sv-SE te-IN tg-TJ tr-TR uk-UA uz-UZ vi-VN zh-CN
"""
PATIENCE = Patience()
OPTIONS = (
    Option("url", say("Vosk", "Address of the server"),
           say("Vosk", "Such as wss://recognition.example.com or ws://localhost:2700."),
           OptionKind.ADDRESS, DEFAULT_URL),
    Option("phrases", say("Vosk", "Phrases"),
           say("Vosk", "Separated by commas: the server listens for these alone. For small models only.")),
    Option("insecure", say("Vosk", "Allow no encryption"),
           say("Vosk", "Allow a ws:// address of another computer: anyone on the way can listen."),
           OptionKind.FLAG, "no"),
)  # fmt: skip


class VoskServer:
    """Captions from a Vosk server."""

    id = "vosk"
    title = say("Vosk", "Vosk server")
    capabilities = Capabilities(
        languages=(*LANGUAGES, *_OTHERS.split()),
        privacy=say("Vosk", "The sound is sent to the Vosk server that you name. Its model has to fit the language."),
        needs_network=True,
        word_times=True,
        formats=(SPEECH, AudioFormat(8000), AudioFormat(48_000)),
        options=OPTIONS,
    )
    credential_fields = (
        CredentialField(
            "token",
            say("Vosk", "Access token"),
            say("Vosk", "Only if a gateway before the server asks for one (Authorization: Bearer)."),
            pattern=r"[!-~]{1,4096}",
            optional=True,
        ),
    )

    def __init__(self, patience: Patience = PATIENCE) -> None:
        self._patience = patience

    def availability(self) -> ProviderError | None:
        """It runs everywhere."""
        return None

    def connect(self, config: StreamConfig) -> AbstractAsyncContextManager[TranscriptionStream]:
        """Open a stream."""
        return self._open(config)

    @asynccontextmanager
    async def _open(self, config: StreamConfig) -> AsyncIterator[TranscriptionStream]:
        if config.language not in self.capabilities.languages:
            raise LanguageUnsupported(
                say("Vosk", "There is no Vosk model for {language}.", language=config.language),
                say("Vosk", "Choose the language of the server's model."),
            )
        codec = VoskCodec(config.language, config.format, listed(config.options.get("phrases", "")))
        async with connect(own_server(config, DEFAULT_URL), codec, self._patience) as stream:
            yield stream

    def probe(self, config: StreamConfig) -> AsyncIterator[ProbeStep]:
        """Name, port, encryption, WebSocket, half a second of silence."""
        from desktop.transport import trial

        async def aim() -> Target:
            return own_server(config, DEFAULT_URL)

        return trial.try_out(aim, trial.listen(self.connect(config), config.format, 3 * trial.PATIENCE))
