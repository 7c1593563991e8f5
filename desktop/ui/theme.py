"""Colours, measures and typefaces: the one place that knows how things look."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication

from desktop.settings import paths

GRID = 8
"""Pixels; every distance is a multiple or a half of it."""
RAIL, BAR, STATUS = 64, 74, 38
"""Pixels: width of the rail, heights of the bar and of the status line."""
RADIUS = 12
"""Pixels, corners of cards and panels."""
SCROLL_MS = 120
"""Milliseconds a line takes to move up; nothing else moves."""

CAPTION_FACE = "Atkinson Hyperlegible Next"
SHIPPED_FACES = {
    CAPTION_FACE: ("AtkinsonHyperlegibleNext_400Regular.ttf", "AtkinsonHyperlegibleNext_600SemiBold.ttf"),
    "Lexend": ("Lexend_400Regular.ttf", "Lexend_600SemiBold.ttf"),
}
"""Files of the faces that come with the program; each is loaded when it is first asked for."""
OTHER_FACES = tuple(face for face in SHIPPED_FACES if face != CAPTION_FACE)
"""Shipped faces that a person has to choose."""


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours as `#rrggbb`. Text colours reach 4.5:1 on `window`, `rail` and `card`."""

    dark: bool
    window: str
    rail: str
    card: str
    border: str
    text: str
    dim: str
    """Second-rank text, and words that may still change."""
    accent: str
    on_accent: str
    """Text on `accent`."""
    selected: str
    """Behind what is chosen or under the mouse."""
    danger: str
    on_danger: str
    ok: str
    ok_back: str
    """Behind `ok` text in badges."""
    warn: str
    warn_back: str
    lanes: tuple[str, ...]

    def lane(self, index: int) -> str:
        """Colour of the lane at this place of the session; they repeat after the fourth."""
        return self.lanes[index % len(self.lanes)]


_LIGHT_LANES = ("#0b5cad", "#8a4b08", "#00695c", "#6a3d9a")
_DARK_LANES = ("#7cc0ff", "#ffb86b", "#6fdcc0", "#d3b0ff")

LIGHT = Palette(
    dark=False,
    window="#fcfdff",
    rail="#eef2f6",
    card="#ffffff",
    border="#d5dbe2",
    text="#1b1f24",
    dim="#59626d",
    accent="#0b5cad",
    on_accent="#ffffff",
    selected="#dfeaf8",
    danger="#b3261e",
    on_danger="#ffffff",
    ok="#17692f",
    ok_back="#e0f2e4",
    warn="#6b4a00",
    warn_back="#fff1cc",
    lanes=_LIGHT_LANES,
)
DARK = Palette(
    dark=True,
    window="#14161a",
    rail="#0e1013",
    card="#1d2026",
    border="#383e47",
    text="#f2f4f6",
    dim="#a9b1bc",
    accent="#7cc0ff",
    on_accent="#06213a",
    selected="#23364a",
    danger="#ff9d94",
    on_danger="#3d0804",
    ok="#84dc98",
    ok_back="#16351f",
    warn="#ffd37a",
    warn_back="#3a2d0c",
    lanes=_DARK_LANES,
)
CONTRAST_LIGHT = Palette(
    dark=False,
    window="#ffffff",
    rail="#ffffff",
    card="#ffffff",
    border="#000000",
    text="#000000",
    dim="#3a3a3a",
    accent="#003a75",
    on_accent="#ffffff",
    selected="#cfe2ff",
    danger="#8c0d06",
    on_danger="#ffffff",
    ok="#0b4a1c",
    ok_back="#ffffff",
    warn="#4d3400",
    warn_back="#ffffff",
    lanes=("#003a75", "#5e3000", "#00483f", "#4a1f7a"),
)
CONTRAST_DARK = Palette(
    dark=True,
    window="#000000",
    rail="#000000",
    card="#000000",
    border="#ffffff",
    text="#ffffff",
    dim="#d0d0d0",
    accent="#a8d6ff",
    on_accent="#000000",
    selected="#1d3f60",
    danger="#ffc1bb",
    on_danger="#000000",
    ok="#a8f0b8",
    ok_back="#000000",
    warn="#ffe3a3",
    warn_back="#000000",
    lanes=("#a8d6ff", "#ffd29e", "#a0f0dc", "#e6d0ff"),
)


def palette_for(theme: str, app: QGuiApplication, contrast: str = "system") -> Palette:
    """The palette of a `system`, `light` or `dark` theme; its contrast is `high`, or what the system asks for."""
    hints = app.styleHints()
    dark = theme == "dark" or (theme == "system" and hints.colorScheme() == Qt.ColorScheme.Dark)
    asked = hints.accessibility().contrastPreference()
    if contrast == "high" or asked == Qt.ContrastPreference.HighContrast:
        return CONTRAST_DARK if dark else CONTRAST_LIGHT
    return DARK if dark else LIGHT


def dark_of(palette: Palette) -> Palette:
    """The dark palette of the same contrast: for what stands on other programs' windows rather than on ours."""
    return CONTRAST_DARK if palette in {CONTRAST_LIGHT, CONTRAST_DARK} else DARK


def caption_font(family: str, size_pt: float, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """The face of captions: `family`, or the shipped one when empty or not installed; `size_pt` in points."""
    wanted = [family] if family and (family not in SHIPPED_FACES or _loaded(family)) else []
    shipped = [CAPTION_FACE] if _loaded(CAPTION_FACE) else []
    font = QFont()
    font.setFamilies([*wanted, *shipped, *QFont().families()])
    font.setPointSizeF(size_pt)
    font.setWeight(weight)
    return font


@cache
def _loaded(face: str) -> bool:
    """Whether a shipped face can be used; letters that it lacks come from the system's faces."""
    folder = paths.resources() / "fonts"
    handles = [QFontDatabase.addApplicationFont(str(folder / name)) for name in SHIPPED_FACES[face]]
    return min(handles) >= 0


def mixed(over: str, under: str, share: float) -> str:
    """`share` of the colour `over` (0 to 1) on the colour `under`, as `#rrggbb`."""
    top, bottom = QColor(over), QColor(under)
    pairs = zip((top.red(), top.green(), top.blue()), (bottom.red(), bottom.green(), bottom.blue()), strict=True)
    return "#" + "".join(f"{round(a * share + b * (1 - share)):02x}" for a, b in pairs)


def contrast(one: str, other: str) -> float:
    """Contrast of two colours by WCAG 2.2, 1 to 21."""
    brighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def lanes_on(background: str) -> tuple[str, ...]:
    """The lane colours that read better on this background."""
    return max((_LIGHT_LANES, _DARK_LANES), key=lambda lanes: min(contrast(lane, background) for lane in lanes))


def _luminance(colour: str) -> float:
    rgb = QColor(colour)
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (rgb.redF(), rgb.greenF(), rgb.blueF())
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
