"""One control per option of a provider; every value is text, as on the command line."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QVBoxLayout, QWidget

from desktop.core.provider import Option, OptionKind
from desktop.ui.address_check import address_fault, address_remark, unfinished
from desktop.ui.form_parts import wrapped
from desktop.ui.setting_controls import calm
from desktop.ui.text import localise, plain


class OptionInput(QWidget):
    """Label, control and help of one option."""

    def __init__(self, option: Option, value: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.option = option
        self.control, self._read = _make(option, value or option.default)
        name, help_text = localise(option.label), localise(option.help)
        self.control.setAccessibleName(name)
        self.control.setAccessibleDescription(help_text)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        if option.kind is not OptionKind.FLAG:
            layout.addWidget(wrapped(name, buddy=self.control))
        layout.addWidget(self.control)
        if help_text:
            layout.addWidget(wrapped(help_text, dim=True))
        self.remark = wrapped("")
        self.remark.setObjectName("remark")
        self.remark.hide()
        layout.addWidget(self.remark)
        self._plain_allowed = False
        if isinstance(self.control, QLineEdit):
            self.control.textChanged.connect(self._refresh)

    def allow_plain(self, allowed: bool) -> None:
        """Whether an address without encryption was agreed to."""
        self._plain_allowed = allowed
        self._refresh()

    def _refresh(self) -> None:
        """Say what is wrong with an address while it is typed."""
        if self.option.kind is not OptionKind.ADDRESS:
            return
        value = self.value()
        text = address_fault(value) or address_remark(value, allowed=self._plain_allowed)
        self.remark.setText(text)
        self.remark.setVisible(bool(text))
        self.control.setAccessibleDescription(text or localise(self.option.help))

    def value(self) -> str:
        """What is chosen; empty for the default."""
        chosen = self._read()
        return "" if chosen == self.option.default else chosen

    def trouble(self) -> str:
        """Why it can't be used; empty when it can."""
        value = self.value()
        if self.option.kind is OptionKind.ADDRESS:
            fault = address_fault(value) or (address_fault(f"{value}//") if unfinished(value) else "")
            return fault and f"{localise(self.option.label)}: {fault}"
        if self.option.kind is not OptionKind.NUMBER or not value or _fits(self.option, value):
            return ""
        name, low, high = localise(self.option.label), self.option.minimum, self.option.maximum
        if low is not None and high is not None:
            sentence = self.tr("“{option}” has to be a number from {low} to {high}.")
            return sentence.format(option=name, low=f"{low:g}", high=f"{high:g}")
        return self.tr("“{option}” has to be a number that the service takes.").format(option=name)


def _fits(option: Option, value: str) -> bool:
    try:
        number = float(value)
    except ValueError:
        return False
    low = float("-inf") if option.minimum is None else option.minimum
    high = float("inf") if option.maximum is None else option.maximum
    return low <= number <= high


def _make(option: Option, value: str) -> tuple[QWidget, Callable[[], str]]:
    if option.kind is OptionKind.FLAG:
        box = QCheckBox(localise(option.label).replace("&", "&&"))
        box.setChecked(value == "yes")
        off = "no" if option.default == "yes" else option.default
        return box, lambda: "yes" if box.isChecked() else off
    if option.kind is OptionKind.CHOICE:
        combo = QComboBox()
        names = dict(zip(option.choices, map(localise, option.names), strict=False))  # none where there are none
        for choice in dict.fromkeys((option.default, *option.choices)):
            combo.addItem(plain(names.get(choice, choice), 80) or "-", choice)
        calm(combo)
        combo.setCurrentIndex(max(0, combo.findData(value)))
        return combo, lambda: str(combo.currentData())
    line = QLineEdit(plain(value))
    return line, lambda: line.text().strip()
