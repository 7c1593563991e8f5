"""How much of a session stays in memory beside what is on the disk: its end, so that days of talk take no more room."""

from __future__ import annotations

from collections import deque
from typing import TypeVar

from desktop.core.captions import CaptionDocument, CaptionEvent, Gap, Insight, Mark, Seam

T = TypeVar("T")
WORDY = 200
"""Finals whose word times stay in memory: they are nine tenths of a long session."""
KEPT = 2000
"""Finals, withdrawn ones among them, that stay in memory, three hours and more of talk without a pause; and as many
marks, apart from each other lest a service that finds things without end push the words out."""
AT_ONCE = 100
"""Entries that are let go of together, so that views have to follow once in a while only."""


class Recall:
    """Forgets the oldest entries of a document."""

    def __init__(self, document: CaptionDocument) -> None:
        self._document = document
        self._wordy: deque[tuple[str, str]] = deque()
        self._segments: deque[tuple[str, str]] = deque()
        self._marks: deque[Gap | Seam | Mark | Insight] = deque()
        self.whole = True
        """Nothing was forgotten yet."""

    def add(self, entry: CaptionEvent | Gap | Seam | Mark | Insight) -> None:
        """One more final or mark is in the document, or is about to be."""
        if isinstance(entry, CaptionEvent):
            segment = entry.lane, entry.segment_id
            self._segments.append(segment)
            if entry.words:
                self._wordy.append(segment)
        else:
            self._marks.append(entry)

    def forget(self) -> bool:
        """Let go of what is too much; all of it is on the disk, or is not to be kept. Whether any words went."""
        while len(self._wordy) > WORDY:
            self._document.forget_words(*self._wordy.popleft())
        for mark in _surplus(self._marks):
            self.whole = False
            self._document.forget_note(mark)
        segments = _surplus(self._segments)
        for segment in segments:
            self.whole = False
            self._document.forget(*segment)
        return bool(segments)


def _surplus(entries: deque[T]) -> list[T]:
    """The oldest entries, taken out, once there are enough of them."""
    if len(entries) < KEPT + AT_ONCE:
        return []
    return [entries.popleft() for _ in range(len(entries) - KEPT)]
