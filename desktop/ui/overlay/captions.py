"""The panel of the caption bar: takes events in, lays out and paints once a frame."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from math import ceil, floor
from time import perf_counter
from typing import Protocol

from msgspec import structs
from PySide6.QtCore import QEvent, QPointF, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from desktop.core.calm import Calm, Tail
from desktop.core.captions import CaptionDocument, CaptionEvent, LaneAdded
from desktop.core.layout import Flow, Row
from desktop.core.linebreak import Piece
from desktop.core.pace import Pace
from desktop.core.state import SessionState
from desktop.session.events import SessionEvent, StateChanged
from desktop.settings.schema import OverlaySettings
from desktop.ui import theme
from desktop.ui.overlay.canvas import Canvas
from desktop.ui.overlay.ground import paint_ground
from desktop.ui.overlay.look import Look
from desktop.ui.overlay.presets import DOCKS
from desktop.ui.overlay.slide import Slide
from desktop.ui.overlay.spoken import Announcer, Spoken, line_of
from desktop.ui.text import plain

FRAME = 1 / 60
"""Seconds; no more than one paint in each. A single event need not wait for a frame of the scrolling, though: its paint
takes the place of the next one."""
_EARLIER = 12
"""Segments that are fetched from the document when the bar appears in the middle of a session."""
_LABEL_LIMIT = 40
_ROW_MS = 3_000
"""Milliseconds more for each row that still waits below at the end."""
_AFTER_STOP_MS = 20_000
"""Milliseconds for which the last words can be read after the session, at least. While it runs they stay until others
come, and until there was time to read them (`Pace`)."""


_OVER = frozenset({SessionState.STOPPED, SessionState.FAILED})


class LaneLike(Protocol):
    """What the caption bar needs to know of a lane (`LaneSpec` is one)."""

    @property
    def id(self) -> str:
        """As in `CaptionEvent.lane`."""

    @property
    def label(self) -> str:
        """Foreign text."""


class Captions(QWidget):
    """Shows the last rows of a document."""

    ended = Signal()
    """The last words were taken off some time after the end of the session."""
    painted = Signal(float)
    """After each paint: seconds since the oldest event that it shows, or 0 when there was none."""

    def __init__(self, settings: OverlaySettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._settings = settings
        self._document = CaptionDocument()
        self._labels: dict[str, str] = {}
        self._opaque = False
        self._framed = False
        self._reduce_motion = False
        self._waiting: dict[tuple[str, str], None] = {}
        self._calm: dict[tuple[str, str], Calm] = {}
        """For each segment that may still change: how it is shown."""
        self._asked_at = 0.0
        """When the oldest event came that is not laid out yet, or 0."""
        self._laid_since = 0.0
        """The same of those that are laid out and not painted yet."""
        self._next_frame = 0.0
        self._frame = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._frame.timeout.connect(self._on_frame)
        self._slide = Slide()
        self._on_show: list[tuple[str, tuple[Piece, ...]]] = []
        """Lane and words of each row as painted last."""
        self._top_on_show = 0.0
        self._fade = QTimer(self, singleShot=True, interval=_AFTER_STOP_MS)
        self._fade.timeout.connect(self._end)
        self._unread = QTimer(self, singleShot=True)
        self._unread.timeout.connect(self._on_frame)
        self._pace = Pace(settings.reading_speed)
        self._top = 0
        """Number of the row that stands at the top: that of the flow, or a lower one while rows wait to be read."""
        self._announcer = Announcer(self)
        self._announcer.apply(settings)
        self._spoken = Spoken(self)
        self._speak = QTimer(self, singleShot=True, interval=0)
        self._speak.timeout.connect(self._tell_reader)
        self.look = Look(settings, (), self._opaque)
        self._begin(())

    # What comes in

    def bind(self, document: CaptionDocument, lanes: Sequence[LaneLike]) -> None:
        """Show this document from now on."""
        self.clear()
        self._document = document
        self._labels = {lane.id: plain(lane.label, _LABEL_LIMIT) for lane in lanes}
        self._restyle()
        self.catch_up()

    def on_event(self, event: SessionEvent) -> None:
        """Take note of what changed, and lay it out once per frame."""
        if isinstance(event, CaptionEvent):
            self._fade.stop()
            if self.isVisible():
                self._waiting[event.lane, event.segment_id] = None
                self._ask_for_paint()
            if event.is_final and event.text:
                self._announcer.say(line_of(event, self._labels))
        elif isinstance(event, LaneAdded):
            self._labels = {**self._labels, event.lane: plain(event.label, _LABEL_LIMIT)}
            self._canvas = self._new_canvas()  # the column of names keeps its width, so no word moves
        elif isinstance(event, StateChanged) and not event.lane and event.state in _OVER:
            self._fade.start(_AFTER_STOP_MS + self._waiting_rows() * _ROW_MS)

    @property
    def labels(self) -> Mapping[str, str]:
        """Lanes' labels by id, fit to be shown."""
        return self._labels

    def _waiting_rows(self) -> int:
        return self._flow.top - self._top

    def _end(self) -> None:
        self.clear()
        self.ended.emit()

    @property
    def is_empty(self) -> bool:
        """True when no words are on show."""
        return not self._flow.shown() and not self._waiting

    def shown_text(self) -> str:
        """What is on show, row by row, as plain text to be copied."""
        return "\n".join(row.text for row in self._rows_on_show())

    def clear(self) -> None:
        """Take all words off."""
        self._fade.stop()
        self._announcer.forget()
        self._waiting.clear()
        self._calm.clear()
        self._document = CaptionDocument()
        self._begin(())

    def set_reduce_motion(self, reduce: bool) -> None:
        """Whether rows jump instead of sliding."""
        self._reduce_motion = reduce

    def set_framed(self, framed: bool) -> None:
        """Whether the panel shows its edges, as it does under the mouse."""
        self._framed = framed
        self.update()

    def apply(self, settings: OverlaySettings, *, opaque: bool) -> None:
        """Paint in this manner from now on; `opaque` where the desktop can't blend."""
        before, self._settings = self._settings, settings
        self._announcer.apply(settings)
        if settings.reading_speed != before.reading_speed:
            self._pace = Pace(settings.reading_speed)
        if opaque != self._opaque or _looks(settings) != _looks(before):
            self._opaque = opaque
            self._restyle()

    def show_lines(self, lines: int) -> None:
        """Show another number of rows in the same look."""
        if lines != self.look.lines:
            self.look.lines = lines
            self._settle()
            self._slide.stop()
            self._flow.show_lines(lines)
            self._top = self._flow.top
            self.update()

    # Frames

    def _ask_for_paint(self) -> None:
        if self._asked_at:
            return
        self._asked_at = perf_counter()
        due = self._next_frame - FRAME
        if due <= self._asked_at:
            self._on_frame()  # now, so that this paint stands before that of slower windows in Qt's queue
        else:
            self._wake(due)

    def _wake(self, at: float) -> None:
        self._frame.start(max(0, ceil((at - perf_counter()) * 1000)))

    def _on_frame(self) -> None:
        """Lay out what has come in since the last frame; ask Qt for the rows that changed."""
        self._settle()
        rows = self._content()
        if self._top_on_show != self._position() or len(rows) != len(self._on_show):
            self.update()
            return
        changed = [at for at, row in enumerate(rows) if row != self._on_show[at]]
        words = (piece.text for at in changed for _, row in (rows[at], self._on_show[at]) for piece in row)
        if not all(map(_is_latin, words)):
            self.update()  # other scripts may reach far out of their row
        elif changed:
            look = self.look
            top, bottom = changed[0] * look.line_height, (changed[-1] + 1) * look.line_height
            margin = look.overhang
            self.update(QRect(0, look.text_top + top - margin, self.width(), bottom - top + 2 * margin))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  # Qt's name
        """Paint what is laid out."""
        if event.rect().contains(self.rect()):
            self._settle()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(event.rect())
        self._paint_panel(painter)
        self._paint_rows(painter)
        painter.end()
        now = perf_counter()
        self._next_frame = max(now, self._next_frame) + FRAME
        if self._is_sliding():
            self._wake(self._next_frame)
        since, self._laid_since = self._laid_since, 0.0
        self.painted.emit(now - since if since else 0.0)

    def _paint_rows(self, painter: QPainter) -> None:
        look, top = self.look, self._position()
        rows = self._rows_from(floor(top))
        slid = (floor(top) - top) * look.line_height
        if slid:
            inside = QRect(0, look.text_top, self.width(), look.lines * look.line_height)
            painter.setClipRect(inside, Qt.ClipOperation.IntersectClip)
        rows = rows[: look.lines + bool(slid)]
        self._canvas.rows(painter, rows, look.text_top + slid, first_label=0 if slid > -look.line_height / 2 else 1)
        if not rows:
            self._paint_hint(painter)
        self._on_show, self._top_on_show = self._content(), top

    def _rows_from(self, number: int) -> Sequence[Row]:
        return self._flow.shown(self._flow.top - number)

    def _rows_on_show(self) -> Sequence[Row]:
        return self._rows_from(self._top)[: self.look.lines]

    def _content(self) -> list[tuple[str, tuple[Piece, ...]]]:
        return [(row.lane, tuple(row.pieces())) for row in self._rows_on_show()]

    def _settle(self) -> None:
        before, top = self._position(), self._top
        for key in self._waiting:
            event = self._document.segment(*key)
            if event is not None:
                self._flow.put(self._calmed(event))
                if event.is_final:
                    self._speak.start()
        self._waiting.clear()
        self._laid_since, self._asked_at = self._laid_since or self._asked_at, 0.0
        now = perf_counter()
        self._top = self._pace.top(self._rows_from(top), top, self.look.lines, now)
        if self._pace.due is not None:
            self._unread.start(max(1, ceil((self._pace.due - now) * 1000)))
        if self._top != top and not self._reduce_motion:
            self._slide.begin(max(before, self._top - self.look.lines), now)

    def _calmed(self, event: CaptionEvent) -> CaptionEvent:
        key = event.lane, event.segment_id
        calm = self._calm.pop(key, None) or Calm(Tail(self._settings.tail))
        if not event.is_final:
            self._calm[key] = calm
        return calm.shown(_fit(event))

    def _is_sliding(self) -> bool:
        return self._slide.is_running(perf_counter())

    def _position(self) -> float:
        return self._slide.position(self._top, perf_counter())

    def _paint_panel(self, painter: QPainter) -> None:
        radius = 0 if self._settings.preset in DOCKS else theme.RADIUS
        own = self.look.boxed and bool(self._flow.shown())  # each row brings its own ground
        paint_ground(painter, self.rect(), self.look, radius, framed=self._framed, filled=not own)

    def _paint_hint(self, painter: QPainter) -> None:
        look = self.look
        painter.setFont(look.label_font)
        painter.setPen(look.dim)
        painter.drawText(QPointF(look.label_left, look.text_top + look.ascent), self.tr("Captions will appear here"))

    # Layout

    def _restyle(self) -> None:
        self.look = Look(self._settings, tuple(self._labels.values()), self._opaque)
        self._begin(self._flow.events)

    def _new_canvas(self) -> Canvas:
        canvas = Canvas(self.look, self._labels)
        canvas.fit(self.width())
        return canvas

    def _begin(self, events: Sequence[CaptionEvent]) -> None:
        """Lay out from the beginning; words may move, as when the user makes the bar wider."""
        self._slide.stop()
        self._canvas = self._new_canvas()
        self._flow = Flow(self.look.measure, self._canvas.width, self.look.lines)
        for event in events:
            self._flow.put(event)
        self._top = self._flow.top
        self._pace.seen(self._flow.shown())
        self._speak.start()
        self.update()

    def catch_up(self) -> None:
        """Lay out what the document holds by now."""
        self._calm.clear()
        self._begin([self._calmed(event) for event in self._document.latest(_EARLIER)])

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802  # Qt's name
        """Events are not followed while hidden."""
        super().showEvent(event)
        self._asked_at = 0.0
        self.catch_up()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  # Qt's name
        """Another width is another layout."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._begin(self._flow.events)
        self._spoken.setGeometry(self.rect())

    # For screen readers

    def spoken_text(self) -> str:
        """What a screen reader finds: the finals on show."""
        return self._spoken.text()

    def _tell_reader(self) -> None:
        shown = (event for row in self._rows_on_show() for event in row.events if event.is_final)
        finals = {(event.lane, event.segment_id): event for event in shown}
        lines = (line_of(event, self._labels) for event in finals.values())
        self._spoken.setText("\n".join(f"{line.speaker}: {line.text}" for line in lines))

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802  # Qt's name
        """The hint is painted, so another language needs but a paint."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.update()


@lru_cache(maxsize=1024)
def _is_latin(word: str) -> bool:
    return word.isascii() or all(letter < "\u0250" or "\u2010" <= letter <= "\u203a" for letter in word)


def _looks(settings: OverlaySettings) -> OverlaySettings:
    """Settings without what changes neither layout nor colours, so that it moves no word."""
    return structs.replace(
        settings,
        locked=False,
        visible=True,
        preset="bottom",
        hide_from_sharing=False,
        announce=False,
        announce_pause=0,
        reading_speed=0,
    )


def _fit(event: CaptionEvent) -> CaptionEvent:
    """The event with text that is fit to be shown; the layout limits its length."""
    text = plain(event.text, limit=len(event.text))
    return event if text == event.text else replace(event, text=text)
