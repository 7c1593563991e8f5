"""The page of the running session: the words, what was marked, and the way to find things in it."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop.core.captions import CaptionEvent, Gap, Insight, Mark, Seam
from desktop.session.events import Forgotten
from desktop.ui.dialogs import MissDialog
from desktop.ui.empty_view import EmptyView
from desktop.ui.find_bar import FindBar
from desktop.ui.notes import PAUSED, note_of
from desktop.ui.side_panel import SidePanel
from desktop.ui.style import px
from desktop.ui.theme import Palette
from desktop.ui.transcript_view import TranscriptView

_MISSED = 120.0
"""Seconds that "what did I miss" goes back."""
_NARROW = 930
"""Pixels below which the side panel makes room for the words."""


class CaptionsPage(QFrame):
    """Transcript and side panel, or what teaches before the first word."""

    mark_pressed = Signal()
    miss_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._running = False
        self._labels: dict[str, str] = {}
        self.view = TranscriptView()
        self.empty = EmptyView()
        self.find_bar = FindBar(self.view)
        self.side = SidePanel()
        self.miss = MissDialog(self)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self.view)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._stack, 1)
        words.addWidget(self.find_bar)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(words, 1)
        layout.addWidget(self.side)
        self.view.rows_changed.connect(self._turn)
        self.side.mark_pressed.connect(self.mark_pressed)
        self.side.miss_pressed.connect(self.miss_pressed)
        self.side.moment_pressed.connect(self.view.show_time)

    def apply_palette(self, palette: Palette) -> None:
        """Colour everything."""
        for part in (self.view, self.empty, self.find_bar, self.side):
            part.apply_palette(palette)

    def show_session(self, labels: Mapping[str, str]) -> None:
        """Begin an empty transcript with these lanes."""
        self._labels = dict(labels)
        self.view.clear_rows()
        self.view.show_lanes(labels)
        self.side.clear()

    def add_lane(self, lane: str, label: str) -> None:
        """Name a lane that comes later."""
        self._labels[lane] = label
        self.view.show_lanes(self._labels)

    def show_running(self, running: bool) -> None:
        """Make room for words while a session runs."""
        self._running = running
        self.side.show_running(running)
        self._turn()

    def show_words(self, event: CaptionEvent | Forgotten) -> None:
        """Show one revision of one segment, or no more what was said long ago."""
        if isinstance(event, CaptionEvent):
            self.view.apply(event)
        else:
            self.view.forget_before(event.before, saved=event.saved)

    def show_note(self, entry: Gap | Seam | Mark | Insight, providers: Mapping[str, str]) -> None:
        """Show what is not a caption; `providers` are titles by id. Findings have a place of their own."""
        if isinstance(entry, Insight):
            self.side.show_insight(entry)
            if not self.side.isHidden():
                return
        text, kind = note_of(entry, self._labels, providers)
        of_all = isinstance(entry, Gap) and entry.reason == PAUSED
        lane = "" if isinstance(entry, Mark) or of_all else entry.lane  # a pause of all sides is one line
        of_kind = f"/{text}" if isinstance(entry, Insight) else ""  # several may be of one moment
        self.view.note(entry.start, f"{type(entry).__name__}/{lane}/{entry.start}{of_kind}", text, kind)
        if isinstance(entry, Mark):
            self.side.show_mark(entry)

    def open_find(self) -> None:
        """Open the field for finding, when there is something to find."""
        if self.view.count:
            self.find_bar.open_bar()

    def open_miss(self, elapsed: float) -> None:
        """Show the last two minutes before `elapsed` (seconds on the session clock) in large print."""
        self.miss.show_text(self.view.latest(elapsed - _MISSED))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Give the words the room when there is little."""
        self.side.setVisible(self.width() >= px(_NARROW))
        super().resizeEvent(event)

    def _turn(self) -> None:
        page: QWidget = self.view if self.view.count or self._running else self.empty
        self._stack.setCurrentWidget(page)
