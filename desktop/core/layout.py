"""The rows of the caption bar: which words of which lane stand where, so that nothing already read jumps.

Rows are only added below, in the order in which they begin. While two lanes talk at once, each goes on filling its own
open row, and its next row goes to the bottom, as in a chat: labelled rows take turns, and nothing moves but by
scrolling. A segment begins in its lane's last row when that is the last of all, has room and its words are final.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from desktop.core.captions import CaptionEvent
from desktop.core.linebreak import Measure, Paragraph, Piece

KEPT_ROWS = 40
"""Rows that are remembered, the ones scrolled away included; more than a bar shows and lets wait together."""
_JOIN_SHARE = 0.35
"""Part of a row that must be free for the lane's next segment to begin in it."""


@dataclass(slots=True, eq=False)
class Row:
    """One row of captions: words of one lane."""

    lane: str
    speaker: str
    parts: list[tuple[_Segment, int]] = field(default_factory=list)
    """Segments, each with the index of its line that stands here."""

    def pieces(self) -> Iterator[Piece]:
        """The words, from the beginning of the row."""
        for segment, line in self.parts:
            if line < len(segment.words):
                yield from segment.words.pieces(line)

    @property
    def text(self) -> str:
        """The words in reading order."""
        return "".join(f" {piece.text}" if piece.spaced else piece.text for piece in self.pieces()).strip()

    @property
    def events(self) -> Sequence[CaptionEvent]:
        """The segments of which words stand here."""
        return [segment.event for segment, _ in self.parts]

    @property
    def is_final(self) -> bool:
        """True when nothing in it will change."""
        return all(segment.event.is_final for segment, _ in self.parts)

    @property
    def width(self) -> float:
        """Pixels up to the end of the last word."""
        segment, line = self.parts[-1]
        return segment.words.width(line) if line < len(segment.words) else 0.0


@dataclass(slots=True, eq=False)
class _Segment:
    words: Paragraph
    event: CaptionEvent
    rows: list[Row] = field(default_factory=list)
    """A row for each line; more than lines while an open segment has shrunk, so that nothing below it moves up."""


class Flow:
    """Segments of all lanes, laid out in rows of one width; the last `lines` rows are shown."""

    def __init__(self, measure: Measure, width: float, lines: int) -> None:
        self._measure = measure
        self._width = width
        self._lines = lines
        self._segments: dict[tuple[str, str], _Segment] = {}
        self._rows: list[Row] = []
        self._gone = 0
        """Rows forgotten at the top."""
        self._top = 0
        """Number of the first row that is shown, counted from the first there ever was."""

    @property
    def top(self) -> int:
        """How many rows have scrolled away so far; falls only when more are shown."""
        return self._top

    @property
    def events(self) -> Sequence[CaptionEvent]:
        """The newest revisions of what is remembered, to be laid out again in another width."""
        return [segment.event for segment in self._segments.values()]

    def shown(self, before: int = 0) -> Sequence[Row]:
        """The rows on show, from the top, after up to `before` of those that scrolled away last."""
        first = self._top - self._gone
        return self._rows[max(0, first - before) : first + self._lines]

    def show_lines(self, lines: int) -> None:
        """Show another number of rows; rows that scrolled away come back into the room there is."""
        self._lines = lines
        self._top = self._gone + max(0, len(self._rows) - lines)

    def put(self, event: CaptionEvent) -> None:
        """Take in a revision; its text must be fit to be shown."""
        key = (event.lane, event.segment_id)
        segment = self._segments.get(key)
        if segment is None:
            if not event.text:
                return
            segment = self._segments[key] = self._begin(event)
        segment.event = event
        segment.words.revise(event.text, len(event.text) if event.is_final else event.stable_chars)
        self._seat(segment)
        self._top = max(self._top, self._gone + len(self._rows) - self._lines)
        self._forget()

    def _begin(self, event: CaptionEvent) -> _Segment:
        last = self._rows[-1] if self._rows else None
        if last is not None and self._joins(last, event):
            space = self._measure(" ")
            segment = _Segment(Paragraph(self._measure, self._width, last.width + space), event, [last])
            last.parts.append((segment, 0))
            return segment
        return _Segment(Paragraph(self._measure, self._width), event)

    def _joins(self, row: Row, event: CaptionEvent) -> bool:
        same_voice = (row.lane, row.speaker) == (event.lane, event.speaker)
        return same_voice and row.is_final and row.width <= self._width * (1 - _JOIN_SHARE)

    def _seat(self, segment: _Segment) -> None:
        for line in range(len(segment.rows), len(segment.words)):
            row = Row(segment.event.lane, segment.event.speaker, [(segment, line)])
            self._rows.insert(self._place_below(segment), row)
            segment.rows.append(row)
        while len(segment.rows) > len(segment.words) and self._can_leave(segment):
            self._leave(segment)

    def _place_below(self, segment: _Segment) -> int:
        """The bottom; but a segment does not go on below a later one of its own lane, since nobody would follow."""
        if segment.rows and segment.rows[-1] in self._rows:
            own = self._rows.index(segment.rows[-1])
            if any(row.lane == segment.event.lane for row in self._rows[own + 1 :]):
                return own + 1
        return len(self._rows)

    def _can_leave(self, segment: _Segment) -> bool:
        row = segment.rows[-1]
        return segment.event.is_final or len(row.parts) > 1 or row is self._rows[-1]

    def _leave(self, segment: _Segment) -> None:
        row = segment.rows.pop()
        row.parts.remove((segment, len(segment.rows)))
        if not row.parts and row in self._rows:
            self._rows.remove(row)

    def _forget(self) -> None:
        while len(self._rows) > KEPT_ROWS and self._gone < self._top:
            del self._rows[0]
            self._gone += 1
        if len(self._segments) > KEPT_ROWS:
            alive = {id(row) for row in self._rows}
            done = [
                key
                for key, segment in self._segments.items()
                if segment.event.is_final and not any(id(row) in alive for row in segment.rows)
            ]
            for key in done:
                del self._segments[key]
