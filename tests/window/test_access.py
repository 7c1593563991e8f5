"""Every window for everyone: names and roles for screen readers, the keyboard's way, visible focus, contrast."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QColor, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QKeySequenceEdit, QLabel, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from desktop.ui import theme
from desktop.ui.theme import Palette
from tests.support.patience import LONG
from tests.support.surfaces import settle, surfaces
from tests.window.looking import (
    area_of_text,
    contrast_of,
    controls,
    focusable,
    pixels,
    reachable,
    sharp,
    shown,
    spoken,
    tree,
)

PALETTES = {
    "light": theme.LIGHT,
    "dark": theme.DARK,
    "contrast-light": theme.CONTRAST_LIGHT,
    "contrast-dark": theme.CONTRAST_DARK,
}
EVERY_KIND = ("trouble", "library", "remote", "missed", "settings-overlay", "account-amazon-transcribe")
"""Together they have every kind of control."""
NAMELESS = {
    QAccessible.Role.Client,
    QAccessible.Role.Pane,
    QAccessible.Role.Window,
    QAccessible.Role.NoRole,
    QAccessible.Role.LayeredPane,
}
"""Roles of what only holds other things; nothing that takes the focus may have one."""
Open = Callable[[str, Palette], QWidget]


@pytest.fixture
def show(qtbot: QtBot, qapp: QApplication) -> Iterator[Open]:
    before, flash = qapp.palette(), qapp.cursorFlashTime()
    qapp.setCursorFlashTime(0)  # a cursor that blinks would pass for focus
    made: list[QWidget] = []

    def show(name: str, palette: Palette = theme.LIGHT) -> QWidget:
        one = surfaces()[name](palette)
        one.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        made.append(one)
        qtbot.addWidget(one)
        one.show()
        one.activateWindow()
        qtbot.waitUntil(one.isActiveWindow)
        settle()
        return one

    yield show
    for one in made:
        one.hide()
    qapp.setCursorFlashTime(flash)
    qapp.setPalette(before)


@pytest.fixture(scope="module", params=surfaces())
def light(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[QWidget]:
    """A window for all tests that only look at it."""
    before = qapp.palette()
    one = surfaces()[request.param](theme.LIGHT)
    one.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    one.show()
    one.activateWindow()
    assert QTest.qWaitForWindowActive(one, round(LONG * 1000))
    settle()
    yield one
    one.hide()
    one.deleteLater()
    settle()
    qapp.setPalette(before)


def test_every_control_has_a_name_and_a_role(light: QWidget) -> None:
    one = light
    found = controls(one)
    assert found
    for each in {*found, *focusable(one)}:
        said = spoken(each)
        assert said, f"{each!r} below {each.parent()!r} has no name"
        assert not set("{}") & set(said), f"{said} is a template"
        if not isinstance(each, QKeySequenceEdit):  # Qt gives it no role, only the line inside, which has its name
            assert QAccessible.queryAccessibleInterface(each).role() not in NAMELESS, said


def test_nothing_in_the_tree_takes_the_focus_without_a_name(light: QWidget) -> None:
    one = light
    inner = {QAccessible.Role.ListItem, QAccessible.Role.Window, QAccessible.Role.Dialog}
    count = 0
    for each in tree(QAccessible.queryAccessibleInterface(one)):
        state = each.state()
        if state.focusable and not state.invisible and each.role() not in inner:
            count += 1
            assert each.text(QAccessible.Text.Name).strip(), (each.role(), each.object())
    assert count


def test_tab_reaches_everything_that_can_be_used(light: QWidget) -> None:
    one = light
    wanted = {each for each in controls(one) if each.isEnabled()} | set(focusable(one))
    reached = reachable(one)
    assert not [spoken(each) for each in wanted - set(reached)]
    assert len(reached) == len(set(reached))


def test_the_tab_key_goes_round_the_window_and_comes_back(show: Open) -> None:
    one = show("trouble", theme.LIGHT)
    stops = []
    for _ in range(80):
        at = QApplication.focusWidget()
        assert at is not None
        if at in stops:
            break
        stops.append(at)
        QTest.keyClick(at, Qt.Key.Key_Tab)
    assert set(stops) == set(reachable(one))


@pytest.mark.parametrize("palette", PALETTES)
@pytest.mark.parametrize("name", EVERY_KIND)
def test_the_focus_is_seen_on_every_kind_of_control(show: Open, name: str, palette: str) -> None:
    one = show(name, PALETTES[palette])
    seen: dict[str, QWidget] = {}
    for each in focusable(one):
        parent = each.parentWidget()
        place = parent.objectName() if parent is not None else ""
        seen.setdefault(f"{type(each).__name__} {each.objectName()} {place}", each)
    weak = []
    for kind, each in seen.items():
        bring_into_view(each)
        each.setFocus()
        each.clearFocus()
        settle()
        without = picture(one, each)
        each.setFocus(Qt.FocusReason.TabFocusReason)
        settle()
        assert each.hasFocus(), kind
        both = zip(pixels(without), pixels(picture(one, each)), strict=True)
        changed = Counter((before, after) for before, after in both if before != after)
        strong = sum(count for pair, count in changed.items() if between(*pair) >= 3)
        if strong < each.width():
            weak.append(f"{kind}: {changed.total()} pixels change, {strong} of them enough")
    assert not weak


def bring_into_view(each: QWidget) -> None:
    """As Tab does by itself."""
    area = each.parentWidget()
    while area is not None and not isinstance(area, QScrollArea):
        area = area.parentWidget()
    if area is not None:
        area.ensureWidgetVisible(each)


def picture(root: QWidget, each: QWidget) -> QImage:
    area = each.visibleRegion().boundingRect()
    return root.grab(area.translated(each.mapTo(root, area.topLeft()) - area.topLeft())).toImage()


def between(one: int, other: int) -> float:
    """The contrast of two colours."""
    return theme.contrast(QColor.fromRgb(one).name(), QColor.fromRgb(other).name())


def test_words_reach_the_contrast_on_the_screen(light: QWidget) -> None:
    words_reach_the_contrast(light)


@pytest.mark.parametrize("palette", [name for name in PALETTES if name != "light"])
@pytest.mark.parametrize("name", surfaces())
def test_words_reach_the_contrast_in_every_palette(show: Open, name: str, palette: str) -> None:
    words_reach_the_contrast(show(name, PALETTES[palette]))


def words_reach_the_contrast(one: QWidget) -> None:
    image = sharp(one)
    measured = {id(each): (each, contrast_of(image, one, each)) for each in shown(one)}
    low = [f"{type(each).__name__} {spoken(each)!r}: {value:.2f}" for each, value in measured.values() if value < 4.5]
    assert not low
    assert any(area_of_text(each).width() > 20 for each, _ in measured.values())


def test_no_state_is_told_by_its_colour_alone(show: Open) -> None:
    one = show("trouble", theme.LIGHT)
    bar = one.bar  # type: ignore[attr-defined]  # it is the main window
    assert one.status.sentence.text()  # type: ignore[attr-defined]  # beside the dot
    assert spoken(bar.you.mute) == "Hear You again"
    assert spoken(bar.them.mute) == "Mute Them"
    words = {each.text() for each in one.findChildren(QLabel) if each.isVisible()}
    assert {"You", "Them", "private"} <= words


def test_the_high_contrast_of_the_system_is_followed() -> None:
    app = QGuiApplication.instance()
    assert isinstance(app, QGuiApplication)
    for palette in (theme.CONTRAST_LIGHT, theme.CONTRAST_DARK):
        assert theme.contrast(palette.text, palette.window) == 21
        for colour in (palette.dim, palette.accent, palette.danger, palette.ok, palette.warn, *palette.lanes):
            assert theme.contrast(colour, palette.window) >= 7
