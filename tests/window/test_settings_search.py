"""The search of the settings: over all pages, whatever the accents, and with the keyboard alone."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from desktop.settings.schema import CaptionSettings, Settings
from desktop.ui.found_text import matches, spans, words_of
from desktop.ui.i18n import CatalogueTranslator
from desktop.ui.settings_dialog import SettingsDialog
from desktop.ui.theme import LIGHT
from desktop.ui.values import UsageView


@pytest.fixture
def dialog(qtbot: QtBot) -> SettingsDialog:
    settings = Settings(captions=CaptionSettings(provider="cloud"))
    made = SettingsDialog(settings, LIGHT, usage_of=lambda one: UsageView(1.0) if one == "cloud" else None)
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def shown(dialog: SettingsDialog) -> list[str]:
    return [row.key for row in dialog.pages.rows() if row.isVisible()]


def test_words_are_found_without_their_accents_and_capitals() -> None:
    assert words_of("  DÉPLACÉ Ça ") == ["deplace", "ca"]
    assert matches(["Réinitialiser", "à côté"], words_of("reinit cote"))
    assert not matches(["Réinitialiser"], words_of("reinit cote"))
    assert spans("Où ça, été?", words_of("ete ca")) == [(3, 5), (7, 10)]
    assert spans("ﬁne print", words_of("fi")) == [(0, 1)], "one letter that stands for two is marked whole"
    assert spans("aaa", words_of("aa")) == [(0, 3)]
    assert spans("anything", []) == []


def test_what_is_typed_is_found_on_every_page(dialog: SettingsDialog) -> None:
    dialog.search.setText("colour")
    assert {"overlay.text_colour", "overlay.panel_colour", "appearance.theme"} <= set(shown(dialog))
    assert "audio.microphone" not in shown(dialog)
    assert not dialog.groups.isRowHidden(2)
    assert dialog.groups.isRowHidden(0)
    assert dialog.found.text() == f"Settings found: {len(shown(dialog))}"
    label = dialog.pages.row("overlay.text_colour").label
    assert "underline" in label.text(), "hits are marked, and not by their colour alone"
    assert label.accessibleName() == "Text colour", "a screen reader hears words, no marks"
    dialog.search.clear()
    assert shown(dialog) == ["audio.microphone", "audio.system", "audio.use_microphone", "audio.use_system"]
    assert label.text() == "Text colour"


def test_all_words_count_and_the_name_in_the_file_is_found_too(dialog: SettingsDialog) -> None:
    dialog.search.setText("text colour")
    assert shown(dialog) == ["overlay.text_colour", "overlay.panel_colour"], "the panel is behind the text"
    dialog.search.setText("reduce_motion")
    assert shown(dialog) == ["appearance.reduce_motion"]
    assert dialog.pages.row("appearance.reduce_motion").name_in_file.isVisible()
    dialog.search.setText("no such thing at all")
    assert shown(dialog) == []
    assert dialog.found.text() == "Settings found: 0"


def test_the_words_of_a_check_box_can_be_marked(dialog: SettingsDialog) -> None:
    row = dialog.pages.row("overlay.locked")
    dialog.search.setText("locked")
    assert row.isVisible()
    assert row.label.isVisible()
    dialog.search.setText("tray unlocks")
    assert row.isVisible()
    assert not row.label.isVisible()


def test_what_is_no_plain_setting_is_found_when_it_makes_sense(dialog: SettingsDialog) -> None:
    dialog.search.setText("minutes a month")
    assert dialog.usage.isVisible()
    dialog.search.clear()
    dialog.show_settings(Settings())
    dialog.search.setText("minutes a month")
    assert not dialog.usage.isVisible(), "what runs on this computer costs nothing"


def test_the_keyboard_alone_is_enough(dialog: SettingsDialog, qtbot: QtBot) -> None:
    QTest.keyClick(dialog, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(dialog.search.hasFocus)
    QTest.keyClicks(dialog.search, "text size")
    QTest.keyClick(dialog.search, Qt.Key.Key_Down)
    size = dialog.control("overlay.size")
    assert isinstance(size, QSpinBox)
    assert size.hasFocus()
    QTest.keyClick(size, Qt.Key.Key_Up)
    assert size.value() == 31
    QTest.keyClick(size, Qt.Key.Key_Escape)
    assert dialog.isVisible()
    assert not dialog.search.text()
    assert dialog.search.hasFocus()
    QTest.keyClick(dialog.search, Qt.Key.Key_Return)
    assert dialog.isVisible(), "Enter presses no button"
    QTest.keyClick(dialog.search, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_one_setting_can_be_led_to(dialog: SettingsDialog, qtbot: QtBot) -> None:
    dialog.search.setText("colour")
    dialog.show_setting("captions.limits")
    qtbot.waitUntil(dialog.usage.limit.hasFocus)
    assert not dialog.search.text()
    area = dialog.pages.viewport()

    def in_sight() -> bool:
        top = dialog.usage.mapTo(area, dialog.usage.rect().topLeft()).y()
        return 0 <= top < area.height()

    qtbot.waitUntil(in_sight)


def test_it_speaks_the_language_of_the_window(qtbot: QtBot) -> None:
    app = QCoreApplication.instance()
    assert app is not None
    french = CatalogueTranslator({("Settings", "Text size"): "Taille du texte accentué"}, app)
    app.installTranslator(french)
    try:
        made = SettingsDialog(Settings(), LIGHT)
    finally:
        app.removeTranslator(french)
    qtbot.addWidget(made)
    made.show()
    made.search.setText("ACCENTUE")
    assert shown(made) == ["overlay.size"]


def test_everything_that_takes_the_keyboard_has_a_name(dialog: SettingsDialog) -> None:
    dialog.search.setText("e")
    for each in dialog.findChildren(QWidget):
        part_of_another = each.objectName().startswith("qt_")
        if each.isVisible() and each.focusPolicy() & Qt.FocusPolicy.TabFocus and not part_of_another:
            name = QAccessible.queryAccessibleInterface(each).text(QAccessible.Text.Name)
            assert name, each
