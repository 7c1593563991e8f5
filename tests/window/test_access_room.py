"""Nothing is cut off: small screens, screens at 200 %, large system text, and languages with longer words."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QSize
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.settings.paths import resources
from desktop.ui import i18n, theme
from desktop.ui.main_window import MainWindow
from tests.support.surfaces import settle, surfaces
from tests.window.looking import crossing, cut, outside

LONGER = " – Lorem ipsum dolor sit amet, consectetur adipiscing elit"
SMALL = QSize(1024, 568)
"""1024 x 600 without a title bar; also more than 1920 x 1080 at 200 % leaves."""
DOUBLE = QSize(960, 508)
"""1920 x 1080 at 200 %, without a title bar."""


class Longer(i18n.CatalogueTranslator):
    """Every sentence longer by two fifths: what a translation into a wordier language needs."""

    def isEmpty(self) -> bool:  # noqa: N802 - Qt's name
        return False

    def translate(self, context: str, sourceText: str, disambiguation: str | None = None, n: int = -1) -> str | None:  # noqa: N803 - Qt's name
        del context, disambiguation, n
        return sourceText + (LONGER * 9)[: round(len(sourceText) * 0.4)] if sourceText else None


@pytest.fixture(params=["en", "fr", "es", "longer"])
def language(request: pytest.FixtureRequest, qapp: QCoreApplication) -> Iterator[str]:
    name = str(request.param)
    if name == "en":
        yield name
        return
    catalogue = resources() / "translations" / f"overtitle_{name}.ts"
    longer = name == "longer"
    translator = Longer({}) if longer else i18n.CatalogueTranslator(i18n.read_catalogue(catalogue))
    qapp.installTranslator(translator)
    yield name
    qapp.removeTranslator(translator)


@pytest.fixture
def large_print(qapp: QApplication) -> Iterator[None]:
    before = qapp.font()
    font = QFont(before)
    font.setPixelSize(26)
    qapp.setFont(font)
    yield
    qapp.setFont(before)


@pytest.fixture
def trouble(qtbot: QtBot) -> Callable[[str, QSize], list[str]]:
    def trouble(name: str, size: QSize) -> list[str]:
        one = surfaces()[name](theme.LIGHT)
        qtbot.addWidget(one)
        with qtbot.waitExposed(one):
            one.show()
        settle()
        for _ in range(20):  # a window manager's answer to the first size may come after the second one
            one.resize(size if isinstance(one, MainWindow) else one.size().boundedTo(size))
            settle()
            if one.size().boundedTo(size) == one.size():
                break
            qtbot.wait(50)
        found = [] if one.size().boundedTo(size) == one.size() else [f"{name} is {one.size().toTuple()}"]
        found += everything(one)
        one.hide()
        return found

    return trouble


def everything(one: QWidget) -> list[str]:
    return [*outside(one), *cut(one), *crossing(one)]


@pytest.mark.parametrize("name", surfaces())
def test_nothing_is_cut_off_on_a_small_screen_in_any_language(
    trouble: Callable[[str, QSize], list[str]], language: str, name: str
) -> None:
    assert trouble(name, SMALL) == []


@pytest.mark.parametrize("name", surfaces())
def test_nothing_is_cut_off_at_twice_the_size(trouble: Callable[[str, QSize], list[str]], name: str) -> None:
    assert trouble(name, DOUBLE) == []


@pytest.mark.parametrize("name", surfaces())
def test_nothing_is_cut_off_in_large_print(
    trouble: Callable[[str, QSize], list[str]], large_print: None, name: str
) -> None:
    assert trouble(name, QSize(1280, 720)) == []


def test_what_is_cut_off_is_noticed(qtbot: QtBot) -> None:
    one = surfaces()["talking"](theme.LIGHT)
    qtbot.addWidget(one)
    one.show()
    settle()
    assert everything(one) == []
    one.bar.start.setFixedWidth(30)  # type: ignore[attr-defined]  # it is the main window
    one.page.side.mark.setGeometry(250, 0, 200, 40)  # type: ignore[attr-defined]  # as above
    assert len(everything(one)) >= 2
