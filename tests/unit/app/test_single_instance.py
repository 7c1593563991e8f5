"""A later start hands its wish to the first one."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from uuid import uuid4

import pytest
from pytestqt.qtbot import QtBot

from desktop.app.single_instance import SingleInstance


@pytest.fixture
def first(qtbot: QtBot) -> Iterator[SingleInstance]:
    made = SingleInstance(f"overtitle-test-{uuid4().hex[:8]}")
    assert made.is_first()
    yield made
    made.close()


def hand_over(name: str, wish: str | None = None) -> threading.Thread:
    """A second start; in a thread, because it waits for the first one."""

    def start() -> None:
        second = SingleInstance(name)
        assert not (second.is_first() if wish is None else second.is_first(wish))

    thread = threading.Thread(target=start)
    thread.start()
    return thread


def test_a_second_start_wants_to_see_the_window(first: SingleInstance, qtbot: QtBot) -> None:
    with qtbot.waitSignal(first.asked), qtbot.assertNotEmitted(first.pressed):
        thread = hand_over(first._name)
    thread.join()


def test_a_second_start_can_press_a_key(first: SingleInstance, qtbot: QtBot) -> None:
    with qtbot.waitSignal(first.pressed) as pressed, qtbot.assertNotEmitted(first.asked):
        thread = hand_over(first._name, "lock")
    thread.join()
    assert pressed.args == ["lock"]


def test_alone_there_is_nobody_to_press_for(qtbot: QtBot) -> None:
    assert not SingleInstance(f"overtitle-test-{uuid4().hex[:8]}").hand_over("lock")
