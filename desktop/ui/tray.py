"""The icon in the system's tray, where there is one; never the only way to anything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, QRectF, Qt, Signal, SignalInstance
from PySide6.QtGui import QAction, QActionGroup, QColor, QIcon, QPainter, QPen
from PySide6.QtWidgets import QMenu, QSystemTrayIcon, QWidget

from desktop.core.state import SessionState
from desktop.ui.icons import pixmap
from desktop.ui.pick_button import Choice
from desktop.ui.status_bar import TONES
from desktop.ui.text import plain
from desktop.ui.theme import DARK

_RUNNING = {SessionState.CONNECTING, SessionState.LIVE, SessionState.RECONNECTING, SessionState.FALLBACK}
_GROUND = "#14161a"


@dataclass(frozen=True, slots=True)
class Look:
    """What the icon tells; each difference is one of shape, not of colour alone."""

    state: SessionState = SessionState.IDLE
    muted: bool = False
    """I am not heard."""
    paused: bool = False
    remote: bool = False
    """Somebody streams sound to this computer."""
    trouble: bool = False

    @property
    def running(self) -> bool:
        """Whether a session runs."""
        return self.state in _RUNNING


class Tray(QObject):
    """State at a glance, and the way back to a hidden window or a locked caption bar."""

    window_pressed = Signal()
    """Show the window, or hide it."""
    start_pressed = Signal()
    """Start or stop."""
    pause_pressed = Signal()
    mute_pressed = Signal()
    """Mute me, or hear me again."""
    lock_pressed = Signal()
    language_picked = Signal(str)
    provider_picked = Signal(str)
    quit_pressed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.icon = QSystemTrayIcon(self)
        self.look = Look()
        self._menu = QMenu(parent)
        self.state_action = QAction(self)
        self.state_action.setEnabled(False)
        self._menu.addAction(self.state_action)
        self._menu.addSeparator()
        self.window_action = self._action(self.tr("Show or hide the window"), self.window_pressed)
        self.start_action = self._action(self.tr("Start"), self.start_pressed)
        self.pause_action = self._action(self.tr("Pause"), self.pause_pressed)
        self.mute_action = self._action(self.tr("Mute me"), self.mute_pressed)
        self.lock_action = self._action(self.tr("Lock the caption bar"), self.lock_pressed)
        for action in (self.pause_action, self.mute_action, self.lock_action):
            action.setCheckable(True)
        self._menu.addSeparator()
        self.languages = _Choices(self.tr("Spoken language"), self._menu, self.language_picked)
        self.providers = _Choices(self.tr("Captions by"), self._menu, self.provider_picked)
        self._menu.addSeparator()
        self._action(self.tr("Quit Overtitle"), self.quit_pressed)
        self.icon.setContextMenu(self._menu)
        self.icon.activated.connect(self._on_activated)
        self._refresh()

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
        changes: dict[str, bool] = {} if running else {"paused": False, "muted": False, "remote": False}
        self._change(state=state, **changes)

    def show_muted(self, muted: bool) -> None:
        """Show whether I am heard."""
        self._change(muted=muted)

    def show_paused(self, paused: bool) -> None:
        """Show whether the session rests."""
        self._change(paused=paused)

    def show_remote(self, remote: bool) -> None:
        """Show whether a remote call is heard."""
        self._change(remote=remote)

    def show_trouble(self, trouble: bool) -> None:
        """Show whether something needs a person."""
        self._change(trouble=trouble)

    def show_locked(self, locked: bool) -> None:
        """Show whether clicks go through the caption bar."""
        self.lock_action.setChecked(locked)

    def _change(self, **changes: object) -> None:
        look = replace(self.look, **changes)  # type: ignore[arg-type] # names and types are those of the methods above
        if look != self.look:
            self.look = look
            self._refresh()

    def _refresh(self) -> None:
        look = self.look
        self.start_action.setText(self.tr("Stop") if look.running else self.tr("Start"))
        self.start_action.setEnabled(look.state is not SessionState.STOPPING)
        for action, on in ((self.pause_action, look.paused), (self.mute_action, look.muted)):
            action.setEnabled(look.running)
            action.setChecked(on)
        sentence = self._sentence()
        self.state_action.setText(sentence)
        self.icon.setIcon(state_icon(look))
        self.icon.setToolTip(f"Overtitle: {sentence}")

    def _sentence(self) -> str:
        look = self.look
        if look.trouble or look.state is SessionState.FAILED:
            return self.tr("Something needs you: open the window")
        if not look.running:
            return self.tr("Not listening")
        if look.paused:
            return self.tr("Paused")
        if look.state is SessionState.RECONNECTING:
            return self.tr("Reconnecting, keeping your words")
        if look.muted:
            return self.tr("Listening, you are muted")
        return self.tr("Listening to a remote call") if look.remote else self.tr("Listening")

    def _action(self, text: str, signal: SignalInstance) -> QAction:
        action = QAction(text, self)
        action.triggered.connect(lambda _checked: signal.emit())
        self._menu.addAction(action)
        return action

    def _on_activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason is QSystemTrayIcon.ActivationReason.Trigger:
            self.window_pressed.emit()


class _Choices:
    """A menu of which one entry is chosen."""

    def __init__(self, title: str, parent: QMenu, picked: SignalInstance) -> None:
        self._menu = QMenu(title, parent)
        parent.addMenu(self._menu)
        self._group = QActionGroup(self._menu)
        self._picked = picked
        self._shown: tuple[tuple[Choice, ...], str] = ((), "")

    @property
    def actions(self) -> Sequence[QAction]:
        """The entries."""
        return self._group.actions()

    def show(self, choices: Sequence[Choice], chosen: str) -> None:
        """List these; `chosen` is a value."""
        if self._shown == (tuple(choices), chosen):
            return
        self._shown = (tuple(choices), chosen)
        for action in self._group.actions():
            self._group.removeAction(action)
            self._menu.removeAction(action)
            action.deleteLater()
        for choice in choices:
            action = self._menu.addAction(plain(choice.text, 60).replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(choice.value == chosen)
            action.setEnabled(choice.enabled)
            action.triggered.connect(lambda _on, value=choice.value: self._picked.emit(value))
            self._group.addAction(action)


def state_icon(look: Look) -> QIcon:
    """The program's icon with a sign in its corner: dot, bars, stroke, ring or exclamation mark."""
    colours = {"calm": "", "good": DARK.ok, "warn": DARK.warn, "bad": DARK.danger}
    picture = pixmap("overtitle", "", 64)
    trouble = look.trouble or look.state is SessionState.FAILED
    colour = DARK.danger if trouble else colours[TONES[look.state]]
    if not colour:
        return QIcon(picture)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(_GROUND))
    painter.drawEllipse(QRectF(32, 32, 32, 32))
    painter.setBrush(QColor(DARK.warn if look.running and (look.paused or look.muted) and not trouble else colour))
    _draw_sign(painter, look, trouble=trouble)
    painter.end()
    return QIcon(picture)


def _draw_sign(painter: QPainter, look: Look, *, trouble: bool) -> None:
    if trouble:
        painter.drawRoundedRect(QRectF(45, 36, 6, 14), 2, 2)
        painter.drawEllipse(QRectF(44.5, 53, 7, 7))
    elif look.paused:
        painter.drawRoundedRect(QRectF(40, 39, 6, 18), 2, 2)
        painter.drawRoundedRect(QRectF(50, 39, 6, 18), 2, 2)
    else:
        painter.drawEllipse(QRectF(37, 37, 22, 22))
        if look.muted:
            painter.setPen(QPen(QColor(_GROUND), 5))
            painter.drawLine(36, 60, 60, 36)
        elif look.remote:
            painter.setBrush(QColor(_GROUND))
            painter.drawEllipse(QRectF(42, 42, 12, 12))
