"""The icon in the system's tray, where there is one; never the only way to anything."""

from __future__ import annotations

from PySide6.QtCore import QObject, QRectF, Qt, Signal, SignalInstance
from PySide6.QtGui import QAction, QColor, QIcon, QPainter
from PySide6.QtWidgets import QMenu, QSystemTrayIcon, QWidget

from desktop.core.state import SessionState
from desktop.ui.icons import pixmap
from desktop.ui.status_bar import TONES
from desktop.ui.theme import DARK

_RUNNING = {SessionState.CONNECTING, SessionState.LIVE, SessionState.RECONNECTING, SessionState.FALLBACK}


class Tray(QObject):
    """State at a glance, and the way back to a hidden window or a locked caption bar."""

    window_pressed = Signal()
    """Show the window, or hide it."""
    start_pressed = Signal()
    """Start or stop."""
    lock_pressed = Signal()
    quit_pressed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.icon = QSystemTrayIcon(self)
        self._menu = QMenu(parent)
        self.window_action = self._action(self.tr("Show or hide the window"), self.window_pressed)
        self.start_action = self._action(self.tr("Start"), self.start_pressed)
        self.lock_action = self._action(self.tr("Lock the caption bar"), self.lock_pressed)
        self._menu.addSeparator()
        self._action(self.tr("Quit Overtitle"), self.quit_pressed)
        self.lock_action.setCheckable(True)
        self.icon.setContextMenu(self._menu)
        self.icon.activated.connect(self._on_activated)
        self.show_state(SessionState.IDLE)

    @staticmethod
    def available() -> bool:
        """Whether this desktop has a tray."""
        return QSystemTrayIcon.isSystemTrayAvailable()

    def show(self) -> None:
        """Appear, where there is a tray."""
        self.icon.setVisible(self.available())

    def show_state(self, state: SessionState) -> None:
        """Show where the session stands."""
        running = state in _RUNNING
        self.start_action.setText(self.tr("Stop") if running else self.tr("Start"))
        self.start_action.setEnabled(state is not SessionState.STOPPING)
        self.icon.setIcon(state_icon(state))
        self.icon.setToolTip("Overtitle")

    def show_locked(self, locked: bool) -> None:
        """Show whether clicks go through the caption bar."""
        self.lock_action.setChecked(locked)

    def _action(self, text: str, signal: SignalInstance) -> QAction:
        action = QAction(text, self)
        action.triggered.connect(lambda _checked: signal.emit())
        self._menu.addAction(action)
        return action

    def _on_activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason is QSystemTrayIcon.ActivationReason.Trigger:
            self.window_pressed.emit()


def state_icon(state: SessionState) -> QIcon:
    """The program's icon with the dot of its state."""
    colours = {"calm": "", "good": DARK.ok, "warn": DARK.warn, "bad": DARK.danger}
    picture = pixmap("overtitle", "", 64)
    colour = colours[TONES[state]]
    if colour:
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor("#14161a"))
        painter.drawEllipse(QRectF(36, 36, 28, 28))
        painter.setBrush(QColor(colour))
        painter.drawEllipse(QRectF(40, 40, 20, 20))
        painter.end()
    return QIcon(picture)
