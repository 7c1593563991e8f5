"""One setting on its page: its name, its control, the way back to the default, and what it means."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from desktop.settings.schema import Settings
from desktop.ui.found_text import FoundLabel, matches, spans
from desktop.ui.icons import icon
from desktop.ui.pick_button import Choice
from desktop.ui.setting_controls import Field, make_control
from desktop.ui.text import localise
from desktop.ui.theme import Palette, mixed


class Findable(QWidget):
    """Something on a page that the search can show or leave out."""

    def __init__(self, key: str, texts: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.key = key
        """What `SettingsDialog.show_setting` calls it."""
        self._texts = tuple(texts)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(0, 0, 0, 10)
        self.body.setSpacing(4)

    def finds(self, words: Sequence[str], palette: Palette) -> bool:
        """Whether all of the folded `words` are about this; without words everything is."""
        del palette  # what is no plain setting marks nothing
        return matches([*self._texts, self.key], words)

    @property
    def target(self) -> QWidget:
        """What takes the keyboard."""
        found = self.findChildren(QWidget)
        return next((each for each in found if each.focusPolicy().value and each.isEnabled()), self)


class SettingRow(Findable):
    """Made from the setting's annotation."""

    changed = Signal(object)
    """The new value."""

    def __init__(self, field: Field, help_text: str, choices: Sequence[Choice], palette: Palette) -> None:
        label = localise(field.words.label)
        super().__init__(field.key, (label, help_text))
        self.field = field
        self.control = make_control(field, choices, self.tr("Choose…"), self)
        self.reset = QToolButton()
        self.reset.setIconSize(QSize(16, 16))
        self.reset.setAccessibleName(self.tr("Reset: {setting}").format(setting=label))
        self.reset.setToolTip(self.tr("Back to the default"))
        self.label = FoundLabel(label)
        self.help = FoundLabel(help_text, dim=True)
        self.name_in_file = FoundLabel(field.key, dim=True)
        self.name_in_file.hide()
        self.label.setHidden(field.kind is bool)  # a check box carries its name itself
        row = QHBoxLayout()
        row.addWidget(self.control.widget, 1)
        row.addWidget(self.reset)
        self.body.addWidget(self.label)
        self.body.addLayout(row)
        self.body.addWidget(self.help)
        self.body.addWidget(self.name_in_file)
        self.control.widget.setAccessibleDescription(help_text)
        for button in self.findChildren(QPushButton):
            button.setAutoDefault(False)  # Enter belongs to the search
        self.control.changed.connect(self.changed)
        self.reset.clicked.connect(self._on_reset)
        self.apply_palette(palette)

    @property
    def default(self) -> Any:
        """What it is when nobody has chosen anything."""
        return self.value_in(Settings())

    def value_in(self, settings: Settings) -> Any:
        """Its value there."""
        return getattr(getattr(settings, self.field.group), self.field.name)

    def show_value(self, value: Any) -> None:
        """Show a value without telling anybody."""
        self.control.show_value(value)
        self.show_changed(value)

    def show_changed(self, value: Any) -> None:
        """Offer the default where there is another value."""
        self.reset.setEnabled(value != self.default)

    def apply_palette(self, palette: Palette) -> None:
        """Tint the icon."""
        self.reset.setIcon(icon("undo", palette.text, 16, mixed(palette.text, palette.card, 0.3)))

    def finds(self, words: Sequence[str], palette: Palette) -> bool:
        """Whether it is what is looked for; the words that were found are marked."""
        for each in (self.label, self.help, self.name_in_file):
            each.mark(words, palette)
        self.label.setHidden(self.field.kind is bool and not spans(self.label.words, words))
        by_texts = matches(self._texts, words)
        self.name_in_file.setHidden(by_texts or not words)
        return by_texts or super().finds(words, palette)

    @property
    def target(self) -> QWidget:
        """Its control, or the first part of it."""
        widget = self.control.widget
        if widget.focusPolicy().value:
            return widget
        return next((each for each in widget.findChildren(QWidget) if each.focusPolicy().value), widget)

    def _on_reset(self) -> None:
        self.control.show_value(self.default)
        self.changed.emit(self.default)
