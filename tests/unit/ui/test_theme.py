"""Every colour that carries words can be read, and the shipped face is really used."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QFontInfo, QGuiApplication

from desktop.ui import theme


@pytest.mark.parametrize("palette", [theme.LIGHT, theme.DARK, theme.CONTRAST_LIGHT, theme.CONTRAST_DARK])
def test_words_reach_the_contrast_of_wcag_aa(palette: theme.Palette) -> None:
    for back in (palette.window, palette.rail, palette.card, palette.selected):
        assert theme.contrast(palette.text, back) >= 7
    for back in (palette.window, palette.rail, palette.card):
        for words in (palette.dim, palette.accent, palette.danger, palette.ok, palette.warn, *palette.lanes):
            assert theme.contrast(words, back) >= 4.5, (words, back)
    assert theme.contrast(palette.on_accent, palette.accent) >= 4.5
    assert theme.contrast(palette.on_danger, palette.danger) >= 4.5
    assert theme.contrast(palette.ok, palette.ok_back) >= 4.5
    assert theme.contrast(palette.warn, palette.warn_back) >= 4.5


@pytest.mark.parametrize("palette", [theme.CONTRAST_LIGHT, theme.CONTRAST_DARK])
def test_high_contrast_is_seven_to_one_everywhere(palette: theme.Palette) -> None:
    for back in (palette.window, palette.rail, palette.card):
        for words in (
            palette.text,
            palette.dim,
            palette.accent,
            palette.danger,
            palette.ok,
            palette.warn,
            palette.border,
        ):
            assert theme.contrast(words, back) >= 7, (words, back)
        assert min(theme.contrast(lane, back) for lane in palette.lanes) >= 7
    assert theme.contrast(palette.text, palette.selected) >= 7
    assert theme.contrast(palette.on_accent, palette.accent) >= 7
    assert theme.contrast(palette.on_danger, palette.danger) >= 7


@pytest.mark.parametrize("background", ["#000000", "#14161a", "#ffffff", "#fff8dc"])
def test_lane_colours_follow_the_panel(background: str) -> None:
    assert all(theme.contrast(lane, background) >= 4.5 for lane in theme.lanes_on(background))


def test_the_theme_follows_the_choice(qapp: QGuiApplication) -> None:
    assert not theme.palette_for("light", qapp).dark
    assert theme.palette_for("dark", qapp).dark
    assert theme.palette_for("light", qapp, "high") is theme.CONTRAST_LIGHT
    assert theme.palette_for("dark", qapp, "high") is theme.CONTRAST_DARK
    assert theme.LIGHT.lane(5) == theme.LIGHT.lane(1)


def test_the_bar_is_dark_in_every_theme() -> None:
    assert theme.dark_of(theme.LIGHT) is theme.dark_of(theme.DARK) is theme.DARK
    assert theme.dark_of(theme.CONTRAST_LIGHT) is theme.dark_of(theme.CONTRAST_DARK) is theme.CONTRAST_DARK


def test_the_shipped_face_is_used_unless_another_is_installed(qapp: QGuiApplication) -> None:
    assert QFontInfo(theme.caption_font("", 30)).family() == theme.CAPTION_FACE
    assert QFontInfo(theme.caption_font("No such face", 30)).family() == theme.CAPTION_FACE
    assert QFontInfo(theme.caption_font("DejaVu Sans", 30)).family() == "DejaVu Sans"


def test_colours_mix() -> None:
    assert theme.mixed("#ffffff", "#000000", 0.5) == "#808080"
    assert theme.contrast("#ffffff", "#000000") == pytest.approx(21)
