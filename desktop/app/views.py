"""What a person sees: the window, the caption bar and the tray."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication

from desktop.app import places
from desktop.settings.schema import Settings
from desktop.ui.main_window import MainWindow
from desktop.ui.overlay import Overlay
from desktop.ui.style import prepare
from desktop.ui.theme import Palette, palette_for
from desktop.ui.tray import Tray


class Views:
    """The window that is shown already, and what joins it: the caption bar and the tray."""

    def __init__(self, app: QApplication, window: MainWindow, settings: Settings) -> None:
        self.app = app
        self.window = window
        self._palette = palette_for(settings.appearance.theme, app, settings.appearance.contrast)
        self.overlay = Overlay(self._palette, settings.overlay)
        self.overlay.set_reduce_motion(settings.appearance.reduce_motion)
        self.overlay.add_keys_to(window)
        self.tray = Tray(window)
        self.tray.show_locked(settings.overlay.locked)
        self._restore_bar()
        self.overlay.geometry_changed.connect(places.save_bar)
        self.overlay.monitors_changed.connect(self._restore_bar)

    def show(self, *, hidden: bool) -> None:
        """Join the window; `hidden` sends it to the tray, where there is one."""
        self.tray.show()
        if hidden and Tray.available():
            self.window.hide()
        elif hidden:
            self.window.show()  # without a tray there would be no way back

    def toggle_window(self) -> None:
        """Hide the window, or bring it back."""
        if self.window.isVisible() and not self.window.isMinimized():
            self.window.hide()
        else:
            come_forward(self.window)

    def open_bar_settings(self) -> None:
        """Show the settings of the caption bar."""
        come_forward(self.window)
        self.window.open_settings("overlay")

    def palette(self) -> Palette:
        """The colours that are in use."""
        return self._palette

    def show_theme(self, settings: Settings) -> None:
        """Take the colours that the settings and the system ask for now."""
        palette = self._palette = palette_for(settings.appearance.theme, self.app, settings.appearance.contrast)
        prepare(self.app, palette)
        self.window.apply_palette(palette)
        self.window.settings.apply_palette(palette)
        self.overlay.set_palette(palette)

    def hide(self) -> None:
        """Leave the screen."""
        places.save_window(self.window)
        self.window.hide()
        self.overlay.hide()

    def _restore_bar(self) -> None:
        self.overlay.restore(places.bar_place())


def come_forward(window: MainWindow) -> None:
    """Show the window above others."""
    window.showNormal()
    window.raise_()
    window.activateWindow()
