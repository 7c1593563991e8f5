"""A reminder to tell the others that they are captioned, with the words for it; it stands in nobody's way."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QWidget

from desktop.ui.icons import icon
from desktop.ui.theme import Palette


class ConsentStrip(QFrame):
    """Below the bar, at most once a session; hidden otherwise."""

    told_pressed = Signal(str)
    """The others were told; what is to be noted in the transcript."""
    never_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("consent")
        self._words = ""
        self.sentence = QLabel()
        self.sentence.setTextFormat(Qt.TextFormat.PlainText)
        self.sentence.setWordWrap(True)
        self.sentence.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.copy = QPushButton(self.tr("Copy"))
        self.copy.setToolTip(self.tr("Copy the sentence, say for the call's chat"))
        self.told = QPushButton(self.tr("I told them"))
        self.told.setToolTip(self.tr("Marks this moment in the transcript"))
        self.never = QPushButton(self.tr("Don't remind me"))
        self.dismiss = QToolButton()
        self.dismiss.setIconSize(QSize(16, 16))
        self.dismiss.setAccessibleName(self.tr("Hide this reminder"))
        self.dismiss.setToolTip(self.tr("Hide this reminder"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(18, 6, 18, 6)
        layout.setSpacing(10)
        layout.addWidget(self.sentence, 1)
        for button in (self.copy, self.told, self.never, self.dismiss):
            layout.addWidget(button)
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self._words))
        self.told.clicked.connect(self._on_told)
        self.never.clicked.connect(self._on_never)
        self.dismiss.clicked.connect(self.hide)
        self.hide()

    def apply_palette(self, palette: Palette) -> None:
        """Take other colours."""
        self.setStyleSheet(f"#consent {{ border: none; border-bottom: 1px solid {palette.border}; }}")
        self.dismiss.setIcon(icon("close", palette.dim, 16))

    def remind(self, *, kept: bool, sound: bool, private: bool) -> None:
        """Show what to say: whether words and sound are kept, and whether the sound stays on this computer."""
        self._words = self._to_say_recorded(private=private) if sound else self._to_say(kept=kept, private=private)
        text = self.tr("Tell the others that you caption this call: “{sentence}”").format(sentence=self._words)
        self.sentence.setText(text)
        self.sentence.setAccessibleName(text)
        self.show()

    def _to_say_recorded(self, *, private: bool) -> str:
        if private:
            return self.tr("I use live captions made on my computer, and I record sound and text. Is that all right?")
        return self.tr("I use live captions made by an online service, and I record sound and text. Is that all right?")

    def _to_say(self, *, kept: bool, private: bool) -> str:
        if kept and private:
            return self.tr("I use live captions made on my computer, and I keep the text. Is that all right?")
        if kept:
            return self.tr("I use live captions made by an online service, and I keep the text. Is that all right?")
        if private:
            return self.tr("I use live captions made on my computer; nothing is kept. Is that all right?")
        return self.tr("I use live captions made by an online service; I keep nothing. Is that all right?")

    def _on_told(self) -> None:
        self.hide()
        self.told_pressed.emit(self.tr("The others were told of the captions"))

    def _on_never(self) -> None:
        self.hide()
        self.never_pressed.emit()
