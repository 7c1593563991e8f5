"""A provider with the habits of real ones: words that add up to sentences, and times that are never the same twice.

It reads the numbers of `tests.support.beacon` as words of a vocabulary, in which a word may follow itself. A word that
was cut in half is not understood, and one that was said is told once its larger part is heard. What it says of times
is off by up to `jitter` seconds, differently on each connection; or it says nothing of the words' times.
"""

from __future__ import annotations

import asyncio
import random
from array import array
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from desktop.core.audio import SPEECH, AudioChunk
from desktop.core.captions import CaptionEvent, Renew, StreamEvent, Word
from desktop.core.errors import ProviderError
from desktop.core.message import say
from desktop.core.provider import Capabilities, StreamConfig, TranscriptionStream
from desktop.session.split import SplitStream
from tests.support.beacon import BASE, Fault

STEP = 80
"""Samples that are looked at together: 5 ms."""
UNDERSTOOD = 0.25
"""Seconds of a word without which it is not understood."""
LATE = 0.2
"""Seconds of sound after a sentence at which it is told as final, so that it may seem to end too late as well."""
VOCABULARY = ("no", "no", "no,", "I", "mean", "very", "very", "good", "that", "that", "is", "it", "is", "it")
"""Word for number: what really is said twice."""


def word(number: int, *, once: bool = False) -> str:
    """What a number says; a word of its own where each is said `once`."""
    return f"w{number}" if once else VOCABULARY[number % len(VOCABULARY)]


def spoken(count: int, first: int = 0, *, once: bool = False) -> str:
    """What these numbers say."""
    return " ".join(word(number, once=once) for number in range(first, first + count))


@dataclass(frozen=True)
class Manner:
    """How a provider speaks."""

    words: int = 3
    """In a sentence, after which it is final."""
    jitter: float = 0.0
    """Seconds by which each time of a word may be off."""
    times: bool = True
    """Whether each word has times."""
    once: bool = False
    """No word is said twice."""


@dataclass
class MumbleProvider:
    """Two channels, so that two lanes may share a stream."""

    manner: Manner = Manner()
    faults: list[Fault] = field(default_factory=list)
    """One for each connection, in order; later connections work."""
    id: str = "mumble"
    connections: int = 0
    seed: int = 1

    title = say("Test", "Mumble")
    capabilities = Capabilities(
        languages=("en-US",), privacy=say("Test", "Stays here."), needs_network=False, channels=2, joining="joint"
    )
    credential_fields = ()

    def availability(self) -> ProviderError | None:
        return None

    @asynccontextmanager
    async def connect(self, config: StreamConfig) -> AsyncIterator[TranscriptionStream]:
        fault = self.faults[self.connections] if self.connections < len(self.faults) else None
        self.connections += 1
        if fault is not None and fault.after is None:
            raise fault.error()
        streams = [
            MumbleStream(
                replace(self.manner, words=self.manner.words + 4 * channel),  # so that they are never in step
                None if fault is None else replace(fault),
                random.Random(f"{self.seed}/{self.connections}/{channel}"),  # noqa: S311 - no secret, but times
            )
            for channel in range(config.format.channels)
        ]
        yield streams[0] if len(streams) == 1 else SplitStream(streams)


class MumbleStream:
    """One channel."""

    def __init__(self, manner: Manner, fault: Fault | None, jitter: random.Random) -> None:
        self.heard = 0.0
        self._manner = manner
        self._fault = fault
        self._random = jitter
        self._number: int | None = None
        self._since = 0.0
        self._told = False
        self._last = (0, 0.0, 0.0)
        self._due: float | None = None
        """Seconds of sound at which the sentence is told as final."""
        self._sentence = 0
        self._revision = 0
        self._words: list[Word] = []
        self._events: asyncio.Queue[StreamEvent | ProviderError | None] = asyncio.Queue()

    async def send(self, chunk: AudioChunk) -> None:
        for sample in array("h", chunk.pcm)[::STEP]:
            self._hear(sample - BASE if sample >= BASE else None)
        fault = self._fault
        if fault is None:
            return
        if fault.renew is not None and self.heard >= fault.renew:
            fault.renew = None
            self._events.put_nowait(Renew())
        if fault.after is not None and self.heard >= fault.after:
            error = fault.error()
            self._events.put_nowait(error)
            raise error

    def _hear(self, number: int | None) -> None:
        if number != self._number:
            self._end_word(followed=number is not None)
            self._number, self._since, self._told = number, self.heard, False
        self.heard += STEP / SPEECH.sample_rate
        if self._due is not None and self.heard >= self._due:
            self._end_sentence()
        if number is not None and not self._told and self.heard - self._since >= UNDERSTOOD:
            self._told = True
            self._words.append(self._word(number, self._since, self.heard))
            self._tell(is_final=False)

    def _end_word(self, *, followed: bool) -> None:
        if self._number is None or not self._told:
            return
        self._last = (self._number, self._since, self.heard)
        self._words[-1] = self._word(*self._last)
        if len(self._words) == self._manner.words or not followed:
            self._due = self.heard + LATE

    def _end_sentence(self) -> None:
        self._due = None
        if self._words:
            self._words[-1] = self._word(*self._last)
            self._tell(is_final=True)

    def _word(self, number: int, start: float, end: float) -> Word:
        text = word(number, once=self._manner.once)
        start = min(max(self._words[-2].end if len(self._words) > 1 else 0.0, start + self._off()), self.heard)
        return Word(text, start, min(max(start, end + self._off()), self.heard))

    def _off(self) -> float:
        return self._random.uniform(-self._manner.jitter, self._manner.jitter)

    def _tell(self, *, is_final: bool) -> None:
        words, self._revision = tuple(self._words), self._revision + 1
        text = " ".join(word.text for word in words).capitalize() + ("." if is_final else "")
        event = CaptionEvent(
            "", str(self._sentence), self._revision, text, is_final, words[0].start, words[-1].end,
            words=words if self._manner.times else (),
        )  # fmt: skip
        if is_final:
            self._sentence, self._words = self._sentence + 1, []
        fault = self._fault
        if fault is None or fault.after is None or self.heard <= fault.after - fault.swallow:
            self._events.put_nowait(event)

    async def finish(self) -> None:
        fault = self._fault
        if fault and fault.after is not None and self.heard > fault.after - fault.swallow:
            self._events.put_nowait(fault.error())
            return
        self._end_word(followed=False)
        self._end_sentence()
        self._events.put_nowait(None)

    async def __aiter__(self) -> AsyncIterator[StreamEvent]:
        while (event := await self._events.get()) is not None:
            if isinstance(event, ProviderError):
                raise event
            yield event


def said(texts: Sequence[str]) -> str:
    """What captions say, without the sentences' dress."""
    return " ".join(texts).lower().replace(".", "").replace("i ", "I ")
