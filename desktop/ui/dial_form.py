"""Asking for a call from here: whom, by which rule, and how it comes about."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from desktop.core.errors import OvertitleError
from desktop.ingress.voximplant_api import Order
from desktop.settings.schema import ListenerSettings
from desktop.ui.form_parts import wrapped
from desktop.ui.text import localise, plain
from desktop.ui.theme import GRID

_MOST_DIGITS = 18


class DialForm(QWidget):
    """Fields, “Call” and “Hang up”, and one sentence that says where the call stands."""

    call_requested = Signal(object)
    """`Order`."""
    hang_up_requested = Signal()
    account_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rule = _line("1234567")
        self.agent = _line("user:desk")
        self.caller = _line("tel:+15550100")
        self.number = _line("+15550199")
        self.account = QPushButton(self.tr("Account…"))
        self.call = QPushButton(self.tr("Call"))
        self.hang_up = QPushButton(self.tr("Hang up"))
        self.state = wrapped("")
        self.problem = wrapped("")
        self.problem.setObjectName("remark")
        self._arrange()
        self.call.clicked.connect(self._on_call)
        self.hang_up.clicked.connect(self.hang_up_requested)
        self.account.clicked.connect(self.account_requested)
        self.show_idle()
        self._say("")

    def _arrange(self) -> None:
        form = QFormLayout()
        form.setVerticalSpacing(GRID)
        form.setHorizontalSpacing(2 * GRID)
        for title, line in (
            (self.tr("Rule number"), self.rule),
            (self.tr("Called first"), self.agent),
            (self.tr("Called then"), self.caller),
            (self.tr("Number that is shown"), self.number),
        ):
            form.addRow(title, line)
            line.setAccessibleName(title)
        buttons = QHBoxLayout()
        buttons.setSpacing(GRID)
        buttons.addWidget(self.account)
        buttons.addStretch(1)
        for button in (self.hang_up, self.call):
            buttons.addWidget(button)
        for button in (self.account, self.hang_up, self.call):
            button.setAutoDefault(False)
        what = self.tr(
            "Voximplant calls two people and connects them; both sides are captioned here. No address of this computer "
            "is needed. A person is user:NAME, tel:+NUMBER or sip:ADDRESS."
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, GRID, 0, 0)
        layout.setSpacing(GRID)
        layout.addWidget(wrapped(what, dim=True))
        layout.addLayout(form)
        layout.addLayout(buttons)
        layout.addWidget(self.state)
        layout.addWidget(self.problem)

    def show_kept(self, settings: ListenerSettings) -> None:
        """Fill in what calls before were made with."""
        self.rule.setText(settings.rule)
        self.agent.setText(settings.agent)
        self.number.setText(settings.number)

    def show_progress(self, sentence: str) -> None:
        """A call is asked for, or goes on."""
        self._busy(True)
        self._say("")
        self.state.setText(plain(sentence, 300))

    def show_idle(self, sentence: str = "") -> None:
        """There is no call, or none any more."""
        self._busy(False)
        self.state.setText(plain(sentence, 300) or self.tr("No call."))

    def show_problem(self, error: OvertitleError) -> None:
        """Why there is no call, or what stands in its way."""
        self._say(f"{localise(error.what)} {localise(error.hint)}".strip())

    def _on_call(self) -> None:
        rule = self.rule.text().strip()
        if not (rule.isascii() and rule.isdigit() and len(rule) <= _MOST_DIGITS):
            self._say(self.tr("The rule is a number; the control panel shows it under Routing."))
            self.rule.setFocus()
            return
        self._say("")
        shown = self.number.text().strip()
        self.call_requested.emit(Order(int(rule), self.agent.text().strip(), self.caller.text().strip(), shown))

    def _busy(self, busy: bool) -> None:
        self.call.setEnabled(not busy)
        self.hang_up.setEnabled(busy)
        for line in (self.rule, self.agent, self.caller, self.number):
            line.setReadOnly(busy)

    def _say(self, text: str) -> None:
        self.problem.setText(text)
        self.problem.setAccessibleName(text)
        self.problem.setVisible(bool(text))


def _line(example: str) -> QLineEdit:
    line = QLineEdit()
    line.setPlaceholderText(example)
    return line
