"""When was this captured? Sound devices count frames, the session counts seconds."""

from __future__ import annotations

from math import inf

GAP = 0.1
"""Seconds of lost frames from which on a hole in the recording is marked."""

_LOOK = 0.25
"""Seconds over which blocks are compared with the wall clock."""
_STEADY = 0.05
"""Most by which the delay may differ between two looks to count as steady."""
_FORWARD, _BACK = 0.002, 0.05
"""Fastest correction, in seconds per second: forward ten times the drift of a bad crystal, back before it misleads."""


class CaptureClock:
    """Turns the arrival of a device's blocks into capture times on the session clock.

    Times follow from counting frames since the first block, so that jitter and bursts of blocks do not show. What
    matters is the least delay within a look. When it stays the same above `GAP`, that many frames are lost, and the
    count jumps forward, within three looks. While it still grows or shrinks, blocks are merely late: PulseAudio was
    seen to keep 12 s for a callback that was stuck, and to hand them over at once. Anything less is the drift of two
    crystals, or a first block that came late, and is followed in steps too small to matter; times always rise.

    Overflow flags are of no use: through PulseAudio's ALSA plug-in none is ever set.
    """

    def __init__(self, sample_rate: int, epoch: float) -> None:
        self._rate = sample_rate
        self._epoch = epoch
        self._next = -inf
        self._arrival = 0.0
        self._least = inf
        self._known = -inf
        """The least delay of the look before; -inf when there was none to compare with."""
        self._look_until = 0.0
        self._slew = 0.0

    def stamp(self, frames: int, now: float) -> float:
        """Start, in seconds on the session clock, of a block of `frames` that arrived at `now` (`time.monotonic()`)."""
        duration = frames / self._rate
        if self._next == -inf:
            self._next = now - duration
            self._look_until = now + _LOOK
        elif now - self._arrival > GAP + duration:  # a hole in the arrivals: what was before says nothing any more
            self._least, self._known = inf, -inf
            self._look_until = now + _LOOK
        self._arrival = now
        self._least = min(self._least, now - self._next - duration)
        if now >= self._look_until:
            self._look(now)
        start = self._next
        self._next = start + duration * (1 + self._slew)
        return start - self._epoch

    def _look(self, now: float) -> None:
        delay, self._least = self._least, inf
        self._look_until = now + _LOOK
        if delay > GAP and abs(delay - self._known) <= _STEADY:
            self._next += delay
            delay = 0.0
        self._known = delay
        self._slew = max(-_BACK, min(_FORWARD, delay))
