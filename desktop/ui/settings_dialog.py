"""The settings, page by page, made from the schema; a change counts at once, and a search goes over all pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec import structs
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from desktop.settings.schema import Settings
from desktop.settings.transfer import differences
from desktop.ui.choices import with_allowance
from desktop.ui.form_parts import wrapped
from desktop.ui.found_text import words_of
from desktop.ui.overlay.preview import Preview
from desktop.ui.pick_button import Choice
from desktop.ui.search_field import SearchField
from desktop.ui.setting_names import choices_of
from desktop.ui.setting_pages import GroupList, Pages
from desktop.ui.setting_row import SettingRow
from desktop.ui.style import px
from desktop.ui.text import localise
from desktop.ui.theme import GRID, Palette
from desktop.ui.usage_box import UsageBox
from desktop.ui.values import ProviderEntry, UsageView

Choices = Mapping[str, Sequence[Choice]]
"""Named values by `group.name`: devices, languages, providers."""
_WIDE, _HIGH = 800, 560
"""Pixels, for letters of the usual size; never more than the screen has."""


class SettingsDialog(QDialog):
    """Search and groups on the left, their settings on the right."""

    settings_changed = Signal(object)
    """`Settings`."""
    account_pressed = Signal(str)
    """The account of this provider is to be shown."""
    calls_pressed = Signal()
    """Address, token and log of remote calls are to be shown."""
    import_pressed = Signal()
    export_pressed = Signal()

    def __init__(
        self,
        settings: Settings,
        palette: Palette,
        choices: Choices | None = None,
        parent: QWidget | None = None,
        usage_of: Callable[[str], UsageView | None] = lambda _provider: None,
    ) -> None:
        super().__init__(parent)
        self._settings = settings
        self._before: Settings | None = None
        self._palette = palette
        self._choices = dict(choices or {})
        self._providers: Mapping[str, ProviderEntry] = {}
        self._usage_of = usage_of
        self._words: list[str] = []
        self.setWindowTitle(self.tr("Settings"))
        self._build()
        self._arrange()
        self._connect()
        self.groups.setCurrentRow(0)
        self.show_settings(settings)

    # ---- parts

    def _build(self) -> None:
        self.search = SearchField(self.tr("Search settings"))
        self.groups = GroupList(self.tr("Groups of settings"))
        self.preview = Preview(self._settings.overlay)
        self.pages = Pages(self._titles(), self._settings, self._row)
        self.account = QPushButton(self.tr("Account and options…"))
        self.privacy = wrapped("", dim=True)
        self.usage = UsageBox(UsageView(0.0))
        self.calls = QPushButton(self.tr("Address, token and callers…"))
        self.about_keys = wrapped("")
        self.about_keys.setObjectName("warning")
        self.about_keys.hide()
        self.found = QLabel()
        self.found.setTextFormat(Qt.TextFormat.PlainText)
        self.notice = wrapped("")
        self.undo = QPushButton(self.tr("Undo"))
        self.reset_page = QPushButton(self.tr("Reset this page"))
        self.take_in = QPushButton(self.tr("Import…"))
        self.give_out = QPushButton(self.tr("Export…"))
        self.close_button = QPushButton(self.tr("Close"))
        for title in self._titles().values():
            self.groups.addItem(title)
        self.pages.row("captions.provider").body.addWidget(self.privacy)
        texts = (*self._words_of("captions", "limits"), *self._words_of("captions", "prices"))
        self.pages.add("captions", "captions.account", (self.account.text(),), self.account)
        self.pages.add("captions", "captions.limits", texts, self.usage)
        self.pages.add("shortcuts", "shortcuts.about", (), self.about_keys, first=True)
        self.pages.add("listener", "listener.calls", (self.calls.text(),), self.calls, first=True)

    def _arrange(self) -> None:
        column = QWidget()
        column.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        left = QVBoxLayout(column)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(GRID)
        left.addWidget(self.search)
        left.addWidget(self.groups, 1)
        for button in (self.take_in, self.give_out):
            left.addWidget(button)
        bottom = QHBoxLayout()
        bottom.addWidget(self.reset_page)
        bottom.addWidget(self.notice, 1)
        bottom.addWidget(self.undo)
        bottom.addWidget(self.close_button)
        right = QVBoxLayout()
        right.setSpacing(GRID)
        for part in (self.found, self.preview):
            right.addWidget(part)
        right.addWidget(self.pages, 1)
        right.addLayout(bottom)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        layout.setSpacing(2 * GRID)
        layout.addWidget(column)
        layout.addLayout(right, 1)
        for button in self.findChildren(QPushButton):
            button.setAutoDefault(False)  # Enter belongs to the search
        room = QGuiApplication.primaryScreen().availableSize()
        self.resize(min(px(_WIDE), room.width() - 4 * GRID), min(px(_HIGH), room.height() - 6 * GRID))
        self._say("")

    def _connect(self) -> None:
        self.search.textChanged.connect(self._on_search)
        self.search.left_down.connect(self._to_first_hit)
        self.groups.currentRowChanged.connect(lambda _row: self._show_pages())
        self.groups.itemClicked.connect(lambda _item: self._to_group())
        self.account.clicked.connect(lambda: self.account_pressed.emit(self._settings.captions.provider))
        self.calls.clicked.connect(self.calls_pressed)
        self.usage.limit_changed.connect(lambda limit: self._on_allowance(limit=limit))
        self.usage.price_changed.connect(lambda price: self._on_allowance(price=price))
        self.reset_page.clicked.connect(self._on_reset_page)
        self.undo.clicked.connect(self._on_undo)
        self.take_in.clicked.connect(self.import_pressed)
        self.give_out.clicked.connect(self.export_pressed)
        self.close_button.clicked.connect(self.close)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self, self.search.take)

    def _titles(self) -> dict[str, str]:
        return {
            "audio": self.tr("Sound"),
            "captions": self.tr("Captions"),
            "overlay": self.tr("Caption bar"),
            "transcripts": self.tr("Transcripts"),
            "listener": self.tr("Remote calls"),
            "appearance": self.tr("Appearance"),
            "shortcuts": self.tr("Keys everywhere"),
            "computer": self.tr("This computer"),
        }

    def tell_keys(self, lines: Sequence[str]) -> None:
        """Say what should be known about the keys: conflicts, and what the system refused."""
        self.about_keys.setText("\n".join(lines))
        self.about_keys.setVisible(bool(lines))

    def _row(self, field: Any) -> SettingRow:
        text = localise(field.words.help)
        if field.key == "appearance.interface_language":
            text = f"{text} {self.tr('Counts from the next start on.')}"
        row = SettingRow(field, text, self._choices.get(field.key) or choices_of(field), self._palette)
        row.changed.connect(lambda value: self._on_changed(row, value))
        return row

    # ---- what it is told

    def show_settings(self, settings: Settings) -> None:
        """Show values that were changed elsewhere."""
        self._settings = settings
        for row in self.pages.rows():
            row.show_value(row.value_in(settings))
        self._refresh()

    def show_providers(self, providers: Sequence[ProviderEntry]) -> None:
        """Say where the sound goes, and which provider has an account or options."""
        self._providers = {each.id: each for each in providers}
        self._refresh()

    def show_usage(self) -> None:
        """Look again what was used."""
        usage = self._usage_of(self._settings.captions.provider)
        if usage is not None:
            self.usage.show_usage(usage)
        self.pages.offer("captions.limits", usage is not None)

    def apply_palette(self, palette: Palette) -> None:
        """Take other colours while it is open."""
        self._palette = palette
        for row in self.pages.rows():
            row.apply_palette(palette)
        self._show_pages()

    def show_group(self, group: str) -> None:
        """Turn to the page of this group."""
        self.search.clear()
        self.groups.setCurrentRow(list(self._titles()).index(group))

    def show_setting(self, key: str) -> None:
        """Turn to one setting, `group.name`, and give it the keyboard."""
        self.show_group(key.partition(".")[0])
        self.pages.show_part(key)

    def take(self, settings: Settings, sentence: str) -> None:
        """Take other settings as a whole, say so, and offer the way back."""
        before = self._settings
        self.show_settings(settings)
        self.settings_changed.emit(settings)
        self._say(sentence, before)

    def tell(self, sentence: str) -> None:
        """Say something that needs no answer."""
        self._say(sentence)

    def control(self, key: str) -> QWidget:
        """The widget that edits `group.name`."""
        return self.pages.row(key).control.widget

    def reset_button(self, key: str) -> QToolButton:
        """The button that brings back the default of `group.name`."""
        return self.pages.row(key).reset

    # ---- what the person does

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Escape ends the search before it closes the dialog."""
        if event.key() == Qt.Key.Key_Escape and self.search.text():
            self.search.take()
            self.search.clear()
        else:
            super().keyPressEvent(event)

    def _on_search(self, query: str) -> None:
        self._words = words_of(query)
        self._show_pages()

    def _show_pages(self) -> None:
        hits = self.pages.show_found(self._words, self._palette, self._group)
        self.groups.show_found(list(hits.values()) if self._words else [])
        self.preview.setVisible(bool(hits["overlay"]) if self._words else self._group == "overlay")
        text = ""
        if self._words:
            text = self.tr("Settings found: {count}").format(count=self.locale().toString(sum(hits.values())))
        self.found.setText(text)
        self.found.setAccessibleName(text)
        self.found.setVisible(bool(text))
        self.reset_page.setVisible(not self._words)
        self._refresh_reset()

    def _to_first_hit(self) -> None:
        self.pages.focus_first()

    def _to_group(self) -> None:
        if self._words:
            self.search.clear()

    @property
    def _group(self) -> str:
        return list(self._titles())[max(0, self.groups.currentRow())]

    def _on_changed(self, row: SettingRow, value: Any) -> None:
        if row.value_in(self._settings) == value:
            return
        group = structs.replace(getattr(self._settings, row.field.group), **{row.field.name: value})
        self._change(structs.replace(self._settings, **{row.field.group: group}))
        row.show_changed(value)

    def _on_allowance(self, *, limit: int | None = None, price: float | None = None) -> None:
        self._change(with_allowance(self._settings, self._settings.captions.provider, limit=limit, price=price))

    def _change(self, settings: Settings) -> None:
        self._settings = settings
        self._say("")
        self.settings_changed.emit(settings)
        self._refresh()

    def _on_reset_page(self) -> None:
        group = {name: getattr(Settings(), self._group) for name in (self._group,)}
        kept = self._settings.captions
        if self._group == "captions":  # options, limits and prices are no values of this page
            own = {"options": kept.options, "limits": kept.limits, "prices": kept.prices}
            group = {"captions": structs.replace(Settings().captions, **own)}
        self.take(structs.replace(self._settings, **group), self.tr("This page has its defaults again."))

    def _on_undo(self) -> None:
        if self._before is not None:
            before = self._before
            self.show_settings(before)
            self.settings_changed.emit(before)
            self._say(self.tr("Everything is as it was."))

    # ---- keeping in step

    def _refresh(self) -> None:
        self.preview.apply(self._settings.overlay)
        entry = self._providers.get(self._settings.captions.provider)
        self.privacy.setText(localise(entry.privacy) if entry else "")
        self.privacy.setVisible(entry is not None)
        self.account.setEnabled(entry is not None and entry.account)
        self.show_usage()
        self._refresh_reset()

    def _refresh_reset(self) -> None:
        shown = {row.field.key for row in self.pages.rows() if row.field.group == self._group}
        changed = {change.key for change in differences(Settings(), self._settings)}
        self.reset_page.setEnabled(bool(shown & changed))

    def _say(self, sentence: str, before: Settings | None = None) -> None:
        self._before = before
        self.notice.setText(sentence)
        self.notice.setAccessibleName(sentence)
        self.undo.setVisible(before is not None)

    @staticmethod
    def _words_of(group: str, name: str) -> tuple[str, str]:
        from desktop.settings.values import FIELDS
        from desktop.ui.setting_controls import words_in

        words = words_in(FIELDS[f"{group}.{name}"])
        return localise(words.label), localise(words.help)
