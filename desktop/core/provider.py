"""What a speech-to-text provider is: a description of itself, and a way to open one stream."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, runtime_checkable

from desktop.core.audio import SPEECH, AudioChunk, AudioFormat
from desktop.core.captions import StreamEvent
from desktop.core.errors import ProviderError
from desktop.core.message import NOTHING, Message


@dataclass(frozen=True, slots=True)
class CredentialField:
    """One value that the provider needs to know its user; form, keyring entry and prompt are built from it."""

    key: str
    label: Message
    help: Message = NOTHING
    secret: bool = True
    pattern: str = ""
    """Regular expression that the whole value has to match; empty for no check."""
    optional: bool = False
    group: str = ""
    """Fields of one group belong together, as a key and its secret do: all come from one place. Empty for none."""


class OptionKind(StrEnum):
    """How an option is edited."""

    TEXT = "text"
    CHOICE = "choice"
    FLAG = "flag"
    NUMBER = "number"
    ADDRESS = "address"
    """Of a server: `wss://host:port/path`; the provider says what exactly it takes."""


@dataclass(frozen=True, slots=True)
class Option:
    """One setting of a provider, given as text (`--option KEY=VALUE`)."""

    key: str
    label: Message
    help: Message = NOTHING
    kind: OptionKind = OptionKind.TEXT
    default: str = ""
    choices: tuple[str, ...] = ()
    names: tuple[Message, ...] = ()
    """What a person reads for each of the choices; empty where the choices are known by their own names."""
    minimum: float | None = None
    maximum: float | None = None


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a provider can do."""

    languages: tuple[str, ...]
    """BCP 47 tags."""
    privacy: Message
    """One sentence: where the sound goes."""
    needs_network: bool
    partials: bool = True
    word_times: bool = False
    speakers: bool = False
    channels: int = 1
    """How many lanes one stream can carry as channels; its events name the channel in `lane`, counted from "0"."""
    price: float | None = None
    """US dollars for a minute of sound that counts, by the list; None when it costs nothing or nobody knows."""
    bills_channels: bool = True
    """Whether each channel of a stream counts as sound of its own; otherwise a stream counts once."""
    joining: str = ""
    """Key of the option (yes or no) with which a person wants two lanes in one stream; empty where there is none."""
    formats: tuple[AudioFormat, ...] = (SPEECH,)
    """Accepted formats, the preferred one first."""
    catch_up: float | None = None
    """Fastest speed at which a backlog may be sent, as a multiple of real time; None for as fast as it takes it."""
    options: tuple[Option, ...] = ()
    note: Message = NOTHING
    """What a person should know before choosing it, in few words; shown beside the title."""
    internal: bool = False
    """For tests and tools only; pickers leave it out."""


@dataclass(frozen=True, slots=True)
class StreamConfig:
    """What one stream is opened with."""

    language: str
    format: AudioFormat = SPEECH
    credentials: Mapping[str, str] = field(default_factory=dict, repr=False)
    options: Mapping[str, str] = field(default_factory=dict, repr=False)
    side: str = ""
    """Names what the stream carries: the same for every stream of one side of one session, and for nothing else.

    For services that can go on where a broken stream ended. Empty where nothing follows.
    """


class TranscriptionStream(Protocol):
    """One open stream to a provider. Times in its events count from the first sample sent."""

    async def send(self, chunk: AudioChunk) -> None:
        """Hand over sound in the configured format; waits while the provider takes no more.

        Returning proves nothing about delivery. Raises `ProviderError`.
        """

    async def finish(self) -> None:
        """Say that no more sound comes; remaining finals still arrive, then iteration ends."""

    def __aiter__(self) -> AsyncIterator[StreamEvent]:
        """The stream's events, once; raises `ProviderError`."""


@dataclass(frozen=True, slots=True)
class ProbeStep:
    """One step of trying a provider out, in the order in which a connection needs them."""

    title: Message
    """What was tried, in few words: `name resolution`, `credentials`."""
    error: ProviderError | None = None
    """Why it failed, which ends the probe; None when it went well."""
    detail: Message = NOTHING
    """What is worth knowing when it went well: where the credentials came from, how far off the clock is."""


@runtime_checkable
class Probing(Protocol):
    """A provider that can be tried out step by step: for “Test” in the window, `credentials test` and `doctor`."""

    def probe(self, config: StreamConfig) -> AsyncIterator[ProbeStep]:
        """Try one step after the other, up to half a second of silence sent; raises nothing for what a step finds."""


@runtime_checkable
class Warming(Protocol):
    """A provider that takes a moment to get ready, and can be kept so."""

    def warm(self) -> AbstractAsyncContextManager[None]:
        """Ready while in the context; raises `ProviderError` on entering."""


Asker = Callable[[Message], Awaitable[str]]
"""Asks a person a question and returns the answer, empty when none is given; cancelling it takes the question back.

Raises `CredentialMissing` when there is nobody to ask.
"""


@runtime_checkable
class Prompting(Protocol):
    """A provider that may need an answer while it connects, such as the code of an MFA device."""

    def ask_with(self, ask: Asker) -> None:
        """Ask through this from now on, in the loop in which a stream is being opened."""


class Account(Protocol):
    """Something that may need to know its user: a provider, or a service that calls come from."""

    @property
    def id(self) -> str:
        """What the command line calls it: `--provider`, `credentials set`."""

    @property
    def title(self) -> Message:
        """What a person calls it."""

    @property
    def capabilities(self) -> Capabilities:
        """What it can do."""

    @property
    def credential_fields(self) -> tuple[CredentialField, ...]:
        """What it needs to know its user; empty when it needs no account."""


class Provider(Account, Protocol):
    """A speech-to-text service or engine. Building one opens and imports nothing heavy."""

    def availability(self) -> ProviderError | None:
        """Why it can't run on this computer, or None when it can. Quick, and without network."""

    def connect(self, config: StreamConfig) -> AbstractAsyncContextManager[TranscriptionStream]:
        """Open a stream; leaving the context closes it, and cancellation drops it at once.

        A context manager and not an async generator: yielding inside a task group loses the real error (PEP 789).
        Raises `ProviderError` on entering; `LanguageUnsupported` before anything is opened.
        """
