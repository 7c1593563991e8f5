"""From the format a source delivers to the format a provider wants, chunk by chunk; and how loud it is."""

from __future__ import annotations

import sys
from array import array
from math import log10, sqrt
from operator import mul
from typing import TYPE_CHECKING, Any

from desktop.core.audio import AudioChunk, AudioFormat

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SILENCE = -120.0
"""What `level` says of digital silence, in dB relative to full scale."""

JUMP = 0.05
"""Seconds between one chunk's end and the next one's start from which on this is a gap and not a drifting clock."""

_FULL_SCALE = 32768


def level(pcm: bytes, format: AudioFormat) -> float:  # noqa: A002 - the name of the field it comes from
    """Root mean square of the loudest channel in dB relative to full scale, at least `SILENCE`."""
    samples = array("h", pcm)
    if sys.byteorder == "big":
        samples.byteswap()
    channels = (samples[channel :: format.channels] for channel in range(format.channels))
    power = max((sum(map(mul, one, one)) / len(one) for one in channels if one), default=0.0)
    return max(SILENCE, 20 * log10(sqrt(power) / _FULL_SCALE)) if power else SILENCE


def quantise(samples: NDArray[np.floating[Any]]) -> bytes:
    """Samples between -1 and 1 as 16-bit PCM; what lies beyond is clipped, what is no number becomes silence."""
    import numpy as np

    tame = np.clip(np.nan_to_num(samples, nan=0.0, posinf=1.0, neginf=-1.0), -1.0, 1.0)
    pcm: bytes = np.minimum(np.rint(tame * _FULL_SCALE), _FULL_SCALE - 1).astype("<i2").tobytes()
    return pcm


def preload() -> None:
    """Import what conversion needs; takes some 0.1 s, in a worker thread, where it does not stall a window."""
    import numpy  # noqa: F401 - imported for its side effect
    import soxr  # noqa: F401 - imported for its side effect


class Converter:
    """Converts one stream of chunks; keep one per stream.

    Any number of channels becomes one by averaging, one becomes many by copying. The resampler (soxr, HQ) holds back
    some 40 ms (at 8 kHz some 120 ms) until `flush`; the times of what it returns are right nevertheless. A jump of
    `start`, or another format, ends what was begun, so that nothing is smeared over a gap. Chunks that are in the
    wanted format already are returned as they are, and nothing is imported for them.
    """

    def __init__(self, source: AudioFormat, target: AudioFormat) -> None:
        self._source = source
        self._target = target
        self._resampler: Any = None
        self._frames_in = 0
        self._frames_out = 0
        self._end = 0.0

    def feed(self, chunk: AudioChunk) -> list[AudioChunk]:
        """What can be given out now: nothing, one chunk, or two where a gap ended an earlier piece."""
        if chunk.format == self._target:
            return [*self.flush(), chunk]
        tail = self.flush() if self._interrupted(chunk) else []
        self._source = chunk.format
        samples = self._mix(chunk.pcm)
        if self._resampler is None:
            self._begin()
        start = chunk.start - self._frames_in / self._source.sample_rate + self._frames_out / self._target.sample_rate
        self._frames_in += len(samples)
        self._end = chunk.end
        return tail + self._pack(self._resample(samples), start)

    def flush(self) -> list[AudioChunk]:
        """The rest that was held back; the converter is as new afterwards."""
        if self._resampler is None:
            return []
        import numpy as np

        first = self._end - self._frames_in / self._source.sample_rate
        start = first + self._frames_out / self._target.sample_rate
        rest = self._pack(self._resample(np.zeros((0, self._width), dtype=np.float32), last=True), start)
        self._resampler = None
        return rest

    def _interrupted(self, chunk: AudioChunk) -> bool:
        return chunk.format != self._source or abs(chunk.start - self._end) > JUMP

    @property
    def _width(self) -> int:
        """Channels at the resampler: never more than are wanted."""
        return self._target.channels if self._source.channels == self._target.channels else 1

    def _begin(self) -> None:
        import numpy as np
        import soxr

        self._frames_in = self._frames_out = 0
        self._resampler = soxr.ResampleStream(
            self._source.sample_rate, self._target.sample_rate, self._width, dtype=np.float32, quality="HQ"
        )

    def _mix(self, pcm: bytes) -> NDArray[np.float32]:
        import numpy as np

        samples = np.frombuffer(pcm, dtype="<i2").reshape(-1, self._source.channels).astype(np.float32)
        return samples if self._width == self._source.channels else samples.mean(axis=1, keepdims=True)

    def _resample(self, samples: NDArray[np.float32], *, last: bool = False) -> NDArray[np.float32]:
        if self._source.sample_rate == self._target.sample_rate:
            return samples
        resampled: NDArray[np.float32] = self._resampler.resample_chunk(samples, last=last)
        return resampled

    def _pack(self, samples: NDArray[np.float32], start: float) -> list[AudioChunk]:
        if not len(samples):
            return []
        import numpy as np

        self._frames_out += len(samples)
        whole = np.clip(np.rint(samples), -_FULL_SCALE, _FULL_SCALE - 1).astype("<i2")
        if self._width != self._target.channels:
            whole = np.repeat(whole, self._target.channels, axis=1)
        return [AudioChunk(whole.tobytes(), self._target, start)]
