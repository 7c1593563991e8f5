"""How much of a session stays in memory beside what is on the disk: its end, so that days of talk take no more room."""

from __future__ import annotations

from collections import deque

from desktop.core.captions import CaptionDocument, CaptionEvent, Gap, Insight, Mark, Seam

WORDY = 200
"""Finals whose word times stay in memory: they are nine tenths of a long session."""
KEPT = 3000
"""Finals, withdrawn ones among them, and marks that stay in memory: some four hours of talk."""


class Recall:
    """Forgets the oldest entries of a document."""

    def __init__(self, document: CaptionDocument) -> None:
        self._document = document
        self._wordy: deque[tuple[str, str]] = deque()
        self._kept: deque[tuple[str, str] | Gap | Seam | Mark | Insight] = deque()
        self.whole = True
        """Nothing was forgotten yet."""

    def add(self, entry: CaptionEvent | Gap | Seam | Mark | Insight) -> None:
        """One more final or mark is in the document, or is about to be."""
        if isinstance(entry, CaptionEvent):
            segment = entry.lane, entry.segment_id
            self._kept.append(segment)
            if entry.words:
                self._wordy.append(segment)
        else:
            self._kept.append(entry)

    def forget(self) -> None:
        """Let go of what is too much; all of it is on the disk, or is not to be kept."""
        while len(self._wordy) > WORDY:
            self._document.forget_words(*self._wordy.popleft())
        while len(self._kept) > KEPT:
            self.whole = False
            oldest = self._kept.popleft()
            if isinstance(oldest, tuple):
                self._document.forget(*oldest)
            else:
                self._document.forget_note(oldest)
