"""Keys on X11: passive grabs on the root window, over a connection of our own.

libxcb is what Qt itself needs there. Unlike Xlib it answers each grab by itself, so a refused one is known by name.
Structures are those of the X11 protocol (https://www.x.org/releases/current/doc/xproto/x11protocol.html, appendix B).
"""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Iterator, Mapping
from functools import cache

from PySide6.QtCore import QKeyCombination, QSocketNotifier, Qt

from desktop.ui.shortcuts import keys
from desktop.ui.shortcuts.keys import Bound, Pressed, Told

_SHIFT, _LOCK, _CONTROL, _ALT, _NUM, _SUPER = 1, 2, 4, 8, 16, 64
"""Bits of a key's state; Alt, Num Lock and Super stand for Mod1, Mod2 and Mod4, as on every desktop met so far."""
_MEANT = _SHIFT | _CONTROL | _ALT | _SUPER
_WHATEVER = (0, _LOCK, _NUM, _LOCK | _NUM)
"""The keys work with Caps Lock and Num Lock, too."""
_KEY_PRESS, _KEY_RELEASE, _MAPPING_NOTIFY = 2, 3, 34
_ASYNC = 1
_MODIFIERS = {
    Qt.KeyboardModifier.ShiftModifier: _SHIFT,
    Qt.KeyboardModifier.ControlModifier: _CONTROL,
    Qt.KeyboardModifier.AltModifier: _ALT,
    Qt.KeyboardModifier.MetaModifier: _SUPER,
}
_NAMED = {
    Qt.Key.Key_Space: 0x20,
    Qt.Key.Key_Backspace: 0xFF08,
    Qt.Key.Key_Tab: 0xFF09,
    Qt.Key.Key_Return: 0xFF0D,
    Qt.Key.Key_Pause: 0xFF13,
    Qt.Key.Key_Home: 0xFF50,
    Qt.Key.Key_Left: 0xFF51,
    Qt.Key.Key_Up: 0xFF52,
    Qt.Key.Key_Right: 0xFF53,
    Qt.Key.Key_Down: 0xFF54,
    Qt.Key.Key_PageUp: 0xFF55,
    Qt.Key.Key_PageDown: 0xFF56,
    Qt.Key.Key_End: 0xFF57,
    Qt.Key.Key_Insert: 0xFF63,
    Qt.Key.Key_Delete: 0xFFFF,
}
"""Keysyms (X11/keysymdef.h) of keys that are no character."""


class _Cookie(ctypes.Structure):
    _fields_ = (("sequence", ctypes.c_uint),)


class _Roots(ctypes.Structure):
    _fields_ = (("data", ctypes.POINTER(ctypes.c_uint32)), ("rem", ctypes.c_int), ("index", ctypes.c_int))


_P, _U8, _U16, _U32 = ctypes.c_void_p, ctypes.c_uint8, ctypes.c_uint16, ctypes.c_uint32
_TYPES = {
    "xcb_connect": (_P, (ctypes.c_char_p, _P)),
    "xcb_disconnect": (None, (_P,)),
    "xcb_connection_has_error": (ctypes.c_int, (_P,)),
    "xcb_get_file_descriptor": (ctypes.c_int, (_P,)),
    "xcb_get_setup": (_P, (_P,)),
    "xcb_setup_roots_iterator": (_Roots, (_P,)),
    "xcb_poll_for_event": (_P, (_P,)),
    "xcb_flush": (ctypes.c_int, (_P,)),
    "xcb_get_keyboard_mapping": (_Cookie, (_P, _U8, _U8)),
    "xcb_get_keyboard_mapping_reply": (_P, (_P, _Cookie, _P)),
    "xcb_grab_key_checked": (_Cookie, (_P, _U8, _U32, _U16, _U8, _U8, _U8)),
    "xcb_ungrab_key_checked": (_Cookie, (_P, _U8, _U32, _U16)),
    "xcb_request_check": (_P, (_P, _Cookie)),
}


@cache
def _libraries() -> tuple[ctypes.CDLL, ctypes.CDLL] | None:
    try:
        xcb, libc = ctypes.CDLL("libxcb.so.1"), ctypes.CDLL(None)
    except OSError:
        return None
    for name, (result, arguments) in _TYPES.items():
        function = getattr(xcb, name)
        function.restype, function.argtypes = result, arguments
    libc.free.argtypes = (_P,)
    return xcb, libc


def keysym(key: int) -> int:
    """The keysym of a Qt key, unshifted; 0 when it has none."""
    if key in _NAMED:
        return _NAMED[Qt.Key(key)]
    if Qt.Key.Key_F1 <= key <= Qt.Key.Key_F35:
        return 0xFFBE + key - Qt.Key.Key_F1
    character = chr(key).lower() if 0x20 < key < 0x110000 else ""
    if len(character) != 1:
        return 0
    code = ord(character)
    return code if code <= 0xFF else 0x01000000 + code  # Latin-1 is its own keysym, the rest is offset


def mask_of(wanted: QKeyCombination) -> int:
    """The state bits of the modifiers."""
    held = wanted.keyboardModifiers()
    return sum(bit for modifier, bit in _MODIFIERS.items() if held & modifier)


class X11Keys:
    """Grabs on the root window, asked for by their owner's connection alone."""

    def __init__(self, pressed: Pressed, told: Told) -> None:
        self._pressed = pressed
        self._told = told
        self._connection: int | None = None
        self._notifier: QSocketNotifier | None = None
        self._wanted: dict[str, QKeyCombination] = {}
        self._grabbed: dict[tuple[int, int], str] = {}
        self._released = (0, 0)

    def bind(self, wanted: Mapping[str, QKeyCombination]) -> None:
        """Give back what was grabbed and grab these."""
        self._wanted = dict(wanted)
        if self._connection is None and not self._connect():
            self._told(Bound({}, keys.no_way()))
            return
        self._give_back()
        codes = self._codes()
        refused = {}
        for action, keys_ in self._wanted.items():
            code = codes.get(keysym(keys_.key()), 0)
            if not code:
                refused[action] = keys.unknown_here(keys_)
            elif not self._grab(code, mask_of(keys_)):
                refused[action] = keys.taken_elsewhere(keys_)
            else:
                self._grabbed[code, mask_of(keys_)] = action
        self._told(Bound(refused))
        self._read()  # the answers may have brought events along

    def close(self) -> None:
        """End the connection, and with it all grabs."""
        if self._notifier is not None:
            self._notifier.setEnabled(False)
            self._notifier.deleteLater()
        if self._connection is not None:
            self._xcb.xcb_disconnect(self._connection)
        self._connection = self._notifier = None
        self._grabbed.clear()

    def _connect(self) -> bool:
        libraries = _libraries()
        if libraries is None:
            return False
        self._xcb, self._libc = libraries
        connection = self._xcb.xcb_connect(None, None)
        if self._xcb.xcb_connection_has_error(connection):
            self._xcb.xcb_disconnect(connection)
            return False
        self._connection = connection
        self._setup = self._xcb.xcb_get_setup(connection)
        self._root = self._xcb.xcb_setup_roots_iterator(self._setup).data[0]
        descriptor = self._xcb.xcb_get_file_descriptor(connection)
        self._notifier = QSocketNotifier(descriptor, QSocketNotifier.Type.Read)
        self._notifier.activated.connect(self._read)
        return True

    def _codes(self) -> dict[int, int]:
        """The key code of each keysym that the keyboard has unshifted."""
        first, last = struct.unpack_from("BB", ctypes.string_at(self._setup, 36), 34)  # min-keycode, max-keycode
        cookie = self._xcb.xcb_get_keyboard_mapping(self._connection, first, last - first + 1)
        reply = self._xcb.xcb_get_keyboard_mapping_reply(self._connection, cookie, None)
        if not reply:
            return {}
        per_code, length = struct.unpack_from("=xBxxI", ctypes.string_at(reply, 8))
        symbols = struct.unpack(f"={length}I", ctypes.string_at(reply + 32, 4 * length))
        self._libc.free(reply)
        codes: dict[int, int] = {}
        for column in range(
            min(per_code, 4)
        ):  # a layout's own first, then what stands on it with Shift or a second one
            for at in range(last - first + 1):
                codes.setdefault(symbols[at * per_code + column], first + at)
        return codes

    def _grab(self, code: int, mask: int) -> bool:
        cookies = [
            self._xcb.xcb_grab_key_checked(self._connection, 1, self._root, mask | lock, code, _ASYNC, _ASYNC)
            for lock in _WHATEVER
        ]
        granted = [self._is_granted(cookie) for cookie in cookies]
        if not all(granted):
            self._ungrab(code, mask)
        return all(granted)

    def _ungrab(self, code: int, mask: int) -> None:
        for lock in _WHATEVER:
            self._is_granted(self._xcb.xcb_ungrab_key_checked(self._connection, code, self._root, mask | lock))

    def _is_granted(self, cookie: _Cookie) -> bool:
        error = self._xcb.xcb_request_check(self._connection, cookie)
        if error:
            self._libc.free(error)
        return not error

    def _give_back(self) -> None:
        for code, mask in self._grabbed:
            self._ungrab(code, mask)
        self._grabbed.clear()

    def _events(self) -> Iterator[bytes]:
        while self._connection is not None and (event := self._xcb.xcb_poll_for_event(self._connection)):
            data = ctypes.string_at(event, 32)
            self._libc.free(event)
            yield data

    def _read(self) -> None:
        remapped = False
        for event in self._events():
            kind, code, when, state = struct.unpack_from("=BBxxI20xH", event)
            if kind & 0x7F == _MAPPING_NOTIFY:
                remapped = True
            elif kind & 0x7F == _KEY_RELEASE:
                self._released = (code, when)
            elif kind & 0x7F == _KEY_PRESS and self._released != (code, when):
                # a key that is held is released and pressed again within the same millisecond
                action = self._grabbed.get((code, state & _MEANT))
                if action is not None:
                    self._pressed(action)
        if self._connection is not None and self._xcb.xcb_connection_has_error(self._connection):
            self.close()
        elif remapped:
            self.bind(self._wanted)
