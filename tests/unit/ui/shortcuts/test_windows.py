"""Hot keys of Windows, with a stand-in for user32: which are asked for, refused and given back."""

from __future__ import annotations

import ctypes

import pytest
from PySide6.QtGui import QGuiApplication

from desktop.ui.shortcuts import keys
from desktop.ui.shortcuts.keys import Bound
from desktop.ui.shortcuts.windows import WindowsKeys, _Message


class User32:
    def __init__(self, taken: int = 0) -> None:
        self.registered: dict[int, tuple[int, int]] = {}
        self.taken = taken

    def RegisterHotKey(self, window: None, number: int, mask: int, code: int) -> int:  # noqa: N802 - winuser.h
        if code == self.taken:
            return 0
        self.registered[number] = (mask, code)
        return 1

    def UnregisterHotKey(self, window: None, number: int) -> int:  # noqa: N802 - winuser.h
        return 1 if self.registered.pop(number, None) else 0

    def VkKeyScanW(self, character: ctypes.c_wchar) -> int:  # noqa: N802 - winuser.h
        return {"+": 0x01BB}.get(character.value, -1)


@pytest.fixture
def pressed(qapp: QGuiApplication) -> list[str]:
    return []


def bind(user32: User32, pressed: list[str], **wanted: str) -> tuple[WindowsKeys, Bound]:
    told: list[Bound] = []
    made = WindowsKeys(pressed.append, told.append, user32)
    made.bind({name: each for name, text in wanted.items() if (each := keys.combination(text)) is not None})
    return made, told[0]


def test_keys_are_registered_with_their_modifiers_and_without_repeats(pressed: list[str]) -> None:
    user32 = User32()
    made, bound = bind(user32, pressed, lock="Ctrl+Alt+Shift+L", bar="F9", mark="Ctrl+Meta++")
    assert bound == Bound({})
    assert list(user32.registered.values()) == [(0x4007, ord("L")), (0x4000, 0x78), (0x400A, 0xBB)]
    made.close()
    assert not user32.registered


def test_keys_of_another_program_are_refused_and_the_others_work(pressed: list[str]) -> None:
    user32 = User32(taken=ord("L"))
    made, bound = bind(user32, pressed, lock="Ctrl+Alt+L", mute="Ctrl+Alt+M", bar="Ctrl+ß")
    assert "belongs to another program" in str(bound.refused["lock"])
    assert "no Ctrl+ß" in str(bound.refused["bar"]).replace("ẞ", "ß")
    (number,) = user32.registered
    message = _Message(None, 0x0312, number)
    assert made.nativeEventFilter(b"windows_generic_MSG", ctypes.addressof(message)) == (False, 0)
    other = _Message(None, 0x0100, number)
    made.nativeEventFilter(b"windows_generic_MSG", ctypes.addressof(other))
    assert pressed == ["mute"]
    made.close()
