"""The bar: one big button, the time, who is heard, which language, and who captions."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFont, QKeyEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from desktop.core.state import SessionState
from desktop.ui.clock import clock_text
from desktop.ui.icons import icon
from desktop.ui.lane_card import LaneCard, LaneWords
from desktop.ui.language_picker import LanguagePicker
from desktop.ui.provider_picker import ProviderPicker
from desktop.ui.theme import BAR, Palette
from desktop.ui.values import THEM, YOU

_SIDE, _TOP, _GAP = 18, 10, 12  # pixels
_START = 104
"""Pixels of the button's width at least."""
_JUST_OVER_MS = 1_000
"""Milliseconds in which a press that was meant to end a session begins none."""
RUNNING = frozenset(
    {
        SessionState.CONNECTING,
        SessionState.LIVE,
        SessionState.RECONNECTING,
        SessionState.FALLBACK,
        SessionState.STOPPING,
    }
)


class StartButton(QPushButton):
    """Start and stop; Enter presses it as Space does."""

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Let Enter press."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat():
            self.click()
        else:
            super().keyPressEvent(event)


class TopBar(QFrame):
    """Everything that is chosen before a session, and the button that begins and ends it."""

    start_pressed = Signal()
    stop_pressed = Signal()
    pause_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("bar")
        self._palette: Palette | None = None
        self._state = SessionState.IDLE
        self._waits = False
        """The button ends a session whose last words take long."""
        self._just_over = QTimer(self, singleShot=True, interval=_JUST_OVER_MS)
        self.start = StartButton()
        self.start.setObjectName("start")
        self.start.setIconSize(QSize(18, 18))
        self.start.setFixedHeight(44)
        self.pause = QToolButton()
        self.pause.setCheckable(True)
        self.pause.setIconSize(QSize(18, 18))
        self.pause.setFixedSize(44, 44)
        self.pause.hide()
        self.elapsed = QLabel()
        self.elapsed.setObjectName("elapsed")
        self.elapsed.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.you = LaneCard(
            LaneWords(
                self.tr("You"),
                self.tr("microphone"),
                self.tr("Don't caption me"),
                self.tr("Hears you"),
                ("microphone", "microphone-off"),
            )
        )
        self.them = LaneCard(
            LaneWords(
                self.tr("Them"),
                self.tr("system sound"),
                self.tr("Don't caption what I hear"),
                self.tr("Hears them"),
                ("speaker", "speaker-off"),
            )
        )
        self.language = LanguagePicker()
        self.provider = ProviderPicker()
        self._arrange()
        self.start.clicked.connect(self._on_clicked)
        self.pause.clicked.connect(self.pause_pressed)
        self.show_state(SessionState.IDLE)
        self.show_elapsed(0.0)

    def _arrange(self) -> None:
        self._left = QHBoxLayout()
        self._right = QHBoxLayout()
        for group in (self._left, self._right):
            group.setSpacing(_GAP)
        self._left.addWidget(self.start)
        self._left.addWidget(self.pause)
        self._left.addWidget(self.elapsed)
        self._left.addWidget(self.you, 1)
        self._left.addWidget(self.them, 1)
        self._left.addStretch()
        self._right.addStretch()
        self._right.addWidget(self.language)
        self._right.addWidget(self.provider)
        self._layout = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._layout.setContentsMargins(_SIDE, _TOP, _SIDE, _TOP)
        self._layout.setSpacing(_GAP)
        self._layout.addLayout(self._left, 1)
        self._layout.addLayout(self._right)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """The wider of the two rows: where both don't fit beside each other they stand below each other."""
        width = max(self._left.minimumSize().width(), self._right.minimumSize().width()) + 2 * _SIDE
        return QSize(width, BAR)

    def event(self, event: QEvent) -> bool:
        """Fold anew when a part needs more room or less."""
        done = super().event(event)
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Resize):
            self._fold()
        return done

    def _fold(self) -> None:
        """Take a second row where one is too narrow. The height is set: a layout passes on no change of direction."""
        narrow = self._narrow(self.width())
        direction = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        if direction is not self._layout.direction():
            self._layout.setDirection(direction)
        left, right = self._left.sizeHint().height(), self._right.sizeHint().height()
        rows = left + _GAP + right if narrow else max(left, right)
        self.setFixedHeight(max(rows + 2 * _TOP, BAR))

    def _narrow(self, width: int) -> bool:
        return width < self._left.minimumSize().width() + self._right.sizeHint().width() + _GAP + 2 * _SIDE

    @property
    def cards(self) -> dict[str, LaneCard]:
        """The lane cards by lane id, in their order."""
        return {YOU: self.you, THEM: self.them}

    @property
    def heard(self) -> str:
        """What is heard of each side, in words; empty while nobody listens."""
        return " · ".join(card.heard.accessibleName() for card in self.cards.values() if card.heard.text())

    def apply_palette(self, palette: Palette) -> None:
        """Colour everything."""
        self._palette = palette
        for place, card in enumerate(self.cards.values()):
            card.apply_palette(palette, palette.lane(place))
        self.language.apply_palette(palette)
        self.provider.apply_palette(palette)
        self.show_state(self._state)

    def show_state(self, state: SessionState) -> None:
        """Make the button start or stop, and lock what can't change while captions run."""
        if state not in RUNNING and self._waits:
            self._just_over.start()
        self._waits = False
        self._state = state
        running = state in RUNNING
        if state is SessionState.STOPPING:
            text = self.tr("Stopping")
        else:
            text = self.tr("Stop") if running else self.tr("Start")
        self._name_start(text)
        self.pause.setVisible(running)
        self.pause.setEnabled(state is not SessionState.STOPPING)
        if not running:
            self.show_paused(False)
        self.start.setProperty("running", running)
        self.start.style().unpolish(self.start)
        self.start.style().polish(self.start)
        for card in (self.you, self.them):
            card.show_running(running)
        if self._palette is not None:
            colour = self._palette.on_danger if running else self._palette.on_accent
            self.start.setIcon(icon("stop" if running else "start", colour, 18, self._palette.dim))
            self.pause.setIcon(icon("start" if self.pause.isChecked() else "pause", self._palette.text, 18))

    def show_waiting(self) -> None:
        """The last words take long: the button ends without them."""
        self._waits = True
        self._name_start(self.tr("Stop now"))

    def _name_start(self, text: str) -> None:
        if text != self.start.text():
            self.start.setText(text)
            self.start.setAccessibleName(text)
        self.start.setMinimumWidth(max(_START, self.start.sizeHint().width()))

    def show_paused(self, paused: bool) -> None:
        """Show whether the session rests."""
        self.pause.setChecked(paused)
        text = self.tr("Go on (Ctrl+P)") if paused else self.tr("Pause (Ctrl+P): nothing is heard or sent")
        self.pause.setAccessibleName(text)
        self.pause.setToolTip(text)
        if self._palette is not None:
            self.pause.setIcon(icon("start" if paused else "pause", self._palette.text, 18))

    def show_elapsed(self, seconds: float) -> None:
        """Show how long the session lasts."""
        text = clock_text(seconds)
        if text == self.elapsed.text():
            return
        font = QFont(self.elapsed.font())
        font.setFeature(QFont.Tag.fromString("tnum"), 1)
        self.elapsed.setFont(font)
        self.elapsed.setText(text)
        self.elapsed.setAccessibleName(self.tr("Elapsed: {time}").format(time=text))
        # The width is that of zeros, so that nothing beside it moves where figures are not tabular.
        zeros = "".join("0" if each.isdigit() else each for each in text)
        self.elapsed.setMinimumWidth(self.elapsed.fontMetrics().horizontalAdvance(zeros) + 4)

    def _on_clicked(self) -> None:
        if self._state in RUNNING:
            self.stop_pressed.emit()
        elif not self._just_over.isActive():
            self.start_pressed.emit()
