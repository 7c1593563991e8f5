"""The lanes differ for every common colour vision, and never by colour alone."""

from __future__ import annotations

from itertools import combinations

import pytest
from PySide6.QtGui import QColor, QGuiApplication

from desktop.settings.schema import OverlaySettings
from desktop.ui import theme
from desktop.ui.overlay.look import Look
from desktop.ui.overlay.presets import SCHEMES

Triple = tuple[float, float, float]

VISIONS: dict[str, tuple[Triple, Triple, Triple]] = {
    "all three cones": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}
"""What of linear red, green and blue is seen, severity 1.0 (Machado, Oliveira and Fernandes 2009)."""
APART = 20.0
"""CIE 1976 difference; 2.3 is just noticeable, and lanes are seen apart from each other, not side by side."""


def linear(colour: str) -> Triple:
    rgb = QColor(colour)
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (rgb.redF(), rgb.greenF(), rgb.blueF())
    )
    return red, green, blue


def times(rows: tuple[Triple, Triple, Triple], column: Triple) -> Triple:
    one, two, three = (sum(a * b for a, b in zip(row, column, strict=True)) for row in rows)
    return one, two, three


def lab(rgb: Triple) -> Triple:
    """CIELAB under D65."""
    matrix = ((0.4124564, 0.3575761, 0.1804375), (0.2126729, 0.7151522, 0.0721750), (0.0193339, 0.1191920, 0.9503041))
    white = (0.95047, 1.0, 1.08883)
    xyz = times(matrix, rgb)
    x, y, z = (
        part ** (1 / 3) if part > 216 / 24389 else (part * 24389 / 27 + 16) / 116
        for part in (max(0.0, value) / top for value, top in zip(xyz, white, strict=True))
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def difference(one: str, other: str, vision: str) -> float:
    a, b = (lab(times(VISIONS[vision], linear(colour))) for colour in (one, other))
    return float(sum((p - q) ** 2 for p, q in zip(a, b, strict=True)) ** 0.5)


def test_the_measure_knows_black_from_white_and_a_classic_pair() -> None:
    assert round(difference("#000000", "#ffffff", "all three cones")) == 100
    normal = difference("#c0392b", "#4d7a1f", "all three cones")
    assert difference("#c0392b", "#4d7a1f", "deuteranopia") < normal / 2, "red and green are what it makes alike"


@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize(
    "palette", [theme.LIGHT, theme.DARK, theme.CONTRAST_LIGHT, theme.CONTRAST_DARK], ids=["light", "dark", "cl", "cd"]
)
def test_you_and_them_differ_for_every_colour_vision(vision: str, palette: theme.Palette) -> None:
    you, them = palette.lanes[:2]
    assert difference(you, them, vision) >= APART


@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_so_do_they_in_every_scheme_of_the_bar(qapp: QGuiApplication, vision: str, scheme: str) -> None:
    look = Look(OverlaySettings(**SCHEMES[scheme]), ("You", "Them"), opaque=False)  # type: ignore[arg-type]  # settings by name
    you, them = (lane.name() for lane in look.lanes[:2])
    assert difference(you, them, vision) >= APART


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_colour_of_a_scheme_is_readable_whatever_lies_below(qapp: QGuiApplication, scheme: str) -> None:
    settings = OverlaySettings(**SCHEMES[scheme])  # type: ignore[arg-type]  # settings by name
    look = Look(settings, ("You", "Them"), opaque=False)
    assert not look.outlined, "a ready-made panel is thick enough"
    for below in ("#ffffff", "#000000", "#7f7f7f"):
        ground = theme.mixed(settings.panel_colour, below, settings.opacity / 100)
        for colour in (look.text, look.dim, *look.lanes):
            assert theme.contrast(colour.name(), ground) >= 4.5


def test_lanes_of_the_same_kind_of_palette_all_differ_somehow() -> None:
    for palette in (theme.LIGHT, theme.DARK):
        for one, other in combinations(palette.lanes, 2):
            assert difference(one, other, "all three cones") >= APART
