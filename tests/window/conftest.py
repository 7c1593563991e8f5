"""The window, filled with what a first user has; offscreen where there is no display."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

if sys.platform == "linux" and not os.environ.get("DISPLAY"):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from desktop.core.audio import Device, SourceKind
from desktop.core.message import say
from desktop.settings.schema import Settings
from desktop.ui.main_window import MainWindow
from desktop.ui.theme import LIGHT
from desktop.ui.values import ProviderEntry

DEVICES = [
    Device("mic-1", "Built-in microphone", SourceKind.MICROPHONE, default=True),
    Device("mic-2", "USB <b>headset</b>", SourceKind.MICROPHONE),
    Device("sys-1", "Built-in audio", SourceKind.SYSTEM, default=True),
]
PROVIDERS = [
    ProviderEntry(
        "on-device", say("Test", "On this computer"), False, ("en-US", "en-GB"), say("Test", "Nothing leaves.")
    ),
    ProviderEntry("cloud", say("Test", "Cloud"), True, ("en-US", "fr-FR"), say("Test", "Sound is sent to Cloud.")),
]


def pytest_itemcollected(item: pytest.Item) -> None:
    """Where there is no window manager, Qt says so whenever a window is shown."""
    item.add_marker(pytest.mark.qt_log_ignore("This plugin does not support"))


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def window(qtbot: QtBot, clock: Callable[[], float]) -> MainWindow:
    made = MainWindow(LIGHT, Settings(), clock=clock)
    qtbot.addWidget(made)
    made.show_devices(DEVICES)
    made.show_providers(PROVIDERS)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)  # keys of a window work only there
    return made
