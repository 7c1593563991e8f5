"""What silence proves: sound without any voice in it needs no answer, so nothing of it has to be sent again.

The service says nothing while nobody speaks. What it owes an answer for is sound that may be a voice and that no final
reaches yet. Everything here counts in seconds of the stream's own sound.
"""

from __future__ import annotations

from collections import deque

from desktop.core.audio import AudioFormat

LOUDEST = 64
"""Largest sample of silence, -54 dBFS; a whisper into a bad microphone is louder."""
MARGIN = 0.5
"""Seconds before a voice, or before now, that count as its soft beginning."""
TAIL = 0.3
"""Seconds of sound that die away after the last word of a final."""
STEP = 5.0
"""Seconds of silence that are worth telling."""
_GLANCE, _LOOK = 97, 3
"""One sample of so many: a glance tells most voices, a look all of them; odd, so that of two channels both are met."""


class Quiet:
    """Which of the sound that was sent still needs an answer."""

    def __init__(self, audio_format: AudioFormat) -> None:
        self._format = audio_format
        self._loud: deque[tuple[float, float]] = deque()
        """Stretches that may be a voice and are not answered, in order."""
        self._heard = 0.0
        self._told = 0.0

    def hear(self, pcm: bytes) -> None:
        """Sound that is sent."""
        start = self._heard
        self._heard += self._format.seconds(len(pcm))
        if not _is_loud(pcm):
            return
        if self._loud and self._loud[-1][1] >= start - MARGIN:
            start = self._loud.pop()[0]
        self._loud.append((start, self._heard))

    def answered(self, until: float) -> None:
        """All that will ever be said about the sound before `until` has been said."""
        self._told = max(self._told, until)
        while self._loud and self._loud[0][1] <= until + TAIL:
            self._loud.popleft()

    def progress(self) -> float | None:
        """Up to where nothing needs an answer any more, when that is news."""
        limit = min(self._loud[0][0], self._heard) if self._loud else self._heard
        if limit - MARGIN < self._told + STEP:
            return None
        self._told = limit - MARGIN
        return self._told


def _is_loud(pcm: bytes) -> bool:
    if pcm == bytes(len(pcm)):
        return False
    samples = memoryview(pcm)[: len(pcm) & ~1].cast("h")
    return any(_peaks(samples[::every]) for every in (_GLANCE, _LOOK))


def _peaks(samples: memoryview) -> bool:
    return bool(samples) and (max(samples) > LOUDEST or min(samples) < -LOUDEST)
