"""The caption bar on a real X desktop: above the others, never in the way of the keyboard or of locked-out clicks."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt
from PySide6.QtGui import QColor, QGuiApplication
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.exceptions import TimeoutError as StillNot
from pytestqt.qtbot import QtBot

from desktop.core.captions import CaptionDocument, CaptionEvent
from desktop.settings.schema import OverlaySettings
from desktop.ui import theme
from desktop.ui.overlay import Overlay
from desktop.ui.overlay.compositor import is_composited
from desktop.ui.overlay.frame import STRIP

pytestmark = pytest.mark.desktop

BELOW = "#2a7f62"


class Presses(QObject):
    """Where presses arrived."""

    def __init__(self, watched: QObject) -> None:
        super().__init__(watched)
        self.count = 0
        watched.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802  # Qt's name
        self.count += event.type() in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick)
        return False


def run(*command: object) -> str:
    return subprocess.run([str(part) for part in command], check=True, capture_output=True, text=True).stdout


def point(at: QPoint) -> None:
    run("xdotool", "mousemove", at.x(), at.y())


def click(at: QPoint) -> None:
    QApplication.processEvents()  # what Qt keeps for the server goes there first: another program is about to click
    run("xdotool", "mousemove", at.x(), at.y(), "click", 1)


def click_until(at: QPoint, arrived: Callable[[], bool], qtbot: QtBot) -> None:
    """Click until it has arrived: the window manager gives its frame the shape of the window inside a little later."""
    for _ in range(60):
        click(at)
        with suppress(StillNot):
            qtbot.waitUntil(arrived, timeout=1000)
            return
    raise AssertionError("no click arrived")


@pytest.fixture
def editor(qtbot: QtBot, qapp: QApplication) -> Iterator[QLineEdit]:
    """Another program's window, big, with the keyboard."""
    if qapp.platformName() != "xcb":
        pytest.skip("platform: needs an X server; ./dev test brings one")
    run("xdotool", "mousemove", 5, 5)
    one = QLineEdit()
    one.setStyleSheet(f"background: {BELOW}; color: {BELOW}; border: none")
    one.setGeometry(100, 100, 1500, 800)
    qtbot.addWidget(one)
    one.show()
    one.activateWindow()
    qtbot.waitUntil(lambda: one.isActiveWindow() and one.hasFocus())
    yield one
    one.hide()


@pytest.fixture
def overlay(qtbot: QtBot, editor: QLineEdit) -> Iterator[Overlay]:
    one = Overlay(theme.LIGHT, OverlaySettings(text_colour="#ffffff", opacity=80))
    qtbot.addWidget(one)
    one.set_reduce_motion(True)
    one.restore(QRect(500, 500, 800, 136))
    with qtbot.waitExposed(one):
        one.show()
    qtbot.waitUntil(lambda: "ABOVE" in state_of(one))
    yield one
    one.hide()


def state_of(overlay: Overlay) -> str:
    return run("xprop", "-id", int(overlay.winId()), "_NET_WM_STATE", "WM_HINTS", "_NET_WM_WINDOW_TYPE")


def say(overlay: Overlay, text: str) -> None:
    document = CaptionDocument()
    overlay.bind(document, [])
    event = CaptionEvent("them", "1", 1, text, is_final=True, start=0.0, end=1.0)
    document.apply(event)
    overlay.on_event(event)


def pixels(area: QRect) -> list[QColor]:
    """What the desktop shows there, blended."""
    crop = f"{area.width()}x{area.height()}+{area.x()}+{area.y()}"
    shot = subprocess.run(
        ["import", "-silent", "-window", "root", "-crop", crop, "-depth", "8", "rgb:-"], check=True, capture_output=True
    ).stdout
    return [QColor(*shot[at : at + 3]) for at in range(0, len(shot), 3)]


def appears(area: QRect, wanted: Callable[[list[QColor]], bool]) -> Callable[[], bool]:
    return lambda: wanted(pixels(area))


def test_it_is_above_all_and_takes_no_keyboard(overlay: Overlay, editor: QLineEdit, qtbot: QtBot) -> None:
    state = state_of(overlay)
    assert "_NET_WM_STATE_ABOVE" in state
    assert "Client accepts input or input focus: False" in state
    assert editor.isActiveWindow()
    presses = Presses(overlay)
    click(overlay.panel_rect().center())
    qtbot.waitUntil(lambda: presses.count == 1)
    overlay.set_locked(True)
    overlay.set_locked(False)
    run("xdotool", "type", "still mine")
    qtbot.waitUntil(lambda: editor.text() == "still mine")
    assert editor.isActiveWindow()


def test_clicks_go_through_when_it_is_locked_and_only_then(overlay: Overlay, editor: QLineEdit, qtbot: QtBot) -> None:
    below, bar = Presses(editor), Presses(overlay)
    window = overlay.winId()
    overlay.set_locked(True)
    middle = overlay.panel_rect().center()
    click_until(middle, lambda: below.count > 0, qtbot)
    assert bar.count == 0
    assert overlay.isVisible()
    assert overlay.winId() == window
    overlay.set_locked(False)
    click_until(middle, lambda: bar.count > 0, qtbot)
    through, caught = below.count, bar.count
    click(middle)
    qtbot.waitUntil(lambda: bar.count == caught + 1)
    assert below.count == through


def test_the_strip_above_takes_no_clicks(overlay: Overlay, editor: QLineEdit, qtbot: QtBot) -> None:
    below = Presses(editor)
    click_until(overlay.panel_rect().topLeft() + QPoint(400, -STRIP // 2), lambda: below.count > 0, qtbot)


def test_handles_appear_under_the_mouse_and_work(overlay: Overlay, qtbot: QtBot) -> None:
    assert not overlay.handles.isVisible()
    point(overlay.panel_rect().center())
    qtbot.waitUntil(overlay.handles.isVisible)
    larger = overlay.handles.larger
    click(larger.mapToGlobal(larger.rect().center()))
    qtbot.waitUntil(lambda: overlay.settings.size == 33)
    point(overlay.panel_rect().center())
    lock = overlay.handles.lock
    qtbot.waitUntil(overlay.handles.isVisible)
    click(lock.mapToGlobal(lock.rect().center()))
    qtbot.waitUntil(lambda: overlay.locked)
    assert not overlay.handles.isVisible()
    overlay.set_locked(False)
    point(overlay.panel_rect().center() + QPoint(3, 3))
    qtbot.waitUntil(overlay.handles.isVisible)
    point(QPoint(5, 5))
    qtbot.waitUntil(lambda: not overlay.handles.isVisible())


def pull(overlay: Overlay, qtbot: QtBot, start: QPoint, by: QPoint) -> None:
    """As a hand does: press, a little way until the window manager has taken over, all the way, release."""
    presses = Presses(overlay)
    run("xdotool", "mousemove", start.x(), start.y(), "mousedown", 1)
    qtbot.waitUntil(lambda: presses.count == 1)
    before = on_the_server(overlay)
    point(start + by / 4)
    qtbot.waitUntil(lambda: overlay._pressed is None)
    qtbot.waitUntil(lambda: wiggled(start + by) and on_the_server(overlay) != before)
    run("xdotool", "mouseup", 1)


def on_the_server(overlay: Overlay) -> str:
    """Place and size as the server has them: openbox tells the window only when the pull is over."""
    lines = run("xwininfo", "-id", int(overlay.winId())).splitlines()
    return " ".join(line.strip() for line in lines if "Absolute" in line or "Width" in line)


def wiggled(at: QPoint) -> bool:
    point(at - QPoint(1, 1))
    point(at)
    return True


def test_dragging_moves_it(overlay: Overlay, qtbot: QtBot) -> None:
    before = overlay.panel_rect()
    told: list[QRect] = []
    overlay.geometry_changed.connect(told.append)
    pull(overlay, qtbot, before.center(), QPoint(-120, -80))
    qtbot.waitUntil(lambda: told[-1:] == [overlay.panel_rect()] != [before])
    moved = overlay.panel_rect().topLeft() - before.topLeft()
    assert moved.x() < -50
    assert moved.y() < -30
    assert overlay.panel_rect().size() == before.size()


def test_pulling_an_edge_changes_width_and_lines(overlay: Overlay, qtbot: QtBot) -> None:
    before = overlay.panel_rect()
    told: list[int] = []
    overlay.lines_changed.connect(told.append)
    pull(overlay, qtbot, before.bottomRight() - QPoint(3, 3), QPoint(100, 100))
    qtbot.waitUntil(lambda: told[-1:] == [3])
    qtbot.waitUntil(lambda: overlay.panel_rect().height() == overlay.captions.look.height(3))
    assert overlay.panel_rect().width() > before.width() + 30


def test_the_words_are_on_the_desktop_over_what_lies_below(overlay: Overlay, qtbot: QtBot) -> None:
    assert is_composited()
    say(overlay, "You will have it before five")
    look, panel = overlay.captions.look, overlay.panel_rect()
    words = QRect(panel.left() + look.text_left, panel.top() + look.text_top, 400, look.line_height)
    white = QColor(Qt.GlobalColor.white)
    qtbot.waitUntil(appears(words, lambda seen: seen.count(white) > 200))
    empty = QRect(panel.right() - 40, panel.bottom() - 20, 1, 1)
    blended = theme.mixed(overlay.settings.panel_colour, BELOW, 0.8)
    qtbot.waitUntil(appears(empty, lambda seen: _near(seen[0], QColor(blended))))
    corner = QRect(panel.left(), panel.top(), 1, 1)
    qtbot.waitUntil(appears(corner, lambda seen: _near(seen[0], QColor(BELOW))))


@pytest.mark.parametrize("opacity", [100, 0])
def test_painting_row_by_row_leaves_what_painting_all_at_once_does(
    overlay: Overlay, qtbot: QtBot, opacity: int
) -> None:
    overlay.apply(OverlaySettings(opacity=opacity, lines=3))
    document = CaptionDocument()
    overlay.bind(document, [])
    painted: list[float] = []
    overlay.captions.painted.connect(painted.append)
    spoken = "It’s «déjà vu», jumping quickly over (lazy) dogs by the garage; Ångström agrees: yes"
    words = spoken.split()
    for end in range(1, len(words) + 1):
        text, stable = " ".join(words[:end]), len(" ".join(words[: end // 2]))
        event = CaptionEvent("them", "1", end, text, is_final=False, start=0.0, end=1.0, stable_chars=stable)
        document.apply(event)
        seen = len(painted)
        overlay.on_event(event)
        qtbot.waitUntil(lambda seen=seen: len(painted) > seen)  # type: ignore[misc]  # bound at once
    panel = overlay.panel_rect()
    by_rows: list[list[QColor]] = [[]]

    def settled() -> bool:
        by_rows.append(pixels(panel))
        return by_rows[-1] == by_rows[-2]

    qtbot.waitUntil(settled)
    seen = len(painted)
    overlay.captions.update()
    qtbot.waitUntil(lambda: len(painted) > seen)
    last = by_rows[-1]
    qtbot.waitUntil(settled)
    assert by_rows[-1] == last


def _near(one: QColor, other: QColor) -> bool:
    return all(abs(a - b) <= 6 for a, b in zip(one.getRgb()[:3], other.getRgb()[:3], strict=True))  # type: ignore[index]  # PySide's stubs call it object


def test_without_a_compositor_the_panel_is_opaque(
    editor: QLineEdit, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.ui.overlay.window.is_composited", lambda: False)
    one = Overlay(theme.LIGHT, OverlaySettings(opacity=10))
    qtbot.addWidget(one)
    one.restore(QRect(500, 500, 800, 136))
    with qtbot.waitExposed(one):
        one.show()
    panel = one.panel_rect()
    empty = QRect(panel.right() - 40, panel.bottom() - 20, 1, 1)
    qtbot.waitUntil(appears(empty, lambda seen: seen[0] == QColor("#14161a")))
    corner = QRect(panel.left(), panel.top(), 1, 1)
    qtbot.waitUntil(appears(corner, lambda seen: seen[0] == QColor(BELOW)))
    one.hide()


def test_it_lies_on_the_screen_by_default(qtbot: QtBot, editor: QLineEdit) -> None:
    one = Overlay(theme.LIGHT, OverlaySettings(size=96, lines=6))
    qtbot.addWidget(one)
    assert QGuiApplication.primaryScreen().availableGeometry().contains(one.geometry())
