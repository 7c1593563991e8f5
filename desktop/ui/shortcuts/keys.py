"""The actions that have keys of their own, how keys are written, and which of them can't work."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from msgspec import structs
from PySide6.QtCore import QCoreApplication, QKeyCombination, Qt
from PySide6.QtGui import QKeySequence

from desktop.core.message import Message, say
from desktop.settings.controls import ShortcutSettings
from desktop.ui.setting_controls import fields_of
from desktop.ui.text import localise

_MODIFIERS = Qt.KeyboardModifier


class Action(StrEnum):
    """What a key does; the values are the names of the settings."""

    LOCK = "lock"
    BAR = "bar"
    START = "start"
    PAUSE = "pause"
    MUTE = "mute"
    MARK = "mark"
    NOTE = "note"
    MISS = "miss"


@dataclass(frozen=True, slots=True)
class Bound:
    """What has come of asking the system for keys."""

    refused: Mapping[str, Message]
    """By action: why its keys do not work."""
    about: Message | None = None
    """What concerns all of them."""


Told = Callable[[Bound], None]
Pressed = Callable[[str], None]


def combination(keys: str) -> QKeyCombination | None:
    """The first combination of `keys` as Qt writes them; None when there is none."""
    sequence = QKeySequence.fromString(keys, QKeySequence.SequenceFormat.PortableText)
    if sequence.isEmpty():
        return None
    first: QKeyCombination = sequence[0]  # type: ignore[index] # PySide6's stubs lack QKeySequence.__getitem__
    return None if first.key() in (Qt.Key.Key_unknown, Qt.Key(0)) else first


def has_modifier(keys: QKeyCombination) -> bool:
    """Whether the keys can belong to one program without taking a letter away from all the others."""
    shift = keys.keyboardModifiers() & ~_MODIFIERS.ShiftModifier & ~_MODIFIERS.KeypadModifier
    return bool(shift) or Qt.Key.Key_F1 <= keys.key() <= Qt.Key.Key_F35


def chosen(settings: ShortcutSettings) -> dict[str, str]:
    """The keys of each action that has any."""
    return {name: keys for name, keys in structs.asdict(settings).items() if keys}


def usable(settings: ShortcutSettings) -> dict[str, QKeyCombination]:
    """Those that can be asked for: they mean something, and the first who wants them gets them."""
    found: dict[str, QKeyCombination] = {}
    for name, keys in chosen(settings).items():
        wanted = combination(keys)
        if wanted is not None and has_modifier(wanted) and wanted not in found.values():
            found[name] = wanted
    return found


def conflicts(settings: ShortcutSettings) -> dict[str, Message]:
    """By action: why its keys can't be asked for."""
    taken: dict[QKeyCombination, str] = {}
    found: dict[str, Message] = {}
    labels = names()
    for name, keys in chosen(settings).items():
        wanted = combination(keys)
        if wanted is None or not has_modifier(wanted):
            found[name] = say(
                "Shortcuts", "{keys} would be missing everywhere else. Add Ctrl or Alt.", keys=native(keys)
            )
        elif wanted in taken:
            found[name] = say(
                "Shortcuts", "{keys} is already used for “{other}”.", keys=native(keys), other=labels[taken[wanted]]
            )
        else:
            taken[wanted] = name
    return found


def names() -> dict[str, str]:
    """What each action is called, in the language of the window."""
    return {field.name: localise(field.words.label) for field in fields_of("shortcuts", ShortcutSettings)}


def sentences(settings: ShortcutSettings, bound: Bound) -> Iterator[str]:
    """What a person should know about the keys, a line each; none when everything works."""
    if bound.about is not None:
        yield localise(bound.about)
    labels = names()
    for name, reason in {**bound.refused, **conflicts(settings)}.items():
        yield localise(say("Shortcuts", "{action}: {reason}", action=labels.get(name, name), reason=localise(reason)))


def taken_elsewhere(keys: QKeyCombination) -> Message:
    """The reason when another program has these keys."""
    written = QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
    return say("Shortcuts", "{keys} belongs to another program. Choose other keys.", keys=written)


def unknown_here(keys: QKeyCombination) -> Message:
    """The reason when this keyboard does not have the key."""
    written = QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
    return say("Shortcuts", "This keyboard has no {keys}. Choose other keys.", keys=written)


def native(keys: str) -> str:
    """Keys as this system and this language write them."""
    return QKeySequence.fromString(keys, QKeySequence.SequenceFormat.PortableText).toString(
        QKeySequence.SequenceFormat.NativeText
    )


def no_way() -> Message:
    """Where the system lends keys to no program."""
    return say(
        "Shortcuts",
        "This desktop lends no keys to programs. In its own keyboard settings, let keys run `overtitle --press lock`, "
        "bar, start, pause, mute, mark, note or miss.",
    )


def spoken(name: str) -> str:
    """What the desktop's own settings call an action."""
    return names().get(name, QCoreApplication.applicationName())
