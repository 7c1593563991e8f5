from __future__ import annotations

from msgspec import structs
from PySide6.QtGui import QGuiApplication

from desktop.core.message import say
from desktop.settings.controls import ShortcutSettings
from desktop.ui.shortcuts import keys
from desktop.ui.shortcuts.keys import Action, Bound


def test_every_action_has_a_setting_and_the_command_line_knows_them_all() -> None:
    from desktop.cli.main import KEYS

    assert tuple(Action) == ShortcutSettings.__struct_fields__ == KEYS


def test_the_defaults_work_beside_each_other() -> None:
    assert not keys.conflicts(ShortcutSettings())
    assert len(keys.usable(ShortcutSettings())) == len(Action)


def test_the_same_keys_twice_are_a_conflict_of_the_second(qapp: QGuiApplication) -> None:
    settings = ShortcutSettings(lock="Ctrl+Alt+X", mute="Ctrl+Alt+X")
    assert list(keys.conflicts(settings)) == ["mute"]
    assert "lock" in keys.usable(settings)
    assert "mute" not in keys.usable(settings)
    assert list(keys.sentences(settings, Bound({}))) == [
        "Mute me, or hear me again: Ctrl+Alt+X is already used for “Lock or unlock the caption bar”."
    ]


def test_a_letter_alone_would_be_taken_from_everybody() -> None:
    for alone in ("L", "Shift+L", "Space"):
        assert list(keys.conflicts(ShortcutSettings(lock=alone))) == ["lock"], alone
    assert not keys.conflicts(ShortcutSettings(lock="F9"))


def test_no_keys_at_all_are_no_conflict() -> None:
    none = structs.replace(ShortcutSettings(), lock="", mute="")
    assert not keys.conflicts(none)
    assert not {"lock", "mute"} & set(keys.usable(none))


def test_nonsense_in_the_file_is_told_and_not_asked_for() -> None:
    assert list(keys.conflicts(ShortcutSettings(bar="Ctrl+Nonsense"))) == ["bar"]


def test_what_the_system_refused_stands_beside_the_conflicts(qapp: QGuiApplication) -> None:
    bound = Bound({"mark": say("Test", "No.")}, say("Test", "About all."))
    lines = list(keys.sentences(ShortcutSettings(lock="L"), bound))
    assert lines[0] == "About all."
    assert lines[1] == "Mark this moment: No."
    assert lines[2].startswith("Lock or unlock the caption bar: L would be missing")
