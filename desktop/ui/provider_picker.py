"""Who turns sound into text, and whether the sound leaves this computer."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from desktop.ui.choices import named
from desktop.ui.pick_button import Choice, PickButton
from desktop.ui.style import px
from desktop.ui.text import localise
from desktop.ui.theme import Palette
from desktop.ui.values import ProviderEntry


class ProviderPicker(QFrame):
    """A card with the provider and its privacy badge."""

    picked = Signal(str)
    """A provider id."""
    account_pressed = Signal()
    """The account of the chosen provider is to be shown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self._providers: Sequence[ProviderEntry] = ()
        self._chosen: ProviderEntry | None = None
        self._carriers: Collection[str] = ()
        self.button = PickButton(self.tr("Captions by"))
        self.badge = QLabel()
        self.badge.setObjectName("badge")
        self.badge.setTextFormat(Qt.TextFormat.PlainText)
        self.badge.hide()
        layout = QHBoxLayout(self)
        self.setFixedHeight(px(50))
        layout.setContentsMargins(8, 4, 10, 8)
        layout.setSpacing(4)
        layout.addWidget(self.button, 1)
        layout.addWidget(self.badge, 0, Qt.AlignmentFlag.AlignVCenter)
        self.button.picked.connect(self.picked)

    def apply_palette(self, palette: Palette) -> None:
        """Tint the arrow."""
        self.button.apply_palette(palette)

    def show_providers(self, providers: Sequence[ProviderEntry], chosen: str) -> None:
        """List `providers` and say where the sound goes with the chosen one."""
        self.button.show_choices([_choice(entry) for entry in providers], chosen)
        entry = next((each for each in providers if each.id == chosen), None)
        self.button.show_text(localise(entry.title) if entry else chosen)
        if entry is not None and entry.account:
            self.button.menu_list.addSeparator()
            self.button.menu_list.addAction(self.tr("Account and options…"), self.account_pressed.emit)
        self._providers, self._chosen = tuple(providers), entry
        self._refresh_badge()

    def show_carriers(self, carriers: Collection[str]) -> None:
        """Say where the sound goes now: what was chosen may not work, and another one goes on with the captions."""
        self._carriers = frozenset(carriers)
        self._refresh_badge()

    def _refresh_badge(self) -> None:
        sent = [each for each in self._providers if each.id in self._carriers and each.needs_network]
        entry = self._chosen if not sent or self._chosen in sent else sent[0]
        self.badge.setVisible(entry is not None)
        if entry is not None:
            self._show_badge(entry)

    def _show_badge(self, entry: ProviderEntry) -> None:
        if entry.needs_network:
            text = self.tr("sends sound to {provider}").format(provider=localise(entry.title))
        else:
            text = self.tr("private")
        self.badge.setText(text)
        self.badge.setAccessibleName(f"{text}. {localise(entry.privacy)}")
        self.badge.setToolTip(localise(entry.privacy))
        self.badge.setProperty("private", not entry.needs_network)
        self.badge.style().unpolish(self.badge)
        self.badge.style().polish(self.badge)


def _choice(entry: ProviderEntry) -> Choice:
    problem = localise(entry.problem.what) if entry.problem else ""
    title = f"{named(entry)} ({localise(entry.note)})" if entry.note else named(entry)
    return Choice(entry.id, title, entry.problem is None, problem or localise(entry.privacy))
