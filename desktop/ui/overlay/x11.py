"""What Qt does not tell or ask of an X server, over a connection of our own that lasts a millisecond."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from PySide6.QtGui import QGuiApplication

_CARDINAL = 6
"""Xatom.h: XA_CARDINAL."""
_TYPES = {
    "XOpenDisplay": (ctypes.c_void_p, (ctypes.c_char_p,)),
    "XCloseDisplay": (ctypes.c_int, (ctypes.c_void_p,)),
    "XDefaultScreen": (ctypes.c_int, (ctypes.c_void_p,)),
    "XDisplayHeight": (ctypes.c_int, (ctypes.c_void_p, ctypes.c_int)),
    "XInternAtom": (ctypes.c_ulong, (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int)),
    "XGetSelectionOwner": (ctypes.c_ulong, (ctypes.c_void_p, ctypes.c_ulong)),
    "XDeleteProperty": (ctypes.c_int, (ctypes.c_void_p, ctypes.c_ulong, ctypes.c_ulong)),
    "XChangeProperty": (
        ctypes.c_int,
        (ctypes.c_void_p, *(3 * (ctypes.c_ulong,)), ctypes.c_int, ctypes.c_int, ctypes.c_void_p, ctypes.c_int),
    ),
}


def is_x11() -> bool:
    """True where windows are those of an X server, XWayland included."""
    return QGuiApplication.platformName() == "xcb"


class Server:
    """A connection to the X server."""

    def __init__(self, library: ctypes.CDLL, display: int) -> None:
        self._library = library
        self._display = display
        self._screen = library.XDefaultScreen(display)

    @property
    def height(self) -> int:
        """Pixels of the root window, over all monitors."""
        return int(self._library.XDisplayHeight(self._display, self._screen))

    def is_composited(self) -> bool:
        """Whether somebody owns `_NET_WM_CM_Sn` (EWMH): a compositor runs."""
        owner = self._atom(f"_NET_WM_CM_S{self._screen}")
        return bool(self._library.XGetSelectionOwner(self._display, owner))

    def set_numbers(self, window: int, name: str, numbers: Sequence[int]) -> None:
        """Set a property of a window to 32-bit numbers; none at all delete it."""
        if not numbers:
            self._library.XDeleteProperty(self._display, window, self._atom(name))
            return
        data = (ctypes.c_ulong * len(numbers))(*numbers)  # Xlib takes a long for each 32-bit item
        self._library.XChangeProperty(
            self._display, window, self._atom(name), _CARDINAL, 32, 0, ctypes.byref(data), len(numbers)
        )

    def _atom(self, name: str) -> int:
        return int(self._library.XInternAtom(self._display, name.encode(), False))


@contextmanager
def connected() -> Iterator[Server | None]:
    """A connection to the server that Qt uses; None where there is none."""
    library = _library()
    display = library.XOpenDisplay(None) if library is not None else None
    if library is None or not display:
        yield None
        return
    try:
        yield Server(library, display)
    finally:
        library.XCloseDisplay(display)  # sends what was asked for


def _library() -> ctypes.CDLL | None:
    try:
        library = ctypes.CDLL("libX11.so.6")
    except OSError:
        return None
    for name, (result, arguments) in _TYPES.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library


def under_wayland() -> bool:
    """True in a Wayland session, where the compositor blends everything."""
    return bool(os.environ.get("WAYLAND_DISPLAY"))
