"""Who spoke how much, when and how fast: what a small picture of a session shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from desktop.core.captions import CaptionEvent
from desktop.transcripts.transcript import Transcript

Span = tuple[float, float]
"""Start and end, seconds."""


@dataclass(frozen=True, slots=True)
class LaneTalk:
    """One lane of a session."""

    lane: str
    label: str
    seconds: float
    """In which it spoke."""
    words: int
    parts: tuple[float, ...]
    """For each slice of the session the part of it, 0 to 1, in which the lane spoke."""

    @property
    def pace(self) -> float:
        """Words a minute while it spoke; 0 when it did not."""
        return self.words / self.seconds * 60 if self.seconds else 0.0


@dataclass(frozen=True, slots=True)
class Talk:
    """A whole session."""

    duration: float
    """Seconds."""
    lanes: tuple[LaneTalk, ...]
    overlap: float
    """Seconds in which more than one lane spoke."""
    silence: float
    """Seconds in which nobody spoke."""
    overlaps: tuple[float, ...]
    """For each slice the part of it in which more than one lane spoke."""

    def share(self, seconds: float) -> float:
        """`seconds` as a part of the session, 0 to 1."""
        return min(seconds / self.duration, 1.0) if self.duration > 0 else 0.0


def talk_of(transcript: Transcript, slices: int = 120) -> Talk:
    """Measure a transcript by the times of its words where it has them, and of its segments where it has none."""
    by_lane: dict[str, list[CaptionEvent]] = {lane: [] for lane, _ in transcript.header.lanes}
    for segment in transcript.segments:
        by_lane.setdefault(segment.lane, []).append(segment)
    spans = {lane: merged(span for each in said for span in _spoken(each)) for lane, said in by_lane.items()}
    reach = max((span[-1][1] for span in spans.values() if span), default=0.0)
    duration = max(transcript.duration, reach)
    lanes = tuple(
        LaneTalk(lane, transcript.label(lane), _length(mine), words_in(by_lane[lane]), sliced(mine, duration, slices))
        for lane, mine in spans.items()
    )
    anyone, several = merged(span for each in spans.values() for span in each), _at_once(spans.values())
    overlaps = sliced(several, duration, slices)
    return Talk(duration, lanes, _length(several), max(duration - _length(anyone), 0.0), overlaps)


_PAUSE = 0.5
"""Seconds between two words that still count as speech."""


def _spoken(segment: CaptionEvent) -> Iterator[Span]:
    if not segment.words:
        yield segment.start, segment.end
        return
    start, end = segment.words[0].start, segment.words[0].end
    for word in segment.words[1:]:
        if word.start - end > _PAUSE:
            yield start, end
            start = word.start
        end = max(end, word.end)
    yield start, end


def words_in(said: Iterable[CaptionEvent]) -> int:
    """How many words these segments have, as the provider counted them or else by their spaces."""
    return sum(len(each.words) if each.words else len(each.text.split()) for each in said)


def merged(spans: Iterable[Span]) -> list[Span]:
    """`spans` in order, those that touch as one."""
    found: list[Span] = []
    for start, end in sorted(span for span in spans if span[1] > span[0]):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def _at_once(lanes: Iterable[Sequence[Span]]) -> list[Span]:
    """Where more than one lane spoke."""
    turns = sorted([(time, step) for spans in lanes for span in spans for time, step in ((span[0], 1), (span[1], -1))])
    found, speaking = [], 0
    for (time, step), (following, _) in pairwise(turns):
        speaking += step
        if speaking > 1 and following > time:
            found.append((time, following))
    return merged(found)


def _length(spans: Iterable[Span]) -> float:
    return sum(end - start for start, end in spans)


def sliced(spans: Iterable[Span], duration: float, slices: int) -> tuple[float, ...]:
    """The part of each of `slices` equal slices of `duration` that `spans` cover."""
    found = [0.0] * slices
    if duration <= 0:
        return tuple(found)
    width = duration / slices
    for start, end in spans:
        first, last = int(start / width), min(int(end / width), slices - 1)
        for at in range(max(first, 0), last + 1):
            found[at] += max(min(end, (at + 1) * width) - max(start, at * width), 0.0)
    return tuple(min(each / width, 1.0) for each in found)
