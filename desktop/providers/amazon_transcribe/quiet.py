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
"""One sample of so many: a glance tells most voices, a look all of them."""


class Quiet:
    """Which of one channel's sound that was sent still needs an answer."""

    def __init__(self, audio_format: AudioFormat, channel: int = 0) -> None:
        self._format = audio_format
        self._looks = [slice(channel, None, audio_format.channels * every) for every in (_GLANCE, _LOOK)]
        self._loud: deque[tuple[float, float]] = deque()
        """Stretches that may be a voice and are not answered, in order."""
        self._heard = 0.0
        self._told = 0.0

    def hear(self, pcm: bytes) -> None:
        """Sound that is sent."""
        start = self._heard
        self._heard += self._format.seconds(len(pcm))
        if not self._is_loud(pcm):
            return
        if self._loud and self._loud[-1][1] >= start - MARGIN:
            start = self._loud.pop()[0]
        self._loud.append((start, self._heard))

    def answered(self, until: float) -> None:
        """All that will ever be said about the sound before `until` has been said."""
        self._told = max(self._told, until)
        while self._loud and self._loud[0][1] <= until + TAIL:
            self._loud.popleft()

    @property
    def settled(self) -> float:
        """Up to where nothing needs an answer any more."""
        limit = min(self._loud[0][0], self._heard) if self._loud else self._heard
        return max(self._told, limit - MARGIN)

    def _is_loud(self, pcm: bytes) -> bool:
        if pcm == bytes(len(pcm)):
            return False
        samples = memoryview(pcm)[: len(pcm) & ~1].cast("h")
        return any(_peaks(samples[look]) for look in self._looks)


class Quietness:
    """The same for all channels of a stream: what is said on one of them answers for no other."""

    def __init__(self, audio_format: AudioFormat) -> None:
        self._channels = [Quiet(audio_format, channel) for channel in range(audio_format.channels)]
        self._told = 0.0

    def hear(self, pcm: bytes) -> None:
        """Sound that is sent."""
        for channel in self._channels:
            channel.hear(pcm)

    def answered(self, until: float, channel: int = 0) -> None:
        """All that will ever be said about a channel's sound before `until` has been said."""
        self._channels[channel].answered(until)
        if len(self._channels) == 1:
            self._told = max(self._told, until)

    def progress(self) -> float | None:
        """Up to where nothing needs an answer any more, when that is news."""
        settled = min(channel.settled for channel in self._channels)
        if settled < self._told + STEP:
            return None
        self._told = settled
        return settled


def _peaks(samples: memoryview) -> bool:
    return bool(samples) and (max(samples) > LOUDEST or min(samples) < -LOUDEST)
