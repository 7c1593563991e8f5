from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from desktop.settings.paths import resources
from desktop.ui.icons import app_icon, pixmap

DRAWINGS = sorted((resources() / "icons").glob("*.svg"))
COLOURED = {
    "overtitle",
    "check-white",
    "check-black",
    "spin-up-black",
    "spin-up-white",
    "spin-down-black",
    "spin-down-white",
}
UI = Path(__file__).resolve().parents[2] / "desktop" / "ui"


@pytest.mark.parametrize("name", [path.stem for path in DRAWINGS if path.stem not in COLOURED])
def test_each_drawing_is_visible_and_takes_the_colour_given(qtbot: QtBot, name: str) -> None:
    picture = pixmap(name, "#ff0000", 24, 2.0).toImage()
    assert (picture.width(), picture.height()) == (48, 48)
    seen = {
        picture.pixelColor(x, y).name() for x in range(48) for y in range(48) if picture.pixelColor(x, y).alpha() == 255
    }
    assert seen == {QColor("#ff0000").name()}


def test_the_program_has_an_icon_in_every_size(qtbot: QtBot) -> None:
    assert len(app_icon().availableSizes()) == 7


def test_no_drawing_is_left_over() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in UI.glob("*.py"))
    for path in DRAWINGS:
        assert re.search(rf'"{path.stem}"', source), f"{path.name} is used nowhere"
