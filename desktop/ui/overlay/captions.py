"""The panel of the caption bar: takes events in, lays out and paints once a frame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import floor
from time import perf_counter
from typing import Protocol

from PySide6.QtCore import QEasingCurve, QEvent, QPointF, QRectF, Qt, QTimer, QVariantAnimation, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QLabel, QWidget

from desktop.core.captions import CaptionDocument, CaptionEvent
from desktop.core.layout import Flow
from desktop.core.state import SessionState
from desktop.session.events import SessionEvent, StateChanged
from desktop.settings.schema import OverlaySettings
from desktop.ui import theme
from desktop.ui.overlay.canvas import Canvas
from desktop.ui.overlay.look import Look
from desktop.ui.text import plain

FRAME = 1 / 60
"""Seconds between two paints at least."""
_EARLIER = 12
"""Segments that are fetched from the document when the bar appears in the middle of a session."""
_LABEL_LIMIT = 40
_AFTER_STOP_MS = 20_000
"""Milliseconds for which the last words can be read after the session. While it runs they stay until others come."""


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
        self._asked_at = 0.0
        self._painted_at = 0.0
        self._frame = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._frame.timeout.connect(self.update)
        self._fade = QTimer(self, singleShot=True, interval=_AFTER_STOP_MS)
        self._fade.timeout.connect(self.clear)
        self._scroll = QVariantAnimation(
            self, duration=theme.SCROLL_MS, easingCurve=QEasingCurve(QEasingCurve.Type.OutCubic)
        )
        self._scroll.valueChanged.connect(self.update)
        self._spoken = _Spoken(self)
        self._speak = QTimer(self, singleShot=True, interval=0)
        self._speak.timeout.connect(self._tell_reader)
        self.look = Look(settings, (), self._opaque)
        self._canvas = Canvas(self.look, {})
        self._begin(())

    # What comes in

    def bind(self, document: CaptionDocument, lanes: Sequence[LaneLike]) -> None:
        """Show this document from now on."""
        self.clear()
        self._document = document
        self._labels = {lane.id: plain(lane.label, _LABEL_LIMIT) for lane in lanes}
        self._restyle()
        self._catch_up()

    def on_event(self, event: SessionEvent) -> None:
        """Take note of what changed; everything else waits for the next paint."""
        if isinstance(event, CaptionEvent):
            self._fade.stop()
            if self.isVisible():
                self._waiting[event.lane, event.segment_id] = None
                self._ask_for_paint()
        elif isinstance(event, StateChanged) and not event.lane and event.state in _OVER:
            self._fade.start()

    def clear(self) -> None:
        """Take all words off."""
        self._fade.stop()
        self._waiting.clear()
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
        self._settings, self._opaque = settings, opaque
        self._restyle()

    def show_lines(self, lines: int) -> None:
        """Show another number of rows in the same look."""
        if lines != self.look.lines:
            self.look.lines = lines
            self._settle()
            self._scroll.stop()
            self._flow.show_lines(lines)
            self.update()

    # Frames

    def _ask_for_paint(self) -> None:
        if self._asked_at:
            return
        self._asked_at = perf_counter()
        wait = self._painted_at + FRAME - self._asked_at
        if wait > 0:
            self._frame.start(int(wait * 1000) + 1)
        else:
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  # Qt's name
        """Lay out what has come in since the last paint, then paint all of it."""
        self._settle()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_panel(painter)
        look, top = self.look, self._position()
        before = self._flow.top - floor(top)
        rows = self._flow.shown(before)
        painter.setClipRect(QRectF(0, look.text_top, self.width(), look.lines * look.line_height + 1))
        slid = (floor(top) - top) * look.line_height
        self._canvas.rows(painter, rows, look.text_top + slid, first_label=0 if slid > -look.line_height / 2 else 1)
        if not rows:
            self._paint_hint(painter)
        painter.end()
        asked, self._asked_at, self._painted_at = self._asked_at, 0.0, perf_counter()
        self.painted.emit(self._painted_at - asked if asked else 0.0)

    def _settle(self) -> None:
        before = self._flow.top
        for key in self._waiting:
            event = self._document.segment(*key)
            if event is not None:
                self._flow.put(_fit(event))
                if event.is_final:
                    self._speak.start()
        self._waiting.clear()
        if self._flow.top != before:
            self._slide(before)

    def _slide(self, before: int) -> None:
        begin = max(self._position() if self._is_sliding() else before, self._flow.top - self.look.lines)
        self._scroll.stop()
        if not self._reduce_motion:
            self._scroll.setStartValue(float(begin))
            self._scroll.setEndValue(float(self._flow.top))
            self._scroll.start()

    def _is_sliding(self) -> bool:
        return self._scroll.state() == QVariantAnimation.State.Running

    def _position(self) -> float:
        return float(self._scroll.currentValue()) if self._is_sliding() else float(self._flow.top)

    def _paint_panel(self, painter: QPainter) -> None:
        radius = theme.RADIUS
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.look.panel)
        painter.drawRoundedRect(QRectF(self.rect()), radius, radius)
        if self._framed:
            edge = QColor(self.look.text)
            edge.setAlphaF(0.35)
            painter.setPen(QPen(edge, 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)

    def _paint_hint(self, painter: QPainter) -> None:
        look = self.look
        painter.setFont(look.label_font)
        painter.setPen(look.dim)
        painter.drawText(QPointF(look.label_left, look.text_top + look.ascent), self.tr("Captions will appear here"))

    # Layout

    def _restyle(self) -> None:
        self.look = Look(self._settings, tuple(self._labels.values()), self._opaque)
        self._canvas = Canvas(self.look, self._labels)
        self._begin(self._flow.events)

    def _begin(self, events: Sequence[CaptionEvent]) -> None:
        """Lay out from the beginning; words may move, as when the user makes the bar wider."""
        self._scroll.stop()
        self._canvas.width = self.look.text_width(self.width())
        self._flow = Flow(self.look.measure, self._canvas.width, self.look.lines)
        for event in events:
            self._flow.put(event)
        self._speak.start()
        self.update()

    def _catch_up(self) -> None:
        self._begin([_fit(event) for event in self._document.latest(_EARLIER)])

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802  # Qt's name
        """Events are not followed while hidden."""
        super().showEvent(event)
        self._asked_at = 0.0
        self._catch_up()

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
        shown = (event for row in self._flow.shown() for event in row.events if event.is_final)
        finals = {(event.lane, event.segment_id): event for event in shown}
        lines = (f"{self._labels.get(event.lane, event.lane)}: {event.text}" for event in finals.values())
        self._spoken.setText("\n".join(lines))

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802  # Qt's name
        """The hint is painted, so another language needs but a paint."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.update()


class _Spoken(QLabel):
    """Never painted: gives the caption text the role and value that screen readers expect of text."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setUpdatesEnabled(False)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  # Qt's name
        """The panel paints the words."""


def _fit(event: CaptionEvent) -> CaptionEvent:
    """The event with text that is fit to be shown; the layout limits its length."""
    text = plain(event.text, limit=len(event.text))
    return event if text == event.text else replace(event, text=text)
