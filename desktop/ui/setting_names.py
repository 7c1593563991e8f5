"""The names that a person reads for the values of settings."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QFontDatabase

from desktop.ui.i18n import LANGUAGES
from desktop.ui.overlay.presets import value_names
from desktop.ui.pick_button import Choice
from desktop.ui.setting_controls import Field, choice_values
from desktop.ui.theme import OTHER_FACES


def choices_of(field: Field) -> Sequence[Choice]:
    """What can be chosen, with its names; empty where anything can be."""
    if field.key == "overlay.font":
        ours = QCoreApplication.translate("SettingsDialog", "The one that comes with Overtitle")
        others = [name for name in QFontDatabase.families() if name not in OTHER_FACES]
        return [Choice("", ours), *(Choice(name, name) for name in (*OTHER_FACES, *others))]
    names = value_texts()
    return [Choice(value, names.get(value, value)) for value in choice_values(field)]


def value_texts() -> dict[str, str]:
    """Every value that has a name of its own."""
    return {
        "": QCoreApplication.translate("SettingsDialog", "The system's"),
        "system": QCoreApplication.translate("SettingsDialog", "As the system"),
        "light": QCoreApplication.translate("SettingsDialog", "Light"),
        "dark": QCoreApplication.translate("SettingsDialog", "Dark"),
        "high": QCoreApplication.translate("SettingsDialog", "High"),
        "refuse": QCoreApplication.translate("SettingsDialog", "Is refused"),
        "replace": QCoreApplication.translate("SettingsDialog", "Replaces the first one"),
        "mix": QCoreApplication.translate("SettingsDialog", "Both together"),
        "split": QCoreApplication.translate("SettingsDialog", "Two sides"),
        "off": QCoreApplication.translate("SettingsDialog", "Off"),
        "energy": QCoreApplication.translate("SettingsDialog", "Loudness"),
        "webrtc": "WebRTC",
        "silero": "Silero",
        **LANGUAGES,
        **value_names(),
    }
