"""When was this captured? Sound devices count frames, the session counts seconds."""

from __future__ import annotations

from math import inf

GAP = 0.1
"""Seconds of lost frames from which on a hole in the recording is marked."""

_LOOK = 0.5
"""Seconds over which blocks are compared with the wall clock."""
_LOOK_AFTER_HOLE = 0.2
"""The same after a hole in the arrivals. A server that merely was late hands over what it kept within milliseconds."""
_SLEW = 0.001
"""Most seconds by which the clocks are brought together per look: 0.2 %, ten times a bad crystal's drift."""


class CaptureClock:
    """Turns the arrival of a device's blocks into capture times on the session clock.

    Times follow from counting frames since the first block, so that jitter and bursts of blocks do not show. Blocks
    that arrive late are told from blocks that are lost by the least delay within a look: a burst catches up, a loss
    never does. A loss of more than `GAP` moves the count forward, at most `_LOOK` after it happened; anything less is
    the drift of two crystals and is followed in steps too small to hear. Overflow flags are of no use: a blocked
    callback loses blocks through PulseAudio's ALSA plug-in without one.
    """

    def __init__(self, sample_rate: int, epoch: float) -> None:
        self._rate = sample_rate
        self._epoch = epoch
        self._next = -inf
        self._arrival = 0.0
        self._least = inf
        self._look_until = 0.0

    def stamp(self, frames: int, now: float) -> float:
        """Start, in seconds on the session clock, of a block of `frames` that arrived at `now` (`time.monotonic()`)."""
        duration = frames / self._rate
        if self._next == -inf:
            self._next = now - duration
            self._look_until = now + _LOOK
        elif now - self._arrival > GAP + duration:
            self._least = inf
            self._look_until = now + _LOOK_AFTER_HOLE
        self._arrival = now
        self._least = min(self._least, now - self._next - duration)
        if now >= self._look_until:
            self._next += self._least if self._least > GAP else max(-_SLEW, min(_SLEW, self._least))
            self._least = inf
            self._look_until = now + _LOOK
        start = self._next
        self._next = start + duration
        return start - self._epoch
