"""One stream inside the child process: sound in, caption lines out. Pure but for the two functions it is given."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from dataclasses import dataclass

from desktop.providers.on_device import guards
from desktop.providers.on_device.hearing import Listener
from desktop.providers.on_device.segments import HOP, HOP_SECONDS, RATE, Rules, Segment, Segmenter
from desktop.providers.on_device.stability import Prefix
from desktop.providers.on_device.words import spread

Line = dict[str, object]
"""One answer as it travels to the parent: plain JSON."""

FIRST = 0.3
"""Seconds of voiced sound before a segment is decoded for the first time."""
INTERVAL = 0.35
"""Seconds of sound between two hypotheses of a segment, at the least."""
HURRIED_INTERVAL = 1.5
"""The same while more sound is waiting: enough to notice another language in a recording."""
SHARE = 3.0
"""Between two hypotheses at least so many times the last one's cost passes: a third of one processor per lane."""
STEP = 0.5
"""Seconds between two reports of progress in silence."""


@dataclass(frozen=True, slots=True)
class Tools:
    """What a lane needs from outside."""

    is_voice: Callable[[array[float]], bool]
    decode: Callable[[array[float]], str]
    clock: Callable[[], float]


class Lane:
    """One stream."""

    def __init__(self, tools: Tools, rules: Rules | None = None) -> None:
        self._tools = tools
        self._segmenter = Segmenter(rules or Rules())
        self.heard = 0
        """Samples taken in."""
        self._rest = array("f")
        self._listener = Listener()
        self._prefix = Prefix()
        self._revision = 0
        self._decoded = 0.0
        self._cost = 0.0
        self._ahead: tuple[int, int, str] | None = None
        self._previous = ("", 0.0)
        self._reported = 0.0

    def push(self, samples: array[float], hurried: bool) -> list[Line]:
        """Take in sound; when `hurried`, more of it is waiting and hypotheses become rare."""
        self.heard += len(samples)
        self._rest.extend(samples)
        lines: list[Line] = []
        while len(self._rest) >= HOP:
            hop, self._rest = self._rest[:HOP], self._rest[HOP:]
            lines += self._push_hop(hop, hurried)
        return lines

    def finish(self) -> list[Line]:
        """The sound is over."""
        lines: list[Line] = []
        if self._rest:
            lines += self._push_hop(self._rest + array("f", bytes(4 * (HOP - len(self._rest)))), hurried=True)
        segment = self._segmenter.flush()
        if segment is not None:
            lines += self._close(segment)
        return [*lines, self._progress(self.heard)]

    def _push_hop(self, hop: array[float], hurried: bool) -> list[Line]:
        ended = self._segmenter.push(hop, self._tools.is_voice(hop))
        lines = self._close(ended) if ended is not None else []
        segment = self._segmenter.open
        if segment is not None and self._is_due(segment, hurried):
            lines += self._partial(segment)
        if self._segmenter.settled / RATE >= self._reported + STEP:
            self._reported = self._segmenter.settled / RATE
            lines.append(self._progress(self._segmenter.settled))
        return lines

    def _is_due(self, segment: Segment, hurried: bool) -> bool:
        if self._segmenter.at_tail:
            return True  # also in a hurry: its text serves as the final, and says whether the sentence is complete
        if segment.quiet or segment.speech < FIRST:
            return False
        interval = HURRIED_INTERVAL if hurried else INTERVAL
        return segment.seconds - self._decoded >= max(interval, SHARE * self._cost)

    def _decode(self, segment: Segment) -> str:
        began = self._tools.clock()
        text = self._tools.decode(segment.samples)
        self._cost = self._tools.clock() - began
        self._decoded = segment.seconds
        return guards.without_loops(text, segment.speech)

    def _partial(self, segment: Segment) -> list[Line]:
        text = self._decode(segment)
        if self._segmenter.at_tail:
            self._ahead = (segment.number, len(segment.samples), text)
            segment.finished = text.endswith((".", "?", "!"))
        notices = self._judge(text, segment, last=False)
        if not text:
            return notices
        shown, stable = self._prefix.partial(text)
        return [*notices, self._line("partial", segment, shown, stable)]

    def _close(self, segment: Segment) -> list[Line]:
        key = (segment.number, len(segment.samples))
        ahead = self._ahead
        text = ahead[2] if ahead is not None and ahead[:2] == key else self._decode(segment)
        notices = self._judge(text, segment, last=True)
        if self._is_invented(text, segment):
            text = ""
        final = self._prefix.final(text) if text else ""
        lines = notices
        if final or self._revision:
            lines = [*notices, self._line("final", segment, final, len(final))]
        if final:
            self._previous = (final, segment.end / RATE)
        self._prefix, self._revision, self._decoded, self._cost, self._ahead = Prefix(), 0, 0.0, 0.0, None
        self._reported = segment.end / RATE
        return [*lines, self._progress(segment.end)]

    def _is_invented(self, text: str, segment: Segment) -> bool:
        before, ended = self._previous
        pause = segment.start / RATE - ended
        return segment.speech < guards.MIN_SPEECH or guards.is_echo(text, segment.speech, before, pause)

    def _judge(self, text: str, segment: Segment, last: bool) -> list[Line]:
        return [{"type": "foreign"}] if self._listener.hypothesis(text, segment.speech, last) else []

    def _line(self, kind: str, segment: Segment, text: str, stable: int) -> Line:
        self._revision += 1
        start = segment.start / RATE
        return {
            "type": kind,
            "segment": segment.number,
            "revision": self._revision,
            "text": text,
            "start": start,
            "end": self._seconds(segment.end),
            "stable": stable,
            "words": [
                [word, round(begin, 3), round(min(end, self.heard / RATE), 3)]
                for word, begin, end in spread(text, segment.voiced, start, HOP_SECONDS)
            ],
        }

    def _progress(self, samples: int) -> Line:
        return {"type": "progress", "end": self._seconds(samples)}

    def _seconds(self, samples: int) -> float:
        return min(samples, self.heard) / RATE  # the last hop is filled up with silence that nobody sent
