"""Space that a dock keeps free of other windows (EWMH `_NET_WM_STRUT_PARTIAL`); X11 only.

Wayland gives it to layer-shell clients alone, for which Qt's package has no plug-in; Windows (`SHAppBarMessage`) and
macOS (which has no such thing) are not served: there the dock lies above other windows.
"""

from __future__ import annotations

from PySide6.QtCore import QRect
from PySide6.QtGui import QScreen, QWindow

from desktop.ui.overlay import x11


def can_reserve() -> bool:
    """Whether this system lets a window keep space free."""
    return x11.is_x11()


def reserve(window: QWindow, edge: str, panel: QRect, screen: QScreen) -> None:
    """Keep the panel's space free at the `top` or `bottom` edge of the desktop; an empty `edge` gives it back."""
    if not can_reserve():
        return
    with x11.connected() as server:
        if server is not None:
            struts = partial(edge, native(panel, screen), server.height) if edge else []
            server.set_numbers(int(window.winId()), "_NET_WM_STRUT_PARTIAL", struts)
            server.set_numbers(int(window.winId()), "_NET_WM_STRUT", struts[:4])


def native(rect: QRect, screen: QScreen) -> QRect:
    """The rectangle in the server's own pixels; Qt scales a screen's content and leaves its origin where it is."""
    origin, scale = screen.geometry().topLeft(), screen.devicePixelRatio()
    inside = rect.translated(-origin)
    return QRect(
        origin.x() + round(inside.x() * scale),
        origin.y() + round(inside.y() * scale),
        round(inside.width() * scale),
        round(inside.height() * scale),
    )


def partial(edge: str, rect: QRect, height: int) -> list[int]:
    """The twelve numbers: left, right, top, bottom, and where along each of them the space begins and ends."""
    numbers = [0] * 12
    if edge == "top":
        numbers[2], numbers[8], numbers[9] = rect.bottom() + 1, rect.left(), rect.right()
    else:
        numbers[3], numbers[10], numbers[11] = height - rect.top(), rect.left(), rect.right()
    return numbers
