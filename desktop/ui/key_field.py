"""A field that takes down the keys that are pressed."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QKeySequenceEdit, QLineEdit


class KeyField(QKeySequenceEdit):
    """One combination of keys, or none. Qt's own field is empty from the first modifier on; this one tells the end."""

    chosen = Signal(str)
    """As Qt writes keys everywhere: `Ctrl+Alt+L`; empty for none."""

    def __init__(self) -> None:
        super().__init__()
        self._pressing = False
        self.setMaximumSequenceLength(1)
        self.setClearButtonEnabled(True)
        self.keySequenceChanged.connect(self._on_changed)
        self.editingFinished.connect(self._on_finished)

    def name(self, label: str) -> None:
        """What a screen reader calls it; the line inside is what it reads the keys from."""
        self.setAccessibleName(label)
        for line in self.findChildren(QLineEdit):
            line.setAccessibleName(label)

    def show_keys(self, keys: str) -> None:
        """Show these keys."""
        self.setKeySequence(QKeySequence.fromString(keys, QKeySequence.SequenceFormat.PortableText))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Keys are being pressed until Qt says that they are complete."""
        self._pressing = True
        super().keyPressEvent(event)

    def _on_changed(self) -> None:
        if not self._pressing:
            self.chosen.emit(self.keySequence().toString(QKeySequence.SequenceFormat.PortableText))

    def _on_finished(self) -> None:
        if self._pressing:
            self._pressing = False
            self._on_changed()
