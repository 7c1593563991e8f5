"""Listening to an open session: a line is played when it is asked for, and the line that is heard is shown.

It is kept in view until the person looks elsewhere.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QListView

from desktop.transcripts.sound import LaneSound
from desktop.ui.listen_bar import SKIP, ListenBar
from desktop.ui.session_rows import SegmentModel, SegmentPainter

_SAME_MOMENT = 0.02
"""Seconds; journals keep milliseconds and sound comes in steps."""


class ListenAlong(QObject):
    """Ties the list of segments to the bar; whoever plays is told what to play, and tells how far it is."""

    play_wanted = Signal(object, float)
    """Files, and from which second on; the same files again only move."""
    pause_wanted = Signal()

    def __init__(self, view: QListView, model: SegmentModel, painter: SegmentPainter) -> None:
        super().__init__(view)
        self._view = view
        self._model = model
        self._painter = painter
        self._sound: Sequence[LaneSound] = ()
        self._starts: list[float] = []
        self._rows: list[int] = []
        self._lane = ""
        self._following = True
        self.bar = ListenBar()
        self._actions = [
            self._action("Return", self.tr("Listen to this line"), self.play_line),
            self._action("Space", self.tr("Listen or pause"), self.toggle),
            self._action("Left", self.tr("Five seconds back"), lambda: self.bar.skip(-SKIP)),
            self._action("Right", self.tr("Five seconds on"), lambda: self.bar.skip(SKIP)),
        ]
        painter.on_listen = self._listen_to
        self.bar.toggled.connect(self.toggle)
        self.bar.moved.connect(self._move)
        self.bar.sides_changed.connect(self._on_sides)
        self.bar.follow_wanted.connect(self.follow)
        view.verticalScrollBar().actionTriggered.connect(lambda _action: self._look_elsewhere())
        view.selectionModel().currentChanged.connect(lambda _now, _before: self._look_elsewhere())

    def _action(self, key: str, text: str, slot: object) -> QAction:
        action = QAction(text, self._view)
        action.setShortcut(QKeySequence(key))
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.triggered.connect(slot)
        self._view.addAction(action)
        return action

    # ---- what it is told

    def begin(self, sound: Sequence[LaneSound], length: float) -> None:
        """Another session is shown, with this sound."""
        self.pause_wanted.emit()
        self._sound = sound
        self._lane = ""
        lines = [(at, self._model.line(at)) for at in range(self._model.rowCount())]
        self._rows = [at for at, line in lines if not line.note]
        self._starts = [self._model.line(at).start for at in self._rows]
        self._following = True
        self._painter.listening = bool(sound)
        self._mark(-1)
        for action in self._actions:
            action.setVisible(bool(sound))
            action.setEnabled(bool(sound))
        self.bar.setVisible(bool(sound))
        self.bar.follow.hide()
        self.bar.begin(length)

    def show_place(self, seconds: float) -> None:
        """So far it is heard."""
        self.bar.show_place(seconds)
        if not self.bar.playing:
            self.bar.show_playing(True)
        self._mark(self._row_at(seconds))

    def show_stopped(self) -> None:
        """Nothing is played any more; the line stays marked."""
        self.bar.show_playing(False)

    # ---- what the person does

    def play_line(self) -> None:
        """Listen to the current line."""
        index: QModelIndex = self._view.currentIndex()
        if index.isValid():
            self._listen_to(index.row())

    def toggle(self) -> None:
        """Pause, or go on; the first time from the current line on."""
        if self.bar.playing:
            self.pause_wanted.emit()
        elif self.bar.at_an_end:
            self.play_line()
        else:
            self._play(self.bar.seconds)

    def follow(self) -> None:
        """Show the line that is heard, and keep it in view."""
        self._following = True
        self.bar.follow.hide()
        self._reveal()

    def _listen_to(self, row: int) -> None:
        line = self._model.line(row)
        self._lane = line.lane
        self._mark(-1)
        self.follow()
        self._play(line.start)

    def _move(self, seconds: float) -> None:
        if self.bar.playing:
            self._play(seconds)
        else:
            self.bar.show_place(seconds)
            self._mark(self._row_at(seconds))

    def _on_sides(self) -> None:
        if self.bar.playing:
            self._play(self.bar.seconds)

    def _look_elsewhere(self) -> None:
        """The person scrolls or walks through the lines: the list must not move under their eyes."""
        if self.bar.playing and self._following:
            self._following = False
            self.bar.follow.show()

    # ---- inside

    def _play(self, seconds: float) -> None:
        own = [sound.path for sound in self._sound if sound.lane == self._lane]
        files: list[Path] = own if self.bar.one_side and own else [sound.path for sound in self._sound]
        self.play_wanted.emit(tuple(files), seconds)

    def _row_at(self, seconds: float) -> int:
        """The line that is heard; only those of one side while only that is."""
        at = bisect_right(self._starts, seconds + _SAME_MOMENT) - 1
        while at >= 0 and self.bar.one_side and self._lane and self._model.line(self._rows[at]).lane != self._lane:
            at -= 1
        return self._rows[at] if at >= 0 else -1

    def _mark(self, row: int) -> None:
        if row != self._painter.heard:
            self._painter.heard = row
            self._view.viewport().update()
            self._model.show_heard(row)
            self._reveal()

    def _reveal(self) -> None:
        if self._following and self._painter.heard >= 0:
            index = self._model.index(self._painter.heard)
            rect = self._view.visualRect(index)
            room = self._view.viewport().height()
            if rect.top() < 0 or rect.bottom() > room * 0.85:  # the next line is to be seen before it is heard
                self._view.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtTop)
