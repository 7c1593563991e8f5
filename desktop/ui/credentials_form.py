"""The form for a provider's account, made from what the provider declares; what it does is the program's business."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMessageBox,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from desktop.core.errors import CredentialStoreError, NoKeyring, OvertitleError
from desktop.core.provider import ProbeStep
from desktop.settings.credentials import Source, variable
from desktop.ui.credential_input import CredentialInput
from desktop.ui.form_parts import heading, wrapped
from desktop.ui.icons import pixmap
from desktop.ui.option_controls import OptionInput
from desktop.ui.probe_steps import ProbeSteps
from desktop.ui.style import room
from desktop.ui.text import localise
from desktop.ui.theme import GRID, Palette
from desktop.ui.usage_box import UsageBox
from desktop.ui.usage_text import usage_sentence
from desktop.ui.values import AccountView, Entered, UsageView


class CredentialsForm(QDialog):
    """Shown with `open()`; it says what the person wants and shows what it is told."""

    test_requested = Signal(object)
    save_requested = Signal(object)
    keep_requested = Signal(object)
    """`Entered`, each; the last one for this run only."""
    delete_requested = Signal()
    cancelled = Signal()
    """The work that is going on is not wanted any more."""

    def __init__(self, account: AccountView, palette: Palette, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.account = account
        self._palette = palette
        self.inputs = {each.key: CredentialInput(each, variable(account.provider, each.key)) for each in account.fields}
        self.options = {each.key: OptionInput(each, account.chosen.get(each.key, "")) for each in account.options}
        self.usage = None if account.usage is None else UsageBox(account.usage)
        self.steps = ProbeSteps(palette)
        self.status = wrapped("")
        self.problem = QFrame()
        self.problem.setObjectName("problem")
        self.sentence = wrapped("")
        self._busy = False
        self._deletable = False
        self._keyring: CredentialStoreError | None = None
        """Why details can't be saved; the offer to use them for this run only stays once there was a reason."""
        self._follow_insecure()
        self._make_buttons()
        self._arrange()
        self.setWindowTitle(self.tr("Account: {provider}").format(provider=localise(account.title)))
        self.resize(room(560, min(680, 240 + 92 * (len(self.inputs) + len(self.options)))))
        self.show_problem(None)
        for each in self.inputs.values():
            each.changed.connect(self._refresh_save)

    def _follow_insecure(self) -> None:
        """An address without encryption is fine once that was agreed to."""
        consent = self.options.get("insecure")
        if consent is None or not isinstance(consent.control, QCheckBox):
            return
        for each in self.options.values():
            consent.control.toggled.connect(each.allow_plain)
            each.allow_plain(consent.control.isChecked())

    def _make_buttons(self) -> None:
        self.test = QPushButton(self.tr("Test"))
        self.delete = QPushButton(self.tr("Delete…"))
        self.keep = QPushButton(self.tr("Use for this run only"))
        self.save = QPushButton(self.tr("Save"))
        self.close_button = QPushButton(self.tr("Close"))
        for button in (self.test, self.delete, self.keep, self.save, self.close_button):
            button.setAutoDefault(False)
        self.save.setDefault(True)
        self.test.setVisible(self.account.testable)
        self.delete.setVisible(bool(self.inputs))
        self.test.clicked.connect(lambda: self._ask(self.test_requested))
        self.save.clicked.connect(lambda: self._ask(self.save_requested))
        self.keep.clicked.connect(lambda: self._ask(self.keep_requested))
        self.delete.clicked.connect(self._confirm_delete)
        self.close_button.clicked.connect(self._on_close)

    def _arrange(self) -> None:
        inner = QWidget()
        inner.setObjectName("page")
        body = QVBoxLayout(inner)
        body.setContentsMargins(0, 0, GRID, 0)
        body.setSpacing(2 * GRID)
        body.addLayout(self._where_sound_goes())
        for each in self.inputs.values():
            body.addWidget(each)
        if self.usage is not None:
            body.addWidget(self.usage)
        if self.options:
            body.addWidget(heading(self.tr("Options")))
        for option in self.options.values():
            body.addWidget(option)
        body.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inner)
        inside = QHBoxLayout(self.problem)
        inside.addWidget(self.sentence)
        buttons = QHBoxLayout()
        buttons.addWidget(self.test)
        buttons.addWidget(self.delete)
        buttons.addStretch(1)
        for button in (self.keep, self.close_button, self.save):
            buttons.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        layout.setSpacing(GRID + 4)
        layout.addWidget(area, 1)
        for part in (self.steps, self.status, self.problem):
            layout.addWidget(part)
        layout.addLayout(buttons)

    def _where_sound_goes(self) -> QHBoxLayout:
        """A sentence beside a picture that says the same."""
        picture = QLabel()
        leaves = self.account.usage is not None
        colour = self._palette.warn if leaves else self._palette.ok
        picture.setPixmap(pixmap("cloud" if leaves else "private", colour, 20, self.devicePixelRatioF()))
        self.privacy = wrapped(localise(self.account.privacy))
        row = QHBoxLayout()
        row.setSpacing(GRID)
        row.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.privacy, 1)
        return row

    # What it is told

    def show_known(
        self, sources: Mapping[str, Source], values: Mapping[str, str], trouble: OvertitleError | None
    ) -> None:
        """Say which details are known and where from; of `values` only those that are no secrets are shown."""
        for key, each in self.inputs.items():
            each.show_known(sources.get(key), values.get(key, ""))
        self._deletable = any(source is not Source.ENVIRONMENT for source in sources.values())
        self.delete.setEnabled(self._deletable and not self._busy)
        self.show_problem(trouble)

    def show_busy(self, sentence: str) -> None:
        """Something is going on that may take a while."""
        self._set_busy(True)
        self.show_problem(None)
        self.status.setText(sentence)
        self.status.setVisible(bool(sentence))

    def show_step(self, step: ProbeStep) -> None:
        """One more step of the test."""
        self.steps.add(step)

    def show_idle(self, sentence: str = "") -> None:
        """What was going on is over."""
        self._set_busy(False)
        self.status.setText(sentence)
        self.status.setVisible(bool(sentence))

    def show_problem(self, error: OvertitleError | None) -> None:
        """Say what went wrong and what to do; trouble with the keyring offers this run only."""
        if isinstance(error, CredentialStoreError):
            self._keyring = error
        text = "" if error is None else f"{localise(error.what)} {localise(error.hint)}".strip()
        self._say(text)
        self.keep.setVisible(self._keyring is not None and bool(self.inputs))
        self._refresh_save()
        self.status.setVisible(bool(self.status.text()))

    def show_usage(self, usage: UsageView | None) -> None:
        """Show what was used by now."""
        if self.usage is not None and usage is not None:
            self.usage.sentence.setText(usage_sentence(usage))

    def wipe(self) -> None:
        """Forget what was typed."""
        for each in self.inputs.values():
            each.wipe()

    # What the person does

    def entered(self) -> Entered:
        """Everything that changed."""
        found = {key: each.entered() for key, each in self.inputs.items()}
        options = {key: each.value() for key, each in self.options.items()}
        return Entered(
            {key: value for key, value in found.items() if value is not None},
            {key: value for key, value in options.items() if value},
            None if self.usage is None else (self.usage.limit.value(), self.usage.price.value()),
        )

    def done(self, result: int) -> None:
        """Close it, whatever is going on; nothing that was typed outlives it."""
        self.wipe()
        if self._busy:
            self.cancelled.emit()
        super().done(result)

    def _ask(self, signal: SignalInstance) -> None:
        everything: list[CredentialInput | OptionInput] = [*self.inputs.values(), *self.options.values()]
        for each in everything:
            trouble = each.trouble()
            if trouble:
                self._say(trouble)
                (each.line if isinstance(each, CredentialInput) else each.control).setFocus()
                return
        self.steps.clear()
        signal.emit(self.entered())

    def _confirm_delete(self) -> None:
        box = QMessageBox(self)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setWindowTitle(self.windowTitle())
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(self.tr("Delete the saved account details?"))
        delete = box.addButton(self.tr("Delete"), QMessageBox.ButtonRole.DestructiveRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        delete.clicked.connect(self.delete_requested)
        box.open()

    def _refresh_save(self) -> None:
        """Without a keyring only the options can be saved."""
        nowhere = isinstance(self._keyring, NoKeyring) and bool(self.entered().values)
        self.save.setEnabled(not (self._busy or nowhere))
        (self.keep if nowhere else self.save).setDefault(True)

    def _on_close(self) -> None:
        if self._busy:
            self.cancelled.emit()
        else:
            self.reject()

    def _say(self, text: str) -> None:
        self.sentence.setText(text)
        self.sentence.setAccessibleName(text)
        self.problem.setVisible(bool(text))

    def _set_busy(self, busy: bool) -> None:
        self._busy = busy
        for button in (self.test, self.keep):
            button.setEnabled(not busy)
        self.delete.setEnabled(self._deletable and not busy)
        self.close_button.setText(self.tr("Cancel") if busy else self.tr("Close"))
        self._refresh_save()
