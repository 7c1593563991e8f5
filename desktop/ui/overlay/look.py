"""How the caption bar looks: everything that follows from the settings, computed once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import ceil, floor

from PySide6.QtGui import QColor, QFont, QFontInfo, QFontMetricsF

from desktop.settings.schema import OverlaySettings
from desktop.ui import theme
from desktop.ui.theme import GRID

SIZES = (18, 20, 22, 24, 27, 30, 33, 36, 40, 44, 48, 54, 60, 66, 72, 80, 88, 96)
"""Points, in steps that look alike."""
MAX_LINES = 12

_EDGE = 3 * GRID
_ABOVE = 2 * GRID
_BAR = 4
_APART = 0.8
"""Part of the room for text that each side has when they stand apart, so that the other's edge is seen to differ."""
_NAME_CHARS = 8
"""Characters of a speaker's name there is always room for: the names are not known before they come."""
_MEASURE_CHARS = 44
"""Characters of a line by default (BBC and Netflix: 37 to 42, plus what an uncertain tail needs)."""
_SAMPLE = "and the office will have it in copy before five"
_READABLE = 4.5
"""Contrast, WCAG 2.2 level AA."""


class Look:
    """Fonts, colours and measures of one setting of the caption bar."""

    def __init__(self, settings: OverlaySettings, labels: Sequence[str], opaque: bool) -> None:
        self.lines = settings.lines
        self.sides_apart = settings.sides == "apart"
        self.speakers = settings.speakers
        self._set_type(settings, labels)
        self._set_colours(settings, opaque)

    def _set_type(self, settings: OverlaySettings, labels: Sequence[str]) -> None:
        self.font = theme.caption_font(settings.font, settings.size)
        self.joined_font = QFont(self.font)
        """Without letter spacing, which tears joined letters such as Arabic ones apart."""
        spacing = QFontInfo(self.font).pixelSize() * settings.letter_spacing / 100
        self.font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, spacing)
        metrics = QFontMetricsF(self.font)
        self.line_height = ceil(metrics.height() * settings.line_spacing / 100)
        self.lift = (self.line_height - metrics.height()) / 2
        """Pixels from a row's top to that of its letters."""
        self.ascent = metrics.ascent() + self.lift
        """Pixels from a row's top to the line its letters stand on."""
        self.measure = lru_cache(maxsize=4096)(metrics.horizontalAdvance)
        self.label_font = theme.caption_font(settings.font, _label_size(settings.size), QFont.Weight.DemiBold)
        self.label_metrics = QFontMetricsF(self.label_font)
        room = "n" * _NAME_CHARS if settings.speakers else ""
        self.label_width = ceil(max(self.label_metrics.horizontalAdvance(label) for label in (room, *labels)))
        self.label_width = min(self.label_width, 4 * ceil(metrics.height()))

    def _set_colours(self, settings: OverlaySettings, opaque: bool) -> None:
        opacity = 100 if opaque else settings.opacity
        auto = theme.lanes_on(settings.panel_colour)
        lanes = (settings.you_colour or auto[0], settings.them_colour or auto[1], *auto[2:])
        readable = _readable((settings.text_colour, *lanes), settings.panel_colour, opacity)
        self.boxed = settings.backing == "box" and not opaque
        self.outlined = settings.backing == "outline" or (settings.backing == "auto" and not readable)
        if self.boxed and not readable:
            opacity = 100
        # An outline brings its own ground, whatever shines through the panel
        self.dim = QColor(_dimmed(settings.text_colour, settings.panel_colour, 100 if self.outlined else opacity))
        self.text = QColor(settings.text_colour)
        self.panel = QColor(settings.panel_colour)
        self.outline = QColor(self.panel)
        self.panel.setAlphaF(opacity / 100)
        self.lanes = [QColor(lane) for lane in lanes]

    @property
    def text_left(self) -> int:
        """Pixels from the panel's left to the captions."""
        return self.label_left + self.label_width + 2 * GRID

    @property
    def label_left(self) -> int:
        """Pixels from the panel's left to the names of lanes."""
        return self.bar_left + _BAR + GRID

    @property
    def bar_left(self) -> int:
        """Pixels from the panel's left to the bar in the lane's colour."""
        return 2 * GRID

    @property
    def bar_width(self) -> int:
        """Pixels."""
        return _BAR

    @property
    def overhang(self) -> int:
        """Pixels by which Latin words may reach out of their row: only outlines and boxes do."""
        return ceil(self.line_height * 0.1) if self.outlined or self.boxed else 0

    def left(self, panel_width: int, *, right: bool) -> float:
        """Pixels from the panel's left to the words of a lane that stands at the right or the left side."""
        return panel_width - self.text_left - self.text_width(panel_width) if right else self.text_left

    @property
    def text_top(self) -> int:
        """Pixels from the panel's top to the first row."""
        return _ABOVE

    def text_width(self, panel_width: int) -> int:
        """Pixels a row has in a panel of this width."""
        room = panel_width - self.text_left - _EDGE
        return max(self.line_height, floor(room * _APART) if self.sides_apart else room)

    def height(self, lines: int) -> int:
        """Pixels of a panel with this many rows."""
        return 2 * _ABOVE + lines * self.line_height

    def lines_in(self, panel_height: int) -> int:
        """Rows that a panel of this height shows."""
        return max(1, min(MAX_LINES, (panel_height - 2 * _ABOVE) // self.line_height))

    def default_width(self) -> int:
        """Pixels of a panel whose lines are comfortable to read."""
        return self.width_of(_MEASURE_CHARS)

    def width_of(self, characters: int) -> int:
        """Pixels of a panel whose lines hold about this many characters."""
        text = self.measure(_SAMPLE) / len(_SAMPLE) * characters
        return self.text_left + _EDGE + ceil(text / _APART if self.sides_apart else text)

    def minimum_width(self) -> int:
        """Pixels under which a row would hold no words."""
        return self.text_left + _EDGE + 6 * self.line_height


def stepped(size: int, steps: int) -> int:
    """The text size `steps` larger or smaller, in points."""
    nearest = min(range(len(SIZES)), key=lambda at: abs(SIZES[at] - size))
    return SIZES[max(0, min(len(SIZES) - 1, nearest + steps))]


def _label_size(size: float) -> float:
    return max(11.0, min(20.0, size * 0.45))


def _readable(colours: Sequence[str], panel: str, opacity: int) -> bool:
    """Whether all reach the contrast, whatever lies below the panel."""
    grounds = _grounds(panel, opacity)
    return all(theme.contrast(colour, ground) >= _READABLE for colour in colours for ground in grounds)


def _grounds(panel: str, opacity: int) -> tuple[str, str]:
    """What the panel looks like over the brightest and the darkest of windows."""
    return theme.mixed(panel, "#ffffff", opacity / 100), theme.mixed(panel, "#000000", opacity / 100)


def _dimmed(text: str, panel: str, opacity: int) -> str:
    """The text colour, as far towards the panel's as stays readable."""
    shares = (0.62, 0.7, 0.8, 0.9)
    mixes = (theme.mixed(text, panel, share) for share in shares)
    return next((mix for mix in mixes if _readable((mix,), panel, opacity)), text)
