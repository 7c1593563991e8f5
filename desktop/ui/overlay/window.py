"""The caption bar as a window: above all others, never in the way of the keyboard, untouchable when locked."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace
from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QBitmap,
    QCloseEvent,
    QEnterEvent,
    QGuiApplication,
    QMouseEvent,
    QMoveEvent,
    QPainter,
    QRegion,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from desktop.core.captions import CaptionDocument
from desktop.session.events import SessionEvent
from desktop.settings.schema import OverlaySettings
from desktop.ui import theme
from desktop.ui.monitors import geometry_key
from desktop.ui.overlay import placement
from desktop.ui.overlay.captions import Captions, LaneLike
from desktop.ui.overlay.compositor import is_composited
from desktop.ui.overlay.handles import HEIGHT, Handles
from desktop.ui.overlay.look import MAX_LINES, stepped
from desktop.ui.overlay.status import StatusChip
from desktop.ui.text import plain
from desktop.ui.theme import GRID, Palette

STRIP = HEIGHT - GRID
"""Pixels above the panel that belong to the window: for the handles, and for the state in one sentence."""
_PULL = 4
"""Pixels after which a press is a pull."""
_SETTLED_MS = 250
"""Milliseconds without a move or a resize after which the user is taken to have finished."""
_FLAGS = (
    Qt.WindowType.Tool
    | Qt.WindowType.FramelessWindowHint
    | Qt.WindowType.WindowStaysOnTopHint
    | Qt.WindowType.WindowDoesNotAcceptFocus
    | Qt.WindowType.NoDropShadowWindowHint
)


class Overlay(QWidget):
    """The caption bar. Shown and hidden by its owner with `show` and `hide`; it stores nothing."""

    locked_changed = Signal(bool)
    size_changed = Signal(int)
    """Text size in points, chosen at the bar."""
    lines_changed = Signal(int)
    """Number of lines, chosen at the bar."""
    closed = Signal()
    """The user hid the bar."""
    geometry_changed = Signal(QRect)
    """The panel's place on the desktop, once the user has let go of it; what `restore` takes."""
    monitors_changed = Signal(str)
    """`geometry_key()` of the new set of monitors."""

    def __init__(self, palette: Palette, settings: OverlaySettings) -> None:
        super().__init__(None, _FLAGS)
        for attribute in (
            Qt.WidgetAttribute.WA_TranslucentBackground,
            Qt.WidgetAttribute.WA_ShowWithoutActivating,
            Qt.WidgetAttribute.WA_MacAlwaysShowToolWindow,  # tool windows hide with their program there
            Qt.WidgetAttribute.WA_AlwaysShowToolTips,  # the bar is never the active window
        ):
            self.setAttribute(attribute)
        self.setMouseTracking(True)
        self._settings = settings
        self._opaque = False
        self._user_width = 0
        """Pixels; 0 while the user has chosen none."""
        self._pulled = False
        """True while the user is changing the size."""
        self._placed = QRect()
        self._reported = QRect()
        self._pressed: QPoint | None = None
        self.captions = Captions(settings, self)
        self.handles = Handles(self)
        self.handles.hide()
        self.status = StatusChip(self)
        self._settled = QTimer(self, singleShot=True, interval=_SETTLED_MS)
        self._settled.timeout.connect(self._report_geometry)
        self._connect_handles()
        self.set_palette(palette)
        self._retranslate()
        self.restore(None)
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            app.screenAdded.connect(self._monitors_changed)
            app.screenRemoved.connect(self._monitors_changed)

    def _connect_handles(self) -> None:
        self.handles.smaller.clicked.connect(lambda: self._step_size(-1))
        self.handles.larger.clicked.connect(lambda: self._step_size(1))
        self.handles.lines.clicked.connect(lambda: self._choose_lines(self._settings.lines % MAX_LINES + 1))
        self.handles.lines.stepped.connect(lambda step: self._choose_lines(self._settings.lines + step))
        self.handles.lock.clicked.connect(lambda: self.set_locked(True))
        self.handles.close_bar.clicked.connect(self._close_by_user)

    # What is shown

    def bind(self, document: CaptionDocument, lanes: Sequence[LaneLike]) -> None:
        """Show this document from now on; `lanes` in the order of their colours."""
        self.captions.bind(document, lanes)
        self._fit_to_text()

    def on_event(self, event: SessionEvent) -> None:
        """A `Reader` of the session: returns at once, whatever comes and however often."""
        self.captions.on_event(event)

    def clear(self) -> None:
        """Take all words off and forget the document."""
        self.captions.clear()

    def set_status(self, sentence: str) -> None:
        """One short sentence above the panel's left, where it moves no words; empty for none."""
        self.status.tell(plain(sentence, 200))
        self._place_children()

    # How it looks and behaves

    def apply(self, settings: OverlaySettings) -> None:
        """Take over settings, live. Whether the bar is visible stays its owner's business."""
        self._settings = settings
        self.captions.apply(settings, opaque=self._opaque)
        self.handles.lines.row = self.captions.look.line_height
        self._fit_to_text()
        self.set_locked(settings.locked)

    def set_palette(self, palette: Palette) -> None:
        """Colours of handles and state, always from the dark side; the panel's own are settings."""
        self.handles.set_palette(theme.dark_of(palette))
        self.status.set_palette(theme.dark_of(palette))

    def set_reduce_motion(self, reduce: bool) -> None:
        """Whether rows jump instead of sliding."""
        self.captions.set_reduce_motion(reduce)

    @property
    def settings(self) -> OverlaySettings:
        """As applied, with what the user has changed at the bar since."""
        return self._settings

    @property
    def locked(self) -> bool:
        """True while clicks go through to what lies below."""
        return self._settings.locked

    def set_locked(self, locked: bool) -> None:
        """Let clicks through, or not. The owner must offer a way to unlock: a locked bar can't be clicked."""
        changed = locked != self._settings.locked
        self._settings = replace(self._settings, locked=locked)
        self._let_clicks_through()
        if locked:
            self._hover(False)
        if changed:
            self.locked_changed.emit(locked)

    def _let_clicks_through(self) -> None:
        # On the QWindow it works live; on the QWidget it would hide the bar
        window = self.windowHandle()
        if window is not None:
            window.setFlag(Qt.WindowType.WindowTransparentForInput, self._settings.locked)

    def _step_size(self, steps: int) -> None:
        size = stepped(self._settings.size, steps)
        if size != self._settings.size:
            self.apply(replace(self._settings, size=size))
            self.size_changed.emit(size)

    def _choose_lines(self, lines: int) -> None:
        lines = max(1, min(MAX_LINES, lines))
        if lines != self._settings.lines:
            self._settings = replace(self._settings, lines=lines)
            self.captions.show_lines(lines)
            self._fit_to_text()
            self.lines_changed.emit(lines)

    def _close_by_user(self) -> None:
        self.hide()
        self.closed.emit()

    # Where it stands

    @staticmethod
    def geometry_key() -> str:
        """Names the set of monitors, to remember a place for each."""
        return geometry_key(QGuiApplication.screens())

    def panel_rect(self) -> QRect:
        """The panel's place on the desktop."""
        return self.geometry().adjusted(0, STRIP, 0, 0)

    def restore(self, rect: QRect | None) -> None:
        """Stand where `geometry_changed` said, or at the bottom centre; on a screen that exists in any case."""
        look = self.captions.look
        if rect is None:
            self._user_width = 0
            area = QGuiApplication.primaryScreen().availableGeometry()
            rect = placement.default_rect(area, QSize(look.default_width(), look.height(self._settings.lines)))
        else:
            self._user_width = rect.width()
        self._place(rect)
        self._fit_to_text()
        self._reported = self.panel_rect()

    def _place(self, panel: QRect) -> None:
        areas = [screen.availableGeometry() for screen in QGuiApplication.screens()]
        self._placed = placement.clamped(panel.adjusted(0, -STRIP, 0, 0), areas)
        self.setGeometry(self._placed)

    def _fit_to_text(self) -> None:
        """Give the panel the height of its lines; the bottom edge stays, since words are read there."""
        look = self.captions.look
        old = self.panel_rect()
        screen = QGuiApplication.screenAt(old.center()) or QGuiApplication.primaryScreen()
        area = screen.availableGeometry()
        size = QSize(self._user_width or look.default_width(), look.height(look.lines))
        width = self._user_width or placement.default_rect(area, size).width()
        self.setMinimumSize(min(look.minimum_width(), area.width()), look.height(1) + STRIP)
        left = old.left() + (old.width() - width) // 2
        self._place(QRect(left, old.bottom() + 1 - size.height(), width, size.height()))

    def _report_geometry(self) -> None:
        if self._pulled:
            self._pulled = False
            lines = self.captions.look.lines
            if lines != self._settings.lines:
                self._settings = replace(self._settings, lines=lines)
                self.lines_changed.emit(lines)
            self._fit_to_text()
        if self.panel_rect() != self._reported:
            self._reported = self.panel_rect()
            self.geometry_changed.emit(self._reported)

    def _monitors_changed(self) -> None:
        self._place(self.panel_rect())
        self.monitors_changed.emit(self.geometry_key())

    # The mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802  # Qt's name
        """A pull may begin here: from the middle it moves the bar, from an edge it resizes it."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = event.position().toPoint()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802  # Qt's name
        """It was a click."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802  # Qt's name
        """Show what a pull would do, or hand it to the window system, which does both, on Wayland too."""
        at = event.position().toPoint()
        if self._pressed is None:
            self.setCursor(placement.cursor(placement.edges(self.captions.geometry(), at)))
        # Not at the press: a window manager that is asked after a quick release moves the bar until the next click
        elif (at - self._pressed).manhattanLength() >= _PULL and event.buttons() & Qt.MouseButton.LeftButton:
            edges = placement.edges(self.captions.geometry(), self._pressed)
            self._pressed = None
            window = self.windowHandle()
            if window is not None:
                _ = window.startSystemResize(edges) if edges else window.startSystemMove()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802  # Qt's name
        """Ctrl and the wheel: text size, as in every reader."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier and event.angleDelta().y():
            self._step_size(1 if event.angleDelta().y() > 0 else -1)

    def enterEvent(self, event: QEnterEvent) -> None:  # noqa: N802  # Qt's name
        """The handles appear."""
        super().enterEvent(event)
        self._hover(not self._settings.locked)

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802  # Qt's name
        """And go."""
        super().leaveEvent(event)
        self._hover(False)

    def _hover(self, under_mouse: bool) -> None:
        self.handles.setVisible(under_mouse)
        self.captions.set_framed(under_mouse)
        self._place_children()

    # The window itself

    def _place_children(self) -> None:
        self.captions.setGeometry(0, STRIP, self.width(), self.height() - STRIP)
        handles = self.handles.sizeHint()
        self.handles.setGeometry(self.width() - handles.width() - 2 * GRID, 0, handles.width(), HEIGHT)
        room = self.width() - handles.width() - 5 * GRID
        self.status.place(QPoint(2 * GRID, 0), room, HEIGHT)
        self.handles.raise_()
        self._cut_out()

    def _cut_out(self) -> None:
        """The window is only where something stands, so that the strip above takes no clicks."""
        parts = [part for part in (self.captions, self.handles, self.status) if part.isVisibleTo(self)]
        shape = QRegion()
        for part in parts:
            shape += _rounded(part.geometry()) if self._opaque else QRegion(part.geometry())
        self.setMask(shape)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  # Qt's name
        """A user's resize changes the number of lines with the height."""
        super().resizeEvent(event)
        self._place_children()
        if not self.isVisible():
            return
        if event.size() != self._placed.size():
            self._pulled = True
            self._user_width = event.size().width()
            self.captions.show_lines(self.captions.look.lines_in(self.height() - STRIP))
        self._settled.start()

    def moveEvent(self, event: QMoveEvent) -> None:  # noqa: N802  # Qt's name
        """Positions are reported once they have settled."""
        super().moveEvent(event)
        if self.isVisible():
            self._settled.start()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802  # Qt's name
        """What depends on the desktop is asked now: compositor, monitors, the window's own flags."""
        super().showEvent(event)
        opaque = not is_composited()
        if opaque != self._opaque:
            self._opaque = opaque
            self.captions.apply(self._settings, opaque=opaque)
        self._place_children()
        self._let_clicks_through()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802  # Qt's name
        """Closed by the desktop: as if by the handle."""
        event.accept()
        if event.spontaneous():
            self.closed.emit()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802  # Qt's name
        """Another language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        self.setWindowTitle(self.tr("Overtitle captions"))
        self.setAccessibleName(self.tr("Captions"))
        self.setAccessibleDescription(self.tr("What is being said, above all other windows"))
        self.handles.retranslate()


def _rounded(rect: QRect) -> QRegion:
    """For desktops that don't blend: corners cut, as well as whole pixels can be."""
    shape = QBitmap(rect.size())
    shape.clear()
    painter = QPainter(shape)
    painter.setBrush(Qt.GlobalColor.color1)
    painter.drawRoundedRect(shape.rect().adjusted(0, 0, -1, -1), GRID, GRID)
    painter.end()
    return QRegion(shape).translated(rect.topLeft())
