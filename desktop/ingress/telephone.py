"""From the telephone's 8 kHz to the 16 kHz that engines want, with 2 ms of delay.

The program's usual resampler holds 120 ms back at this rate, most of what a live caption may take on its way. Doubling
needs none of its generality: every second sample is one of the old ones, the others are a half-band filter's.
"""

from __future__ import annotations

from typing import Any

from desktop.core.audio import SPEECH, AudioChunk, AudioFormat

TELEPHONE = AudioFormat(8_000)
REACH = 16
"""Samples on either side that a new one is made of; images above 4.6 kHz are 60 dB down."""
JUMP = 0.005
"""Seconds; after a longer hole nothing of what was before is smeared over it."""
_SHAPE = 8.0  # of the Kaiser window


class Doubler:
    """One stream's sound at twice its rate; keep one per stream."""

    def __init__(self) -> None:
        self._taps: Any = None
        self._before: Any = None
        self._end = float("-inf")

    def feed(self, chunk: AudioChunk) -> AudioChunk:
        """The chunk at 16 kHz when it is telephone sound, otherwise as it is. It is as long, and 2 ms earlier."""
        if chunk.format != TELEPHONE:
            return chunk
        import numpy as np

        if self._taps is None:
            offsets = np.arange(2 * REACH) - (REACH - 0.5)
            self._taps = (np.sinc(offsets) * np.kaiser(2 * REACH, _SHAPE)).astype(np.float32)
            self._taps /= self._taps.sum()
        if abs(chunk.start - self._end) > JUMP:
            self._before = np.zeros(2 * REACH - 1, dtype=np.float32)
        self._end = chunk.end
        samples = np.concatenate((self._before, np.frombuffer(chunk.pcm, dtype="<i2").astype(np.float32)))
        self._before = samples[-(2 * REACH - 1) :]
        size = len(chunk.pcm) // 2
        doubled = np.empty(2 * size, dtype=np.float32)
        doubled[0::2] = samples[REACH - 1 : REACH - 1 + size]
        doubled[1::2] = np.convolve(samples, self._taps, "valid")
        pcm = np.clip(np.rint(doubled), -32768, 32767).astype("<i2").tobytes()
        return AudioChunk(pcm, SPEECH, chunk.start - REACH / TELEPHONE.sample_rate)
