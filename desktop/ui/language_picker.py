"""Which language is spoken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from desktop.core.languages import nearest
from desktop.core.message import Message
from desktop.ui.pick_button import Choice, PickButton
from desktop.ui.style import px
from desktop.ui.text import localise
from desktop.ui.theme import Palette


class LanguagePicker(QFrame):
    """A card with the spoken language."""

    picked = Signal(str)
    """A BCP 47 tag."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.button = PickButton(self.tr("Spoken language"))
        layout = QHBoxLayout(self)
        self.setFixedHeight(px(50))
        layout.setContentsMargins(8, 4, 8, 8)
        layout.addWidget(self.button)
        self.button.picked.connect(self.picked)

    def apply_palette(self, palette: Palette) -> None:
        """Tint the arrow."""
        self.button.apply_palette(palette)

    def show_languages(self, languages: Mapping[str, Message], offered: Sequence[str], chosen: str) -> None:
        """List `languages`; those for which the provider offers nothing near can't be chosen."""
        note = self.tr("not with this way of captioning")
        choices = []
        for tag, name in languages.items():
            can = not offered or nearest(tag, offered) is not None
            choices.append(Choice(tag, localise(name), can, "" if can else note))
        self.button.show_choices(choices, chosen)
        self.button.show_text(localise(languages[chosen]) if chosen in languages else chosen)
