"""The rail at the left: the two pages, the caption bar, help and settings."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QFrame, QToolButton, QVBoxLayout, QWidget

from desktop.ui.icons import icon
from desktop.ui.theme import GRID, RAIL, Palette

_BUTTON = 44
"""Pixels."""


class Rail(QFrame):
    """Icons with names for screen readers and tool tips for everybody else."""

    captions_pressed = Signal()
    library_pressed = Signal()
    overlay_pressed = Signal(bool)
    lock_pressed = Signal(bool)
    keys_pressed = Signal()
    settings_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("rail")
        self.setFixedWidth(RAIL)
        self._palette: Palette | None = None
        self.captions = self._button(self.tr("Captions"), checkable=True)
        self.library = self._button(self.tr("Transcripts"), checkable=True)
        self.overlay = self._button(self.tr("Show the caption bar"), checkable=True)
        self.lock = self._button(self.tr("Lock the caption bar (Ctrl+L)"), checkable=True)
        self.keys = self._button(self.tr("All keys (F1)"))
        self.settings = self._button(self.tr("Settings (Ctrl+,)"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 12, 0, 12)
        layout.setSpacing(GRID)
        for button in (self.captions, self.library, None, self.overlay, self.lock, self.keys, self.settings):
            if button is None:
                layout.addStretch(1)
            else:
                row = QVBoxLayout()
                row.setContentsMargins((RAIL - _BUTTON) // 2, 0, 0, 0)
                row.addWidget(button)
                layout.addLayout(row)
        self.captions.setChecked(True)
        self.captions.clicked.connect(self.captions_pressed)
        self.library.clicked.connect(self.library_pressed)
        self.overlay.clicked.connect(self.overlay_pressed)
        self.lock.clicked.connect(self.lock_pressed)
        self.keys.clicked.connect(self.keys_pressed)
        self.settings.clicked.connect(self.settings_pressed)

    def _button(self, name: str, *, checkable: bool = False) -> QToolButton:
        button = QToolButton()
        button.setFixedSize(_BUTTON, _BUTTON)
        button.setIconSize(QSize(24, 24))
        button.setCheckable(checkable)
        button.setAccessibleName(name)
        button.setToolTip(name)
        return button

    def apply_palette(self, palette: Palette) -> None:
        """Tint the icons."""
        self._palette = palette
        self._tint()

    def show_page(self, library: bool) -> None:
        """Show which page is open."""
        self.captions.setChecked(not library)
        self.library.setChecked(library)
        self._tint()

    def show_overlay(self, visible: bool, locked: bool) -> None:
        """Show how the caption bar stands."""
        self.overlay.setChecked(visible)
        self.lock.setChecked(locked)
        self._tint()

    def _tint(self) -> None:
        if self._palette is None:
            return
        names = {
            self.captions: "captions",
            self.library: "library",
            self.overlay: "overlay",
            self.lock: "lock" if self.lock.isChecked() else "unlock",
            self.keys: "help",
            self.settings: "settings",
        }
        for button, name in names.items():
            button.setIcon(icon(name, self._palette.accent if button.isChecked() else self._palette.dim, 24))
