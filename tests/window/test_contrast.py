"""Contrast as it is on the screen: every sentence of rendered dialogs against what lies behind it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QColor, QFont, QImage
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QLabel,
    QLineEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop.core.errors import AuthenticationFailed
from desktop.core.message import say
from desktop.core.provider import ProbeStep
from desktop.settings.schema import CaptionSettings, Settings
from desktop.ui import theme
from desktop.ui.credentials_form import CredentialsForm
from desktop.ui.settings_dialog import SettingsDialog
from desktop.ui.style import prepare, sheet
from desktop.ui.values import AccountView, UsageView
from tests.support.account import Account
from tests.window.looking import pixels

WRITTEN = (QLabel, QAbstractButton, QLineEdit, QComboBox, QAbstractSpinBox)
PALETTES = {
    "light": theme.LIGHT,
    "dark": theme.DARK,
    "more light": theme.CONTRAST_LIGHT,
    "more dark": theme.CONTRAST_DARK,
}


def settings_dialog(palette: theme.Palette) -> SettingsDialog:
    own = Settings(captions=CaptionSettings(provider="cloud"))
    return SettingsDialog(own, palette, usage_of=lambda _one: UsageView(132.0, 600, 0.0, 0.01))


def account_form(palette: theme.Palette) -> CredentialsForm:
    cloud = Account()
    can = cloud.capabilities
    view = AccountView(
        cloud.id, cloud.title, can.privacy, cloud.credential_fields, can.options, {}, True, UsageView(132.0, 600)
    )
    form = CredentialsForm(view, palette)
    form.show_step(ProbeStep(say("Test", "name resolution")))
    form.show_step(ProbeStep(say("Test", "credentials"), AuthenticationFailed(say("Test", "Not accepted."))))
    form.show_problem(AuthenticationFailed(say("Test", "Cloud Nine does not accept the secret.")))
    return form


def words_on(window: QWidget) -> Iterator[tuple[QWidget, QRect]]:
    """What is written in a window and can be used, and where."""
    for each in window.findChildren(QWidget):
        text = str(each.property("text") or each.property("currentText") or "")
        if isinstance(each, WRITTEN) and each.isVisible() and each.isEnabled() and text:
            place = QRect(each.mapTo(window, QPoint(0, 0)), each.size())
            seen = each.visibleRegion().boundingRect()
            if seen.height() >= each.height() - 1:  # what is scrolled half away has no fair measure
                yield each, place.adjusted(3, 3, -3, -3)


def ratio(image: QImage, place: QRect) -> float:
    """The contrast of the ground of a rectangle and the colour of a letter's middle on it."""
    counted = Counter(pixels(image.copy(place)))
    ground = QColor(counted.most_common(1)[0][0]).name()
    return max(theme.contrast(QColor(colour).name(), ground) for colour in counted)


@pytest.fixture
def fresh_colours() -> Iterator[None]:
    yield
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    prepare(app, theme.LIGHT)


@pytest.mark.parametrize("name", PALETTES)
@pytest.mark.parametrize("make", [settings_dialog, account_form])
def test_every_sentence_can_be_read(qtbot: QtBot, fresh_colours: None, name: str, make: object) -> None:
    palette = PALETTES[name]
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    prepare(app, palette)
    window = make(palette)  # type: ignore[operator]  # one of two functions
    assert isinstance(window, QDialog)
    window.setStyleSheet(sheet(palette))
    qtbot.addWidget(window)
    window.show()
    groups = ["captions", "appearance"] if isinstance(window, SettingsDialog) else [""]
    measured = 0
    for group in groups:
        if isinstance(window, SettingsDialog):
            window.show_group(group)
        QApplication.processEvents()
        image = window.grab().toImage()
        for widget, place in words_on(window):
            measured += 1
            wanted = 7 if name.startswith("more") else 4.5
            assert ratio(image, place) >= wanted, (group, widget, widget.property("text"))
    assert measured > 12


@pytest.mark.parametrize("name", ["more light", "more dark"])
def test_boxes_have_edges_in_high_contrast(qtbot: QtBot, fresh_colours: None, name: str) -> None:
    palette = PALETTES[name]
    window = settings_dialog(palette)
    window.setStyleSheet(sheet(palette))
    qtbot.addWidget(window)
    window.show_group("captions")
    window.show()
    QApplication.processEvents()
    image = window.grab().toImage()
    for key in ("captions.provider", "captions.patience"):
        box = window.control(key)
        left = box.mapTo(window, QPoint(0, box.height() // 2))
        edge = QColor(image.pixelColor(left)).name()
        assert theme.contrast(edge, palette.window) >= 7


@pytest.mark.parametrize("make", [settings_dialog, account_form])
def test_letters_of_twice_the_size_fit_a_small_screen(qtbot: QtBot, make: object) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    before = app.font()
    app.setFont(QFont(before.family(), before.pointSize() * 2))
    try:
        window = make(theme.LIGHT)  # type: ignore[operator]  # one of two functions
        assert isinstance(window, QDialog)
        window.setStyleSheet(sheet(theme.LIGHT))
        qtbot.addWidget(window)
        window.show()
        least = window.minimumSizeHint()
        assert least.width() <= 1024
        assert least.height() <= 560, "600 less the title and the system's own bar"
        window.resize(1000, 560)
        QApplication.processEvents()
        if isinstance(window, SettingsDialog):
            for group in window._titles():
                window.show_group(group)
                QApplication.processEvents()
                assert window.pages.horizontalScrollBar().maximum() == 0, group
                assert window.pages.viewport().height() >= 200, group
    finally:
        app.setFont(before)
