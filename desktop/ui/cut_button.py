"""A button whose words are cut where there is no room for them."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QPushButton, QWidget

from desktop.ui.text import plain


class CutButton(QPushButton):
    """Knows its whole text, shows what fits."""

    cut = Qt.TextElideMode.ElideRight
    frame = 16
    """Pixels beside the text that the style sheet's borders and padding take."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._whole = ""

    @property
    def whole(self) -> str:
        """The whole text."""
        return self._whole

    def show_whole(self, text: str) -> None:
        """Show as much of `text` (foreign text is allowed) as fits."""
        self._whole = plain(text).strip()
        self._fit()
        self.updateGeometry()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Measure the text anew when the style sheet brings another font."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()
            self.updateGeometry()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Cut the text anew."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        room = max(self.width() - self.frame, 16)
        self.setText(self.fontMetrics().elidedText(self._whole, self.cut, room).replace("&", "&&"))
