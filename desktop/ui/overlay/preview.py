"""What the caption bar will look like, beside the settings that change it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from desktop.core.captions import CaptionDocument, CaptionEvent
from desktop.settings.schema import OverlaySettings
from desktop.ui.overlay.captions import Captions
from desktop.ui.theme import GRID
from desktop.ui.values import THEM, YOU

_MOST = 200
"""Pixels that it is high at most."""


@dataclass(frozen=True, slots=True)
class _Lane:
    id: str
    label: str


class Preview(QWidget):
    """A panel of sample words over a ground that is half bright and half dark, as windows below may be."""

    def __init__(self, settings: OverlaySettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self.captions = Captions(settings, self)
        self.captions.set_reduce_motion(True)
        self._say()
        self.apply(settings)

    def apply(self, settings: OverlaySettings) -> None:
        """Look like this."""
        self._settings = settings
        self.captions.apply(settings, opaque=False)
        look = self.captions.look
        self.setFixedHeight(min(_MOST, look.height(min(2, settings.lines))) + 2 * GRID)
        self.captions.show_lines(max(1, min(settings.lines, (_MOST - 4 * GRID) // look.line_height)))
        self._lay_out()

    def _say(self) -> None:
        document = CaptionDocument()
        self.captions.bind(document, [_Lane(YOU, self.tr("You")), _Lane(THEM, self.tr("Them"))])
        certain, uncertain = self.tr("certain,"), self.tr("uncertain")
        for number, lane in enumerate((YOU, THEM)):
            text = f"{certain} {uncertain}"
            document.apply(
                CaptionEvent(lane, lane, 1, text, is_final=False, start=number, end=1.0, stable_chars=len(certain))
            )
        self.setAccessibleName(self.tr("Preview of the caption bar"))
        self.captions.catch_up()

    def _lay_out(self) -> None:
        self.captions.setGeometry(GRID, GRID, self.width() - 2 * GRID, self.height() - 2 * GRID)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  # Qt's name
        """The panel fills the width."""
        super().resizeEvent(event)
        self._lay_out()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  # Qt's name
        """Bright at the left, dark at the right."""
        painter = QPainter(self)
        half = self.width() // 2
        painter.fillRect(0, 0, half, self.height(), Qt.GlobalColor.white)
        painter.fillRect(half, 0, self.width() - half, self.height(), Qt.GlobalColor.black)
        painter.end()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802  # Qt's name
        """Another language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._say()
