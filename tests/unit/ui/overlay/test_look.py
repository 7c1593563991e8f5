"""What follows from the settings of the bar."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QGuiApplication

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
