"""WhisperLive as a provider."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from desktop.core.errors import LanguageUnsupported, OptionInvalid, ProviderError
from desktop.core.languages import LANGUAGES, base
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
from desktop.providers.whisper_live.codec import Hello, WhisperLiveCodec
from desktop.providers.whisper_live.stream import Waits, WhisperLiveStream
from desktop.transport.address import is_on, own_server
from desktop.transport.target import Target
from desktop.transport.websocket import Patience, connect

DEFAULT_URL = "ws://localhost:9090"
LAST_SEGMENTS = 50
"""Completed segments that the server is asked to repeat, so that none slips by between two messages."""
_OTHERS = """
af am ar as az ba be bg bn bo br bs ca cs cy da de el es et eu fa fi fo gl gu ha haw he hi hr ht hu hy id is it ja jw
ka kk km kn ko la lb ln lo lt lv mg mi mk ml mn mr ms mt my ne nl nn no oc pa pl ps pt ro ru sa sd si sk sl sn so sq sr
su sv sw ta te tg th tk tl tr tt uk ur uz vi yi yo yue zh
"""
OPTIONS = (
    Option("url", say("WhisperLive", "Address of the server"),
           say("WhisperLive", "Such as wss://recognition.example.com or ws://localhost:9090."),
           OptionKind.ADDRESS, DEFAULT_URL),
    Option("model", say("WhisperLive", "Model"),
           say("WhisperLive", "Its size or name, such as small or large-v3-turbo; a server may have one of its own."),
           default="small"),
    Option("translate", say("WhisperLive", "Translate to English"),
           say("WhisperLive", "The captions are English, whatever is spoken."), OptionKind.FLAG, "no"),
    Option("detect-language", say("WhisperLive", "Detect the language"),
           say("WhisperLive", "From the first words, instead of the caption language."), OptionKind.FLAG, "no"),
    Option("use-vad", say("WhisperLive", "Skip silence"),
           say("WhisperLive", "Leave out what is no voice: fewer words that nobody said."), OptionKind.FLAG, "yes"),
    Option("word-times", say("WhisperLive", "Times of words"),
           say("WhisperLive", "Better subtitles, more work for the server."), OptionKind.FLAG, "no"),
    Option("hotwords", say("WhisperLive", "Names and terms"),
           say("WhisperLive", "Words that are likely to be said.")),
    Option("initial-prompt", say("WhisperLive", "Context"),
           say("WhisperLive", "A sentence about what is spoken of, in the same language.")),
    Option("repeats", say("WhisperLive", "Repeats before a sentence is final"),
           say("WhisperLive", "How often the server has to hear the same: less is faster, more is surer."),
           OptionKind.NUMBER, "10", minimum=1, maximum=50),
    Option("connection-time", say("WhisperLive", "Time limit"),
           say("WhisperLive", "Seconds that the server lets a stream last; before that a new one is opened."),
           OptionKind.NUMBER, "600", minimum=30, maximum=86_400),
    Option("insecure", say("WhisperLive", "Allow no encryption"),
           say("WhisperLive", "Allow a ws:// address of another computer: anyone on the way can listen."),
           OptionKind.FLAG, "no"),
)  # fmt: skip
_DEFAULTS = {option.key: option.default for option in OPTIONS}


class WhisperLive:
    """Captions from a WhisperLive server."""

    id = "whisper-live"
    title = say("WhisperLive", "WhisperLive server")
    capabilities = Capabilities(
        languages=(*LANGUAGES, *_OTHERS.split()),
        privacy=say("WhisperLive", "The sound is sent to the WhisperLive server that you name."),
        needs_network=True,
        word_times=True,
        speakers=False,
        catch_up=1.5,
        options=OPTIONS,
    )
    credential_fields = (
        CredentialField(
            "token",
            say("WhisperLive", "Access key"),
            say("WhisperLive", "Only if the server was started with --api_key, or a gateway asks for one."),
            pattern=r"[!-~]{1,4096}",
            optional=True,
        ),
    )

    def __init__(self, patience: Patience | None = None, waits: Waits | None = None) -> None:
        self._patience = patience or Patience(answer=3.0)
        self._waits = waits or Waits()

    def availability(self) -> ProviderError | None:
        """It runs everywhere."""
        return None

    def connect(self, config: StreamConfig) -> AbstractAsyncContextManager[TranscriptionStream]:
        """Open a stream; entering waits until the server has loaded its model."""
        return self._open(config)

    @asynccontextmanager
    async def _open(self, config: StreamConfig) -> AsyncIterator[TranscriptionStream]:
        codec = WhisperLiveCodec(hello(config), config.format)
        async with connect(own_server(config, DEFAULT_URL), codec, self._patience) as inner:
            stream = WhisperLiveStream(inner, codec, self._waits)
            try:
                await stream.get_ready()
                yield stream
            finally:
                await stream.close()

    def probe(self, config: StreamConfig) -> AsyncIterator[ProbeStep]:
        """Name, port, encryption, WebSocket with a server that is ready, half a second of silence."""
        from desktop.transport import trial

        async def aim() -> Target:
            hello(config)
            return own_server(config, DEFAULT_URL)

        patience = self._waits.ready + 2 * trial.PATIENCE
        return trial.try_out(aim, trial.listen(self.connect(config), config.format, patience))


def hello(config: StreamConfig) -> Hello:
    """What the server is told first; raises `LanguageUnsupported` or `OptionInvalid`."""
    if config.language not in WhisperLive.capabilities.languages:
        raise LanguageUnsupported(
            say("WhisperLive", "Whisper can't caption {language}.", language=config.language),
            say("WhisperLive", "Choose another language or another provider."),
        )
    options = {key: config.options.get(key, "").strip() or default for key, default in _DEFAULTS.items()}
    translate = is_on(options, "translate")
    values: dict[str, object] = {
        "task": "translate" if translate else "transcribe",
        "model": options["model"],
        "use_vad": is_on(options, "use-vad"),
        "send_last_n_segments": LAST_SEGMENTS,
        "same_output_threshold": round(_number(options, "repeats")),
        "word_timestamps": is_on(options, "word-times"),
        "audio_format": "float32",
    }
    values |= {key: options[name] for key, name in _TEXTS if options[name]}
    language = None if is_on(options, "detect-language") else base(config.language)
    return Hello(
        str(uuid.uuid4()), language, "en" if translate else config.language, values, _number(options, "connection-time")
    )


_TEXTS = (("hotwords", "hotwords"), ("initial_prompt", "initial-prompt"))


def _number(options: dict[str, str], key: str) -> float:
    option = next(each for each in OPTIONS if each.key == key)
    try:
        value = float(options[key])
    except ValueError:
        value = float("nan")
    if option.minimum is not None and option.maximum is not None and option.minimum <= value <= option.maximum:
        return value
    raise OptionInvalid(
        say("WhisperLive", "The option {key} has to be a number from {low} to {high}.",
            key=key, low=f"{option.minimum:g}", high=f"{option.maximum:g}"),
        say("WhisperLive", "Correct the option, or leave it out."),
    )  # fmt: skip
