"""Standing above a full-screen window, which X11 window managers stack above everything that is merely "on top".

While such a window has the keyboard the bar is declared to belong to it (`WM_TRANSIENT_FOR`), as its dialogs are, which
stand above it everywhere. Elsewhere the systems' own order does.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QWindow

from desktop.ui.overlay import x11

_PERIOD_MS = 400
"""Milliseconds after which the bar has come out above a window that began to fill the screen."""


class AboveFullScreen(QObject):
    """Watches which window fills the screen while the bar is on show."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._server: x11.Server | None = None
        self._window: QWindow | None = None
        self._usual = self._above = 0
        self._timer = QTimer(self, interval=_PERIOD_MS)
        self._timer.timeout.connect(self._look)

    def start(self, window: QWindow) -> None:
        """Keep this window above; nothing to do where the server is no X server."""
        self.stop()
        if x11.is_x11():
            self._server = x11.connect()
        if self._server is not None:
            self._window = window
            self._usual = self._above = self._server.transient_for(int(window.winId()))
            self._timer.start()

    def stop(self) -> None:
        """Watch no more, and belong to no other window."""
        self._timer.stop()
        if self._server is not None:
            if self._window is not None and self._above != self._usual:
                self._server.set_transient_for(int(self._window.winId()), self._usual)
            self._server.close()
        self._server = self._window = None

    def _look(self) -> None:
        if self._server is None or self._window is None:
            return
        wanted = self._server.full_screen_window() or self._usual
        if wanted != self._above:
            self._above = wanted
            self._server.set_transient_for(int(self._window.winId()), wanted)
