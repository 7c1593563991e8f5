"""Keys on macOS: Carbon's RegisterEventHotKey, which needs no permission. Not tried on a Mac yet.

Constants are those of CarbonEvents.h and HIToolbox's Events.h; key codes name places of an ANSI keyboard.
"""

from __future__ import annotations

import ctypes
import ctypes.util
from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QKeyCombination, Qt

from desktop.ui.shortcuts import keys
from desktop.ui.shortcuts.keys import Bound, Pressed, Told

_SIGNATURE = int.from_bytes(b"OvTi", "big")
_KEYBOARD, _HOT_KEY_PRESSED = int.from_bytes(b"keyb", "big"), 5
_DIRECT_OBJECT, _HOT_KEY_ID = int.from_bytes(b"----", "big"), int.from_bytes(b"hkid", "big")
_MODIFIERS = {
    Qt.KeyboardModifier.ControlModifier: 1 << 8,  # Qt's Ctrl is the Command key of a Mac
    Qt.KeyboardModifier.ShiftModifier: 1 << 9,
    Qt.KeyboardModifier.AltModifier: 1 << 11,
    Qt.KeyboardModifier.MetaModifier: 1 << 12,
}
_LETTERS = dict(zip("ASDFHGZXCV", range(10), strict=True)) | dict(zip("BQWERYT", range(11, 18), strict=True))
_LETTERS |= {"O": 31, "U": 32, "I": 34, "P": 35, "L": 37, "J": 38, "K": 40, "N": 45, "M": 46}
_DIGITS = dict(zip("1234657980", (18, 19, 20, 21, 22, 23, 26, 28, 25, 29), strict=True))
_CODES = {ord(character): code for character, code in (_LETTERS | _DIGITS).items()}
_FUNCTION = (122, 120, 99, 118, 96, 97, 98, 100, 101, 109, 103, 111)
_CODES |= {int(Qt.Key.Key_F1) + at: code for at, code in enumerate(_FUNCTION)}
_CODES |= {int(Qt.Key.Key_Space): 49, int(Qt.Key.Key_Return): 36, int(Qt.Key.Key_Tab): 48}


class _HotKeyId(ctypes.Structure):
    _fields_ = (("signature", ctypes.c_uint32), ("id", ctypes.c_uint32))


class _EventType(ctypes.Structure):
    _fields_ = (("kind_class", ctypes.c_uint32), ("kind", ctypes.c_uint32))


_Handler = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)


class MacKeys:
    """Hot keys of this program."""

    def __init__(self, pressed: Pressed, told: Told, carbon: Any = None) -> None:
        self._pressed = pressed
        self._told = told
        self._carbon = carbon
        self._handler = _Handler(self._on_event)  # kept: Carbon holds only its address
        self._installed = ctypes.c_void_p()
        self._actions: dict[int, tuple[str, ctypes.c_void_p]] = {}

    def bind(self, wanted: Mapping[str, QKeyCombination]) -> None:
        """Give back what was registered and register these."""
        if self._carbon is None:
            self._carbon = _load()
        if not self._installed.value:
            self._install()
        self._give_back()
        refused = {}
        for number, (action, keys_) in enumerate(wanted.items(), 1):
            code = _CODES.get(keys_.key())
            if code is None:
                refused[action] = keys.unknown_here(keys_)
                continue
            held = keys_.keyboardModifiers()
            mask = sum(bit for modifier, bit in _MODIFIERS.items() if held & modifier)
            reference = ctypes.c_void_p()
            target = self._carbon.GetApplicationEventTarget()
            name = _HotKeyId(_SIGNATURE, number)
            if self._carbon.RegisterEventHotKey(code, mask, name, target, 0, ctypes.byref(reference)):
                refused[action] = keys.taken_elsewhere(keys_)
            else:
                self._actions[number] = (action, reference)
        self._told(Bound(refused))

    def close(self) -> None:
        """Give all keys back."""
        self._give_back()
        if self._installed.value:
            self._carbon.RemoveEventHandler(self._installed)
            self._installed = ctypes.c_void_p()

    def _install(self) -> None:
        kind = _EventType(_KEYBOARD, _HOT_KEY_PRESSED)
        target = self._carbon.GetApplicationEventTarget()
        self._carbon.InstallEventHandler(
            target, self._handler, 1, ctypes.byref(kind), None, ctypes.byref(self._installed)
        )

    def _give_back(self) -> None:
        for _action, reference in self._actions.values():
            self._carbon.UnregisterEventHotKey(reference)
        self._actions.clear()

    def _on_event(self, _call: int | None, event: int | None, _data: int | None) -> int:
        name = _HotKeyId()
        size = ctypes.sizeof(name)
        self._carbon.GetEventParameter(
            ctypes.c_void_p(event), _DIRECT_OBJECT, _HOT_KEY_ID, None, size, None, ctypes.byref(name)
        )
        if name.signature == _SIGNATURE and name.id in self._actions:
            self._pressed(self._actions[name.id][0])
        return 0


def _load() -> Any:
    carbon = ctypes.CDLL(ctypes.util.find_library("Carbon"))
    pointer, word = ctypes.c_void_p, ctypes.c_uint32
    carbon.GetApplicationEventTarget.restype = pointer
    carbon.GetApplicationEventTarget.argtypes = ()
    carbon.RegisterEventHotKey.argtypes = (word, word, _HotKeyId, pointer, word, pointer)
    carbon.InstallEventHandler.argtypes = (pointer, _Handler, ctypes.c_ulong, pointer, pointer, pointer)
    carbon.UnregisterEventHotKey.argtypes = (pointer,)
    carbon.RemoveEventHandler.argtypes = (pointer,)
    carbon.GetEventParameter.argtypes = (pointer, word, word, pointer, ctypes.c_ulong, pointer, pointer)
    return carbon
