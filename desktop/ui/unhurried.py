"""Captions for a view that takes its time: the newest revision of each segment, a few times a second."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from desktop.core.captions import CaptionEvent
from desktop.session.events import BehindChanged, LevelChanged, Reader, SessionEvent

INTERVAL_MS = 33
"""Milliseconds between two deliveries; revisions that are overtaken meanwhile are never shown."""


class Unhurried(QObject):
    """A `Reader` in front of another one.

    The caption bar is painted first and at once; a transcript that is laid out meanwhile would make it wait, and a
    flood of partials would be laid out one by one.
    """

    def __init__(self, reader: Reader) -> None:
        super().__init__()
        self._reader = reader
        self._waiting: dict[tuple[str, str], CaptionEvent] = {}
        self._timer = QTimer(self, singleShot=True, interval=INTERVAL_MS)
        self._timer.timeout.connect(self.deliver)

    def __call__(self, event: SessionEvent) -> None:
        """Keep captions for the next delivery; anything else goes through, after the captions that came before it."""
        if isinstance(event, CaptionEvent):
            self._waiting[event.lane, event.segment_id] = event
            if not self._timer.isActive():
                self._timer.start()
            return
        if not isinstance(event, LevelChanged | BehindChanged):
            self.deliver()
        self._reader(event)

    def deliver(self) -> None:
        """Hand on what waits."""
        self._timer.stop()
        waiting, self._waiting = self._waiting, {}
        for event in waiting.values():
            self._reader(event)
