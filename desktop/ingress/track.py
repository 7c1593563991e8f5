"""One track of a remote peer: its sound in order, without holes that could be filled, on the clock of this computer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from desktop.audio.clock import CaptureClock
from desktop.core.audio import AudioChunk, AudioFormat
from desktop.ingress.dialect import BAD_DATA, WRONG_KIND, Sound, Violation, audio_format
from desktop.ingress.ordering import Ordering, Placed
from desktop.wire.g711 import from_alaw, from_mulaw
from desktop.wire.riff import ALAW, MULAW, PCM, Malformed, Wave, read_wave

LONGEST_FILL = 2.0
"""Seconds of missing sound that silence stands in for; after more, the clock starts anew where the sound goes on."""
SHORTEST, LONGEST = 0.02, 0.1
"""Seconds of sound in one chunk of what is given out."""
TOLERANCE = 0.015
"""Seconds by which a peer's own count may be off: milliseconds are rounded. A telephone chunk has 20 ms."""
PAUSE = 2.0
"""Seconds without sound, from a peer that does not count, after which it has paused and is not merely late."""

_WAVE_CODINGS: dict[tuple[int, int], Callable[[bytes], bytes]] = {
    (PCM, 16): bytes,
    (MULAW, 8): from_mulaw,
    (ALAW, 8): from_alaw,
}
"""By format tag and bits of a sample."""


@dataclass(slots=True)
class Counts:
    """What happened to a track."""

    filled: float = 0.0
    """Seconds of silence put in for sound that never came."""
    late: int = 0
    """Chunks dropped because they came too late or twice."""
    jumps: int = 0
    """Holes too long to be filled."""


class Track:
    """Turns a peer's chunks into chunks of 20-100 ms whose times rise on the clock of `time.monotonic()`."""

    def __init__(self) -> None:
        self._order = Ordering()
        self._format: AudioFormat | None = None
        self._header: AudioFormat | None = None
        """What the last WAV header said; it also holds for messages without one that follow."""
        self._clock: CaptureClock | None = None
        self._rest = bytearray()
        self._position: int | None = None
        self._heard = 0.0
        self._end = float("-inf")
        self.counts = Counts()

    @property
    def format(self) -> AudioFormat | None:
        """The format of what came last."""
        return self._format

    def take(self, sound: Sound, now: float) -> list[AudioChunk]:
        """Take in what came at `now` (`time.monotonic()`); raises `Violation` for a WAV header that can't be taken."""
        return self._place(self._order.push(self._without_header(sound)), now)

    def flush(self, now: float) -> list[AudioChunk]:
        """What is left at the end."""
        return self._place(self._order.flush(), now) + self._give_out(now, whole=True)

    def _place(self, every: list[Placed], now: float) -> list[AudioChunk]:
        chunks: list[AudioChunk] = []
        for placed in every:
            chunks += self._append(placed, now)
        self.counts.late += self._order.late
        self._order.late = 0
        return chunks

    def _append(self, placed: Placed, now: float) -> list[AudioChunk]:
        sound = placed.sound
        chunks = self._change_format(sound.format, now)
        frames = len(sound.pcm) // sound.format.bytes_per_frame
        missing = self._missing(placed, frames)
        if missing < 0:
            self.counts.late += 1
            return chunks
        pause = sound.position is None and now - self._heard > PAUSE + frames / sound.format.sample_rate
        if pause or missing > LONGEST_FILL * sound.format.sample_rate:
            chunks += self._jump(sound.format, now)
        elif missing:
            del self._rest[len(self._rest) - len(self._rest) % sound.format.bytes_per_frame :]
            self._rest += bytes(missing * sound.format.bytes_per_frame)
            self.counts.filled += missing / sound.format.sample_rate
        self._position = None if sound.position is None else sound.position + frames
        self._heard = now
        self._rest += sound.pcm
        return chunks + self._give_out(now)

    def _missing(self, placed: Placed, frames: int) -> int:
        """Samples that are missing before this chunk; -1 when the chunk itself came too late."""
        position, rate = placed.sound.position, placed.sound.format.sample_rate
        if position is None or self._position is None:
            return placed.skipped * frames if self._heard else 0
        ahead = position - self._position
        if abs(ahead) <= TOLERANCE * rate:
            return 0
        if ahead < 0:  # in its turn by number, so the peer counts its samples anew; without numbers it is late
            return -1 if placed.sound.sequence is None and ahead > -LONGEST_FILL * rate else 0
        return ahead

    def _change_format(self, given: AudioFormat, now: float) -> list[AudioChunk]:
        if given == self._format:
            return []
        rest = self._give_out(now, whole=True)
        self._format = given
        self._clock = CaptureClock(given.sample_rate, 0.0)
        self._position = None
        return rest

    def _jump(self, given: AudioFormat, now: float) -> list[AudioChunk]:
        rest = self._give_out(now, whole=True) if self._rest else []
        if self._heard:
            self.counts.jumps += 1
        self._clock = CaptureClock(given.sample_rate, 0.0)
        return rest

    def _give_out(self, now: float, *, whole: bool = False) -> list[AudioChunk]:
        """Whole chunks of what has gathered; with `whole` a last short one too. What is left of a sample is kept."""
        if self._format is None or self._clock is None:
            return []
        least = self._format.bytes_per_frame if whole else self._format.size(SHORTEST)
        most = self._format.size(LONGEST)
        chunks: list[AudioChunk] = []
        while len(self._rest) >= least:
            size = min(len(self._rest) - len(self._rest) % self._format.bytes_per_frame, most)
            pcm = bytes(self._rest[:size])
            del self._rest[:size]
            start = max(self._clock.stamp(size // self._format.bytes_per_frame, now), self._end)
            chunk = AudioChunk(pcm, self._format, start)
            self._end = chunk.end
            chunks.append(chunk)
        if whole:
            self._rest.clear()
        return chunks

    def _without_header(self, sound: Sound) -> Sound:
        try:
            wave = read_wave(sound.pcm)
        except Malformed as error:
            raise Violation(BAD_DATA, str(error)) from None
        if wave is not None:
            self._header = audio_format(wave.sample_rate, wave.channels)
            return replace(sound, pcm=_samples(wave), format=self._header)
        return sound if self._header is None else replace(sound, format=self._header)


def _samples(wave: Wave) -> bytes:
    decode = _WAVE_CODINGS.get((wave.coding, wave.bits))
    if decode is None:
        raise Violation(WRONG_KIND, "only 16-bit, mu-law and A-law WAV sound is supported")
    return decode(wave.sound)
