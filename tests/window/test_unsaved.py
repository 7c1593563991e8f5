"""A session that came to nothing leaves no path behind in the window."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from desktop.session.events import Saved
from desktop.settings.schema import Settings
from desktop.ui.main_window import MainWindow
from desktop.ui.theme import LIGHT


def test_a_session_that_came_to_nothing_leaves_no_path(qtbot: QtBot, tmp_path: Path) -> None:
    window = MainWindow(LIGHT, Settings())
    qtbot.addWidget(window)
    window.on_event(Saved(tmp_path / "2026-11-21 Call.jsonl", complete=False))
    assert "Call" in window.windowTitle()
    assert window.status.saved.isVisibleTo(window)
    window.show_unsaved()
    assert window.windowTitle() == "Overtitle"
    assert not window.status.saved.isVisibleTo(window)
