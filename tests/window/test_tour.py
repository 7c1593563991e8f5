"""The tour of the first minute: three call-outs that never take the keyboard away."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.ui.main_window import MainWindow
from desktop.ui.theme import LIGHT
from desktop.ui.tour import Tour


@pytest.fixture
def tour(window: MainWindow) -> Tour:
    made = Tour(window, LIGHT)
    made.begin()
    return made


def test_it_takes_no_focus_and_the_button_still_stops(window: MainWindow, tour: Tour) -> None:
    assert tour.isVisible()
    assert window.focusWidget() is window.bar.start


def test_three_steps_and_it_is_over(tour: Tour, qtbot: QtBot) -> None:
    said = [tour.sentence.text()]
    for _ in range(2):
        tour.forward.click()
        said.append(tour.sentence.text())
    assert len(set(said)) == 3
    assert tour.forward.text() == "Done"
    with qtbot.waitSignal(tour.ended):
        tour.forward.click()
    assert not tour.isVisible()


def test_one_key_skips_it_and_gives_the_keyboard_back(window: MainWindow, tour: Tour, qtbot: QtBot) -> None:
    QTest.keyClick(window.bar.start, Qt.Key.Key_Tab)
    assert window.focusWidget() is tour.forward, "Tab leads there"
    QTest.keyClick(tour.forward, Qt.Key.Key_Return)
    assert tour.count.text() == "2 of 3"
    with qtbot.waitSignal(tour.ended):
        QTest.keyClick(tour.forward, Qt.Key.Key_Escape)
    assert window.focusWidget() is window.bar.start


@pytest.mark.parametrize("size", [(760, 480), (1024, 600), (1600, 900)])
def test_every_step_stands_inside_the_window(window: MainWindow, tour: Tour, size: tuple[int, int]) -> None:
    window.resize(*size)
    for _ in tour.steps():
        assert window.rect().contains(tour.geometry()), tour.sentence.text()
        tour.forward.click()


def test_each_step_is_named_for_screen_readers(tour: Tour) -> None:
    assert tour.accessibleName()
    assert tour.accessibleDescription() == tour.sentence.text() == tour.forward.accessibleDescription()
