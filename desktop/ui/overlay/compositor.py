"""Does this desktop blend translucent windows? Without a compositor their transparent pixels are black."""

from __future__ import annotations

from desktop.ui.overlay import x11


def is_composited() -> bool:
    """True where translucency works; a compositor that starts or ends later is noticed at the next call."""
    if not x11.is_x11() or x11.under_wayland():
        return True
    with x11.connected() as server:
        return server is not None and server.is_composited()
