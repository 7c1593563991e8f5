"""The style sheet of the window and its dialogs, made from the palette."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QFontInfo, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from desktop.settings.paths import resources
from desktop.ui.theme import RADIUS, Palette, mixed

_BASE_PX = 13


def px(size: float) -> int:
    """`size` pixels, larger where the person asked the system for larger text."""
    return round(size * max(1.0, QFontInfo(QGuiApplication.font()).pixelSize() / _BASE_PX))


def room(width: int, height: int) -> QSize:
    """What a window opens with, in pixels: more where the system's text is larger, never more than the screen."""
    free = QGuiApplication.primaryScreen().availableSize() * 0.9
    return QSize(px(width), px(height)).boundedTo(free)


def qt_palette(palette: Palette) -> QPalette:
    """The palette for what Qt paints by itself: menus, lists, selections, scroll bars."""
    role = QPalette.ColorRole
    made = QPalette()
    pairs = {
        role.Window: palette.window,
        role.WindowText: palette.text,
        role.Base: palette.window,
        role.AlternateBase: palette.rail,
        role.Text: palette.text,
        role.PlaceholderText: palette.dim,
        role.Button: palette.card,
        role.ButtonText: palette.text,
        role.ToolTipBase: palette.card,
        role.ToolTipText: palette.text,
        role.Highlight: palette.accent,
        role.HighlightedText: palette.on_accent,
        role.Link: palette.accent,
        role.Accent: palette.accent,
        role.Mid: palette.border,
    }
    for each, colour in pairs.items():
        made.setColor(each, QColor(colour))
    for each in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, each, QColor(palette.dim))
    return made


def prepare(app: QApplication, palette: Palette) -> None:
    """Give every window of the program the same controls and colours."""
    app.setStyle("Fusion")
    app.setPalette(qt_palette(palette))


def sheet(palette: Palette) -> str:
    """The style sheet."""
    return "\n".join(part(palette) for part in (_places, _bar, _page, _fields, _checks, _boxes))


def _places(p: Palette) -> str:
    return f"""
* {{ font-size: {px(13)}px; color: {p.text}; }}
QMainWindow, QDialog, QStackedWidget, #page, #empty {{ background: {p.window}; }}
QToolTip {{ background: {p.card}; color: {p.text}; border: 1px solid {p.border}; padding: 4px; }}
QLabel {{ background: transparent; }}
QLabel[dim="true"] {{ color: {p.dim}; }}
QLabel[heading="true"] {{ color: {p.dim}; font-weight: 600; }}
QLabel[title="true"] {{ font-size: {px(20)}px; font-weight: 600; }}

#rail {{ background: {p.rail}; border: none; border-right: 1px solid {p.border}; }}
#rail QToolButton {{ background: transparent; border: 2px solid transparent; min-width: 40px;
  min-height: 40px; padding: 0; border-radius: {RADIUS - 2}px; }}
#rail QToolButton:hover {{ background: {mixed(p.text, p.rail, 0.07)}; }}
#rail QToolButton:checked {{ background: {p.selected}; }}
#rail QToolButton:focus {{ border-color: {p.accent}; }}

#bar {{ background: {p.window}; border: none; border-bottom: 1px solid {p.border}; }}
#side {{ background: {p.window}; border: none; border-left: 1px solid {p.border}; }}
#status {{ background: {p.window}; border: none; border-top: 1px solid {p.border}; }}
#elapsed {{ font-size: {px(16)}px; color: {p.dim}; }}
"""


def _bar(p: Palette) -> str:
    hover = mixed(p.text, p.card, 0.06)
    return f"""
QPushButton, QToolButton {{ background: {p.card}; border: 1px solid {p.border}; border-radius: 8px;
  padding: 5px 12px; min-height: 20px; }}
QPushButton:hover, QToolButton:hover {{ background: {hover}; }}
QPushButton:pressed, QToolButton:pressed {{ background: {p.selected}; }}
QPushButton:checked {{ background: {p.selected}; border-color: {p.accent}; }}
QPushButton:focus, QToolButton:focus {{ border: 2px solid {p.accent}; padding: 4px 11px; }}
QPushButton:disabled, QToolButton:disabled {{ color: {p.dim}; }}
QToolButton {{ padding: 4px; }}
QToolButton:focus {{ padding: 3px; }}

#start {{ background: {p.accent}; color: {p.on_accent}; border: 2px solid {p.window}; border-radius: {RADIUS - 2}px;
  background-clip: padding; font-size: {px(15)}px; font-weight: 600; padding: 0 16px; }}
#start:hover {{ background: {mixed(p.text, p.accent, 0.12)}; }}
#start[running="true"] {{ background: {p.danger}; color: {p.on_danger}; }}
#start[running="true"]:hover {{ background: {mixed(p.text, p.danger, 0.12)}; }}
#start:focus {{ border-color: {p.text}; padding: 0 16px; }}
#start:disabled {{ background: {p.rail}; color: {p.dim}; border-color: {p.border}; }}

#card {{ background: {p.card}; border: 1px solid {p.border}; border-radius: {RADIUS - 2}px; }}
#card QPushButton, #card QToolButton {{ background: transparent; border: 2px solid transparent; border-radius: 6px;
  padding: 0 4px; min-height: 24px; text-align: left; }}
#card QToolButton {{ padding: 0; }}
#card QPushButton:hover, #card QToolButton:hover {{ background: {hover}; }}
#card QPushButton:focus, #card QToolButton:focus {{ border-color: {p.accent}; }}
#badge {{ border-radius: 10px; padding: 3px 9px; font-size: {px(12)}px; }}
#badge[private="true"] {{ color: {p.ok}; background: {p.ok_back}; border: 1px solid {edge(p.ok, p)}; }}
#badge[private="false"] {{ color: {p.warn}; background: {p.warn_back}; border: 1px solid {edge(p.warn, p)}; }}
"""


def _page(p: Palette) -> str:
    return f"""
#problem {{ background: {p.warn_back}; border: none; border-top: 1px solid {mixed(p.warn, p.warn_back, 0.4)}; }}
#warning {{ color: {p.warn}; }}
#strip {{ background: {p.card}; border: 1px solid {p.border}; border-radius: {RADIUS - 4}px; }}
#updates {{ background: {p.card}; border: none; border-top: 1px solid {p.border}; }}
QProgressBar {{ background: {p.rail}; border: 1px solid {p.border}; border-radius: 6px; max-height: 12px; }}
QProgressBar::chunk {{ background: {p.accent}; border-radius: 5px; }}
#lines {{ background: {p.window}; border: 1px solid {p.border}; border-radius: {RADIUS - 4}px; outline: none; }}
#lines:focus {{ border: 2px solid {p.accent}; }}
#lines QPlainTextEdit {{ font-size: {px(15)}px; border-color: {p.accent}; }}
#problem QLabel, #remark {{ color: {p.warn}; }}
#moment {{ text-align: left; padding: 9px 12px; border-radius: {RADIUS - 4}px; }}
#moment:focus {{ padding: 8px 11px; }}
#miss, #insight {{ padding: 0; border-radius: {RADIUS - 4}px; }}
#miss:focus, #insight:focus {{ padding: 0; }}
#miss QLabel:disabled {{ color: {p.dim}; }}
#empty QLabel {{ font-size: {px(15)}px; }}
#empty QLabel[title="true"] {{ font-size: {px(22)}px; }}
#link {{ background: transparent; border: 2px solid transparent; border-radius: 6px; color: {p.dim}; padding: 0 4px;
  text-align: left; }}
#link:hover {{ color: {p.accent}; text-decoration: underline; }}
#link:focus {{ border-color: {p.accent}; padding: 0 4px; }}
#live {{ background: {p.accent}; color: {p.on_accent}; border: 2px solid {p.window}; border-radius: 13px;
  background-clip: padding; padding: 0 14px; min-height: 28px; }}
#live:focus {{ border-color: {p.text}; padding: 0 14px; }}
"""


def _fields(p: Palette) -> str:
    hover = mixed(p.text, p.card, 0.06)
    return f"""
QTextEdit, QPlainTextEdit {{ background: {p.window}; border: 2px solid transparent; border-radius: 6px;
  selection-background-color: {p.accent}; selection-color: {p.on_accent}; }}
QTextEdit:focus, QPlainTextEdit:focus {{ border-color: {p.accent}; }}
QLineEdit {{ background: {p.card}; placeholder-text-color: {p.dim}; border: 1px solid {p.border}; border-radius: 8px;
  padding: 5px 8px; min-height: 20px; selection-background-color: {p.accent}; selection-color: {p.on_accent}; }}
QLineEdit:focus {{ border: 2px solid {p.accent}; padding: 4px 7px; }}
QMenu {{ background: {p.card}; border: 1px solid {p.border}; padding: 6px; }}
QMenu::item {{ padding: 7px 26px 7px 26px; border-radius: 6px; }}
QMenu::item:selected {{ background: {p.selected}; color: {p.text}; }}
QMenu::item:disabled {{ color: {p.dim}; }}
QMenu::separator {{ height: 1px; background: {p.border}; margin: 6px 4px; }}
QListWidget {{ background: {p.window}; border: 1px solid {p.border}; border-radius: {RADIUS - 2}px; padding: 4px;
  outline: none; }}
QListWidget:focus {{ border: 2px solid {p.accent}; padding: 3px; }}
QListWidget::item {{ padding: 9px 10px; border-radius: 8px; color: {p.text}; }}
QListWidget::item:hover {{ background: {hover}; }}
QListWidget::item:selected {{ background: {p.selected}; color: {p.text}; }}
QLineEdit QToolButton {{ background: transparent; border: none; padding: 0; min-height: 0; }}
QScrollBar:vertical {{ background: transparent; width: 12px; margin: 2px; }}
QScrollBar::handle:vertical {{ background: {mixed(p.text, p.window, 0.28)}; border-radius: 4px; min-height: 32px; }}
QScrollBar::handle:vertical:hover {{ background: {mixed(p.text, p.window, 0.45)}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
"""


def _checks(p: Palette) -> str:
    drawing = "check-black" if p.dark else "check-white"
    check = (resources() / "icons" / f"{drawing}.svg").as_posix()
    return f"""
QCheckBox {{ spacing: 8px; min-height: 24px; border: 2px solid transparent; border-radius: 6px;
  padding: 1px 4px 1px 0; }}
QCheckBox:focus {{ border-color: {p.accent}; }}
QCheckBox::indicator {{ width: 18px; height: 18px; border: 1px solid {p.dim}; border-radius: 4px;
  background: {p.card}; }}
QCheckBox::indicator:checked {{ background: {p.accent}; border-color: {p.accent}; image: url("{check}"); }}
"""


def _boxes(p: Palette) -> str:
    drawings = ("spin-up-white", "spin-down-white") if p.dark else ("spin-up-black", "spin-down-black")
    up, down = ((resources() / "icons" / f"{drawing}.svg").as_posix() for drawing in drawings)
    arrow = f"width: {px(14)}px; height: {px(14)}px;"
    return f"""
QComboBox, QAbstractSpinBox {{ background: {p.card}; border: 1px solid {p.border}; border-radius: 8px; padding: 3px 8px;
  min-height: 22px; selection-background-color: {p.accent}; selection-color: {p.on_accent}; }}
QComboBox:focus, QAbstractSpinBox:focus {{ border: 2px solid {p.accent}; padding: 2px 7px; }}
QComboBox:disabled, QAbstractSpinBox:disabled, QLineEdit:disabled {{ color: {p.dim}; background: {p.rail}; }}
QAbstractSpinBox QLineEdit {{ background: transparent; border: none; padding: 0; }}
QComboBox::drop-down {{ border: none; width: {px(26)}px; }}
QComboBox::down-arrow {{ image: url("{down}"); {arrow} }}
QComboBox QAbstractItemView {{ background: {p.card}; border: 1px solid {p.border}; outline: none;
  selection-background-color: {p.selected}; selection-color: {p.text}; }}
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{ border: none; background: transparent;
  width: {px(24)}px; }}
QAbstractSpinBox::up-arrow {{ image: url("{up}"); {arrow} }}
QAbstractSpinBox::down-arrow {{ image: url("{down}"); {arrow} }}
"""


def edge(colour: str, palette: Palette) -> str:
    """The border of a box in this colour: quiet, unless the system asks for contrast."""
    return mixed(colour, palette.window, 0.25) if palette.border not in {"#000000", "#ffffff"} else palette.border
