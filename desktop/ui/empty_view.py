"""Before the first word: what will happen when the button is pressed."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from desktop.ui.icons import pixmap
from desktop.ui.style import px
from desktop.ui.text import plain
from desktop.ui.theme import GRID, Palette


class EmptyView(QFrame):
    """Three sentences that teach."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("empty")
        self._palette: Palette | None = None
        self._private = True
        self.title = QLabel(self.tr("Press Start to caption both sides of the conversation"))
        self.title.setProperty("title", True)
        self.title.setWordWrap(True)
        self._pictures = {name: QLabel() for name in ("microphone", "private", "folder", "overlay")}
        self._lines = {name: _line() for name in self._pictures}
        self._lines["microphone"].setText(
            self.tr("Your microphone and what this computer plays are heard. The microphone opens only then.")
        )
        self._lines["overlay"].setText(
            self.tr("The caption bar floats above every other window. Ctrl+L lets clicks through it.")
        )
        self._arrange()

    def _arrange(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(2 * GRID)
        grid.setVerticalSpacing(2 * GRID)
        for at, name in enumerate(("microphone", "private", "folder", "overlay")):
            grid.addWidget(self._pictures[name], at, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(self._lines[name], at, 1)
        grid.setColumnStretch(1, 1)
        box = QWidget()
        box.setMaximumWidth(px(600))
        inner = QVBoxLayout(box)
        inner.addWidget(self.title)
        inner.addSpacing(2 * GRID)
        inner.addLayout(grid)
        inside = QWidget()
        inside.setObjectName("page")
        layout = QVBoxLayout(inside)
        layout.setContentsMargins(5 * GRID, 3 * GRID, 5 * GRID, 3 * GRID)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(box, 100)
        row.addStretch(1)
        layout.addStretch(2)
        layout.addLayout(row)
        layout.addStretch(3)
        area = QScrollArea()  # large print in a small window
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inside)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(area)

    def apply_palette(self, palette: Palette) -> None:
        """Tint the icons."""
        self._palette = palette
        for name, label in self._pictures.items():
            label.setPixmap(pixmap(name, palette.accent, 24, self.devicePixelRatioF()))
        self._show_shield()

    def show_privacy(self, sentence: str, private: bool) -> None:
        """Say where the sound goes with the chosen provider."""
        fallback = self.tr("Nothing that is said leaves this computer.") if private else ""
        self._lines["private"].setText(plain(sentence) or fallback)
        self._private = private
        self._show_shield()

    def _show_shield(self) -> None:
        if self._palette is not None:
            name, colour = ("private", self._palette.ok) if self._private else ("cloud", self._palette.warn)
            self._pictures["private"].setPixmap(pixmap(name, colour, 24, self.devicePixelRatioF()))

    def show_folder(self, folder: Path) -> None:
        """Say where the transcript will be."""
        where = " / ".join(plain(part) for part in folder.parts[-2:])
        self._lines["folder"].setText(
            self.tr("Every sentence is saved as it is spoken, in {folder}.").format(folder=where)
        )


def _line() -> QLabel:
    label = QLabel()
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label
