"""The twelve numbers by which a dock keeps its space free."""

from __future__ import annotations

from PySide6.QtCore import QRect

from desktop.ui.overlay import struts


def test_a_dock_at_the_bottom_counts_from_the_bottom_of_all_monitors() -> None:
    numbers = struts.partial("bottom", QRect(100, 980, 800, 100), 1200)
    assert numbers == [0, 0, 0, 220, 0, 0, 0, 0, 0, 0, 100, 899]


def test_a_dock_at_the_top_counts_from_the_top() -> None:
    numbers = struts.partial("top", QRect(1920, 0, 1280, 90), 1080)
    assert numbers == [0, 0, 90, 0, 0, 0, 0, 0, 1920, 3199, 0, 0]


class Screen:
    """A second monitor at 150 %."""

    def geometry(self) -> QRect:
        return QRect(1920, 0, 1280, 720)

    def devicePixelRatio(self) -> float:  # noqa: N802 - Qt's name
        return 1.5


def test_pixels_are_the_server_s_own() -> None:
    native = struts.native(QRect(1920, 600, 1280, 120), Screen())  # type: ignore[arg-type]  # all that is asked of it
    assert native == QRect(1920, 900, 1920, 180)
