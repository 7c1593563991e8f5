"""Where a line of speech begins and ends: voice decisions in, segments of sound out. Pure."""

from __future__ import annotations

from array import array
from collections import deque
from dataclasses import dataclass, field

RATE = 16_000
HOP = 512
HOP_SECONDS = HOP / RATE


def _hops(seconds: float) -> int:
    return round(seconds / HOP_SECONDS)


@dataclass(frozen=True, slots=True)
class Rules:
    """Durations in seconds; how they were chosen: docs/decisions/0001-engine.md."""

    pre_roll: float = 0.4
    """Sound before the first voiced hop: the detector misses soft beginnings."""
    onset: int = 3
    """Voiced hops among the last four that begin a segment."""
    hang: float = 0.42
    """Silence that ends a segment whose text reads as finished."""
    long_hang: float = 0.6
    """Silence that ends any segment."""
    tail: float = 0.3
    """Silence kept at the end of a segment: less costs the last word."""
    soft_limit: float = 9.0
    """From this length on a short dip ends a segment: decoding cost rises with length, and so does reading delay."""
    dip: float = 0.12
    """What counts as a dip."""
    hard_limit: float = 14.0
    """Longer segments are cut at their quietest recent hop."""


@dataclass(slots=True)
class Segment:
    """A stretch of speech with its surroundings."""

    number: int
    start: int
    """First sample, counted from the first sample of the stream."""
    samples: array[float] = field(default_factory=lambda: array("f"))
    voiced: list[bool] = field(default_factory=list)
    """One decision for each hop."""
    quiet: int = 0
    """Unvoiced hops at the end."""
    finished: bool = False
    """What was said so far reads as a finished sentence; set by whoever decodes, only while it is quiet."""

    @property
    def seconds(self) -> float:
        """Duration."""
        return len(self.samples) / RATE

    @property
    def end(self) -> int:
        """The sample after the last, counted from the first sample of the stream."""
        return self.start + len(self.samples)

    @property
    def speech(self) -> float:
        """Seconds of voiced hops."""
        return sum(self.voiced) * HOP_SECONDS

    def add(self, hop: array[float], voiced: bool) -> None:
        """Append one hop."""
        self.samples.extend(hop)
        self.voiced.append(voiced)
        self.quiet = 0 if voiced else self.quiet + 1
        if voiced:
            self.finished = False

    def keep(self, hops: int) -> None:
        """Drop everything after the first `hops` hops."""
        del self.samples[hops * HOP :]
        del self.voiced[hops:]
        self.quiet = next((at for at, voiced in enumerate(reversed(self.voiced)) if voiced), len(self.voiced))


class Segmenter:
    """Cuts one stream into segments, hop by hop."""

    def __init__(self, rules: Rules = Rules()) -> None:
        self.rules = rules
        self.open: Segment | None = None
        """The segment that is being spoken, or None in silence."""
        self.heard = 0
        """Samples taken in."""
        self._count = 0
        self._answered = 0
        self._before: deque[tuple[array[float], bool]] = deque(maxlen=_hops(rules.pre_roll) + 4)

    @property
    def at_tail(self) -> bool:
        """Whether exactly the silence that a finished segment keeps has passed: its text can be had ahead."""
        return self.open is not None and self.open.quiet == _hops(self.rules.tail)

    @property
    def settled(self) -> int:
        """No segment will ever begin before this sample."""
        if self.open is not None:
            return self.open.start
        return max(self._answered, self.heard - len(self._before) * HOP)

    def push(self, hop: array[float], voiced: bool) -> Segment | None:
        """Take in the next HOP samples; the segment that they end, if they end one."""
        self.heard += len(hop)
        if self.open is None:
            self._before.append((hop, voiced))
            self._begin()
            return None
        self.open.add(hop, voiced)
        return self._end(self.open)

    def flush(self) -> Segment | None:
        """The sound is over: the open segment, if there is one."""
        segment, self.open = self.open, None
        self._before.clear()
        self._answered = self.heard
        return segment

    def _begin(self) -> None:
        recent = list(self._before)[-4:]
        if sum(voiced for _, voiced in recent) < self.rules.onset:
            return
        self.open = self._fresh(self.heard - len(self._before) * HOP)
        for hop, voiced in self._before:
            self.open.add(hop, voiced)
        self._before.clear()

    def _fresh(self, start: int) -> Segment:
        self._count += 1
        return Segment(self._count, start)

    def _end(self, segment: Segment) -> Segment | None:
        rules = self.rules
        over = segment.quiet >= _hops(rules.hang if segment.finished else rules.long_hang)
        if over or (segment.seconds >= rules.soft_limit and segment.quiet >= _hops(rules.dip)):
            self._close(segment, len(segment.voiced) - max(0, segment.quiet - _hops(rules.tail)))
            return segment
        if segment.seconds >= rules.hard_limit:
            self._split(segment)
            return segment
        return None

    def _close(self, segment: Segment, hops: int) -> None:
        """End `segment` after `hops` hops; what follows them may still be the start of the next one."""
        rest = segment.samples[hops * HOP :]
        quiet = [(rest[at : at + HOP], False) for at in range(0, len(rest), HOP)]
        segment.keep(hops)
        self.open = None
        self._answered = segment.end
        self._before.clear()
        self._before.extend(quiet)

    def _split(self, segment: Segment) -> None:
        """End an over-long `segment` at its quietest place of the last 3 s, and go on with the rest of it."""
        hops = len(segment.voiced)
        cut = min(range(hops - _hops(3.0), hops - 2), key=lambda at: _energy(segment.samples, at)) + 1
        rest, flags = segment.samples[cut * HOP :], segment.voiced[cut:]
        segment.keep(cut)
        self._answered = segment.end
        self.open = self._fresh(segment.end)
        for at, voiced in enumerate(flags):
            self.open.add(rest[at * HOP : (at + 1) * HOP], voiced)


def _energy(samples: array[float], hop: int) -> float:
    around = samples[max(0, hop - 1) * HOP : (hop + 2) * HOP]
    return sum(sample * sample for sample in around)
