"""What Qt does not tell or ask of an X server, over a connection of our own that lasts a millisecond."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache

from PySide6.QtGui import QGuiApplication

_ATOM, _CARDINAL, _WINDOW = 4, 6, 33
"""Xatom.h: XA_ATOM, XA_CARDINAL, XA_WINDOW."""
_MOST = 64
"""Items of a property that are read."""
_TYPES = {
    "XOpenDisplay": (ctypes.c_void_p, (ctypes.c_char_p,)),
    "XCloseDisplay": (ctypes.c_int, (ctypes.c_void_p,)),
    "XDefaultScreen": (ctypes.c_int, (ctypes.c_void_p,)),
    "XDisplayHeight": (ctypes.c_int, (ctypes.c_void_p, ctypes.c_int)),
    "XInternAtom": (ctypes.c_ulong, (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int)),
    "XDefaultRootWindow": (ctypes.c_ulong, (ctypes.c_void_p,)),
    "XFlush": (ctypes.c_int, (ctypes.c_void_p,)),
    "XFree": (ctypes.c_int, (ctypes.c_void_p,)),
    "XGetWindowProperty": (
        ctypes.c_int,
        (ctypes.c_void_p, *(2 * (ctypes.c_ulong,)), ctypes.c_long, ctypes.c_long, ctypes.c_int, ctypes.c_ulong)
        + 5 * (ctypes.c_void_p,),
    ),
    "XSetErrorHandler": (ctypes.c_void_p, (ctypes.c_void_p,)),
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
        self._root = int(library.XDefaultRootWindow(display))

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
        self._set(window, name, _CARDINAL, numbers)

    def full_screen_window(self) -> int:
        """The window that has the keyboard and fills the screen; 0 when there is none."""
        active = next(iter(self._get(self._root, "_NET_ACTIVE_WINDOW", _WINDOW)), 0)
        states = self._get(active, "_NET_WM_STATE", _ATOM) if active else []
        return active if self._atom("_NET_WM_STATE_FULLSCREEN") in states else 0

    def transient_for(self, window: int) -> int:
        """The window above which a window stands; 0 when there is none."""
        return next(iter(self._get(window, "WM_TRANSIENT_FOR", _WINDOW)), 0)

    def set_transient_for(self, window: int, other: int) -> None:
        """Let a window stand above another; 0 for none."""
        self._set(window, "WM_TRANSIENT_FOR", _WINDOW, [other] if other else [])
        self._library.XFlush(self._display)

    def close(self) -> None:
        """End the connection, once what was asked for is sent."""
        self._library.XCloseDisplay(self._display)

    def _set(self, window: int, name: str, kind: int, numbers: Sequence[int]) -> None:
        if not numbers:
            self._library.XDeleteProperty(self._display, window, self._atom(name))
            return
        data = (ctypes.c_ulong * len(numbers))(*numbers)  # Xlib takes a long for each 32-bit item
        self._library.XChangeProperty(
            self._display, window, self._atom(name), kind, 32, 0, ctypes.byref(data), len(numbers)
        )

    def _get(self, window: int, name: str, kind: int) -> list[int]:
        found, width, data = ctypes.c_ulong(), ctypes.c_int(), ctypes.c_void_p()
        count, left = ctypes.c_ulong(), ctypes.c_ulong()
        results = (ctypes.byref(one) for one in (found, width, count, left, data))
        self._library.XGetWindowProperty(self._display, window, self._atom(name), 0, _MOST, False, kind, *results)
        if data.value is None:
            return []
        items = ctypes.cast(data, ctypes.POINTER(ctypes.c_ulong))
        numbers = [int(items[at]) for at in range(count.value)] if width.value == 32 else []
        self._library.XFree(data)
        return numbers

    def _atom(self, name: str) -> int:
        return int(self._library.XInternAtom(self._display, name.encode(), False))


@contextmanager
def connected() -> Iterator[Server | None]:
    """A connection to the server that Qt uses; None where there is none."""
    server = connect()
    try:
        yield server
    finally:
        if server is not None:
            server.close()


def connect() -> Server | None:
    """A connection that the caller closes; None where there is no server."""
    library = _library()
    display = library.XOpenDisplay(None) if library is not None else None
    return Server(library, display) if library is not None and display else None


_ignore = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)(lambda _display, _event: 0)
"""For Xlib, which by itself ends the program when another one's window is gone by the time it is asked about."""


@cache
def _library() -> ctypes.CDLL | None:
    try:
        library = ctypes.CDLL("libX11.so.6")
    except OSError:
        return None
    for name, (result, arguments) in _TYPES.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    library.XSetErrorHandler(_ignore)
    return library


def under_wayland() -> bool:
    """True in a Wayland session, where the compositor blends everything."""
    return bool(os.environ.get("WAYLAND_DISPLAY"))
