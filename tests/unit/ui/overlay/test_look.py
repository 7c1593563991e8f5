"""What follows from the settings of the bar."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QFontInfo, QGuiApplication

from desktop.settings.schema import OverlaySettings
from desktop.ui import theme
from desktop.ui.overlay.look import MAX_LINES, SIZES, Look, stepped


def look(**changes: object) -> Look:
    return Look(OverlaySettings(**changes), ("You", "Them"), opaque=False)  # type: ignore[arg-type]  # each test gets its own right


def test_sizes_step_to_the_limits_of_the_setting_and_no_further() -> None:
    assert stepped(30, 1) == 33
    assert stepped(31, -1) == 27
    assert stepped(96, 1) == 96
    assert stepped(18, -1) == 18
    assert (SIZES[0], SIZES[-1]) == (18, 96)


@pytest.mark.parametrize("size", SIZES)
def test_height_and_lines_agree(qapp: QGuiApplication, size: int) -> None:
    one = look(size=size)
    for lines in range(1, MAX_LINES + 1):
        assert one.lines_in(one.height(lines)) == lines
    assert one.lines_in(0) == 1
    assert one.lines_in(10_000) == MAX_LINES


def test_a_default_line_has_about_forty_characters(qapp: QGuiApplication) -> None:
    one = look()
    width = one.text_width(one.default_width())
    assert one.measure("Could you send me the list of papers?") < width < one.measure("a" * 60)


@pytest.mark.parametrize(("text", "panel"), [("#ffffff", "#14161a"), ("#000000", "#ffffff"), ("#ffe000", "#202080")])
def test_the_uncertain_tail_stays_readable(qapp: QGuiApplication, text: str, panel: str) -> None:
    one = look(text_colour=text, panel_colour=panel)
    assert theme.contrast(one.dim.name(), panel) >= 4.5
    assert one.dim.name() != text


def test_a_thin_panel_outlines_its_words_and_an_opaque_one_does_not(qapp: QGuiApplication) -> None:
    assert look(opacity=0).outlined
    assert not look(opacity=88).outlined
    solid = Look(OverlaySettings(opacity=0), (), opaque=True)
    assert solid.panel.alpha() == 255
    assert not solid.outlined


def test_a_long_name_leaves_room_for_words(qapp: QGuiApplication) -> None:
    one = Look(OverlaySettings(), ("The whole meeting room on the third floor",), opaque=False)
    assert one.text_width(one.minimum_width()) >= 6 * one.line_height
    assert one.text_left < one.default_width() / 2


def test_letters_and_lines_are_spaced_as_asked(qapp: QGuiApplication) -> None:
    plain, airy = look(), look(letter_spacing=10, line_spacing=150)
    assert airy.measure("captions") > plain.measure("captions") * 1.1
    assert airy.line_height == pytest.approx(plain.line_height * 1.5, abs=2)
    assert airy.ascent - airy.lift == pytest.approx(plain.ascent - plain.lift), (
        "letters stand in the middle of their row"
    )
    assert airy.joined_font.letterSpacing() == 0, "Arabic letters stay joined"


def test_sides_apart_have_rows_of_the_same_width_at_other_places(qapp: QGuiApplication) -> None:
    one = look(sides="apart")
    width = one.text_width(1000)
    left, right = one.left(1000, right=False), one.left(1000, right=True)
    assert left < right
    assert right + width == 1000 - one.text_left
    assert look().left(1000, right=False) == look().text_left


def test_a_panel_is_outlined_as_soon_as_words_on_it_could_be_lost(qapp: QGuiApplication) -> None:
    assert not look(opacity=88).outlined
    assert look(opacity=60).outlined, "white words, a white window below, a thin dark panel"
    assert look(opacity=60, backing="box").panel.alpha() == 255, "a box that is too thin is filled"
    assert look(opacity=100, backing="outline").outlined


def test_own_colours_replace_those_of_the_sides(qapp: QGuiApplication) -> None:
    one = look(you_colour="#ff00ff")
    assert one.lanes[0].name() == "#ff00ff"
    assert one.lanes[1].name() == look().lanes[1].name()


@pytest.mark.parametrize("face", theme.SHIPPED_FACES)
def test_shipped_faces_are_really_there(qapp: QGuiApplication, face: str) -> None:
    assert QFontInfo(look(font=face).font).family() == face
    assert QFontInfo(look(font=face).label_font).weight() >= 600
