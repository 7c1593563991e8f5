"""The pages of the settings dialog: one group at a time, or of every group what a search has found."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct
from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtWidgets import QFrame, QLabel, QListWidget, QScrollArea, QVBoxLayout, QWidget

from desktop.settings.schema import Settings
from desktop.ui.setting_controls import Field, fields_of
from desktop.ui.setting_row import Findable, SettingRow
from desktop.ui.theme import GRID, Palette


class GroupList(QListWidget):
    """As wide as its longest name, and no wider."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """The longest name and its margins."""
        widest = max(
            (self.fontMetrics().horizontalAdvance(self.item(at).text()) for at in range(self.count())), default=0
        )
        return QSize(widest + 7 * GRID, 3 * GRID)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """The same: names are never cut."""
        return self.sizeHint()

    def show_found(self, hits: Sequence[int]) -> None:
        """Leave out groups without hits; show all of them when there is no search."""
        for at in range(self.count()):
            self.item(at).setHidden(bool(hits) and not hits[at])


class Pages(QScrollArea):
    """One section for each group below the other; only those that are wanted are shown."""

    def __init__(self, titles: Mapping[str, str], settings: Settings, make: Callable[[Field], SettingRow]) -> None:
        super().__init__()
        self._parts: dict[str, list[Findable]] = {}
        self._sections: dict[str, QVBoxLayout] = {}
        self._shown: dict[str, QWidget] = {}
        self._offered: dict[str, bool] = {}
        inner = QWidget()
        inner.setObjectName("page")
        body = QVBoxLayout(inner)
        body.setContentsMargins(GRID, 0, 2 * GRID, GRID)
        body.setSpacing(0)
        for group, title in titles.items():
            struct: type[Struct] = type(getattr(settings, group))
            body.addWidget(self._section(group, title, [make(field) for field in fields_of(group, struct)]))
        body.addStretch(1)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setWidget(inner)

    def _section(self, group: str, title: str, rows: Sequence[SettingRow]) -> QWidget:
        section = QWidget()
        layout = QVBoxLayout(section)
        layout.setContentsMargins(0, 0, 0, GRID)
        layout.setSpacing(0)
        heading = QLabel(title)
        heading.setTextFormat(Qt.TextFormat.PlainText)
        heading.setProperty("title", True)
        heading.setContentsMargins(0, 0, 0, 12)
        layout.addWidget(heading)
        for row in rows:
            layout.addWidget(row)
        self._sections[group] = layout
        self._shown[group] = section
        self._parts[group] = list(rows)
        return section

    def add(self, group: str, key: str, texts: Sequence[str], widget: QWidget, *, first: bool = False) -> None:
        """Put something that is no plain setting at the end of a group's page, or at its top."""
        part = Findable(key, texts)
        part.body.addWidget(widget, 0, Qt.AlignmentFlag.AlignLeft if first else Qt.AlignmentFlag(0))
        if first:
            self._sections[group].insertWidget(1, part)
            self._parts[group].insert(0, part)
        else:
            self._sections[group].addWidget(part)
            self._parts[group].append(part)

    def rows(self) -> list[SettingRow]:
        """Every plain setting."""
        return [part for part in self._all() if isinstance(part, SettingRow)]

    def row(self, key: str) -> SettingRow:
        """The row of `group.name`."""
        return next(row for row in self.rows() if row.key == key)

    def offer(self, key: str, offered: bool) -> None:
        """Whether this part makes sense now; one that does not is neither shown nor found."""
        if self._offered.get(key, True) != offered:
            self._offered[key] = offered
            self._part(key).setVisible(offered)

    def show_found(self, words: Sequence[str], palette: Palette, group: str) -> dict[str, int]:
        """Show what the folded `words` are about, without words the page of `group`; the hits of each group."""
        hits: dict[str, int] = {}
        for name, parts in self._parts.items():
            found = [part for part in parts if part.finds(words, palette) and self._offered.get(part.key, True)]
            for part in parts:
                part.setVisible(part in found)
            hits[name] = len(found)
            self._shown[name].setVisible(bool(found) if words else name == group)
        self.verticalScrollBar().setValue(0)
        return hits

    def focus_first(self) -> None:
        """Give the keyboard to the first part that is shown."""
        part = next((part for part in self._all() if part.isVisible()), None)
        if part is not None:
            part.target.setFocus(Qt.FocusReason.TabFocusReason)

    def show_part(self, key: str) -> None:
        """Scroll to a part and give it the keyboard."""
        part = self._part(key)
        part.target.setFocus(Qt.FocusReason.OtherFocusReason)
        QTimer.singleShot(0, part, lambda: self.ensureWidgetVisible(part, 0, 0))  # once its page is laid out

    def _part(self, key: str) -> Findable:
        return next(part for part in self._all() if part.key == key)

    def _all(self) -> list[Findable]:
        return [part for parts in self._parts.values() for part in parts]
