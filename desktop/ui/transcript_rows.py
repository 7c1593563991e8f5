"""The rows of the live transcript, kept in order of time as events arrive in any order."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from enum import IntEnum

from desktop.core.captions import CaptionEvent
from desktop.ui.text import plain


class RowKind(IntEnum):
    """How a row looks."""

    CAPTION = 0
    NOTE = 1
    MARK = 2


@dataclass(frozen=True, slots=True)
class Row:
    """One paragraph of the transcript."""

    start: float
    """Seconds on the session clock."""
    key: str
    """Unique in the transcript."""
    kind: RowKind
    text: str
    """Harmless plain text."""
    lane: str = ""
    solid: int = 0
    """Length of the prefix of `text` that will not change any more."""

    @property
    def place(self) -> tuple[float, str]:
        """Where the row stands among the others."""
        return (self.start, self.key)


def caption_row(event: CaptionEvent) -> Row:
    """The row of one revision; provisional where the event is not final."""
    text = plain(event.text)
    solid = len(text) if event.is_final else min(event.stable_chars, len(text))
    return Row(event.start, f"{event.lane}/{event.segment_id}", RowKind.CAPTION, text, event.lane, solid)


class Rows:
    """An ordered list that says what changed, so that a view touches nothing else."""

    def __init__(self) -> None:
        self._rows: list[Row] = []
        self._by_key: dict[str, Row] = {}
        self._closed: set[str] = set()
        self._revisions: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, index: int) -> Row:
        return self._rows[index]

    def clear(self) -> None:
        """Forget everything."""
        self.__init__()  # type: ignore[misc]  # an empty list again, not an instance half built

    def index(self, key: str) -> int | None:
        """Where the row of this key stands."""
        row = self._by_key.get(key)
        return None if row is None else bisect_left(self._rows, row.place, key=lambda each: each.place)

    def accepts(self, event: CaptionEvent) -> bool:
        """Whether `event` is news: by the rules of `CaptionDocument`, and remembered as seen."""
        key = f"{event.lane}/{event.segment_id}"
        if key in self._closed or (not event.is_final and event.revision <= self._revisions.get(key, -1)):
            return False
        self._revisions[key] = event.revision
        if event.is_final:
            self._closed.add(key)
            del self._revisions[key]
        return True

    def put(self, row: Row) -> int:
        """Insert a row whose key is new; returns where it stands."""
        at = bisect_left(self._rows, row.place, key=lambda each: each.place)
        self._rows.insert(at, row)
        self._by_key[row.key] = row
        return at

    def replace(self, at: int, row: Row) -> None:
        """Put `row` in the place of the one that stands there; both have the same key and start."""
        self._rows[at] = row
        self._by_key[row.key] = row

    def remove(self, at: int) -> None:
        """Take the row out."""
        del self._by_key[self._rows.pop(at).key]

    def forget_before(self, seconds: float) -> int:
        """Take out every row that begins before this session time; returns how many there were."""
        count = bisect_left(self._rows, seconds, key=lambda each: each.start)
        for row in self._rows[:count]:
            del self._by_key[row.key]
            self._closed.discard(row.key)
            self._revisions.pop(row.key, None)
        del self._rows[:count]
        return count
