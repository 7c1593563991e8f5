"""One control per kind of setting, chosen from the setting's type and limits."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from msgspec import Meta, Struct
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QCheckBox,
    QColorDialog,
    QComboBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QSpinBox,
    QWidget,
)

from desktop.settings.words import Words
from desktop.ui.key_field import KeyField
from desktop.ui.pick_button import Choice
from desktop.ui.text import localise, plain

FORMATS = ("txt", "md", "srt", "vtt", "json", "docx")


@dataclass(frozen=True, slots=True)
class Field:
    """One setting as its annotation describes it."""

    group: str
    name: str
    kind: Any
    """The Python type."""
    words: Words
    limits: Meta | None

    @property
    def key(self) -> str:
        """`group.name`."""
        return f"{self.group}.{self.name}"


def fields_of(group: str, struct: type[Struct]) -> list[Field]:
    """The settings of a group that have words for people."""
    found = []
    for name, hint in get_type_hints(struct, include_extras=True).items():
        if get_origin(hint) is not Annotated:
            continue
        kind, *extras = get_args(hint)
        words = next((extra for extra in extras if isinstance(extra, Words)), None)
        limits = next((extra for extra in extras if isinstance(extra, Meta)), None)
        if words is not None and get_origin(kind) is not dict:
            found.append(Field(group, name, kind, words, limits))
    return found


def words_in(hint: Any) -> Words:
    """What a person reads about a setting of this annotated type."""
    return next(extra for extra in get_args(hint) if isinstance(extra, Words))


class Control(QObject):
    """A widget that edits one value."""

    changed = Signal(object)

    def __init__(self, widget: QWidget, put: Callable[[Any], None], parent: QObject) -> None:
        super().__init__(parent)
        self.widget = widget
        self._put = put

    def show_value(self, value: Any) -> None:
        """Show `value` without telling anybody."""
        self.blockSignals(True)
        self._put(value)
        self.blockSignals(False)


class _Calm(QObject):
    """Leaves the wheel to the page: a value changes under it only when the person has turned to its control."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Let the page scroll."""
        if event.type() == QEvent.Type.Wheel and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return False


def calm(widget: QWidget) -> None:
    """Keep the wheel from changing the value of a control that is only passed by."""
    widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    if isinstance(widget, QAbstractSpinBox):
        widget.lineEdit().setTextMargins(6, 0, 0, 0)  # the style sheet's padding is not for the text
    widget.installEventFilter(_Calm(widget))


def make_control(field: Field, choices: Sequence[Choice], browse: str, parent: QObject) -> Control:
    """The control for `field`; `choices` where the values have names, `browse` the words on a folder's button."""
    label = localise(field.words.label)
    if field.group == "shortcuts":
        control = _keys(label, parent)
    elif choices:
        control = _combo(choices, label, parent)
    elif field.kind is bool:
        control = _check(label, parent)
    elif field.kind is int:
        control = _spin(field, label, parent)
    elif field.name == "formats":
        control = _set(label, parent)
    elif get_origin(field.kind) is tuple:
        control = _words(label, parent)
    elif field.limits is not None and (field.limits.pattern or "").startswith("^#"):
        control = _colour(label, parent)
    elif field.name == "folder":
        control = _folder(label, browse, parent)
    else:
        control = _line(label, parent)
    return control


def choice_values(field: Field) -> list[str]:
    """The values that a pattern such as `^(a|b)$` allows; empty where it is of another kind."""
    pattern = (field.limits.pattern or "") if field.limits is not None else ""
    found = re.fullmatch(r"\^\(([\w|-]*)\)\$", pattern)
    return found[1].split("|") if found else []


def _check(label: str, parent: QObject) -> Control:
    box = QCheckBox(label)
    control = Control(box, box.setChecked, parent)
    box.toggled.connect(control.changed.emit)
    return control


def _spin(field: Field, label: str, parent: QObject) -> Control:
    box = QSpinBox()
    box.setAccessibleName(label)
    box.lineEdit().setTextMargins(6, 0, 0, 0)  # a style sheet's padding does not reach it
    if field.limits is not None:
        box.setRange(_whole(field.limits.ge, 0), _whole(field.limits.le, 9999))
    calm(box)
    control = Control(box, box.setValue, parent)
    box.valueChanged.connect(control.changed.emit)
    return control


def _whole(limit: float | None, other: int) -> int:
    return other if limit is None else int(limit)


def _line(label: str, parent: QObject) -> Control:
    line = QLineEdit()
    line.setAccessibleName(label)
    control = Control(line, line.setText, parent)
    line.editingFinished.connect(lambda: control.changed.emit(line.text().strip()))
    return control


def _keys(label: str, parent: QObject) -> Control:
    """A field for keys; the value is empty for none."""
    field = KeyField()
    field.name(label)
    control = Control(field, field.show_keys, parent)
    field.chosen.connect(control.changed.emit)
    return control


def _words(label: str, parent: QObject) -> Control:
    """A line with words between commas; the value is a tuple."""
    line = QLineEdit()
    line.setAccessibleName(label)
    control = Control(line, lambda value: line.setText(", ".join(value)), parent)

    def told() -> None:
        control.changed.emit(tuple(part.strip() for part in line.text().split(",") if part.strip()))

    line.editingFinished.connect(told)
    return control


def _combo(choices: Sequence[Choice], label: str, parent: QObject) -> Control:
    combo = QComboBox()
    combo.setAccessibleName(label)
    combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    combo.setMinimumContentsLength(12)
    combo.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    calm(combo)
    for choice in choices:
        combo.addItem(plain(choice.text, 80), choice.value)
        if choice.note:
            combo.setItemData(combo.count() - 1, plain(choice.note), Qt.ItemDataRole.ToolTipRole)

    def put(value: str) -> None:
        if combo.findData(value) < 0:
            combo.addItem(plain(value, 80), value)
        combo.setCurrentIndex(combo.findData(value))

    control = Control(combo, put, parent)
    combo.currentIndexChanged.connect(lambda at: control.changed.emit(combo.itemData(at)))
    return control


def _set(label: str, parent: QObject) -> Control:
    """Check boxes for the formats; the value is a tuple in their order."""
    box = QWidget()
    layout = QGridLayout(box)  # two rows: one would be too wide where letters are large
    layout.setContentsMargins(0, 0, 0, 0)
    checks = {name: QCheckBox(name) for name in FORMATS}

    def put(value: Sequence[str]) -> None:
        for name, check in checks.items():
            check.blockSignals(True)
            check.setChecked(name in value)
            check.blockSignals(False)

    control = Control(box, put, parent)
    for place, (name, check) in enumerate(checks.items()):
        check.setAccessibleName(f"{label}: {name}")
        check.toggled.connect(
            lambda: control.changed.emit(tuple(name for name, check in checks.items() if check.isChecked()))
        )
        layout.addWidget(check, place // 3, place % 3)
    return control


def _colour(label: str, parent: QObject) -> Control:
    button = QPushButton()

    def put(value: str) -> None:
        shown = value or QCoreApplication.translate("SettingControls", "To suit the panel")
        button.setText(shown)
        button.setAccessibleName(f"{label}: {shown}")
        text = "#000000" if QColor(value).lightness() > 127 else "#ffffff"
        dress = f"QPushButton {{ background: {value}; color: {text}; }}"
        focus = f"QPushButton:focus {{ border: 3px solid {text}; }}"
        button.setStyleSheet(dress + focus if value else "")

    control = Control(button, put, parent)

    def pick(colour: QColor) -> None:
        put(colour.name())
        control.changed.emit(colour.name())

    def choose() -> None:
        dialog = QColorDialog(QColor(button.text() if button.text().startswith("#") else "#ffffff"), button.window())
        dialog.setOption(QColorDialog.ColorDialogOption.DontUseNativeDialog)
        dialog.setWindowTitle(label)
        dialog.colorSelected.connect(pick)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    button.clicked.connect(choose)
    return control


def _folder(label: str, browse: str, parent: QObject) -> Control:
    box = QWidget()
    line = QLineEdit()
    line.setAccessibleName(label)
    button = QPushButton(browse)
    layout = QHBoxLayout(box)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(line, 1)
    layout.addWidget(button)
    control = Control(box, line.setText, parent)

    def pick(folder: str) -> None:
        line.setText(folder)
        control.changed.emit(folder)

    def choose() -> None:
        dialog = QFileDialog(box.window(), label, line.text())
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(pick)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    button.clicked.connect(choose)
    line.editingFinished.connect(lambda: control.changed.emit(line.text().strip()))
    return control
