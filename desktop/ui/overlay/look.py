"""How the caption bar looks: everything that follows from the settings, computed once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import ceil

from PySide6.QtGui import QColor, QFont, QFontMetricsF

from desktop.settings.schema import OverlaySettings
from desktop.ui import theme
from desktop.ui.theme import GRID

SIZES = (18, 20, 22, 24, 27, 30, 33, 36, 40, 44, 48, 54, 60, 66, 72, 80, 88, 96)
"""Points, in steps that look alike."""
MAX_LINES = 6

_EDGE = 3 * GRID
_ABOVE = 2 * GRID
_BAR = 4
_OUTLINED_BELOW = 60
"""Percent of opacity under which the panel alone does not make text readable."""
_MEASURE_CHARS = 44
"""Characters of a line by default (BBC and Netflix: 37 to 42, plus what an uncertain tail needs)."""
_SAMPLE = "and the office will have it in copy before five"
_DIM_CONTRAST = 4.5


class Look:
    """Fonts, colours and measures of one setting of the caption bar."""

    def __init__(self, settings: OverlaySettings, labels: Sequence[str], opaque: bool) -> None:
        self.lines = settings.lines
        self.font = theme.caption_font(settings.font, settings.size)
        metrics = QFontMetricsF(self.font)
        self.ascent = metrics.ascent()
        self.line_height = ceil(metrics.height())
        self.measure = lru_cache(maxsize=4096)(metrics.horizontalAdvance)
        self.label_font = theme.caption_font(settings.font, _label_size(settings.size), QFont.Weight.DemiBold)
        self.label_metrics = QFontMetricsF(self.label_font)
        self.label_width = ceil(max((self.label_metrics.horizontalAdvance(label) for label in labels), default=0))
        self.label_width = min(self.label_width, 8 * self.line_height // 2)

        opacity = 100 if opaque else settings.opacity
        self.outlined = opacity < _OUTLINED_BELOW
        self.text = QColor(settings.text_colour)
        self.dim = QColor(_dimmed(settings.text_colour, settings.panel_colour))
        self.panel = QColor(settings.panel_colour)
        self.outline = QColor(self.panel)
        self.panel.setAlphaF(opacity / 100)
        self.lanes = [QColor(lane) for lane in theme.lanes_on(settings.panel_colour)]

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
        """Pixels by which Latin words may reach out of their row: only outlines do."""
        return ceil(self.line_height * 0.1) if self.outlined else 0

    @property
    def text_top(self) -> int:
        """Pixels from the panel's top to the first row."""
        return _ABOVE

    def text_width(self, panel_width: int) -> int:
        """Pixels a row has in a panel of this width."""
        return max(self.line_height, panel_width - self.text_left - _EDGE)

    def height(self, lines: int) -> int:
        """Pixels of a panel with this many rows."""
        return 2 * _ABOVE + lines * self.line_height

    def lines_in(self, panel_height: int) -> int:
        """Rows that a panel of this height shows."""
        return max(1, min(MAX_LINES, (panel_height - 2 * _ABOVE) // self.line_height))

    def default_width(self) -> int:
        """Pixels of a panel whose lines are comfortable to read."""
        return self.text_left + _EDGE + ceil(self.measure(_SAMPLE) / len(_SAMPLE) * _MEASURE_CHARS)

    def minimum_width(self) -> int:
        """Pixels under which a row would hold no words."""
        return self.text_left + _EDGE + 6 * self.line_height


def stepped(size: int, steps: int) -> int:
    """The text size `steps` larger or smaller, in points."""
    nearest = min(range(len(SIZES)), key=lambda at: abs(SIZES[at] - size))
    return SIZES[max(0, min(len(SIZES) - 1, nearest + steps))]


def _label_size(size: float) -> float:
    return max(11.0, min(20.0, size * 0.45))


def _dimmed(text: str, panel: str) -> str:
    """The text colour, as far towards the panel's as stays readable."""
    shares = (0.62, 0.7, 0.8, 0.9)
    mixes = (theme.mixed(text, panel, share) for share in shares)
    return next((mix for mix in mixes if theme.contrast(mix, panel) >= _DIM_CONTRAST), text)
