"""A question that a provider has while it connects."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from desktop.ui.form_parts import wrapped
from desktop.ui.style import room
from desktop.ui.theme import GRID

LONGEST = 200
"""Characters of an answer."""


class QuestionDialog(QDialog):
    """Asks for one short answer; whoever opens it waits for `answered`."""

    answered = Signal(str)
    """Once: what was entered, or nothing when the dialog was cancelled."""

    def __init__(self, question: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("A question before captions start"))
        self.line = QLineEdit()
        self.line.setMaxLength(LONGEST)
        self.line.setAccessibleName(question)
        self.line.textChanged.connect(self._refresh)
        self.cancel = QPushButton(self.tr("Cancel"))
        self.cancel.setAutoDefault(False)
        self.cancel.clicked.connect(self.reject)
        self.answer = QPushButton(self.tr("OK"))
        self.answer.setDefault(True)
        self.answer.clicked.connect(self.accept)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.answer)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        layout.setSpacing(GRID + 4)
        layout.addWidget(wrapped(question, buddy=self.line))
        layout.addWidget(self.line)
        layout.addLayout(buttons)
        self.finished.connect(self._tell)
        self._refresh()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Take the height that the question needs at this width, in the typeface that is known only now."""
        super().showEvent(event)
        width = room(420, 0).width()
        self.resize(width, self.heightForWidth(width))

    def _refresh(self) -> None:
        self.answer.setEnabled(bool(self.line.text().strip()))

    def _tell(self, result: int) -> None:
        accepted = result == QDialog.DialogCode.Accepted.value
        self.answered.emit(self.line.text().strip() if accepted else "")
