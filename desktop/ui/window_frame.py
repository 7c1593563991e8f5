"""The frame of the main window: its parts, their places and their colours."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from desktop.ui.call_strip import CallStrip
from desktop.ui.captions_page import CaptionsPage
from desktop.ui.consent_strip import ConsentStrip
from desktop.ui.icons import app_icon
from desktop.ui.keyboard import order_tabs
from desktop.ui.library_view import LibraryView
from desktop.ui.problem_bar import ProblemBar
from desktop.ui.rail import Rail
from desktop.ui.status_bar import StatusBar
from desktop.ui.style import qt_palette, sheet
from desktop.ui.theme import Palette
from desktop.ui.top_bar import TopBar
from desktop.ui.update_strip import UpdateStrip


class WindowFrame(QMainWindow):
    """Rail at the left; bar, page, trouble and status below each other."""

    def __init__(self, palette: Palette, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._build()
        self._arrange()
        self.apply_palette(palette)

    def _build(self) -> None:
        self.setWindowTitle("Overtitle")
        self.setWindowIcon(app_icon())
        self.setMinimumSize(QSize(760, 480))
        self.resize(1160, 720)
        self.rail = Rail()
        self.bar = TopBar()
        self.calls = CallStrip()
        self.consent = ConsentStrip()
        self.page = CaptionsPage()
        self.updates = UpdateStrip()
        self.problem_bar = ProblemBar()
        self.status = StatusBar()
        self.library = LibraryView()

    def _arrange(self) -> None:
        self.pages = QStackedWidget()
        self.pages.addWidget(self.page)
        self.pages.addWidget(self.library)
        right = QVBoxLayout()
        right.setSpacing(0)
        for widget, stretch in (
            (self.bar, 0),
            (self.calls, 0),
            (self.consent, 0),
            (self.pages, 1),
            (self.updates, 0),
            (self.problem_bar, 0),
            (self.status, 0),
        ):
            right.addWidget(widget, stretch)
        whole = QWidget()
        layout = QHBoxLayout(whole)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.rail)
        layout.addLayout(right, 1)
        self.setCentralWidget(whole)
        self._order_tabs()

    def _order_tabs(self) -> None:
        bar, side, rail, consent = self.bar, self.page.side, self.rail, self.consent
        order_tabs(
            [
                *(bar.start, bar.pause, bar.you.picker, bar.you.mute, bar.them.picker, bar.them.mute),
                *(bar.language.button, bar.provider.button, self.calls.details),
                *(consent.copy, consent.told, consent.never, consent.dismiss, self.page.view, side.miss, side.mark),
                *(self.updates.open_page, self.updates.not_now),
                *(self.problem_bar.button, self.problem_bar.dismiss, self.status.step, self.status.saved),
                *(rail.captions, rail.library, rail.overlay, rail.lock, rail.keys, rail.settings),
            ]
        )
        bar.start.setFocus()

    def apply_palette(self, palette: Palette) -> None:
        """Take other colours, at any time."""
        self._palette = palette
        self.setPalette(qt_palette(palette))
        self.setStyleSheet(sheet(palette))
        for part in (self.rail, self.bar, self.calls, self.consent, self.page, self.problem_bar, self.status):
            part.apply_palette(palette)
        self.library.apply_palette(palette)
