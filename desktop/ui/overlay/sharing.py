"""Whether the caption bar is seen by those with whom the screen is shared.

Windows: `SetWindowDisplayAffinity` with WDA_EXCLUDEFROMCAPTURE (Windows 10 2004 and later); has to be asked again after
each show. macOS: `NSWindow.sharingType`, which recorders made with ScreenCaptureKit may ignore. X11 and Wayland have no
such thing.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable
from enum import Enum

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QWindow

_WDA_NONE, _WDA_EXCLUDEFROMCAPTURE = 0x00, 0x11
_NS_SHARING_NONE, _NS_SHARING_READ_ONLY = 0, 1


class Sharing(Enum):
    """What those see with whom the screen is shared."""

    SEEN = "seen"
    HIDDEN = "hidden"
    REFUSED = "refused"
    """To be hidden, but the system refused."""
    UNABLE = "unable"
    """To be hidden, but the system has no way."""


def hide_from_sharing(window: QWindow, hidden: bool) -> Sharing:
    """Hide the window from screen sharing, or show it there; what has come of it."""
    ask = _ASK.get(sys.platform)
    if ask is None:
        return Sharing.UNABLE if hidden else Sharing.SEEN
    done = ask(int(window.winId()), hidden)
    if not hidden:
        return Sharing.SEEN
    return Sharing.HIDDEN if done else Sharing.REFUSED


def sentence(sharing: Sharing) -> str:
    """The state in the language of the window."""
    return {
        Sharing.SEEN: QCoreApplication.translate("Sharing", "Seen when the screen is shared"),
        Sharing.HIDDEN: QCoreApplication.translate("Sharing", "Hidden when the screen is shared"),
        Sharing.REFUSED: QCoreApplication.translate("Sharing", "The system refused to hide it: it is seen"),
        Sharing.UNABLE: QCoreApplication.translate("Sharing", "This system can’t hide it: it is seen"),
    }[sharing]


def _ask_windows(handle: int, hidden: bool) -> bool:
    user32 = ctypes.windll.user32  # type: ignore[attr-defined, unused-ignore]  # there on Windows alone
    user32.SetWindowDisplayAffinity.argtypes = (ctypes.c_void_p, ctypes.c_uint32)
    return bool(user32.SetWindowDisplayAffinity(handle, _WDA_EXCLUDEFROMCAPTURE if hidden else _WDA_NONE))


def _ask_macos(view: int, hidden: bool) -> bool:
    objc = ctypes.CDLL("/usr/lib/libobjc.A.dylib")
    objc.sel_registerName.restype, objc.sel_registerName.argtypes = ctypes.c_void_p, (ctypes.c_char_p,)
    send = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)(("objc_msgSend", objc))
    send_number = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_ulong)(("objc_msgSend", objc))
    window = send(view, objc.sel_registerName(b"window"))
    if not window:
        return False
    kind = _NS_SHARING_NONE if hidden else _NS_SHARING_READ_ONLY
    send_number(window, objc.sel_registerName(b"setSharingType:"), kind)
    return send(window, objc.sel_registerName(b"sharingType")) in (None, kind)


_ASK: dict[str, Callable[[int, bool], bool]] = {"win32": _ask_windows, "darwin": _ask_macos}
