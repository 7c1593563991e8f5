"""Keys on Windows: RegisterHotKey, whose messages come to the window's thread.

https://learn.microsoft.com/windows/win32/api/winuser/nf-winuser-registerhotkey
"""

from __future__ import annotations

import ctypes
from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QAbstractNativeEventFilter, QByteArray, QCoreApplication, QKeyCombination, Qt

from desktop.ui.shortcuts import keys
from desktop.ui.shortcuts.keys import Bound, Pressed, Told

_WM_HOTKEY = 0x0312
_NO_REPEAT = 0x4000
_FIRST_ID = 0x4F54
"""Ids from here on; a program may use 0 to 0xBFFF."""
_MODIFIERS = {
    Qt.KeyboardModifier.AltModifier: 1,
    Qt.KeyboardModifier.ControlModifier: 2,
    Qt.KeyboardModifier.ShiftModifier: 4,
    Qt.KeyboardModifier.MetaModifier: 8,
}
_NAMED = {
    Qt.Key.Key_Backspace: 0x08,
    Qt.Key.Key_Tab: 0x09,
    Qt.Key.Key_Return: 0x0D,
    Qt.Key.Key_Pause: 0x13,
    Qt.Key.Key_Space: 0x20,
    Qt.Key.Key_PageUp: 0x21,
    Qt.Key.Key_PageDown: 0x22,
    Qt.Key.Key_End: 0x23,
    Qt.Key.Key_Home: 0x24,
    Qt.Key.Key_Left: 0x25,
    Qt.Key.Key_Up: 0x26,
    Qt.Key.Key_Right: 0x27,
    Qt.Key.Key_Down: 0x28,
    Qt.Key.Key_Insert: 0x2D,
    Qt.Key.Key_Delete: 0x2E,
}
"""Virtual-key codes (winuser.h)."""


class _Message(ctypes.Structure):
    """MSG of winuser.h, as far as it is read."""

    _fields_ = (("hwnd", ctypes.c_void_p), ("message", ctypes.c_uint), ("wparam", ctypes.c_size_t))


def virtual_key(user32: Any, key: int) -> int:
    """The virtual-key code of a Qt key; 0 when the keyboard lacks it."""
    if key in _NAMED:
        return _NAMED[Qt.Key(key)]
    if Qt.Key.Key_F1 <= key <= Qt.Key.Key_F24:
        return 0x70 + key - Qt.Key.Key_F1
    if Qt.Key.Key_0 <= key <= Qt.Key.Key_9 or Qt.Key.Key_A <= key <= Qt.Key.Key_Z:
        return key
    found = int(user32.VkKeyScanW(ctypes.c_wchar(chr(key)))) if 0x20 < key < 0x10000 else -1
    return found & 0xFF if found & 0xFFFF != 0xFFFF else 0


class WindowsKeys(QAbstractNativeEventFilter):
    """Hot keys of this thread."""

    def __init__(self, pressed: Pressed, told: Told, user32: Any = None) -> None:
        super().__init__()
        self._pressed = pressed
        self._told = told
        self._user32 = user32
        self._actions: dict[int, str] = {}
        self._filtering = False

    def bind(self, wanted: Mapping[str, QKeyCombination]) -> None:
        """Give back what was registered and register these."""
        if self._user32 is None:
            self._user32 = ctypes.WinDLL("user32")  # type: ignore[attr-defined,unused-ignore] # Windows alone has it
        if not self._filtering:
            QCoreApplication.instance().installNativeEventFilter(self)  # type: ignore[union-attr] # there is a window
            self._filtering = True
        self._give_back()
        refused = {}
        for number, (action, keys_) in enumerate(wanted.items(), _FIRST_ID):
            code = virtual_key(self._user32, keys_.key())
            held = keys_.keyboardModifiers()
            mask = sum(bit for modifier, bit in _MODIFIERS.items() if held & modifier)
            if not code:
                refused[action] = keys.unknown_here(keys_)
            elif not self._user32.RegisterHotKey(None, number, mask | _NO_REPEAT, code):
                refused[action] = keys.taken_elsewhere(keys_)
            else:
                self._actions[number] = action
        self._told(Bound(refused))

    def close(self) -> None:
        """Give all keys back."""
        self._give_back()
        if self._filtering:
            QCoreApplication.instance().removeNativeEventFilter(self)  # type: ignore[union-attr] # as above
            self._filtering = False

    def _give_back(self) -> None:
        for number in self._actions:
            self._user32.UnregisterHotKey(None, number)
        self._actions.clear()

    def nativeEventFilter(self, kind: QByteArray | bytes | bytearray | memoryview, message: int) -> object:  # noqa: N802 - Qt's name
        """Look for hot keys among the thread's messages; none is kept from Qt."""
        if bytes(kind) == b"windows_generic_MSG":  # type: ignore[arg-type,unused-ignore] # QByteArray is a buffer
            read = _Message.from_address(int(message))
            if read.message == _WM_HOTKEY and read.wparam in self._actions:
                self._pressed(self._actions[read.wparam])
        return False, 0
