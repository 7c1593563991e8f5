"""Sound as it travels through the program: 16-bit PCM in short chunks on one clock."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

BYTES_PER_SAMPLE = 2


@dataclass(frozen=True, slots=True)
class AudioFormat:
    """Linear PCM, 16-bit little-endian, channels interleaved."""

    sample_rate: int
    """Samples per second and channel."""
    channels: int = 1

    @property
    def bytes_per_frame(self) -> int:
        """Bytes of one sample of every channel."""
        return BYTES_PER_SAMPLE * self.channels

    @property
    def bytes_per_second(self) -> int:
        """Bytes of one second of sound."""
        return self.bytes_per_frame * self.sample_rate

    def seconds(self, size: int) -> float:
        """Duration in seconds of `size` bytes."""
        return size / self.bytes_per_second

    def size(self, seconds: float) -> int:
        """Bytes of `seconds` of sound, in whole frames."""
        return round(seconds * self.sample_rate) * self.bytes_per_frame


SPEECH = AudioFormat(sample_rate=16_000)
"""What speech engines want; the program's common format."""


@dataclass(frozen=True, slots=True)
class AudioChunk:
    """20-100 ms of sound. A gap in the recording shows as a jump of `start`."""

    pcm: bytes
    format: AudioFormat
    start: float
    """Seconds on the session clock at which the first sample was captured."""

    @property
    def duration(self) -> float:
        """Seconds."""
        return self.format.seconds(len(self.pcm))

    @property
    def end(self) -> float:
        """Seconds on the session clock at which the last sample ends."""
        return self.start + self.duration


class SourceKind(StrEnum):
    """What a person would call the source."""

    MICROPHONE = "microphone"
    SYSTEM = "system"
    FILE = "file"
    REMOTE = "remote"


@dataclass(frozen=True, slots=True)
class Device:
    """One entry of the device list."""

    id: str
    """Stable across restarts and re-plugging; what `--source` takes."""
    name: str
    """What a person recognises; foreign text, never to be shown as rich text."""
    kind: SourceKind
    default: bool = False
    available: bool = True
    reason: str = ""
    """Why it is not available, in one sentence."""
    note: str = ""
    """What a person should know before using it, in one sentence."""
    muted: bool = False
    """The system's own mute is on, so it gives silence; known where the system tells."""


class AudioSource(Protocol):
    """Something that yields sound. Building one opens nothing."""

    @property
    def id(self) -> str:
        """The device id, or `file:PATH`."""

    @property
    def name(self) -> str:
        """What a person recognises."""

    @property
    def kind(self) -> SourceKind:
        """What it is."""

    @property
    def live(self) -> bool:
        """True when the sound exists only once and can't be asked for again later."""

    def open(self, epoch: float) -> AbstractAsyncContextManager[AsyncIterator[AudioChunk]]:
        """Start; leaving the context stops.

        `epoch` is the value of `time.monotonic()` that is second 0 of the session clock. Live sources stamp chunks
        with the time of capture relative to it; files count from 0. Iteration ends with the recording.

        Raises `AudioError` on entering when the source can't be opened, and from the iteration when it goes away.
        """
