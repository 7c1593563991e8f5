"""A part of a transcript, as a transcript of its own; times stay those of the whole session."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import replace

from desktop.core.captions import CaptionEvent, Entry
from desktop.transcripts.transcript import Transcript


def between(transcript: Transcript, start: float, end: float = math.inf) -> Transcript:
    """What began from second `start` on and before second `end`."""
    return replace(transcript, entries=tuple(each for each in transcript.entries if start <= each.start < end))


def of_lanes(transcript: Transcript, lanes: Collection[str]) -> Transcript:
    """What these lanes (ids) said; entries of no lane stay."""
    return replace(transcript, entries=tuple(each for each in transcript.entries if _lane(each) in ("", *lanes)))


def of_segments(transcript: Transcript, chosen: Collection[tuple[str, str]]) -> Transcript:
    """The segments of these lanes and ids alone."""
    kept = (each for each in transcript.segments if (each.lane, each.segment_id) in chosen)
    return replace(transcript, entries=tuple(kept))


def _lane(entry: Entry) -> str:
    return entry.lane if isinstance(entry, CaptionEvent) else getattr(entry, "lane", "")
