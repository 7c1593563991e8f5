"""Where callers connect to, the token they need, and what has happened."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QDateTime, QLocale, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop.ui.dial_form import DialForm
from desktop.ui.form_parts import heading
from desktop.ui.style import room
from desktop.ui.text import plain
from desktop.ui.theme import GRID

_MOST_EVENTS = 200


class RemoteDialog(QDialog):
    """Addresses and token, calls from here, and a small log; it stays open beside the window."""

    new_token_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Remote calls"))
        self.resize(room(640, 600))
        self.where = QLabel(self.tr("The addresses are there while captions of remote calls run."))
        self.where.setWordWrap(True)
        self.where.setProperty("dim", True)
        self._lines = {
            "pipecat": _shown(self.tr("Address for Pipecat")),
            "voximplant": _shown(self.tr("Address for Voximplant")),
            "twilio": _shown(self.tr("Address for Twilio")),
            "raw": _shown(self.tr("Address for raw sound")),
        }
        self.token = _shown(self.tr("Token"))
        self.token.setEchoMode(QLineEdit.EchoMode.Password)
        self.reveal = QPushButton(self.tr("Show"))
        self.reveal.setCheckable(True)
        self.copy = QPushButton(self.tr("Copy"))
        self.renew = QPushButton(self.tr("New token"))
        self.note = QLabel()
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.note.setWordWrap(True)
        self.note.setProperty("dim", True)
        self.dial = DialForm()
        self.way = heading("")
        self.turn = QPushButton()
        self.turn.setAutoDefault(False)
        self.events = QListWidget()
        self.events.setAccessibleName(self.tr("What has happened"))
        self.show_token("", kept=True)
        self._arrange()
        self.turn.clicked.connect(lambda: self.show_outgoing(self.pages.currentWidget() is not self.dial))
        self.reveal.toggled.connect(self._on_reveal)
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.token.text()))
        self.renew.clicked.connect(self.new_token_pressed)

    def _arrange(self) -> None:
        titles = {"pipecat": "Pipecat", "voximplant": "Voximplant", "twilio": "Twilio", "raw": self.tr("Raw sound")}
        form = QFormLayout()
        form.setVerticalSpacing(GRID)
        form.setHorizontalSpacing(2 * GRID)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignVCenter)
        for name, line in self._lines.items():
            form.addRow(titles[name], line)
        row = QHBoxLayout()
        row.setSpacing(GRID)
        row.addWidget(self.token, 1)
        for button in (self.reveal, self.copy, self.renew):
            button.setAutoDefault(False)
            row.addWidget(button)
        form.addRow(self.tr("Token"), row)
        close = QPushButton(self.tr("Close"))
        close.clicked.connect(self.close)
        waiting = QWidget()
        inside = QVBoxLayout(waiting)
        inside.setContentsMargins(0, GRID, 0, 0)
        inside.setSpacing(GRID)
        inside.addWidget(self.where)
        inside.addLayout(form)
        inside.addWidget(self.note)
        inside.addStretch(1)
        self.pages = QStackedWidget()
        self.pages.addWidget(waiting)
        self.pages.addWidget(self.dial)
        bottom = QHBoxLayout()
        bottom.addWidget(self.turn)
        bottom.addStretch(1)
        bottom.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        layout.setSpacing(GRID)
        layout.addWidget(self.way)
        layout.addWidget(self.pages)
        layout.addSpacing(GRID)
        layout.addWidget(heading(self.tr("What has happened")))
        layout.addWidget(self.events, 1)
        layout.addLayout(bottom)
        self.show_outgoing(False)

    def show_outgoing(self, outgoing: bool) -> None:
        """Turn to the calls that are made from here, or to those that come in."""
        self.pages.setCurrentIndex(int(outgoing))
        coming, going = self.tr("Calls that come in"), self.tr("Call from here")
        self.way.setText(going if outgoing else coming)
        self.turn.setText(coming if outgoing else going)

    def show_addresses(self, urls: Mapping[str, str]) -> None:
        """Show where each kind of caller connects to; empty while nobody is listened to."""
        self.where.setVisible(not urls)
        for name, line in self._lines.items():
            line.setText(urls.get(name, ""))
            line.setEnabled(name in urls)
            line.setCursorPosition(0)

    def show_token(self, token: str, *, kept: bool) -> None:
        """Show the token; empty while the keyring is asked."""
        self.token.setText(token)
        self.token.setCursorPosition(0)
        for button in (self.reveal, self.copy, self.renew):
            button.setEnabled(bool(token))
        text = self.tr("Whoever knows the token can be captioned here. It is kept in the keyring.")
        if not kept:
            text = self.tr("Whoever knows the token can be captioned here. No keyring keeps it: it ends with this run.")
        self.note.setText(text)

    def add_event(self, text: str) -> None:
        """Say what happened just now; the newest is at the top."""
        at = QLocale().toString(QDateTime.currentDateTime().time(), QLocale.FormatType.ShortFormat)
        self.events.insertItem(0, f"{at}  {plain(text, 300)}")
        while self.events.count() > _MOST_EVENTS:
            self.events.takeItem(self.events.count() - 1)

    def _on_reveal(self, shown: bool) -> None:
        mode = QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password
        self.token.setEchoMode(mode)
        self.reveal.setText(self.tr("Hide") if shown else self.tr("Show"))


def _shown(name: str) -> QLineEdit:
    line = QLineEdit()
    line.setReadOnly(True)
    line.setAccessibleName(name)
    return line
