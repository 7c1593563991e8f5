from __future__ import annotations

from collections.abc import Mapping

import pytest
from PySide6.QtCore import QKeyCombination
from pytestqt.qtbot import QtBot

from desktop.core.message import say
from desktop.settings.controls import ShortcutSettings
from desktop.ui.shortcuts import hub, keys
from desktop.ui.shortcuts.keys import Bound, Pressed, Told


class Keyboard:
    def __init__(self, pressed: Pressed, told: Told) -> None:
        self.pressed, self.told = pressed, told
        self.bound: list[list[str]] = []
        self.closed = False

    def bind(self, wanted: Mapping[str, QKeyCombination]) -> None:
        self.bound.append(list(wanted))
        self.told(Bound({"bar": say("Test", "No.")}))

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[Keyboard]:
    keyboards: list[Keyboard] = []

    def this_system(pressed: Pressed, told: Told) -> Keyboard:
        keyboards.append(Keyboard(pressed, told))
        return keyboards[-1]

    monkeypatch.setattr(hub, "this_system", this_system)
    return keyboards


def test_the_system_is_asked_again_only_when_the_keys_have_changed(made: list[Keyboard], qtbot: QtBot) -> None:
    shortcuts = hub.Shortcuts()
    with qtbot.waitSignal(shortcuts.changed):
        shortcuts.apply(ShortcutSettings())
    shortcuts.apply(ShortcutSettings())
    shortcuts.apply(ShortcutSettings(lock="", bar=""))
    (keyboard,) = made
    assert len(keyboard.bound) == 2
    assert "lock" not in keyboard.bound[1]
    assert list(shortcuts.bound.refused) == ["bar"]
    with qtbot.waitSignal(shortcuts.pressed) as pressed:
        keyboard.pressed("mark")
    assert pressed.args == ["mark"]
    shortcuts.close()
    assert keyboard.closed


def test_where_no_way_is_known_that_is_said(qtbot: QtBot) -> None:
    told: list[Bound] = []
    nobody = hub.Nobody(lambda _action: None, told.append)
    wanted = keys.usable(ShortcutSettings())
    nobody.bind(wanted)
    nobody.bind({})
    assert told[0].about is not None
    assert "overtitle --press lock" in str(told[0].about)
    assert told[1].about is None
