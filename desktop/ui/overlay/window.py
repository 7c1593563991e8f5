"""The caption bar: what it shows, how it looks, and what can be done at it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from msgspec.structs import replace
from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QContextMenuEvent,
    QEnterEvent,
    QGuiApplication,
    QHideEvent,
    QMoveEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from desktop.core.captions import CaptionDocument, CaptionEvent, LaneAdded
from desktop.session.events import SessionEvent
from desktop.settings.schema import OverlaySettings
from desktop.ui import theme
from desktop.ui.overlay import presets
from desktop.ui.overlay.captions import LaneLike
from desktop.ui.overlay.compositor import is_composited
from desktop.ui.overlay.frame import Frame
from desktop.ui.overlay.fullscreen import AboveFullScreen
from desktop.ui.overlay.history import History, add_keys
from desktop.ui.overlay.look import MAX_LINES, stepped
from desktop.ui.overlay.menu import BarMenu
from desktop.ui.overlay.sharing import Sharing, hide_from_sharing
from desktop.ui.text import plain
from desktop.ui.theme import Palette


class Overlay(Frame):
    """The caption bar. Shown and hidden by its owner with `show` and `hide`; it stores nothing."""

    locked_changed = Signal(bool)
    size_changed = Signal(int)
    """Text size in points, chosen at the bar."""
    changed = Signal(object)
    """Other settings that were chosen at the bar, by name."""
    closed = Signal()
    """The user hid the bar."""
    mute_toggled = Signal(str, bool)
    mark_requested = Signal(str)
    """A note for this moment, or empty."""
    settings_requested = Signal()

    def __init__(self, palette: Palette, settings: OverlaySettings) -> None:
        super().__init__(settings)
        self._muted: dict[str, bool] = {}
        self._retiring = False
        self.sharing = Sharing.SEEN
        """What has come of `hide_from_sharing`."""
        self._above = AboveFullScreen(self)
        self.history = History(self)
        self.history.apply(self.captions.look)
        self.history.marked.connect(self.mark_requested)
        self._connect_handles()
        self.add_keys_to(self.history)
        add_keys(
            self.history,
            {
                "Ctrl+L": lambda: self.set_locked(not self.locked),
                "Ctrl+B": lambda: self.mark_requested.emit(""),
            },
        )
        self.captions.ended.connect(self._retired)
        self.set_palette(palette)
        self._retranslate()
        self.restore(None)

    def _connect_handles(self) -> None:
        handles = self.handles
        handles.smaller.clicked.connect(lambda: self.step_size(-1))
        handles.larger.clicked.connect(lambda: self.step_size(1))
        handles.lines.clicked.connect(lambda: self._choose_lines(self._settings.lines % MAX_LINES + 1))
        handles.lines.stepped.connect(lambda step: self._choose_lines(self._settings.lines + step))
        handles.back.clicked.connect(self.toggle_history)
        handles.menu.clicked.connect(lambda: self.open_menu(self.handles.mapToGlobal(self.handles.rect().bottomLeft())))
        handles.lock.clicked.connect(lambda: self.set_locked(True))
        handles.close_bar.clicked.connect(self._close_by_user)

    def add_keys_to(self, window: QWidget) -> None:
        """Let the keys of the bar work in a window that takes the keyboard, as the bar never does."""
        larger, smaller = partial(self.step_size, 1), partial(self.step_size, -1)
        add_keys(window, {"Ctrl++": larger, "Ctrl+=": larger, "Ctrl+-": smaller, "Ctrl+Shift+B": self.note_moment})

    # What is shown

    def bind(self, document: CaptionDocument, lanes: Sequence[LaneLike]) -> None:
        """Show this document from now on; `lanes` in the order of their colours."""
        self._retiring = False
        self.captions.bind(document, lanes)
        self._muted = dict.fromkeys(self.captions.labels, False)
        self.history.bind(document, self.captions.labels)
        self.history.apply(self.captions.look)
        self._fit_to_text()

    def on_event(self, event: SessionEvent) -> None:
        """A `Reader` of the session: returns at once, whatever comes and however often."""
        self.captions.on_event(event)
        if isinstance(event, CaptionEvent):
            if event.is_final:
                self.history.on_final()
        elif isinstance(event, LaneAdded):
            self._muted[event.lane] = False
            self.history.name_lanes(self.captions.labels)

    def clear(self) -> None:
        """Take all words off and forget the document."""
        self.captions.clear()
        self.history.bind(CaptionDocument(), {})

    def retire(self) -> None:
        """The session has ended: hide once the last words could be read, or at once when there are none."""
        self._retiring = not self.captions.is_empty
        if not self._retiring:
            self.hide()

    def _retired(self) -> None:
        if self._retiring:
            self._retiring = False
            self.hide()

    def set_status(self, sentence: str, *, calm: bool = False) -> None:
        """One short sentence beside the panel, where it moves no words; empty for none. `calm` when all is well."""
        if self.status.tell(plain(sentence, 200), calm=calm):
            self._place_children()

    def show_note(self, start: float, text: str) -> None:
        """Keep a sentence of the program's own among what was said, at this second of the session."""
        self.history.add_note(start, plain(text, 200))

    def show_muted(self, lane: str, muted: bool) -> None:
        """A lane was muted, or is heard again."""
        self._muted[lane] = muted

    # How it looks and behaves

    def apply(self, settings: OverlaySettings) -> None:
        """Take over settings, live. Whether the bar is visible stays its owner's business."""
        before, self._settings = self._settings, settings
        brought = self._brought_by_preset(before)
        self._settings = replace(settings, **brought)
        self.captions.apply(self._settings, opaque=self._opaque)
        self.history.apply(self.captions.look)
        self.handles.lines.row = self.captions.look.line_height
        if self._settings.preset != before.preset:
            self._go_to_preset()
        else:
            self._fit_to_text()
        if settings.hide_from_sharing != before.hide_from_sharing:
            self._ask_for_privacy()
        self.set_locked(settings.locked)
        if brought:
            self.changed.emit(brought)

    def _brought_by_preset(self, before: OverlaySettings) -> dict[str, object]:
        """A place brings its size and lines, unless others were chosen with it."""
        if self._settings.preset == before.preset:
            return {}
        return {
            key: value
            for key, value in presets.MADE_FOR[self._settings.preset].items()
            if getattr(self._settings, key) == getattr(before, key) != value
        }

    def _go_to_preset(self) -> None:
        self._place_by_preset(self._home())
        self._place_children()
        self._reported = self.panel_rect()
        self.geometry_changed.emit(self._reported)

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

    def _ask_for_privacy(self) -> None:
        window = self.windowHandle()
        if window is not None:
            self.sharing = hide_from_sharing(window, self._settings.hide_from_sharing)
            self.handles.show_sharing(self.sharing)

    def step_size(self, steps: int) -> None:
        """Make the text larger, or smaller."""
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

    def _choose(self, **changes: object) -> None:
        preset = changes.get("preset")
        if preset is not None:
            changes = {**presets.MADE_FOR[str(preset)], **changes}
        if preset == self._settings.preset:
            self._go_to_preset()  # back to where it would stand had it not been moved
        self.apply(replace(self._settings, **changes))
        self.changed.emit(changes)

    def _close_by_user(self) -> None:
        self.hide()
        self.closed.emit()

    # What was said before

    def open_history(self, *, missed: bool) -> None:
        """Open the panel of finished sentences, with the last two minutes or with everything."""
        self.history.open_at(self.geometry(), self.screen().availableGeometry(), missed=missed)

    def _place_children(self) -> None:
        super()._place_children()
        if self.history.isVisible():
            self.history.stand_by(self.geometry(), self.screen().availableGeometry())

    def moveEvent(self, event: QMoveEvent) -> None:  # noqa: N802  # Qt's name
        """What was said moves along."""
        super().moveEvent(event)
        if self.history.isVisible():
            self.history.stand_by(self.geometry(), self.screen().availableGeometry())

    def toggle_history(self) -> None:
        """Open the panel, or close it."""
        if self.history.isVisible():
            self.history.hide()
        else:
            self.open_history(missed=False)

    def copy_shown(self) -> None:
        """Copy the words on show."""
        QGuiApplication.clipboard().setText(self.captions.shown_text())

    def note_moment(self) -> None:
        """Mark this moment with a note, which is asked for in the panel of what was said."""
        self.history.leaves_after_note = not self.history.isVisible()
        self.open_history(missed=True)
        self.history.activateWindow()
        self.history.note.setFocus()

    def open_menu(self, at: QPoint) -> None:
        """Open the bar's menu at this place of the desktop."""
        menu = BarMenu(self._settings, self._choose, self)
        menu.aboutToHide.connect(menu.deleteLater)  # a menu that an entry was chosen from is hidden, not closed
        menu.add_reading(
            lambda: self.open_history(missed=True), lambda: self.open_history(missed=False), self.copy_shown
        )
        labels = self.captions.labels
        lanes = {lane: (labels.get(lane, lane), muted) for lane, muted in self._muted.items()}
        menu.add_session(self.note_moment, self.mute_toggled.emit, lanes)
        menu.add_looks()
        menu.add_rest(self.sharing, self.settings_requested.emit, lambda: self.set_locked(True), self._close_by_user)
        menu.popup(at)

    # The mouse

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802  # Qt's name
        """With Ctrl the text size, as in every reader; alone it scrolls back to what was said."""
        turn = event.angleDelta().y()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.step_size((turn > 0) - (turn < 0))
        elif turn > 0 and not self.history.isVisible():
            self.open_history(missed=False)
        elif turn < 0:
            self.history.hide()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802  # Qt's name
        """Everything by name."""
        self.open_menu(event.globalPos())

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

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802  # Qt's name
        """What depends on the desktop is asked now: compositor, monitors, the window's own flags."""
        super().showEvent(event)
        opaque = not is_composited()
        if opaque != self._opaque:
            self._opaque = opaque
            self.captions.apply(self._settings, opaque=opaque)
            self.history.apply(self.captions.look)
        self._place_children()
        self._let_clicks_through()
        self._ask_for_privacy()
        self._reserve()
        self._above.start(self.windowHandle())

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802  # Qt's name
        """What belongs to the bar goes with it."""
        super().hideEvent(event)
        self.history.hide()
        self._above.stop()

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
        elif event.type() == QEvent.Type.WindowStateChange and self.isMinimized():
            self.showNormal()  # the window that it stood above was sent away, and took it along

    def _retranslate(self) -> None:
        self.setWindowTitle(self.tr("Overtitle captions"))
        self.setAccessibleName(self.tr("Captions"))
        self.setAccessibleDescription(self.tr("What is being said, above all other windows"))
        self.handles.retranslate()
