"""The bar is on a screen that exists, and its edges can be taken hold of."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QGuiApplication

from desktop.ui.monitors import geometry_key
from desktop.ui.overlay import placement
from desktop.ui.overlay.history import beside
from desktop.ui.overlay.presets import DOCKS, MADE_FOR

LEFT, RIGHT = QRect(0, 0, 1920, 1040), QRect(1920, 0, 1280, 1024)
rects = st.builds(QRect, st.integers(-5000, 5000), st.integers(-5000, 5000), st.integers(1, 6000), st.integers(1, 3000))


@given(rects)
def test_the_bar_is_always_inside_of_one_screen(rect: QRect) -> None:
    placed = placement.clamped(rect, [LEFT, RIGHT])
    assert LEFT.contains(placed) or RIGHT.contains(placed)
    assert placement.clamped(placed, [LEFT, RIGHT]) == placed


def test_it_stays_on_its_screen_or_goes_to_the_nearest() -> None:
    there = QRect(2000, 900, 800, 100)
    assert placement.clamped(there, [LEFT, RIGHT]) == there
    assert placement.clamped(there, [LEFT]) == QRect(1120, 900, 800, 100)
    assert placement.clamped(there, []) == there


def test_by_default_it_stands_at_the_bottom_centre() -> None:
    rect = placement.preset_rect("bottom", LEFT, QSize(800, 100))
    assert abs(rect.center().x() - LEFT.center().x()) <= 1
    assert LEFT.bottom() - rect.bottom() < 60
    assert placement.preset_rect("bottom", LEFT, QSize(5000, 100)).width() == 1344


def test_edges_and_their_pointers() -> None:
    panel = QRect(0, 24, 400, 100)
    assert placement.edges(panel, QPoint(200, 70)) == Qt.Edge(0)
    assert placement.edges(panel, QPoint(2, 70)) == Qt.Edge.LeftEdge
    corner = placement.edges(panel, QPoint(399, 123))
    assert corner == Qt.Edge.RightEdge | Qt.Edge.BottomEdge
    assert placement.cursor(corner) == Qt.CursorShape.SizeFDiagCursor
    assert placement.cursor(Qt.Edge(0)) == Qt.CursorShape.SizeAllCursor


def test_a_set_of_monitors_has_one_name_in_any_order(qapp: QGuiApplication) -> None:
    screens = qapp.screens()
    assert geometry_key(screens) == geometry_key(screens[::-1])
    assert f"{screens[0].geometry().width()}x" in geometry_key(screens)


@given(st.sampled_from(list(MADE_FOR)), st.integers(200, 1500), st.integers(60, 900))
def test_every_preset_lies_on_its_screen(preset: str, width: int, height: int) -> None:
    rect = placement.preset_rect(preset, RIGHT, QSize(width, height))
    assert RIGHT.left() <= rect.left()
    assert rect.right() <= RIGHT.right()


def test_docks_fill_their_edge() -> None:
    bottom, top = (placement.preset_rect(dock, LEFT, QSize(800, 100)) for dock in DOCKS)
    assert (bottom.left(), bottom.right(), bottom.bottom()) == (LEFT.left(), LEFT.right(), LEFT.bottom())
    assert (top.left(), top.right(), top.top()) == (LEFT.left(), LEFT.right(), LEFT.top())


def test_what_was_said_opens_where_there_is_room() -> None:
    low, high = QRect(500, 900, 800, 100), QRect(500, 20, 800, 100)
    assert beside(low, LEFT, 400).bottom() < low.top()
    assert beside(high, LEFT, 400).top() > high.bottom()
    for bar in (low, high, QRect(1800, 500, 100, 100)):
        panel = beside(bar, LEFT, 400)
        assert LEFT.contains(panel)
        assert not panel.intersects(bar)
