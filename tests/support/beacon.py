"""Sound whose every half second carries a number, and a provider that reads the numbers back.

What a session may never do (lose or double a word) shows at once: the numbers of the transcript are compared with
those that were sent. The provider breaks when it is told to.
"""

from __future__ import annotations

import asyncio
from array import array
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from desktop.core.audio import SPEECH, AudioChunk, SourceKind
from desktop.core.captions import CaptionEvent, Renew, StreamEvent, Word
from desktop.core.errors import AudioError, ConnectionLost, ProviderError
from desktop.core.message import say
from desktop.core.provider import Capabilities, StreamConfig

BLOCK = 0.5
"""Seconds that one number lasts."""
BASE = 2000
"""Amplitude of number 0: loud enough to be a voice."""


def beacon_pcm(number: int) -> bytes:
    """Half a second of the number's own amplitude."""
    return array("h", [BASE + number]).tobytes() * round(BLOCK * SPEECH.sample_rate)


@dataclass
class BeaconSource:
    """Numbers from 0."""

    count: int
    live: bool = False
    id: str = "beacon"
    name: str = "Beacon"
    kind: SourceKind = SourceKind.FILE
    chunk: float = 0.05
    """Seconds."""
    pause: float = 0.0
    """Seconds between chunks."""
    broken: list[AudioError | None] = field(default_factory=list)
    """One for each opening: raised at once the first time, after `breaks_after` numbers later on."""
    breaks_after: int = 0
    first: int = 0
    hole: float = 0.0
    """Seconds of the session clock that pass while the device is away."""
    _at: int = 0
    """Bytes given out so far."""
    _shift: float = 0.0

    @asynccontextmanager
    async def open(self, epoch: float) -> AsyncIterator[AsyncIterator[AudioChunk]]:
        error = self.broken.pop(0) if self.broken else None
        if error is not None:
            raise error
        later = self.broken.pop(0) if self.broken else None
        yield self._chunks(later)

    async def _chunks(self, later: AudioError | None) -> AsyncIterator[AudioChunk]:
        size = SPEECH.size(self.chunk)
        pcm = b"".join(beacon_pcm(number) for number in range(self.first, self.first + self.count))
        while self._at < len(pcm):
            if later is not None and SPEECH.seconds(self._at) >= self.breaks_after * BLOCK:
                self._shift = self.hole
                raise later
            await asyncio.sleep(self.pause)
            piece, start = pcm[self._at : self._at + size], SPEECH.seconds(self._at) + self._shift
            self._at += len(piece)
            yield AudioChunk(piece, SPEECH, start)


def refused() -> ProviderError:
    return ConnectionLost(say("Test", "The line is down."))


@dataclass
class Fault:
    """What goes wrong on one connection."""

    after: float | None = None
    """Seconds of sound after which the stream breaks; None for at connecting."""
    error: Callable[[], ProviderError] = refused
    ends: bool = False
    """The stream ends in peace instead, as if there were no more sound."""
    renew: float | None = None
    """Seconds of sound after which the stream asks for another one."""
    swallow: float = 0.0
    """Seconds of sound before the break that are taken and never answered."""


@dataclass
class BeaconProvider:
    """Reads the numbers back: a partial at the start of each, a final at its end."""

    faults: list[Fault] = field(default_factory=list)
    """One for each connection, in order; later connections work."""
    id: str = "beacon"
    connections: int = 0
    sent: list[float] = field(default_factory=list)
    """Seconds of sound sent on each connection."""

    title = say("Test", "Beacon")
    capabilities = Capabilities(languages=("en-US",), privacy=say("Test", "Stays here."), needs_network=False)
    credential_fields = ()

    def availability(self) -> ProviderError | None:
        return None

    @asynccontextmanager
    async def connect(self, config: StreamConfig) -> AsyncIterator[BeaconStream]:
        fault = self.faults[self.connections] if self.connections < len(self.faults) else None
        self.connections += 1
        if fault is not None and fault.after is None:
            raise fault.error()
        stream = BeaconStream(fault)
        self.sent.append(0.0)
        try:
            yield stream
        finally:
            self.sent[-1] = stream.heard


class BeaconStream:
    def __init__(self, fault: Fault | None) -> None:
        self.heard = 0.0
        self._fault = fault
        self._number: int | None = None
        self._since = 0.0
        self._events: asyncio.Queue[StreamEvent | ProviderError | None] = asyncio.Queue()

    async def send(self, chunk: AudioChunk) -> None:
        samples = array("h", chunk.pcm)
        for offset in range(0, len(samples), 80):
            self._hear(samples[offset] - BASE if samples[offset] else None)
        if self._fault and self._fault.renew is not None and self.heard >= self._fault.renew:
            self._fault.renew = None
            self._events.put_nowait(Renew())
        if self._fault and self._fault.after is not None and self.heard >= self._fault.after:
            if self._fault.ends:
                self._events.put_nowait(None)
                return
            error = self._fault.error()
            self._events.put_nowait(error)
            raise error

    def _hear(self, number: int | None) -> None:
        if number != self._number:
            self._close()
            self._number, self._since = number, self.heard
            if number is not None:
                self._tell(is_final=False)
        self.heard += 80 / SPEECH.sample_rate

    def _close(self) -> None:
        if self._number is not None:
            self._tell(is_final=True)

    def _tell(self, *, is_final: bool) -> None:
        fault = self._fault
        if fault and fault.after is not None and self.heard > fault.after - fault.swallow:
            return
        end = self.heard if is_final else self.heard + 0.05
        word = Word(str(self._number), self._since, end)
        segment = f"{self._since:.2f}"
        self._events.put_nowait(
            CaptionEvent("", segment, 2 if is_final else 1, word.text, is_final, self._since, end, words=(word,))
        )

    async def finish(self) -> None:
        fault = self._fault
        if fault and fault.after is not None and self.heard > fault.after - fault.swallow:
            self._events.put_nowait(fault.error())
            return
        self._close()
        self._events.put_nowait(None)

    async def __aiter__(self) -> AsyncIterator[StreamEvent]:
        while (event := await self._events.get()) is not None:
            if isinstance(event, ProviderError):
                raise event
            yield event


def numbers(texts: Sequence[str]) -> list[int]:
    return [int(text) for text in texts if text]


def beacon_chunks(count: int, first: int = 0, silence: float = 0.0) -> list[AudioChunk]:
    """Numbers one after the other, and silence (in seconds) after them, in chunks of 50 ms."""
    pcm = b"".join(beacon_pcm(number) for number in range(first, first + count)) + bytes(SPEECH.size(silence))
    size = SPEECH.size(0.05)
    return [AudioChunk(pcm[at : at + size], SPEECH, SPEECH.seconds(at)) for at in range(0, len(pcm), size)]
