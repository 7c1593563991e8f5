"""The line that says whether remote calls are waited for, and, in red, that somebody far away is being heard."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from desktop.ui.icons import pixmap
from desktop.ui.text import plain
from desktop.ui.theme import Palette, mixed

_MOST = 3
"""Addresses that are named; of more, only their number."""


class CallStrip(QFrame):
    """Below the bar while remote calls are captioned; hidden otherwise. It can't be dismissed."""

    details_pressed = Signal()
    sounding_changed = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("calls")
        self._palette: Palette | None = None
        self._sounding = False
        self.picture = QLabel()
        self.sentence = QLabel()
        self.sentence.setTextFormat(Qt.TextFormat.PlainText)
        self.sentence.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.details = QPushButton(self.tr("Address and callers…"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(18, 6, 18, 6)
        layout.setSpacing(10)
        layout.addWidget(self.picture)
        layout.addWidget(self.sentence, 1)
        layout.addWidget(self.details)
        self.details.clicked.connect(self.details_pressed)
        self.hide()

    @property
    def sounding(self) -> bool:
        """Whether somebody is heard."""
        return self._sounding

    def apply_palette(self, palette: Palette) -> None:
        """Take other colours."""
        self._palette = palette
        self._tint()

    def show_waiting(self, url: str) -> None:
        """Say where callers are waited for; nowhere when the call is made from here."""
        if not url:
            self._say(self.tr("A call from here: nobody is heard yet"), sounding=False)
            return
        self._say(self.tr("Waiting for a call at {url}").format(url=plain(url, 200)), sounding=False)

    def show_callers(self, addresses: Sequence[str]) -> None:
        """Say whose sound is heard."""
        named = ", ".join(plain(each, 60) for each in addresses[:_MOST])
        if len(addresses) > _MOST:
            text = self.tr("Remote audio from {count} callers: {addresses} …")
        else:
            text = self.tr("Remote audio from {addresses}")
        self._say(text.format(count=len(addresses), addresses=named), sounding=True)

    def _say(self, text: str, *, sounding: bool) -> None:
        self._sounding = sounding
        self.sounding_changed.emit(sounding)
        self.sentence.setText(text)
        self.sentence.setAccessibleName(text)
        self._tint()
        self.show()

    def _tint(self) -> None:
        palette = self._palette
        if palette is None:
            return
        back = palette.danger if self._sounding else palette.window
        text = palette.on_danger if self._sounding else palette.dim
        edge = palette.danger if self._sounding else palette.border
        hover = mixed(text, back, 0.15)
        self.setStyleSheet(
            f"#calls {{ background: {back}; border: none; border-bottom: 1px solid {edge}; }}"
            f"#calls QLabel {{ color: {text}; font-weight: {600 if self._sounding else 400}; }}"
            f"#calls QPushButton {{ background: transparent; color: {text}; border: 1px solid {text}; }}"
            f"#calls QPushButton:hover {{ background: {hover}; }}"
            f"#calls QPushButton:focus {{ border: 2px solid {text}; }}"
        )
        self.picture.setPixmap(pixmap("speaker", text, 18, self.devicePixelRatioF()))
