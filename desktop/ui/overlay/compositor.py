"""Does this desktop blend translucent windows? Without a compositor their transparent pixels are black."""

from __future__ import annotations

import ctypes
import os

from PySide6.QtGui import QGuiApplication


def is_composited() -> bool:
    """True where translucency works; asks the X server who owns `_NET_WM_CM_Sn` (EWMH), since Qt no longer tells.

    It takes a connection of its own for a millisecond, so a compositor that starts or ends later is noticed at the
    next call.
    """
    if QGuiApplication.platformName() != "xcb" or os.environ.get("WAYLAND_DISPLAY"):
        return True
    try:
        x11 = ctypes.CDLL("libX11.so.6")
    except OSError:
        return False
    x11.XOpenDisplay.restype = ctypes.c_void_p
    x11.XInternAtom.argtypes = (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int)
    x11.XInternAtom.restype = ctypes.c_ulong
    x11.XGetSelectionOwner.argtypes = (ctypes.c_void_p, ctypes.c_ulong)
    x11.XGetSelectionOwner.restype = ctypes.c_ulong
    for function in (x11.XDefaultScreen, x11.XCloseDisplay):
        function.argtypes = (ctypes.c_void_p,)
    display = x11.XOpenDisplay(None)
    if not display:
        return False
    try:
        name = f"_NET_WM_CM_S{x11.XDefaultScreen(display)}".encode()
        return bool(x11.XGetSelectionOwner(display, x11.XInternAtom(display, name, False)))
    finally:
        x11.XCloseDisplay(display)
