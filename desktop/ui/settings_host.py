"""The settings dialog while it is open, for the window that it belongs to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.core.audio import Device
from desktop.core.errors import OvertitleError
from desktop.settings.schema import Settings
from desktop.settings.transfer import Import
from desktop.ui.choices import setting_choices
from desktop.ui.import_dialog import ImportDialog
from desktop.ui.settings_dialog import SettingsDialog
from desktop.ui.text import localise
from desktop.ui.theme import Palette
from desktop.ui.values import ProviderEntry, UsageView

_NAME = "overtitle-settings.toml"


class SettingsHost(QObject):
    """Makes the dialog when it is wanted and forgets it when it is closed."""

    changed = Signal(object)
    """`Settings`."""
    account_pressed = Signal(str)
    calls_pressed = Signal()
    import_wanted = Signal(object)
    export_wanted = Signal(object)
    """`Path`, both."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.usage_of: Callable[[str], UsageView | None] = lambda _provider: None
        """What a provider was sent this month."""
        self.updates_offered = False
        """Whether this build may ask for newer versions."""
        self.dialog: SettingsDialog | None = None

    def open(
        self, settings: Settings, palette: Palette, devices: Sequence[Device], providers: Sequence[ProviderEntry]
    ) -> SettingsDialog:
        """The open dialog, in front of the others."""
        if self.dialog is None:
            dialog = self.dialog = SettingsDialog(
                settings, palette, setting_choices(devices, providers), self._window, self.usage_of
            )
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            dialog.show_providers(providers)
            dialog.pages.offer("computer.tell_updates", self.updates_offered)
            dialog.settings_changed.connect(self.changed)
            dialog.account_pressed.connect(self.account_pressed)
            dialog.calls_pressed.connect(self.calls_pressed)
            dialog.import_pressed.connect(self._choose_import)
            dialog.export_pressed.connect(self._choose_export)
            dialog.destroyed.connect(self._forget)
        self.dialog.show()
        self.dialog.raise_()
        return self.dialog

    def show_settings(self, settings: Settings) -> None:
        """Show values that were changed elsewhere."""
        if self.dialog is not None:
            self.dialog.show_settings(settings)

    def show_usage(self) -> None:
        """Look again what was used."""
        if self.dialog is not None:
            self.dialog.show_usage()

    def apply_palette(self, palette: Palette) -> None:
        """Take other colours."""
        if self.dialog is not None:
            self.dialog.apply_palette(palette)

    def show_exported(self, path: Path) -> None:
        """A file was written."""
        if self.dialog is not None:
            self.dialog.tell(self.tr("Saved: {path}").format(path=path.name))

    def show_import(self, found: Import) -> None:
        """Ask whether what a file changes is to be taken over."""
        if self.dialog is None:
            return
        question = ImportDialog(found, self.dialog)
        question.accepted.connect(lambda: self._take(found))
        question.open()

    def show_trouble(self, error: OvertitleError) -> None:
        """Say why a file can't be read or written."""
        if self.dialog is not None:
            self.dialog.tell(f"{localise(error.what)} {localise(error.hint)}".strip())

    def _take(self, found: Import) -> None:
        if self.dialog is not None:
            self.dialog.take(found.settings, self.tr("The imported settings count now."))

    def _choose_import(self) -> None:
        self._choose(self.tr("Import settings"), self.import_wanted.emit, QFileDialog.FileMode.ExistingFile)

    def _choose_export(self) -> None:
        self._choose(self.tr("Export settings"), self.export_wanted.emit, QFileDialog.FileMode.AnyFile)

    def _choose(self, title: str, take: Callable[[Path], None], mode: QFileDialog.FileMode) -> None:
        dialog = QFileDialog(self.dialog, title, _documents(), "TOML (*.toml)")
        dialog.setFileMode(mode)
        if mode is QFileDialog.FileMode.AnyFile:
            dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
            dialog.setDefaultSuffix("toml")
            dialog.selectFile(_NAME)
        dialog.fileSelected.connect(lambda name: take(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _forget(self) -> None:
        self.dialog = None


def _documents() -> str:
    return QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
