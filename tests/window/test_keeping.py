"""Whether a session is kept: chosen before or while it runs, said plainly, and for one session only."""

from __future__ import annotations

from pathlib import Path

from msgspec import structs
from pytestqt.qtbot import QtBot

from desktop.core.state import SessionState
from desktop.settings.schema import Settings
from desktop.ui.main_window import MainWindow
from desktop.ui.status_bar import StatusBar


def not_keeping() -> Settings:
    settings = Settings()
    return structs.replace(settings, transcripts=structs.replace(settings.transcripts, keep=False))


def keeping(window: MainWindow) -> bool:
    return window.keeping


def test_the_choice_is_told_and_counts_for_the_next_session(window: MainWindow, qtbot: QtBot) -> None:
    assert keeping(window)
    with qtbot.waitSignal(window.keep_toggled) as toggled:
        window.status.keep.click()
    assert toggled.args == [False]
    assert not keeping(window)
    window.show_settings(Settings())  # something else was changed
    assert not keeping(window)


def test_while_it_runs_the_status_says_what_will_happen(window: MainWindow) -> None:
    window.show_state(SessionState.CONNECTING)
    window.show_saved(Path("/home/a/Documents/Overtitle/Call.jsonl"), complete=False)
    window.status.keep.click()
    assert window.status.saved.whole == "Removed when captions stop"
    assert not window.status.saved.isEnabled()
    window.status.keep.click()
    assert "Saved as you speak" in window.status.saved.whole
    window.status.keep.click()
    window.show_state(SessionState.STOPPING)
    window.show_state(SessionState.STOPPED)
    window.show_unsaved()
    window.status.begin_again()
    assert window.status.saved.whole == "Nothing was kept of this session"
    assert keeping(window), "the choice was for one session"


def test_what_began_without_a_transcript_cannot_get_one(window: MainWindow) -> None:
    window.status.keep.click()
    window.show_state(SessionState.CONNECTING)
    assert not window.status.keep.isEnabled()
    window.show_state(SessionState.STOPPED)
    assert window.status.keep.isEnabled()


def test_the_settings_decide_for_every_session(window: MainWindow) -> None:
    window.show_settings(not_keeping())
    assert not keeping(window)
    window.status.keep.click()
    assert keeping(window)
    window.status.begin_again()
    assert not keeping(window)


def test_a_session_without_words_says_nothing(qtbot: QtBot) -> None:
    bar = StatusBar()
    qtbot.addWidget(bar)
    bar.show()
    bar.show_unsaved()
    assert not bar.saved.isVisible()


def test_while_captions_run_no_other_session_goes_on(window: MainWindow) -> None:
    window.show_state(SessionState.CONNECTING)
    assert not window.library.card.continue_button.isEnabled()
    window.show_state(SessionState.STOPPED)
    assert window.library.card.continue_button.isEnabled()
