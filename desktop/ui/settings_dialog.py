"""The settings, page by page, made from the schema; a change counts at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from msgspec import Struct, structs
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop.settings.schema import Settings
from desktop.ui.i18n import LANGUAGES
from desktop.ui.icons import icon
from desktop.ui.overlay.presets import value_names
from desktop.ui.overlay.preview import Preview
from desktop.ui.pick_button import Choice
from desktop.ui.setting_controls import Control, Field, choice_values, fields_of, make_control
from desktop.ui.style import px, room
from desktop.ui.text import localise
from desktop.ui.theme import GRID, OTHER_FACES, Palette

Choices = Mapping[str, Sequence[Choice]]
"""Named values by `group.name`: devices, languages, providers."""


class SettingsDialog(QDialog):
    """Groups on the left, their settings on the right."""

    settings_changed = Signal(object)
    """`Settings`."""
    account_pressed = Signal(str)
    """The account of this provider is to be shown."""
    calls_pressed = Signal()
    """Address, token and log of remote calls are to be shown."""

    def __init__(
        self, settings: Settings, palette: Palette, choices: Choices | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._settings = settings
        self._palette = palette
        self._choices = dict(choices or {})
        self._controls: dict[str, tuple[Field, Control, QToolButton]] = {}
        self._with_account: Collection[str] = ()
        self.account = QPushButton(self.tr("Account and options…"))
        self.preview = Preview(settings.overlay)
        self.account.clicked.connect(lambda: self.account_pressed.emit(self._settings.captions.provider))
        self.setWindowTitle(self.tr("Settings"))
        self.resize(room(760, 540))
        self.groups = QListWidget()
        self.groups.setAccessibleName(self.tr("Groups of settings"))
        self.groups.setFixedWidth(px(190))
        self.pages = QStackedWidget()
        for group, title in self._titles().items():
            self.groups.addItem(title)
            self.pages.addWidget(self._page(group, title))
        close = QPushButton(self.tr("Close"))
        close.clicked.connect(self.close)
        right = QVBoxLayout()
        right.addWidget(self.pages, 1)
        right.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        layout.setSpacing(2 * GRID)
        layout.addWidget(self.groups)
        layout.addLayout(right, 1)
        self.groups.currentRowChanged.connect(self.pages.setCurrentIndex)
        self.groups.setCurrentRow(0)
        self.show_settings(settings)

    def _titles(self) -> dict[str, str]:
        return {
            "audio": self.tr("Sound"),
            "captions": self.tr("Captions"),
            "overlay": self.tr("Caption bar"),
            "transcripts": self.tr("Transcripts"),
            "listener": self.tr("Remote calls"),
            "appearance": self.tr("Appearance"),
        }

    def show_settings(self, settings: Settings) -> None:
        """Show values that were changed elsewhere."""
        self._settings = settings
        for field, control, reset in self._controls.values():
            value = getattr(getattr(settings, field.group), field.name)
            control.show_value(value)
            reset.setEnabled(value != self._default(field))
        self.preview.apply(settings.overlay)
        self._refresh_account()

    def show_accounts(self, providers: Collection[str]) -> None:
        """Say which providers have an account or options."""
        self._with_account = providers
        self._refresh_account()

    def _refresh_account(self) -> None:
        self.account.setEnabled(self._settings.captions.provider in self._with_account)

    def show_group(self, group: str) -> None:
        """Turn to the page of this group."""
        self.groups.setCurrentRow(list(self._titles()).index(group))

    def control(self, key: str) -> QWidget:
        """The widget that edits `group.name`."""
        return self._controls[key][1].widget

    def reset_button(self, key: str) -> QToolButton:
        """The button that brings back the default of `group.name`."""
        return self._controls[key][2]

    def _page(self, group: str, title: str) -> QWidget:
        inner = QWidget()
        inner.setObjectName("page")
        body = QVBoxLayout(inner)
        body.setContentsMargins(GRID, GRID, 2 * GRID, GRID)
        body.setSpacing(4)
        heading = QLabel(title)
        heading.setProperty("title", True)
        body.addWidget(heading)
        body.addSpacing(GRID)
        struct: type[Struct] = type(getattr(self._settings, group))
        for field in fields_of(group, struct):
            self._add(body, field)
        if group == "captions":
            body.addWidget(self.account, 0, Qt.AlignmentFlag.AlignLeft)
        if group == "listener":
            calls = QPushButton(self.tr("Address, token and callers…"))
            calls.clicked.connect(self.calls_pressed)
            body.insertWidget(2, calls, 0, Qt.AlignmentFlag.AlignLeft)
            body.insertSpacing(3, GRID)
        body.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inner)
        return _below(self.preview, area) if group == "overlay" else area

    def _add(self, body: QVBoxLayout, field: Field) -> None:
        label = localise(field.words.label)
        control = make_control(field, self._choices_of(field), self.tr("Choose…"), self)
        reset = QToolButton()
        reset.setIcon(icon("undo", self._palette.text, 16, self._palette.border))
        reset.setIconSize(QSize(16, 16))
        reset.setAccessibleName(self.tr("Reset: {setting}").format(setting=label))
        reset.setToolTip(self.tr("Back to the default"))
        if field.kind is not bool:
            body.addWidget(_label(label))
        row = QHBoxLayout()
        row.addWidget(control.widget, 1)
        row.addWidget(reset)
        body.addLayout(row)
        help_text = _label(self._help(field), dim=True)
        body.addWidget(help_text)
        body.addSpacing(10)
        control.changed.connect(lambda value: self._on_changed(field, value))
        reset.clicked.connect(lambda: self._on_reset(field))
        self._controls[field.key] = (field, control, reset)

    def _help(self, field: Field) -> str:
        text = localise(field.words.help)
        if field.key == "appearance.interface_language":
            text = f"{text} {self.tr('Counts from the next start on.')}"
        return text

    def _choices_of(self, field: Field) -> Sequence[Choice]:
        given = self._choices.get(field.key)
        if given:
            return given
        if field.key == "overlay.font":
            ours = [Choice("", self.tr("The one that comes with Overtitle")), *map(_same, OTHER_FACES)]
            return [*ours, *(_same(name) for name in QFontDatabase.families() if name not in OTHER_FACES)]
        names = {
            "": self.tr("The system's"),
            "system": self.tr("As the system"),
            "light": self.tr("Light"),
            "dark": self.tr("Dark"),
            "refuse": self.tr("Is refused"),
            "replace": self.tr("Replaces the first one"),
            "mix": self.tr("Both together"),
            "split": self.tr("Two sides"),
            "off": self.tr("Off"),
            "energy": self.tr("Loudness"),
            "webrtc": "WebRTC",
            "silero": "Silero",
            **LANGUAGES,
            **value_names(),
        }
        return [Choice(value, names.get(value, value)) for value in choice_values(field)]

    def _default(self, field: Field) -> Any:
        return getattr(getattr(Settings(), field.group), field.name)

    def _on_changed(self, field: Field, value: Any) -> None:
        group = getattr(self._settings, field.group)
        if getattr(group, field.name) == value:
            return
        changed = structs.replace(group, **{field.name: value})
        self._settings = structs.replace(self._settings, **{field.group: changed})
        self._controls[field.key][2].setEnabled(value != self._default(field))
        self.preview.apply(self._settings.overlay)
        self._refresh_account()
        self.settings_changed.emit(self._settings)

    def _on_reset(self, field: Field) -> None:
        self._controls[field.key][1].show_value(self._default(field))
        self._on_changed(field, self._default(field))


def _below(fixed: QWidget, scrolled: QWidget) -> QWidget:
    """Both in one page, so that what is changed below is seen above."""
    page = QWidget()
    layout = QVBoxLayout(page)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(fixed)
    layout.addWidget(scrolled, 1)
    return page


def _same(name: str) -> Choice:
    return Choice(name, name)


def _label(text: str, *, dim: bool = False) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setProperty("dim", dim)
    return label
