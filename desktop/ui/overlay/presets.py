"""Ready-made settings of the caption bar: places with their sizes, and colours."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication

DOCKS: Mapping[str, str] = {"dock-bottom": "bottom", "dock-top": "top"}
"""Places that fill an edge of the screen, by that edge."""

MADE_FOR: Mapping[str, Mapping[str, object]] = {
    "bottom": {"lines": 2, "size": 30},
    "top": {"lines": 2, "size": 30},
    "corner": {"lines": 4, "size": 20},
    "dock-bottom": {"lines": 2, "size": 30},
    "dock-top": {"lines": 2, "size": 30},
    "large": {"lines": 8, "size": 44},
}
"""What else changes with the place."""

SCHEMES: Mapping[str, Mapping[str, object]] = {
    "dark": {"text_colour": "#ffffff", "panel_colour": "#14161a", "opacity": 88},
    "light": {"text_colour": "#1b1f24", "panel_colour": "#fcfdff", "opacity": 92},
    "contrast": {"text_colour": "#ffffff", "panel_colour": "#000000", "opacity": 100},
    "yellow": {"text_colour": "#ffe96b", "panel_colour": "#000000", "opacity": 100},
}
"""Colours that suit each other; those of the lanes follow the panel."""


def place_names() -> dict[str, str]:
    """The places in the language of the window, in the order in which they are offered."""
    return {
        "bottom": QCoreApplication.translate("Presets", "Bottom bar"),
        "top": QCoreApplication.translate("Presets", "Top bar"),
        "corner": QCoreApplication.translate("Presets", "Corner card"),
        "dock-bottom": QCoreApplication.translate("Presets", "Dock along the bottom"),
        "dock-top": QCoreApplication.translate("Presets", "Dock along the top"),
        "large": QCoreApplication.translate("Presets", "Large print card"),
    }


def scheme_names() -> dict[str, str]:
    """The colours in the language of the window."""
    return {
        "dark": QCoreApplication.translate("Presets", "Light on dark"),
        "light": QCoreApplication.translate("Presets", "Dark on light"),
        "contrast": QCoreApplication.translate("Presets", "High contrast"),
        "yellow": QCoreApplication.translate("Presets", "Yellow on black"),
    }


def value_names() -> dict[str, str]:
    """Names of all values that a setting of the bar may have, for the settings dialog."""
    return place_names() | {
        "auto": QCoreApplication.translate("Presets", "By itself"),
        "outline": QCoreApplication.translate("Presets", "An outline"),
        "box": QCoreApplication.translate("Presets", "A box behind each line"),
        "left": QCoreApplication.translate("Presets", "All on the left"),
        "all": QCoreApplication.translate("Presets", "Show at once"),
        "steady": QCoreApplication.translate("Presets", "Show once they were heard twice alike"),
        "none": QCoreApplication.translate("Presets", "Do not show"),
        "apart": QCoreApplication.translate("Presets", "Yours on the right, theirs on the left"),
    }
