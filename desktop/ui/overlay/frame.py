"""The caption bar as a window: above all others, never in the way of the keyboard, where the user put it."""

from __future__ import annotations

from msgspec.structs import replace
from PySide6.QtCore import QPoint, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QBitmap,
    QGuiApplication,
    QMouseEvent,
    QMoveEvent,
    QPainter,
    QRegion,
    QResizeEvent,
    QScreen,
)
from PySide6.QtWidgets import QWidget

from desktop.settings.schema import OverlaySettings
from desktop.ui.monitors import geometry_key
from desktop.ui.overlay import placement, struts
from desktop.ui.overlay.captions import Captions
from desktop.ui.overlay.handles import HEIGHT, Handles
from desktop.ui.overlay.presets import DOCKS
from desktop.ui.overlay.status import StatusChip
from desktop.ui.theme import GRID

STRIP = HEIGHT - GRID
"""Pixels beside the panel that belong to the window: for the handles, and for the state in one sentence."""
_PULL = 4
"""Pixels after which a press is a pull."""
_SETTLED_MS = 250
"""Milliseconds without a move or a resize after which the user is taken to have finished."""
_NARROW = {"corner": 24, "large": 17}
"""Characters of a line of the cards, which are narrow as on a phone."""
_AT_TOP = {"top", "dock-top"}
"""Places from which the bar grows downwards."""
_FLAGS = (
    Qt.WindowType.Tool
    | Qt.WindowType.FramelessWindowHint
    | Qt.WindowType.WindowStaysOnTopHint
    | Qt.WindowType.WindowDoesNotAcceptFocus
    | Qt.WindowType.NoDropShadowWindowHint
)


class Frame(QWidget):
    """Panel, handles and state in one window, and where it stands."""

    lines_changed = Signal(int)
    """Number of lines, chosen at the bar."""
    geometry_changed = Signal(QRect)
    """The panel's place on the desktop, once the user has let go of it; what `restore` takes."""
    monitors_changed = Signal(str)
    """`geometry_key()` of the new set of monitors."""

    def __init__(self, settings: OverlaySettings) -> None:
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
        self._placing = False
        """True while the size changes by our own doing."""
        self._placed = QRect()
        self._reported = QRect()
        self._pressed: QPoint | None = None
        self.captions = Captions(settings, self)
        self.handles = Handles(self)
        self.handles.hide()
        self.status = StatusChip(self)
        self._settled = QTimer(self, singleShot=True, interval=_SETTLED_MS)
        self._settled.timeout.connect(self._report_geometry)
        self._follow_monitors()

    def _follow_monitors(self) -> None:
        app = QGuiApplication.instance()
        if not isinstance(app, QGuiApplication):
            return
        app.screenAdded.connect(self._screen_added)
        app.screenRemoved.connect(self._monitors_changed)
        for screen in QGuiApplication.screens():
            screen.geometryChanged.connect(self._monitors_changed)

    def _screen_added(self, screen: QScreen) -> None:
        screen.geometryChanged.connect(self._monitors_changed)
        self._monitors_changed()

    def _monitors_changed(self) -> None:
        self._stand()
        self.monitors_changed.emit(self.geometry_key())

    # Where it stands

    @staticmethod
    def geometry_key() -> str:
        """Names the set of monitors, to remember a place for each."""
        return geometry_key(QGuiApplication.screens())

    @property
    def dock(self) -> str:
        """The edge of the screen that the bar fills: `top`, `bottom`, or empty."""
        return DOCKS.get(self._settings.preset, "")

    def panel_rect(self) -> QRect:
        """The panel's place on the desktop."""
        return self._without_strip(self.geometry())

    def _without_strip(self, window: QRect) -> QRect:
        return window.adjusted(0, 0, 0, -STRIP) if self.dock == "top" else window.adjusted(0, STRIP, 0, 0)

    def _with_strip(self, panel: QRect) -> QRect:
        return panel.adjusted(0, 0, 0, STRIP) if self.dock == "top" else panel.adjusted(0, -STRIP, 0, 0)

    def restore(self, rect: QRect | None) -> None:
        """Stand where `geometry_changed` said, or where the preset says; on a screen that exists in any case."""
        if rect is None:
            self._place_by_preset(self._home())
        elif self.dock:
            self._place_by_preset(QGuiApplication.screenAt(rect.center()) or self._home())
        else:
            self._user_width = rect.width()
            self._place(rect)
            self._fit_to_text()
        self._reported = self.panel_rect()

    def _place_by_preset(self, screen: QScreen) -> None:
        self._user_width = 0
        area = self._free_area(screen)
        self._show_what_fits(area)
        self._place(self._preset_rect(area))
        self._fit_to_text()

    def _show_what_fits(self, area: QRect) -> None:
        """Show fewer lines where the screen is too low for all: a row that is cut off would be the newest."""
        fitting = self.captions.look.lines_in(area.height() - STRIP)
        self.captions.show_lines(min(self._settings.lines, fitting))

    def _preset_rect(self, area: QRect) -> QRect:
        least = self.captions.look.minimum_width()
        return placement.preset_rect(self._settings.preset, area, self._wanted_size(), least)

    def _home(self) -> QScreen:
        """The screen of a bar that is on show; else the first."""
        there = QGuiApplication.screenAt(self.panel_rect().center()) if self.isVisible() else None
        return there or QGuiApplication.primaryScreen()

    def _free_area(self, screen: QScreen) -> QRect:
        """What is free of panels and docks, our own not counted."""
        area, own = screen.availableGeometry(), self.panel_rect()
        if self.dock and self.isVisible() and own.width() == area.width():
            if self.dock == "bottom" and own.top() == area.bottom() + 1:
                area.setBottom(own.bottom())
            elif self.dock == "top" and own.bottom() == area.top() - 1:
                area.setTop(own.top())
        return area

    def _wanted_size(self) -> QSize:
        look = self.captions.look
        characters = _NARROW.get(self._settings.preset, 0)
        width = look.width_of(characters) if characters else look.default_width()
        return QSize(max(self._user_width or width, look.minimum_width()), look.height(look.lines))

    def _place(self, panel: QRect) -> None:
        areas = [self._free_area(screen) for screen in QGuiApplication.screens()]
        window = self._with_strip(panel)
        if self.dock:
            # The strip of a dock lies above what is free, and must not push the panel off its edge
            self._placed = window
        else:
            self._placed = placement.clamped(window, areas)
        self.setGeometry(self._placed)
        self._reserve()

    def _stand(self) -> None:
        """Stand right on the screens there are now."""
        if self.dock:
            self._place_by_preset(self._home())
        else:
            self._place(self.panel_rect())

    def _fit_to_text(self) -> None:
        """Give the panel the height of its lines; the edge near the screen's stays, since words are read there."""
        look = self.captions.look
        old = self.panel_rect()
        screen = QGuiApplication.screenAt(old.center()) or QGuiApplication.primaryScreen()
        area = self._free_area(screen)
        self._show_what_fits(area)
        size = self._wanted_size()
        self._placing = True  # a minimum above the size that is left resizes the window at once
        self.setMinimumSize(min(look.minimum_width(), area.width()), look.height(1) + STRIP)
        self._placing = False
        if self.dock:
            self._place(self._preset_rect(area))
            return
        width = self._user_width or self._preset_rect(area).width()
        left = old.left() + (old.width() - width) // 2
        if self._settings.preset in _NARROW:
            left = old.right() + 1 - width
        top = old.top() if self._settings.preset in _AT_TOP else old.bottom() + 1 - size.height()
        self._place(QRect(left, top, width, size.height()))

    def _reserve(self) -> None:
        """Keep a dock's space free; give it back elsewhere."""
        window = self.windowHandle() if self.isVisible() else None
        if window is not None:
            struts.reserve(window, self.dock, self._without_strip(self._placed), self.screen())

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

    # The mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802  # Qt's name
        """A pull may begin here: from the middle it moves the bar, from an edge it resizes it."""
        if event.button() == Qt.MouseButton.LeftButton and not self.dock:
            self._pressed = event.position().toPoint()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802  # Qt's name
        """It was a click."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802  # Qt's name
        """Show what a pull would do, or hand it to the window system, which does both, on Wayland too."""
        at = event.position().toPoint()
        if self.dock:
            self.unsetCursor()
        elif self._pressed is None:
            self.setCursor(placement.cursor(placement.edges(self.captions.geometry(), at)))
        # Not at the press: a window manager that is asked after a quick release moves the bar until the next click
        elif (at - self._pressed).manhattanLength() >= _PULL and event.buttons() & Qt.MouseButton.LeftButton:
            edges = placement.edges(self.captions.geometry(), self._pressed)
            self._pressed = None
            window = self.windowHandle()
            if window is not None:
                _ = window.startSystemResize(edges) if edges else window.startSystemMove()

    # The window itself

    def _place_children(self) -> None:
        below = self.dock == "top"
        strip = self.height() - HEIGHT if below else 0
        self.captions.setGeometry(0, 0 if below else STRIP, self.width(), self.height() - STRIP)
        handles = self.handles.sizeHint()
        self.handles.setGeometry(self.width() - handles.width() - 2 * GRID, strip, handles.width(), HEIGHT)
        room = self.width() - handles.width() - 5 * GRID
        self.status.place(QPoint(2 * GRID, strip), room, HEIGHT)
        self.handles.raise_()
        self._cut_out()

    def _cut_out(self) -> None:
        """The window is only where something stands, so that the strip beside it takes no clicks."""
        parts = [part for part in (self.captions, self.handles, self.status) if part.isVisibleTo(self)]
        shape = QRegion()
        for part in parts:
            shape += rounded(part.geometry()) if self._opaque else QRegion(part.geometry())
        self.setMask(shape)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  # Qt's name
        """A user's resize changes the number of lines with the height."""
        super().resizeEvent(event)
        self._place_children()
        if not self.isVisible() or self._placing:
            return
        if event.size() != self._placed.size() and not self.dock:
            self._pulled = True
            self._user_width = event.size().width()
            self.captions.show_lines(self.captions.look.lines_in(self.height() - STRIP))
        self._settled.start()

    def moveEvent(self, event: QMoveEvent) -> None:  # noqa: N802  # Qt's name
        """Positions are reported once they have settled."""
        super().moveEvent(event)
        if self.isVisible():
            self._settled.start()


def rounded(rect: QRect) -> QRegion:
    """For desktops that don't blend: corners cut, as well as whole pixels can be."""
    shape = QBitmap(rect.size())
    shape.clear()
    painter = QPainter(shape)
    painter.setBrush(Qt.GlobalColor.color1)
    painter.drawRoundedRect(shape.rect().adjusted(0, 0, -1, -1), GRID, GRID)
    painter.end()
    return QRegion(shape).translated(rect.topLeft())
