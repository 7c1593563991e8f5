"""Finding words in the transcript of the running session."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QTextCursor, QTextDocument
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QTextEdit, QToolButton, QWidget

from desktop.ui.icons import icon
from desktop.ui.theme import Palette


class FindBar(QFrame):
    """A field and two arrows over the text they search; Escape closes it."""

    closed = Signal()

    def __init__(self, view: QTextEdit, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view = view
        self.setObjectName("status")
        self.field = QLineEdit()
        self.field.setPlaceholderText(self.tr("Find in this transcript"))
        self.field.setAccessibleName(self.tr("Find in this transcript"))
        self.field.setClearButtonEnabled(True)
        self.field.setMaxLength(200)
        self.result = QLabel()
        self.result.setTextFormat(Qt.TextFormat.PlainText)
        self.result.setProperty("dim", True)
        self._buttons = {
            "arrow-up": self._button(self.tr("Previous match")),
            "arrow-down": self._button(self.tr("Next match")),
            "close": self._button(self.tr("Close")),
        }
        layout = QHBoxLayout(self)
        layout.setContentsMargins(18, 6, 18, 6)
        for widget in (self.field, self.result, *self._buttons.values()):
            layout.addWidget(widget)
        self.field.textEdited.connect(self._on_edited)
        self.field.returnPressed.connect(self.next)
        self._buttons["arrow-up"].clicked.connect(self.previous)
        self._buttons["arrow-down"].clicked.connect(self.next)
        self._buttons["close"].clicked.connect(self.close_bar)
        self.hide()

    def _button(self, name: str) -> QToolButton:
        button = QToolButton()
        button.setAccessibleName(name)
        button.setToolTip(name)
        button.setIconSize(QSize(18, 18))
        return button

    def apply_palette(self, palette: Palette) -> None:
        """Tint the arrows."""
        for name, button in self._buttons.items():
            button.setIcon(icon(name, palette.text, 18))

    def open_bar(self) -> None:
        """Show the bar and type into it."""
        self.show()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    def close_bar(self) -> None:
        """Hide the bar and go back to the text."""
        self.hide()
        self.result.clear()
        self._view.setFocus(Qt.FocusReason.OtherFocusReason)
        self.closed.emit()

    def next(self) -> None:
        """Select the next match; after the last comes the first."""
        self._find(QTextDocument.FindFlag(0), QTextCursor.MoveOperation.Start)

    def previous(self) -> None:
        """Select the match before; before the first comes the last."""
        self._find(QTextDocument.FindFlag.FindBackward, QTextCursor.MoveOperation.End)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Escape closes."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_bar()
        else:
            super().keyPressEvent(event)

    def _on_edited(self, text: str) -> None:
        cursor = self._view.textCursor()
        cursor.setPosition(cursor.selectionStart())  # a longer word may begin where the shorter one was found
        self._view.setTextCursor(cursor)
        if text:
            self.next()
        else:
            self.result.clear()

    def _find(self, flags: QTextDocument.FindFlag, start: QTextCursor.MoveOperation) -> None:
        text = self.field.text()
        if not text:
            return
        found = self._view.find(text, flags)
        if not found:
            before = self._view.textCursor()
            self._view.moveCursor(start)
            found = self._view.find(text, flags)
            if not found:
                self._view.setTextCursor(before)
        self.result.setText("" if found else self.tr("Not found"))
