"""Where the caption bar stands: by default, per set of monitors, and when a monitor has gone."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QSize, Qt

from desktop.ui.theme import GRID

_SCREEN_SHARE = 0.7
"""Part of the screen's width that the bar takes at most by itself."""
_MARGIN = 6 * GRID
"""Pixels between the bar and the edge of the screen."""
_GRIP = GRID
"""Pixels from the panel's edge at which it is resized rather than moved."""
_CURSORS = {
    Qt.Edge.LeftEdge: Qt.CursorShape.SizeHorCursor,
    Qt.Edge.RightEdge: Qt.CursorShape.SizeHorCursor,
    Qt.Edge.TopEdge: Qt.CursorShape.SizeVerCursor,
    Qt.Edge.BottomEdge: Qt.CursorShape.SizeVerCursor,
    Qt.Edge.LeftEdge | Qt.Edge.TopEdge: Qt.CursorShape.SizeFDiagCursor,
    Qt.Edge.RightEdge | Qt.Edge.BottomEdge: Qt.CursorShape.SizeFDiagCursor,
    Qt.Edge.RightEdge | Qt.Edge.TopEdge: Qt.CursorShape.SizeBDiagCursor,
    Qt.Edge.LeftEdge | Qt.Edge.BottomEdge: Qt.CursorShape.SizeBDiagCursor,
}


def preset_rect(preset: str, area: QRect, size: QSize, least: int = 0) -> QRect:
    """Where a bar of this size stands in a screen's free area, by the preset's name in the settings.

    `least` is the width in pixels that it needs even where that is much of the screen.
    """
    width = min(size.width(), max(least, int(area.width() * _SCREEN_SHARE)), area.width())
    bottom = area.bottom() + 1 - size.height()
    middle = area.center().x() - width // 2
    right = area.right() + 1 - width - _MARGIN // 2
    places = {
        "bottom": QRect(middle, bottom - _MARGIN, width, size.height()),
        "top": QRect(middle, area.top() + _MARGIN, width, size.height()),
        "corner": QRect(right, bottom - _MARGIN // 2, width, size.height()),
        "dock-bottom": QRect(area.left(), bottom, area.width(), size.height()),
        "dock-top": QRect(area.left(), area.top(), area.width(), size.height()),
        "large": QRect(right, area.center().y() - size.height() // 2, width, size.height()),
    }
    return places[preset]


def clamped(rect: QRect, areas: Sequence[QRect]) -> QRect:
    """`rect` moved, and made smaller if it must, into the free area of the screen that it covers most."""
    if not areas:
        return rect
    area = max(areas, key=lambda one: (_common(rect, one), -_distance(rect, one)))
    size = rect.size().boundedTo(area.size())
    left = max(area.left(), min(rect.left(), area.right() + 1 - size.width()))
    top = max(area.top(), min(rect.top(), area.bottom() + 1 - size.height()))
    return QRect(QPoint(left, top), size)


def edges(panel: QRect, at: QPoint) -> Qt.Edge:
    """The edges of the panel that a press at this point takes hold of; none in its middle."""
    held = Qt.Edge(0)
    for edge, distance in (
        (Qt.Edge.LeftEdge, at.x() - panel.left()),
        (Qt.Edge.RightEdge, panel.right() - at.x()),
        (Qt.Edge.TopEdge, at.y() - panel.top()),
        (Qt.Edge.BottomEdge, panel.bottom() - at.y()),
    ):
        if distance < _GRIP:
            held |= edge
    return held


def cursor(held: Qt.Edge) -> Qt.CursorShape:
    """What a pointer over these edges looks like."""
    return _CURSORS.get(held, Qt.CursorShape.SizeAllCursor)


def _common(one: QRect, other: QRect) -> int:
    both = one.intersected(other)
    return both.width() * both.height() if both.isValid() else 0


def _distance(one: QRect, other: QRect) -> int:
    return (one.center() - other.center()).manhattanLength()
