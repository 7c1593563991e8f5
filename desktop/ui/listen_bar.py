"""The bar below an open session whose sound was kept: play and pause, five seconds back and on, and which sides."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLabel, QPushButton, QSlider, QVBoxLayout, QWidget

from desktop.ui.clock import clock_text
from desktop.ui.icons import icon
from desktop.ui.theme import GRID, Palette

SKIP = 5.0
"""Seconds of one step back or on."""


class ListenBar(QFrame):
    """Shows how far the sound is, and says what the person wants of it."""

    toggled = Signal()
    """Play, or pause."""
    moved = Signal(float)
    """To this second of the session."""
    sides_changed = Signal()
    follow_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("strip")
        self.playing = False
        self.seconds = 0.0
        self._length = 0.0
        self._palette: Palette | None = None
        self.play = QPushButton(self.tr("Listen"))
        self.play.setToolTip(self.tr("Space"))
        self.back = QPushButton(self.tr("−5 s"))
        self.back.setAccessibleName(self.tr("Five seconds back"))
        self.back.setToolTip(self.tr("Five seconds back: left arrow"))
        self.on = QPushButton(self.tr("+5 s"))
        self.on.setAccessibleName(self.tr("Five seconds on"))
        self.on.setToolTip(self.tr("Five seconds on: right arrow"))
        self.place = QSlider(Qt.Orientation.Horizontal)
        self.place.setAccessibleName(self.tr("Place in the sound"))
        self.place.setSingleStep(int(SKIP))
        self.place.setPageStep(60)
        self.time = QLabel()
        self.time.setTextFormat(Qt.TextFormat.PlainText)
        self.sides = QComboBox()
        self.sides.setAccessibleName(self.tr("What is heard"))
        self.sides.addItems([self.tr("Everybody"), self.tr("Only who speaks in the line")])
        self.follow = QPushButton(self.tr("Follow the sound"))
        self.follow.setToolTip(self.tr("Show the line that is heard, and keep it in view"))
        self.follow.hide()
        self.busy = QLabel(self.tr("Captions are running: they may hear what you play here."))
        self.busy.setTextFormat(Qt.TextFormat.PlainText)
        self.busy.setWordWrap(True)
        self.busy.setProperty("dim", True)
        self.busy.hide()
        self.sides.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.sides.setMinimumContentsLength(12)
        self._arrange()
        self.play.clicked.connect(self.toggled)
        self.back.clicked.connect(lambda: self.skip(-SKIP))
        self.on.clicked.connect(lambda: self.skip(SKIP))
        self.place.valueChanged.connect(lambda value: self.moved.emit(float(value)))
        self.sides.currentIndexChanged.connect(lambda _index: self.sides_changed.emit())
        self.follow.clicked.connect(self.follow_wanted)
        self.begin(0.0)

    def _arrange(self) -> None:
        whole = QVBoxLayout(self)
        whole.setContentsMargins(GRID, 6, GRID, 6)
        whole.setSpacing(4)
        layout = QHBoxLayout()
        layout.setSpacing(GRID)
        whole.addLayout(layout)
        whole.addWidget(self.busy)
        for part in (self.play, self.back, self.on):
            layout.addWidget(part)
        layout.addWidget(self.place, 1)
        layout.addWidget(self.time)
        layout.addWidget(self.follow)
        layout.addWidget(self.sides)

    def apply_palette(self, palette: Palette) -> None:
        """Tint the icons."""
        self._palette = palette
        self._tint()

    def begin(self, length: float) -> None:
        """Show a session of this many seconds, at its beginning."""
        self._length = length
        with QSignalBlocker(self.place):
            self.place.setRange(0, int(length))
        self.show_playing(False)
        self.show_place(0.0)

    def show_busy(self, busy: bool) -> None:
        """Say that what is played may be captioned, while captions run."""
        self.busy.setVisible(busy)

    def show_place(self, seconds: float) -> None:
        """Show how far it is."""
        self.seconds = seconds
        text = self.tr("{done} of {length}").format(done=clock_text(seconds), length=clock_text(self._length))
        if text != self.time.text():
            self.time.setText(text)
            if not self.place.isSliderDown():
                with QSignalBlocker(self.place):
                    self.place.setValue(int(seconds))

    def show_playing(self, playing: bool) -> None:
        """Show whether sound is played."""
        self.playing = playing
        self.play.setText(self.tr("Pause") if playing else self.tr("Listen"))
        self._tint()

    def skip(self, seconds: float) -> None:
        """Ask for a place so far from this one."""
        self.moved.emit(min(max(self.seconds + seconds, 0.0), self._length))

    @property
    def at_an_end(self) -> bool:
        """Nothing was played yet, or all of it."""
        return self.seconds <= 0.0 or self.seconds >= self._length

    @property
    def one_side(self) -> bool:
        """Only the side of the line that was chosen is to be heard."""
        return self.sides.currentIndex() == 1

    def _tint(self) -> None:
        if self._palette is not None:
            self.play.setIcon(icon("pause" if self.playing else "play", self._palette.text, 18, self._palette.dim))
            self.play.setIconSize(QSize(18, 18))
