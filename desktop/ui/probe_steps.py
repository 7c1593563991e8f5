"""The steps of a test, each as it comes."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop.core.provider import ProbeStep
from desktop.ui.form_parts import wrapped
from desktop.ui.text import localise
from desktop.ui.theme import Palette


class ProbeSteps(QWidget):
    """One line per step: a word for how it went, what was tried, and what is worth knowing."""

    def __init__(self, palette: Palette, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._palette = palette
        self._rows: list[QWidget] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(4)
        self.setAccessibleName(self.tr("Steps of the test"))

    def clear(self) -> None:
        """Begin anew."""
        for row in self._rows:
            self._layout.removeWidget(row)
            row.deleteLater()
        self._rows.clear()

    def add(self, step: ProbeStep) -> None:
        """Show one more step."""
        failed = step.error is not None
        text = localise(step.title)
        if step.error is not None:
            text = f"{text}: {localise(step.error.what)} {localise(step.error.hint)}".rstrip()
        elif step.detail:
            text = f"{text}: {localise(step.detail)}"
        result = self.tr("Failed") if failed else self.tr("OK")
        row = QWidget()
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        word = QLabel(result)
        colour = self._palette.danger if failed else self._palette.ok
        word.setStyleSheet(f"color: {colour}; font-weight: 600;")
        word.setMinimumWidth(word.fontMetrics().horizontalAdvance("M" * 5))
        label = wrapped(text)
        if failed:  # what to do may be something to copy, such as a policy
            flags = Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
            label.setTextInteractionFlags(flags)
        label.setAccessibleName(f"{result}. {text}")
        layout.addWidget(word, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(label, 1)
        self._rows.append(row)
        self._layout.addWidget(row)

    def lines(self) -> list[str]:
        """What is shown, for tests and for reading aloud."""
        return [row.findChildren(QLabel)[1].accessibleName() for row in self._rows]
