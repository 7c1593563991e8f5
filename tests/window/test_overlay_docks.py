"""On a real X desktop: docks keep their space free, monitors come and go, and the keyboard is taken only on a click."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.settings.schema import OverlaySettings
from desktop.ui import theme
from desktop.ui.overlay import Overlay
from desktop.ui.overlay.presets import DOCKS
from tests.window.overlay_talk import Talk

pytestmark = pytest.mark.desktop


def run(*command: object) -> str:
    return subprocess.run([str(part) for part in command], check=True, capture_output=True, text=True).stdout


@pytest.fixture
def overlay(qtbot: QtBot, qapp: QApplication) -> Iterator[Overlay]:
    if qapp.platformName() != "xcb":
        pytest.skip("platform: needs an X server; ./dev test brings one")
    one = Overlay(theme.LIGHT, OverlaySettings())
    qtbot.addWidget(one)
    one.set_reduce_motion(True)
    with qtbot.waitExposed(one):
        one.show()
    yield one
    one.hide()


def free() -> QRect:
    """What the window manager leaves to other windows."""
    numbers = run("xprop", "-root", "_NET_WORKAREA").partition("= ")[2].split(", ")[:4]
    return QRect(*(int(number) for number in numbers))


@pytest.mark.parametrize("preset", DOCKS)
def test_other_windows_keep_off_a_dock(overlay: Overlay, qtbot: QtBot, preset: str) -> None:
    whole = free()
    overlay._choose(preset=preset)
    panel = overlay.panel_rect()
    qtbot.waitUntil(lambda: free().height() == whole.height() - panel.height())
    assert not free().intersects(panel)
    overlay.step_size(3)
    grown = overlay.panel_rect()
    assert grown.height() > panel.height()
    qtbot.waitUntil(lambda: free().height() == whole.height() - grown.height())
    assert (grown.left(), grown.right()) == (whole.left(), whole.right())
    overlay.hide()
    qtbot.waitUntil(lambda: free() == whole)
    overlay.show()
    qtbot.waitUntil(lambda: free().height() == whole.height() - grown.height())
    assert overlay.panel_rect() == grown
    overlay._choose(preset="bottom")
    qtbot.waitUntil(lambda: free() == whole)


def test_a_dock_stands_still_when_its_own_space_is_counted(overlay: Overlay, qtbot: QtBot) -> None:
    overlay._choose(preset="dock-bottom")
    panel = overlay.panel_rect()
    whole = QGuiApplication.primaryScreen().geometry()
    qtbot.waitUntil(lambda: overlay.screen().availableGeometry().height() < whole.height())
    for _ in range(3):
        overlay._monitors_changed()
    assert overlay.panel_rect() == panel


def test_the_panel_of_what_was_said_takes_the_keyboard_only_when_it_is_clicked(overlay: Overlay, qtbot: QtBot) -> None:
    Talk(overlay).say("It is done.", final=True)
    with qtbot.waitExposed(overlay.history):
        overlay.open_history(missed=False)
    assert not overlay.history.isActiveWindow()
    middle = overlay.history.geometry().center()
    run("xdotool", "mousemove", middle.x(), middle.y(), "click", 1)
    qtbot.waitUntil(overlay.history.isActiveWindow)
    run("xdotool", "key", "ctrl+c")
    qtbot.waitUntil(lambda: QGuiApplication.clipboard().text() == "Them: It is done.")
    run("xdotool", "key", "Escape")
    qtbot.waitUntil(lambda: not overlay.history.isVisible())


def test_it_stands_above_a_full_screen_window(overlay: Overlay, qtbot: QtBot) -> None:
    film = QWidget()
    film.setStyleSheet("background: #204060")
    qtbot.addWidget(film)
    film.showFullScreen()
    film.activateWindow()
    qtbot.waitUntil(film.isActiveWindow)
    panel = overlay.panel_rect()

    def colour(x: int, y: int) -> str:
        return run("import", "-silent", "-window", "root", "-crop", f"1x1+{x}+{y}", "-depth", "8", "txt:-").split()[-1]

    qtbot.waitUntil(
        lambda: "32,64,96" in colour(5, 5) and "32,64,96" not in colour(panel.right() - 60, panel.bottom() - 8)
    )
    assert film.isActiveWindow()
    film.showMinimized()
    qtbot.waitUntil(lambda: "32,64,96" not in colour(5, 5))
    assert overlay.isVisible()
    grey = colour(5, 5)
    qtbot.waitUntil(lambda: colour(panel.right() - 60, panel.bottom() - 8) != grey)
    film.close()
    qtbot.waitUntil(lambda: overlay._above._above == overlay._above._usual)


@pytest.fixture
def two_monitors(qtbot: QtBot, qapp: QApplication) -> Iterator[None]:
    """The desktop as two monitors side by side, of which a test may take the right one away."""
    if qapp.platformName() != "xcb" or shutil.which("xrandr") is None:
        pytest.skip("platform: needs an X server and xrandr")
    whole = QGuiApplication.primaryScreen().geometry()
    half, high = whole.width() // 2, whole.height()
    run(
        "xrandr", "--setmonitor", "LEFT", f"{half}/250x{high}/280+0+0", run("xrandr").split(" connected")[0].split()[-1]
    )
    run("xrandr", "--setmonitor", "RIGHT", f"{half}/250x{high}/280+{half}+0", "none")
    qtbot.waitUntil(lambda: len(QGuiApplication.screens()) == 2)
    yield
    for name in ("RIGHT", "LEFT"):
        subprocess.run(["xrandr", "--delmonitor", name], check=False, capture_output=True)
    qtbot.waitUntil(lambda: [screen.geometry() for screen in QGuiApplication.screens()] == [whole])


@pytest.mark.usefixtures("two_monitors")
def test_a_bar_on_a_monitor_that_goes_moves_to_one_that_stays(overlay: Overlay, qtbot: QtBot) -> None:
    right = next(screen for screen in QGuiApplication.screens() if screen.name() == "RIGHT").geometry()
    place = QRect(right.left() + 200, right.top() + 700, 600, 136)
    overlay.restore(place)
    both = Overlay.geometry_key()
    assert overlay.panel_rect() == place
    told: list[str] = []
    overlay.monitors_changed.connect(told.append)
    run("xrandr", "--delmonitor", "RIGHT")
    qtbot.waitUntil(lambda: len(QGuiApplication.screens()) == 1 and told[-1:] == [Overlay.geometry_key()])
    assert told[-1] != both, "a place is remembered for each set"
    left = QGuiApplication.primaryScreen().geometry()
    qtbot.waitUntil(lambda: left.contains(overlay.panel_rect()))
    run("xrandr", "--setmonitor", "RIGHT", f"{right.width()}/250x{right.height()}/280+{right.left()}+0", "none")
    qtbot.waitUntil(lambda: told[-1] == both)
    overlay.restore(place)
    assert overlay.panel_rect() == place


@pytest.mark.usefixtures("two_monitors")
def test_a_dock_fills_the_monitor_on_which_the_bar_stands_and_comes_back_to_it(overlay: Overlay, qtbot: QtBot) -> None:
    right = next(screen for screen in QGuiApplication.screens() if screen.name() == "RIGHT").geometry()
    overlay.restore(QRect(right.left() + 200, right.top() + 700, 600, 136))
    told: list[QRect] = []
    overlay.geometry_changed.connect(told.append)
    overlay._choose(preset="dock-bottom")
    qtbot.waitUntil(lambda: told[-1:] == [overlay.panel_rect()])
    panel = overlay.panel_rect()
    assert (panel.left(), panel.right(), panel.bottom()) == (right.left(), right.right(), right.bottom())
    overlay.hide()
    again = Overlay(theme.LIGHT, overlay.settings)
    qtbot.addWidget(again)
    again.restore(panel)
    assert again.panel_rect() == panel
