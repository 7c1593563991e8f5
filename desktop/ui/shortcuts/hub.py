"""The keys of this system, whichever way it lends them."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Protocol

from PySide6.QtCore import QKeyCombination, QObject, Signal
from PySide6.QtGui import QGuiApplication

from desktop.settings.controls import ShortcutSettings
from desktop.ui.overlay import x11 as screen
from desktop.ui.shortcuts import keys
from desktop.ui.shortcuts.keys import Bound, Pressed, Told


class Keyboard(Protocol):
    """One system's way. `pressed` and `told` are called in the window's thread, `told` once for each `bind`."""

    def bind(self, wanted: Mapping[str, QKeyCombination]) -> None:
        """Have these keys and no others, by action."""

    def close(self) -> None:
        """Give all keys back."""


class Nobody:
    """Where no way is known: says so."""

    def __init__(self, _pressed: Pressed, told: Told) -> None:
        self._told = told

    def bind(self, wanted: Mapping[str, QKeyCombination]) -> None:
        """Refuse."""
        self._told(Bound({}, keys.no_way() if wanted else None))

    def close(self) -> None:
        """Nothing was taken."""


class Shortcuts(QObject):
    """Asks for the keys of the settings, and says what was pressed and what was refused."""

    pressed = Signal(str)
    """The name of an action."""
    changed = Signal()
    """`bound` tells something else now."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._keyboard: Keyboard | None = None
        self._wanted: dict[str, QKeyCombination] | None = None
        self.bound = Bound({})

    def apply(self, settings: ShortcutSettings) -> None:
        """Have the keys of these settings from now on."""
        wanted = keys.usable(settings)
        if wanted == self._wanted:
            return
        self._wanted = wanted
        if self._keyboard is None:
            self._keyboard = this_system(self.pressed.emit, self._told)
        self._keyboard.bind(wanted)

    def close(self) -> None:
        """Give all keys back."""
        if self._keyboard is not None:
            self._keyboard.close()
        self._keyboard = self._wanted = None

    def _told(self, bound: Bound) -> None:
        self.bound = bound
        self.changed.emit()


def this_system(pressed: Pressed, told: Told) -> Keyboard:
    """The way of the system that the program runs on."""
    if sys.platform == "win32":
        from desktop.ui.shortcuts.windows import WindowsKeys

        return WindowsKeys(pressed, told)
    if sys.platform == "darwin":
        from desktop.ui.shortcuts.macos import MacKeys

        return MacKeys(pressed, told)
    if screen.under_wayland():
        from desktop.ui.shortcuts.portal import PortalKeys

        return PortalKeys(pressed, told)
    if QGuiApplication.platformName() == "xcb":
        from desktop.ui.shortcuts.x11 import X11Keys

        return X11Keys(pressed, told)
    return Nobody(pressed, told)
