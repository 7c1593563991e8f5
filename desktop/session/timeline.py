"""The clock of one stream and how it lies on the session clock."""

from __future__ import annotations

from bisect import bisect_right

from desktop.core.audio import AudioChunk

JITTER = 0.005
"""Seconds; smaller steps between chunks are rounding, not gaps."""


class Timeline:
    """Maps seconds of sound sent on one stream to seconds on the session clock.

    A provider counts the samples it was sent; a gap in the recording is invisible to it. Each gap adds one anchor here.
    """

    def __init__(self) -> None:
        self._sent = 0.0
        self._anchors: list[tuple[float, float]] = []

    @property
    def end(self) -> float:
        """Session time at which the sound that was sent ends."""
        return self.session_time(self._sent)

    def sent(self, chunk: AudioChunk) -> None:
        """Note that this chunk was sent next."""
        if not self._anchors or abs(self.session_time(self._sent) - chunk.start) > JITTER:
            self._anchors.append((self._sent, chunk.start))
        self._sent += chunk.duration

    def session_time(self, stream_time: float) -> float:
        """Seconds on the session clock. A moment outside of the sound that was sent counts as the nearest one within.

        Nobody has heard anything there; a time of years ahead, taken as it is, would stand last for ever.
        """
        if not self._anchors:
            return 0.0
        stream_time = max(0.0, min(stream_time, self._sent))  # in this order no time at all (NaN) becomes 0 too
        at = max(0, bisect_right(self._anchors, (stream_time, float("inf"))) - 1)
        anchor_stream, anchor_session = self._anchors[at]
        return anchor_session + (stream_time - anchor_stream)
