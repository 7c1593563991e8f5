"""One account detail: a line to type it in, and what is known about it already; a saved secret never comes back."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QToolButton, QVBoxLayout, QWidget

from desktop.core.provider import CredentialField
from desktop.settings.credentials import Source, fault
from desktop.ui.form_parts import wrapped
from desktop.ui.text import localise

_SENSITIVE = (
    Qt.InputMethodHint.ImhSensitiveData
    | Qt.InputMethodHint.ImhNoPredictiveText
    | Qt.InputMethodHint.ImhNoAutoUppercase
    | Qt.InputMethodHint.ImhHiddenText
)


class CredentialInput(QWidget):
    """Label, line, and for a secret the buttons that show what is typed and forget what is saved."""

    changed = Signal()

    def __init__(self, field: CredentialField, variable: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = field
        self._variable = variable
        self._source: Source | None = None
        self._shown = ""
        self.line = QLineEdit()
        self.reveal = _button(self.tr("Show"))
        self.forget = _button(self.tr("Forget"))
        self._dress(localise(field.label))
        self.line.textChanged.connect(self._refresh)
        self.reveal.toggled.connect(self._refresh)
        self.forget.toggled.connect(self._refresh)
        self.show_known(None, "")

    def _dress(self, name: str) -> None:
        title = self.tr("{field} (optional)").format(field=name) if self.field.optional else name
        row = QHBoxLayout()
        row.addWidget(self.line, 1)
        row.addWidget(self.reveal)
        row.addWidget(self.forget)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(wrapped(title, buddy=self.line))
        layout.addLayout(row)
        help_text = localise(self.field.help)
        if help_text:
            layout.addWidget(wrapped(help_text, dim=True))
        self.line.setAccessibleName(title)
        self.line.setAccessibleDescription(help_text)
        self.reveal.setAccessibleName(self.tr("Show what is typed: {field}").format(field=name))
        self.forget.setAccessibleName(self.tr("Forget what is saved: {field}").format(field=name))
        if self.field.secret:
            self.line.setInputMethodHints(_SENSITIVE)

    def show_known(self, source: Source | None, value: str) -> None:
        """Say whether and from where it is known; `value` is shown when it is no secret."""
        self._source = source
        self._shown = "" if self.field.secret else value
        if not self.line.isModified():  # the keyring may answer while the person types already
            self.line.setText(self._shown)
        self.forget.setChecked(False)
        self._refresh()

    @property
    def known(self) -> bool:
        """Whether it will be known, with what is entered."""
        return bool(self.line.text().strip()) or (self._saved_secret and not self.forget.isChecked())

    def entered(self) -> str | None:
        """What was typed, empty for what is to be forgotten, None when nothing changed."""
        text = self.line.text().strip()
        if self._source is Source.ENVIRONMENT or (text == self._shown and not self.forget.isChecked()):
            return None
        return text

    def trouble(self) -> str:
        """Why what is entered can't be right; empty when it can."""
        found = fault(self.field, self.line.text().strip())
        if found:
            return localise(replace(found, values={**found.values, "field": localise(self.field.label)}))
        if not (self.known or self.field.optional):
            return self.tr("“{field}” is needed.").format(field=localise(self.field.label))
        return ""

    def wipe(self) -> None:
        """Forget what was typed."""
        self.line.clear()
        self.line.setModified(False)

    @property
    def _saved_secret(self) -> bool:
        return self._source is not None and (self.field.secret or self._source is Source.ENVIRONMENT)

    def _refresh(self) -> None:
        typed = bool(self.line.text())
        if not typed and self.reveal.isChecked():
            self.reveal.setChecked(False)  # comes back here
            return
        hidden = self.field.secret and not self.reveal.isChecked()
        self.line.setEchoMode(QLineEdit.EchoMode.Password if hidden else QLineEdit.EchoMode.Normal)
        given = self._source is Source.ENVIRONMENT
        self.line.setEnabled(not given and not self.forget.isChecked())
        self.reveal.setVisible(self.field.secret and not given)
        self.reveal.setEnabled(typed)
        self.reveal.setText(self.tr("Hide") if self.reveal.isChecked() else self.tr("Show"))
        self.forget.setVisible(self._saved_secret and self.field.optional and not given)
        self.line.setPlaceholderText(self._remark())
        self.changed.emit()

    def _remark(self) -> str:
        if self.forget.isChecked():
            return self.tr("Will be forgotten when you save")
        match self._source:
            case Source.ENVIRONMENT:
                return self.tr("Set by {variable}").format(variable=self._variable)
            case Source.RUN if self.field.secret:
                return self.tr("Known for this run; type to replace it")
            case Source.KEYRING if self.field.secret:
                return self.tr("Saved; type to replace it")
        return ""


def _button(text: str) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setCheckable(True)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return button
