"""The engine on this computer as a provider. Nothing heavy is imported until a stream is opened."""

from __future__ import annotations

import contextlib
import math
import platform
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from functools import cached_property
from typing import TYPE_CHECKING, cast

from desktop.core.audio import SPEECH, AudioChunk
from desktop.core.captions import CaptionEvent, Notice, Progress, StreamEvent, Word
from desktop.core.errors import EngineFailed, EngineUnavailable, FormatUnsupported, LanguageUnsupported, ProviderError
from desktop.core.languages import LANGUAGES
from desktop.core.message import Message, say
from desktop.core.provider import Capabilities, CredentialField, StreamConfig, TranscriptionStream
from desktop.providers.on_device.engine import is_installed, is_shareable, model_folder

if TYPE_CHECKING:
    from desktop.transport.worker import Channel, SharedWorker

CHILD = "desktop.providers.on_device.child"


class OnDevice:
    """Captions English with the engine and the model inside the package; nothing to set up."""

    id = "on-device"
    title = say("Engine", "On this computer")
    capabilities = Capabilities(
        languages=("en-US", "en-GB"),
        privacy=say("Engine", "Nothing leaves this computer."),
        needs_network=False,
        word_times=True,
    )
    credential_fields: tuple[CredentialField, ...] = ()

    def __init__(self, command: Callable[[], Sequence[str]] | None = None) -> None:
        self._command = command

    @cached_property
    def _shared(self) -> SharedWorker:
        return self._new_worker()

    def _new_worker(self) -> SharedWorker:
        from desktop.transport.child import child_command
        from desktop.transport.worker import SharedWorker

        return SharedWorker(self._command or (lambda: child_command(CHILD)))

    def availability(self) -> ProviderError | None:
        """Why the engine can't run here; looks for files only."""
        if not is_installed():
            return EngineUnavailable(
                say("Engine", "The on-device engine is not available for this computer ({platform}).",
                    platform=f"{platform.system()} {platform.machine()}"),
                say("Engine", "Choose a network provider."),
            )  # fmt: skip
        if model_folder() is None:
            return EngineUnavailable(
                say("Engine", "The on-device engine is installed without its English model."),
                say("Engine", "Install Overtitle again, or choose a network provider."),
            )
        return None

    @contextlib.asynccontextmanager
    async def warm(self) -> AsyncIterator[None]:
        """Keep the engine loaded while in the context, so that the first words find it ready.

        Raises `ProviderError` on entering.
        """
        self._require()
        async with self._shared.lease():
            yield

    def connect(self, config: StreamConfig) -> AbstractAsyncContextManager[TranscriptionStream]:
        """Open a stream; all streams of an event loop share one child process where the engine allows it."""
        return self._connect(config)

    @contextlib.asynccontextmanager
    async def _connect(self, config: StreamConfig) -> AsyncIterator[TranscriptionStream]:
        self._check(config)
        self._require()
        shared = self._shared if is_shareable() else self._new_worker()
        async with shared.lease() as worker:
            channel = worker.open()
            try:
                yield OnDeviceStream(channel, config.language)
            finally:
                channel.drop()

    def _require(self) -> None:
        missing = self.availability()
        if missing is not None:
            raise missing

    def _check(self, config: StreamConfig) -> None:
        if config.language not in self.capabilities.languages:
            raise LanguageUnsupported(
                say("Engine", "The on-device engine can caption English (US and UK) only, not {language}.",
                    language=LANGUAGES.get(config.language, config.language)),
                say("Engine", "Choose English, or a network provider for this language."),
            )  # fmt: skip
        if config.format != SPEECH:
            raise FormatUnsupported(
                say("Engine", "The on-device engine takes 16 kHz mono sound only."),
                say("Engine", "Please report this: the program should have converted the sound."),
            )


class OnDeviceStream:
    """One stream of the engine."""

    def __init__(self, channel: Channel, language: str) -> None:
        self._channel = channel
        self._language = language

    async def send(self, chunk: AudioChunk) -> None:
        """Hand over 16 kHz mono sound; waits while the engine is five seconds behind."""
        await self._channel.send(chunk.pcm, chunk.duration)

    async def finish(self) -> None:
        """Say that no more sound comes."""
        self._channel.finish()

    async def __aiter__(self) -> AsyncIterator[StreamEvent]:
        async for answer in self._channel.answers():
            try:
                event = _event(answer, self._language)
            except (KeyError, TypeError, ValueError, OverflowError):
                raise _nonsense() from None  # the original may quote the answer, which may be speech
            yield event


def _nonsense() -> EngineFailed:
    return EngineFailed(
        say("Engine", "The speech engine answered something that can't be understood."),
        say("Engine", "It is started again; if this keeps happening, restart Overtitle."),
    )


def _event(answer: dict[str, object], language: str) -> StreamEvent:
    kind = answer["type"]
    if kind == "progress":
        return Progress(_seconds(answer["end"]))
    if kind == "foreign":
        return Notice(_foreign(language))
    if kind not in {"partial", "final"}:
        raise ValueError(kind)
    text, final = str(answer["text"]), kind == "final"
    stable = int(cast("int", answer["stable"]))
    words = cast("list[tuple[str, float, float]]", answer["words"])
    promised = len(text[:stable].split())
    return CaptionEvent(
        lane="",
        segment_id=str(answer["segment"]),
        revision=int(cast("int", answer["revision"])),
        text=text,
        is_final=final,
        start=_seconds(answer["start"]),
        end=max(_seconds(answer["start"]), _seconds(answer["end"])),
        language=language,
        words=tuple(
            Word(str(word), _seconds(start), _seconds(end), stable=final or at < promised)
            for at, (word, start, end) in enumerate(words)
        ),
        stable_chars=stable,
    )


def _seconds(value: object) -> float:
    seconds = float(cast("float", value))
    if not math.isfinite(seconds):
        raise ValueError(seconds)
    return seconds


def _foreign(language: str) -> LanguageUnsupported:
    heard: Message = LANGUAGES.get(language, LANGUAGES["en-US"])
    return LanguageUnsupported(
        say("Engine", "This does not sound like {language}; the captions are probably wrong.", language=heard),
        say("Engine", "Choose a network provider for other languages."),
    )
