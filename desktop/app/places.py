"""Where the window and the caption bar stand, for each set of monitors."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QRect
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from desktop.settings import paths
from desktop.settings.window_state import load_places, save_places
from desktop.ui.monitors import geometry_key

FILE = "windows.json"
TOUR_FILE = "tour.json"
_WINDOW, _BAR = "window", "caption bar"
_TOUR = "tour"


def restore_window(window: QWidget) -> None:
    """Put the window where it stood with these monitors; where nothing is known, leave it."""
    place = _known().get(_WINDOW)
    if place:
        window.restoreGeometry(QByteArray.fromBase64(place.encode()))


def save_window(window: QWidget) -> None:
    """Remember where the window is."""
    _save(_WINDOW, bytes(window.saveGeometry().toBase64().data()).decode())


def bar_place() -> QRect | None:
    """Where the caption bar was put with these monitors; None when it never was."""
    parts = _known().get(_BAR, "").split()
    if len(parts) != 4 or not all(part.lstrip("-").isdigit() for part in parts):
        return None
    x, y, width, height = map(int, parts)
    return QRect(x, y, width, height)


def save_bar(rect: QRect) -> None:
    """Remember where the caption bar was put."""
    _save(_BAR, f"{rect.x()} {rect.y()} {rect.width()} {rect.height()}")


def tour_was_seen() -> bool:
    """Whether the tour of the first minute was seen or skipped."""
    return bool(load_places(paths.state_folder() / TOUR_FILE, _TOUR))


def save_tour() -> None:
    """Never show the tour again."""
    save_places(paths.state_folder() / TOUR_FILE, _TOUR, {_TOUR: "seen"})


def _known() -> dict[str, str]:
    return load_places(paths.state_folder() / FILE, geometry_key(QGuiApplication.screens()))


def _save(name: str, place: str) -> None:
    save_places(paths.state_folder() / FILE, geometry_key(QGuiApplication.screens()), {name: place})
