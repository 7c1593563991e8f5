"""Where the window and the caption bar stand, for each set of monitors."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QRect

from desktop.settings import paths
from desktop.settings.window_state import load_places, save_places
from desktop.ui.main_window import MainWindow
from desktop.ui.overlay import Overlay

FILE = "windows.json"
_WINDOW, _BAR = "window", "caption bar"


class Places:
    """Puts both back where they were, and remembers where they are."""

    def __init__(self, window: MainWindow, overlay: Overlay) -> None:
        self._window = window
        self._overlay = overlay
        self._moved: QRect | None = None
        overlay.geometry_changed.connect(self._bar_moved)
        overlay.monitors_changed.connect(lambda _key: self._restore_bar())

    def restore(self) -> None:
        """Put window and caption bar where they stood with these monitors; where nothing is known, leave them."""
        place = self._known().get(_WINDOW)
        if place:
            self._window.restoreGeometry(QByteArray.fromBase64(place.encode()))
        self._restore_bar()

    def save(self) -> None:
        """Remember where they are now."""
        places = {_WINDOW: bytes(self._window.saveGeometry().toBase64().data()).decode()}
        if self._moved is not None:
            places[_BAR] = _as_text(self._moved)
        save_places(paths.state_folder() / FILE, self._overlay.geometry_key(), places)

    def _restore_bar(self) -> None:
        self._moved = _as_rect(self._known().get(_BAR, ""))
        self._overlay.restore(self._moved)

    def _bar_moved(self, rect: QRect) -> None:
        self._moved = rect
        self.save()

    def _known(self) -> dict[str, str]:
        return load_places(paths.state_folder() / FILE, self._overlay.geometry_key())


def _as_text(rect: QRect) -> str:
    return f"{rect.x()} {rect.y()} {rect.width()} {rect.height()}"


def _as_rect(text: str) -> QRect | None:
    parts = text.split()
    if len(parts) != 4 or not all(part.lstrip("-").isdigit() for part in parts):
        return None
    x, y, width, height = map(int, parts)
    return QRect(x, y, width, height)
