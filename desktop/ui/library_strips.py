"""What stands below the list of the library for a while: a recording at work, a deletion that can be undone."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget

from desktop.ui.clock import clock_text
from desktop.ui.text import plain


class RecordingStrip(QFrame):
    """A recording that is being transcribed: how far, how long still, and the way out."""

    cancel_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("strip")
        self.words = _label()
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setMaximumWidth(220)
        self.cancel = QPushButton(self.tr("Cancel"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 6, 6, 6)
        layout.addWidget(self.words, 1)
        layout.addWidget(self.bar)
        layout.addWidget(self.cancel)
        self.cancel.clicked.connect(self.cancel_pressed)
        self.hide()

    def show_progress(self, name: str, done: float, length: float, left: float | None) -> None:
        """Seconds of the recording done and in all (0 when nobody knows), and seconds of waiting left, if known."""
        known = length > 0
        self.bar.setRange(0, 1000 if known else 0)
        self.bar.setValue(min(round(done / length * 1000), 1000) if known else 0)
        text = self.tr("Transcribing {name}").format(name=plain(name, 80))
        if known:
            place = self.tr("{done} of {length}").format(done=clock_text(done), length=clock_text(length))
            text = f"{text} · {place}"
        if left is not None:
            text = f"{text} · {self.tr('{time} left').format(time=clock_text(left))}"
        self.words.setText(text)
        self.bar.setAccessibleName(text)
        self.show()


class UndoStrip(QFrame):
    """What was done a moment ago, and the way back."""

    undone = Signal(str)
    """The key that was given."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("strip")
        self._key = ""
        self.words = _label()
        self.button = QPushButton(self.tr("Undo"))
        self.dismiss = QPushButton(self.tr("Close"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 6, 6, 6)
        layout.addWidget(self.words, 1)
        layout.addWidget(self.button)
        layout.addWidget(self.dismiss)
        self.button.clicked.connect(self._on_undo)
        self.dismiss.clicked.connect(self.hide)
        self.hide()

    def show_done(self, text: str, key: str) -> None:
        """Say what was done; without a key there is no way back."""
        self._key = key
        self.words.setText(text)
        self.button.setVisible(bool(key))
        self.show()

    def _on_undo(self) -> None:
        self.hide()
        self.undone.emit(self._key)


class QuestionStrip(QFrame):
    """A question before something that can't be undone; the harmless answer has the focus."""

    confirmed = Signal(str)

    def __init__(self, parent: QWidget | None = None, *, yes: str = "") -> None:
        super().__init__(parent)
        self.setObjectName("problem")
        self._key = ""
        self.question = _label()
        self.yes = QPushButton(yes or self.tr("Delete for good"))
        self.no = QPushButton(self.tr("Keep it"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 6, 6, 6)
        layout.addWidget(self.question, 1)
        layout.addWidget(self.yes)
        layout.addWidget(self.no)
        self.yes.clicked.connect(self._on_yes)
        self.no.clicked.connect(self.hide)
        self.hide()

    def ask(self, question: str, key: str) -> None:
        """Ask."""
        self._key = key
        self.question.setText(question)
        self.show()
        self.no.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_yes(self) -> None:
        self.hide()
        self.confirmed.emit(self._key)


def _label() -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label
