"""What a file of settings would change, before anything does."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QListWidget, QPushButton, QVBoxLayout, QWidget

from desktop.settings.transfer import Change, Import
from desktop.settings.values import FIELDS
from desktop.ui.form_parts import wrapped
from desktop.ui.setting_controls import words_in
from desktop.ui.setting_names import value_texts
from desktop.ui.style import px
from desktop.ui.text import localise, plain
from desktop.ui.theme import GRID

_SHOWN = 60
"""Letters of a value."""


class ImportDialog(QDialog):
    """One line for each setting; “Import” takes them over."""

    def __init__(self, found: Import, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Import settings"))
        self._names = value_texts()
        self.sentence = wrapped(self._sentence(found))
        self.changes = QListWidget()
        self.changes.setAccessibleName(self.tr("What changes"))
        self.changes.setWordWrap(True)
        self.changes.addItems([self._line(change) for change in found.changes])
        self.changes.setVisible(bool(found.changes))
        problem = found.problem
        self.problem = wrapped("" if problem is None else f"{localise(problem.what)} {localise(problem.hint)}".strip())
        self.problem.setVisible(problem is not None)
        self.take = QPushButton(self.tr("Import"))
        self.take.setEnabled(bool(found.changes))
        cancel = QPushButton(self.tr("Cancel"))
        buttons = QDialogButtonBox()
        buttons.addButton(self.take, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton(cancel, QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        (self.take if found.changes else cancel).setDefault(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        layout.setSpacing(GRID + 4)
        for part in (self.sentence, self.changes, self.problem, buttons):
            layout.addWidget(part)
        self.resize(px(520), px(380) if found.changes else self.sizeHint().height())

    def _sentence(self, found: Import) -> str:
        if not found.changes:
            return self.tr("The file changes nothing.")
        return self.tr("The file changes these settings:")

    def _line(self, change: Change) -> str:
        name = localise(words_in(FIELDS[change.key]).label)
        return f"{name}: {self._value(change.before)} → {self._value(change.after)}"

    def _value(self, value: object) -> str:
        if isinstance(value, bool):
            return self.tr("on") if value else self.tr("off")
        if isinstance(value, dict):
            shown = ", ".join(f"{key} {_told(each)}" for key, each in value.items())
        elif isinstance(value, tuple):
            shown = ", ".join(map(str, value))
        else:
            shown = self._names.get(str(value), str(value)) if value else str(value)
        return plain(shown, _SHOWN) or self.tr("nothing")


def _told(value: object) -> str:
    return " ".join(f"{key}={each}" for key, each in value.items()) if isinstance(value, dict) else str(value)
