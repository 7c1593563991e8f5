"""The one line that says a newer version is out."""

from __future__ import annotations

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from desktop.core.release import Release, is_web_address


class UpdateStrip(QFrame):
    """Below the page until it is answered; it covers nothing, and nothing is downloaded."""

    later = Signal()
    """“Not now” was chosen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("updates")
        self._page = ""
        self.sentence = QLabel()
        self.sentence.setTextFormat(Qt.TextFormat.PlainText)
        self.sentence.setWordWrap(True)
        self.open_page = QPushButton(self.tr("Open the page"))
        self.not_now = QPushButton(self.tr("Not now"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(18, 6, 18, 6)
        layout.setSpacing(10)
        layout.addWidget(self.sentence, 1)
        layout.addWidget(self.open_page)
        layout.addWidget(self.not_now)
        self.open_page.clicked.connect(self._on_open)
        self.not_now.clicked.connect(self._on_later)
        self.hide()

    def show_release(self, release: Release, running: str) -> None:
        """Say that `release` is out, and that this is `running`."""
        self._page = release.page
        text = self.tr("Overtitle {version} is out; this is {running}.")
        self.sentence.setText(text.format(version=release.version, running=running))
        self.sentence.setAccessibleName(self.sentence.text())
        self.show()

    def _on_open(self) -> None:
        self.hide()
        if is_web_address(self._page):
            QDesktopServices.openUrl(QUrl(self._page, QUrl.ParsingMode.StrictMode))

    def _on_later(self) -> None:
        self.hide()
        self.later.emit()
