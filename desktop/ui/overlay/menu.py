"""The caption bar's own menu: everything that can be chosen at the bar, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtGui import QAction, QActionGroup, QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

from desktop.settings.schema import OverlaySettings
from desktop.ui.overlay import presets, sharing, struts
from desktop.ui.overlay.sharing import Sharing


class BarMenu(QMenu):
    """Made anew each time it opens, so that it always tells the truth."""

    def __init__(self, settings: OverlaySettings, change: Callable[..., object], parent: QWidget) -> None:
        super().__init__(parent)
        self._settings = settings
        self._change = change

    def add_reading(
        self, missed: Callable[[], object], earlier: Callable[[], object], copy: Callable[[], object]
    ) -> None:
        """Ways to what was said."""
        self._add(self.tr("What did I miss"), missed)
        self._add(self.tr("Scroll back"), earlier)
        self._add(self.tr("Copy the words on show"), copy)

    def add_session(
        self, mark: Callable[[], object], mute: Callable[[str, bool], object], lanes: Mapping[str, tuple[str, bool]]
    ) -> None:
        """Marks and lanes; `lanes` has label and whether muted by lane."""
        self._add(self.tr("Mark this moment…"), mark)
        self.addSeparator()
        for lane, (label, muted) in lanes.items():
            entry = self._add(self.tr("Mute: {lane}").format(lane=label.replace("&", "&&")), None)
            entry.setCheckable(True)
            entry.setChecked(muted)
            entry.toggled.connect(lambda on, lane=lane: mute(lane, on))
        self.addSeparator()

    def add_looks(self) -> None:
        """Place and colours."""
        places = QMenu(self.tr("Place"), self)
        self.addMenu(places)
        group = QActionGroup(places)
        for preset, name in presets.place_names().items():
            entry = places.addAction(name)
            entry.setCheckable(True)
            entry.setChecked(preset == self._settings.preset)
            entry.triggered.connect(lambda _on, preset=preset: self._change(preset=preset))
            group.addAction(entry)
        for limit in self._limits():
            places.addSeparator()
            places.addAction(limit).setEnabled(False)
        colours = QMenu(self.tr("Colours"), self)
        self.addMenu(colours)
        for scheme, name in presets.scheme_names().items():
            values = presets.SCHEMES[scheme]
            entry = colours.addAction(name)
            entry.setCheckable(True)
            entry.setChecked(all(getattr(self._settings, key) == value for key, value in values.items()))
            entry.triggered.connect(lambda _on, values=values: self._change(**values))

    def _limits(self) -> list[str]:
        """What this system does not let the bar do, so that nobody looks for the fault elsewhere."""
        said = []
        if QGuiApplication.platformName().startswith("wayland"):
            said.append(self.tr("Here the desktop decides where the bar stands, and may cover it"))
        if not struts.can_reserve():
            said.append(self.tr("Docks keep no space free on this system"))
        return said

    def add_rest(
        self, state: Sharing, settings: Callable[[], object], lock: Callable[[], object], close: Callable[[], object]
    ) -> None:
        """Sharing and its state, locking, hiding."""
        hide = self._add(self.tr("Hide from screen sharing"), None)
        hide.setCheckable(True)
        hide.setChecked(self._settings.hide_from_sharing)
        hide.toggled.connect(lambda on: self._change(hide_from_sharing=on))
        self._add(sharing.sentence(state), None).setEnabled(False)
        self.addSeparator()
        self._add(self.tr("Settings of the caption bar…"), settings)
        self._add(self.tr("Lock (Ctrl+L or the tray unlocks)"), lock)
        self._add(self.tr("Hide the caption bar"), close)

    def _add(self, text: str, slot: Callable[[], object] | None) -> QAction:
        entry = self.addAction(text)
        if slot is not None:
            entry.triggered.connect(lambda _on: slot())
        return entry
