"""Small windows beside the main one; none of them waits for an answer."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QDialog, QGridLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from desktop.ui.style import px, room
from desktop.ui.theme import GRID, caption_font


class KeysDialog(QDialog):
    """Every key of the program."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("All keys"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        grid = QGridLayout()
        grid.setHorizontalSpacing(3 * GRID)
        grid.setVerticalSpacing(GRID + 2)
        for at, (keys, text) in enumerate(self._lines()):
            name = QLabel(keys)
            name.setStyleSheet("font-weight: 600;")
            grid.addWidget(name, at, 0)
            grid.addWidget(QLabel(text), at, 1)
        close = QPushButton(self.tr("Close"))
        close.clicked.connect(self.close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * GRID, 3 * GRID, 3 * GRID, 2 * GRID)
        layout.setSpacing(2 * GRID)
        layout.addLayout(grid)
        layout.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
        spoken = ". ".join(f"{keys}: {text}" for keys, text in self._lines())
        self.setAccessibleDescription(spoken)

    def _lines(self) -> list[tuple[str, str]]:
        return [
            (self.tr("Space or Enter"), self.tr("Press the focused button: Start, Stop")),
            (self.tr("Ctrl+1 to Ctrl+9"), self.tr("Mute a side, or hear it again")),
            ("Ctrl+P", self.tr("Pause, or go on: nothing is heard or sent meanwhile")),
            ("Ctrl+M", self.tr("What did I miss: the last two minutes in large print")),
            ("Ctrl+B", self.tr("Mark this moment")),
            (self.tr("Ctrl+Shift+B"), self.tr("Mark this moment with a note, at the caption bar")),
            ("Ctrl+L", self.tr("Lock or unlock the caption bar")),
            (self.tr("Ctrl+Plus, Ctrl+Minus"), self.tr("Larger or smaller text in the caption bar")),
            ("Ctrl+F", self.tr("Find in the transcript, or search the library")),
            ("Ctrl+C", self.tr("Copy what is selected")),
            (self.tr("Ctrl+Shift+C"), self.tr("Copy the whole transcript")),
            (self.tr("End"), self.tr("Back to the newest words")),
            ("Ctrl+,", self.tr("Settings")),
            ("F1", self.tr("This list")),
            ("Ctrl+Q", self.tr("Quit")),
        ]


class MissDialog(QDialog):
    """What was said lately, in large print."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("What did I miss"))
        self.resize(room(760, 520))
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName(self.tr("The last two minutes"))
        families = ", ".join(f'"{family}"' for family in caption_font("", 12).families())
        self.text.setStyleSheet(f"QPlainTextEdit {{ font-family: {families}; font-size: {px(28)}px; }}")
        close = QPushButton(self.tr("Close"))
        close.clicked.connect(self.close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        layout.addWidget(self.text)
        layout.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)

    def show_text(self, text: str) -> None:
        """Open with `text` (plain, foreign) scrolled to its end."""
        self.text.setPlainText(text or self.tr("Nothing was said in the last two minutes."))
        self.text.moveCursor(QTextCursor.MoveOperation.End)
        self.show()
        self.raise_()
        self.text.setFocus()
