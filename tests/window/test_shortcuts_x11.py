"""Keys on a real X server, pressed while another program's window has the keyboard."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.ui.shortcuts import keys
from desktop.ui.shortcuts.keys import Bound
from desktop.ui.shortcuts.x11 import X11Keys, keysym
from tests.support.desktop import give_keyboard, wait_until, xdotool

pytestmark = pytest.mark.desktop


class Asked:
    def __init__(self) -> None:
        self.pressed: list[str] = []
        self.told: list[Bound] = []
        self.keys = X11Keys(self.pressed.append, self.told.append)

    def bind(self, **wanted: str) -> Bound:
        self.keys.bind({name: each for name, text in wanted.items() if (each := keys.combination(text)) is not None})
        return self.told[-1]


@pytest.fixture
def one(qtbot: QtBot) -> Iterator[Asked]:
    made = Asked()
    yield made
    made.keys.close()


@pytest.fixture
def other_window() -> Iterator[subprocess.Popen[str]]:
    """Another program, with the keyboard; it prints what it is typed."""
    with subprocess.Popen(["xev", "-event", "keyboard"], stdout=subprocess.PIPE, text=True, bufsize=1) as program:
        wait_until(lambda: bool(find_tester()), "the window of the other program")
        give_keyboard(find_tester())
        yield program
        program.terminate()


def find_tester() -> str:
    return xdotool("search", "--onlyvisible", "--name", "^Event Tester$").partition("\n")[0]


def test_keys_work_while_another_window_has_the_keyboard_and_it_does_not_get_them(
    one: Asked, other_window: subprocess.Popen[str], qtbot: QtBot
) -> None:
    assert one.bind(lock="Ctrl+Alt+Shift+L", mute="F9") == Bound({})
    xdotool("key", "ctrl+alt+shift+l", "key", "ctrl+alt+l", "key", "F9", "key", "x")
    qtbot.waitUntil(lambda: len(one.pressed) == 2)
    assert one.pressed == ["lock", "mute"]
    other_window.terminate()
    typed = other_window.communicate(timeout=60)[0]
    assert "keysym 0x78, x" in typed
    assert "F9" not in typed


def test_a_key_that_is_held_counts_once(one: Asked, qtbot: QtBot) -> None:
    one.bind(lock="F9", mute="F10")
    xdotool("keydown", "F9", "sleep", "1", "keyup", "F9", "key", "F10")
    qtbot.waitUntil(lambda: "mute" in one.pressed)
    assert one.pressed == ["lock", "mute"]


def test_num_lock_and_caps_lock_change_nothing(one: Asked, qtbot: QtBot) -> None:
    one.bind(lock="Ctrl+Alt+Shift+L")
    xdotool("key", "Num_Lock", "key", "Caps_Lock", "key", "ctrl+alt+shift+l", "key", "Caps_Lock", "key", "Num_Lock")
    qtbot.waitUntil(lambda: one.pressed == ["lock"])


def test_keys_of_another_program_are_refused_until_it_gives_them_back(one: Asked) -> None:
    first = Asked()
    assert first.bind(lock="Ctrl+Alt+Shift+L") == Bound({})
    bound = one.bind(lock="Ctrl+Alt+Shift+L", mute="F9")
    assert list(bound.refused) == ["lock"]
    assert "belongs to another program" in str(bound.refused["lock"])
    first.keys.close()
    assert one.bind(lock="Ctrl+Alt+Shift+L") == Bound({})


def test_other_keys_take_the_place_of_those_before(one: Asked, qtbot: QtBot) -> None:
    one.bind(lock="F9")
    one.bind(lock="F10")
    xdotool("key", "F9", "key", "F10")
    qtbot.waitUntil(lambda: bool(one.pressed))
    assert one.pressed == ["lock"]


def test_a_key_that_this_keyboard_lacks_is_told(one: Asked) -> None:
    assert "no " in str(one.bind(lock="Ctrl+Ж").refused["lock"])


def test_characters_and_named_keys_have_their_keysyms() -> None:
    assert keysym(Qt.Key.Key_L) == ord("l")
    assert keysym(Qt.Key.Key_F12) == 0xFFC9
    assert keysym(Qt.Key.Key_PageUp) == 0xFF55
    assert keysym(ord("Ж")) == 0x01000436
