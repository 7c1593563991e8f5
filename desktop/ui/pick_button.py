"""A button that shows a choice and opens the list of the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from desktop.ui.cut_button import CutButton
from desktop.ui.icons import icon
from desktop.ui.text import plain, tip
from desktop.ui.theme import Palette


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of the list."""

    value: str
    text: str
    """Foreign text is allowed."""
    enabled: bool = True
    note: str = ""
    """Why it can't be chosen, or what it means."""


class PickButton(CutButton):
    """Shows the chosen text and an arrow; its list opens without a nested event loop."""

    picked = Signal(str)
    listed = Signal(object, str)
    """The choices and the chosen value, whenever they are shown anew."""
    frame = 36

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._menu = QMenu(self)
        self._menu.setLayoutDirection(QGuiApplication.layoutDirection())  # not the button's own, see below
        self._group: QActionGroup | None = None
        self._menu.setToolTipsVisible(True)
        self.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the arrow stands after the text
        self.setIconSize(QSize(14, 14))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(name)
        self.clicked.connect(self.open_list)

    def apply_palette(self, palette: Palette) -> None:
        """Tint the arrow."""
        self.setIcon(icon("chevron-down", palette.dim, 14))

    @property
    def menu_list(self) -> QMenu:
        """The list, so that its owner can add lines of another kind."""
        return self._menu

    def show_choices(self, choices: Sequence[Choice], chosen: str) -> None:
        """List `choices` and mark the chosen value."""
        self._menu.clear()
        if self._group is not None:
            self._group.deleteLater()
        self._group = QActionGroup(self)
        for choice in choices:
            action = QAction(_menu_text(choice), self._group)
            action.setCheckable(True)
            action.setChecked(choice.value == chosen)
            action.setEnabled(choice.enabled)
            action.setToolTip(tip(choice.note or choice.text))
            action.setData(choice.value)
            action.triggered.connect(self._on_triggered)
            self._menu.addAction(action)
        self.listed.emit(choices, chosen)

    def show_text(self, text: str) -> None:
        """Show `text` as the choice; it is cut where there is no room for it."""
        self.show_whole(text)
        self.setAccessibleName(f"{self._name}: {self.whole}")
        self.setToolTip(tip(f"{self._name}: {self.whole}"))

    def open_list(self) -> None:
        """Open the list below the button."""
        self._menu.popup(self.mapToGlobal(QPoint(0, self.height() + 2)))

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Room for the whole text and the arrow."""
        hint = super().sizeHint()
        return QSize(self.fontMetrics().horizontalAdvance(self.whole) + self.frame + 6, hint.height())

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Room for a few letters and the arrow."""
        return QSize(min(self.sizeHint().width(), 84), super().minimumSizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Down opens the list, as in any list of choices."""
        if event.key() == Qt.Key.Key_Down:
            self.open_list()
        else:
            super().keyPressEvent(event)

    def _on_triggered(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self.picked.emit(action.data())


def _menu_text(choice: Choice) -> str:
    text = plain(choice.text, 80)
    if choice.note and not choice.enabled:
        text = f"{text} ({plain(choice.note, 90)})"
    return text.replace("&", "&&").replace("\t", " ")
