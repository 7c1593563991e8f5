from __future__ import annotations

import pytest
from msgspec import structs
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QKeySequenceEdit, QLabel, QSpinBox
from pytestqt.qtbot import QtBot

from desktop.settings.schema import AppearanceSettings, Settings
from desktop.ui.pick_button import Choice
from desktop.ui.setting_controls import choice_values, fields_of
from desktop.ui.settings_dialog import SettingsDialog
from desktop.ui.theme import CONTRAST_DARK, LIGHT


@pytest.fixture
def dialog(qtbot: QtBot) -> SettingsDialog:
    choices = {"audio.microphone": [Choice("", "System default"), Choice("m1", "Microphone")]}
    made = SettingsDialog(Settings(), LIGHT, choices)
    qtbot.addWidget(made)
    return made


def test_every_setting_of_the_schema_has_a_control_but_the_options_of_providers(dialog: SettingsDialog) -> None:
    expected = {
        f"{group}.{name}"
        for group in ("audio", "captions", "overlay", "transcripts", "listener", "appearance", "shortcuts", "computer")
        for name in getattr(Settings(), group).__struct_fields__
    }
    shown = {field.key for group in dialog._titles() for field in fields_of(group, type(getattr(Settings(), group)))}
    assert shown == expected - {"captions.options", "captions.limits", "captions.prices"}
    assert all(dialog.control(key) for key in shown)


def test_limits_come_from_the_schema(dialog: SettingsDialog) -> None:
    size = dialog.control("overlay.size")
    assert isinstance(size, QSpinBox)
    assert (size.minimum(), size.maximum(), size.value()) == (18, 96, 30)
    theme = dialog.control("appearance.theme")
    assert isinstance(theme, QComboBox)
    assert [theme.itemData(at) for at in range(theme.count())] == ["system", "light", "dark"]


def test_a_change_counts_at_once_and_can_be_taken_back(dialog: SettingsDialog, qtbot: QtBot) -> None:
    size = dialog.control("overlay.size")
    assert isinstance(size, QSpinBox)
    reset = dialog.reset_button("overlay.size")
    assert not reset.isEnabled()
    with qtbot.waitSignal(dialog.settings_changed) as changed:
        size.setValue(48)
    assert changed.args == [structs.replace(Settings(), overlay=structs.replace(Settings().overlay, size=48))]
    assert reset.isEnabled()
    with qtbot.waitSignal(dialog.settings_changed) as changed:
        reset.click()
    assert changed.args == [Settings()]
    assert size.value() == 30
    assert not reset.isEnabled()


def test_values_from_elsewhere_are_shown_without_telling_anybody(dialog: SettingsDialog, qtbot: QtBot) -> None:
    other = structs.replace(
        Settings(),
        audio=structs.replace(Settings().audio, microphone="unplugged", use_system=False),
        transcripts=structs.replace(Settings().transcripts, formats=("srt", "md")),
    )
    with qtbot.assertNotEmitted(dialog.settings_changed):
        dialog.show_settings(other)
    microphone = dialog.control("audio.microphone")
    assert isinstance(microphone, QComboBox)
    assert microphone.currentData() == "unplugged"
    checks = dialog.control("transcripts.formats").findChildren(QCheckBox)
    assert [check.text() for check in checks if check.isChecked()] == ["md", "srt"]


def test_formats_are_chosen_one_by_one(dialog: SettingsDialog, qtbot: QtBot) -> None:
    checks = {check.text(): check for check in dialog.control("transcripts.formats").findChildren(QCheckBox)}
    with qtbot.waitSignal(dialog.settings_changed) as changed:
        checks["vtt"].click()
    assert changed.args is not None
    assert changed.args[0].transcripts.formats == ("txt", "vtt")


def test_each_setting_explains_itself(dialog: SettingsDialog) -> None:
    texts = {label.text() for label in dialog.findChildren(QLabel)}
    for group in ("audio", "overlay", "transcripts"):
        for field in fields_of(group, type(getattr(Settings(), group))):
            assert str(field.words.help) in texts


def test_the_caption_bar_is_seen_while_it_is_changed(dialog: SettingsDialog, qtbot: QtBot) -> None:
    dialog.show_group("overlay")
    with qtbot.waitExposed(dialog):
        dialog.show()
    before = dialog.preview.grab().toImage()
    size = dialog.control("overlay.size")
    assert isinstance(size, QSpinBox)
    size.setValue(18)
    assert dialog.preview.grab().toImage() != before
    dialog.reset_button("overlay.size").click()
    assert dialog.preview.grab().toImage() == before


def test_a_colour_may_be_left_to_the_program(dialog: SettingsDialog, qtbot: QtBot) -> None:
    button = dialog.control("overlay.you_colour")
    assert button.property("text") == "To suit the panel"
    overlay = structs.replace(Settings().overlay, you_colour="#ff00ff")
    dialog.show_settings(structs.replace(Settings(), overlay=overlay))
    assert button.property("text") == "#ff00ff"
    with qtbot.waitSignal(dialog.settings_changed) as changed:
        dialog.reset_button("overlay.you_colour").click()
    assert changed.args == [Settings()]


def test_every_choice_is_named_in_words(dialog: SettingsDialog) -> None:
    seen = 0
    for group in dialog._titles():
        for field in fields_of(group, type(getattr(Settings(), group))):
            combo = dialog.control(field.key)
            if isinstance(combo, QComboBox) and choice_values(field):
                seen += combo.count()
                assert all(combo.itemText(at) != combo.itemData(at) for at in range(combo.count())), field.key
    assert seen > 20


def test_keys_are_taken_down_as_they_are_pressed_and_can_be_cleared(dialog: SettingsDialog, qtbot: QtBot) -> None:
    edit = dialog.control("shortcuts.lock")
    assert isinstance(edit, QKeySequenceEdit)
    dialog.show_group("shortcuts")
    dialog.show()
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    edit.setFocus()
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    with qtbot.waitSignal(dialog.settings_changed) as changed:
        QTest.keyClick(edit, Qt.Key.Key_U, both)
    assert changed.args is not None
    assert changed.args[0].shortcuts.lock == "Ctrl+Alt+U"
    with qtbot.waitSignal(dialog.settings_changed) as changed:
        edit.clear()
    assert changed.args is not None
    assert changed.args[0].shortcuts.lock == ""
    before = edit
    QTest.keyClick(edit, Qt.Key.Key_Tab)
    assert dialog.focusWidget() is not before, "no trap for the keyboard"
    assert edit.keySequence().isEmpty()


def test_what_is_wrong_with_the_keys_stands_above_them(dialog: SettingsDialog) -> None:
    dialog.show_group("shortcuts")
    dialog.show()
    assert not dialog.about_keys.isVisible()
    dialog.tell_keys(["Mute me: taken <b>by</b> another."])
    assert dialog.about_keys.isVisible()
    assert dialog.about_keys.textFormat() is Qt.TextFormat.PlainText
    dialog.tell_keys([])
    assert not dialog.about_keys.isVisible()


def test_other_colours_are_taken_while_it_is_open(dialog: SettingsDialog, qtbot: QtBot) -> None:
    dialog.show_settings(structs.replace(Settings(), appearance=AppearanceSettings(theme="dark")))
    button = dialog.reset_button("appearance.theme")
    before = button.icon().pixmap(16).toImage()
    dialog.apply_palette(CONTRAST_DARK)
    assert button.icon().pixmap(16).toImage() != before
    dialog.search.setText("colours")
    assert CONTRAST_DARK.selected in dialog.pages.row("appearance.theme").label.text()


def test_the_wheel_turns_pages_and_no_values(dialog: SettingsDialog, qtbot: QtBot) -> None:
    dialog.show_group("overlay")
    dialog.show()
    dialog.search.setFocus()
    size = dialog.control("overlay.size")
    assert isinstance(size, QSpinBox)
    turned = QWheelEvent(
        QPointF(5, 5), QPointF(5, 5), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(size, turned)
    assert size.value() == 30
