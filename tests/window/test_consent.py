"""The reminder to tell the others: once a session, with words to copy, and gone for good when asked."""

from __future__ import annotations

import pytest
from msgspec import structs
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from desktop.app.consent import Consent
from desktop.core.audio import SourceKind
from desktop.providers import discover
from desktop.session.service import LaneSpec, Service
from desktop.session.session import Session
from desktop.settings.schema import Settings
from desktop.ui.main_window import MainWindow
from tests.support.beacon import BeaconSource


def session(*kinds: SourceKind, live: bool = True) -> Session:
    sources = [BeaconSource(1, id=kind.value, kind=kind, live=live) for kind in kinds]
    lanes = [LaneSpec(source.id, source.id, source) for source in sources]
    return Session(lanes, Service(discover()["on-device"], "en-US"), open_ended=True)


class Chosen:
    """The settings that hold."""

    def __init__(self, window: MainWindow) -> None:
        self.settings = Settings()
        window.settings_changed.connect(self.take)

    def take(self, settings: Settings) -> None:
        self.settings = settings


@pytest.fixture
def chosen(window: MainWindow) -> Chosen:
    return Chosen(window)


@pytest.fixture
def consent(window: MainWindow, chosen: Chosen) -> Consent:
    return Consent(window, lambda: chosen.settings)


def test_the_other_side_is_a_reason_to_be_reminded(window: MainWindow, consent: Consent) -> None:
    strip = window.consent
    assert strip.isHidden()
    consent.begin(session(SourceKind.MICROPHONE, SourceKind.SYSTEM))
    assert not strip.isHidden()
    assert "on my computer" in strip.sentence.text()
    assert "I keep the text" in strip.sentence.text()
    strip.copy.click()
    copied = QGuiApplication.clipboard().text()
    assert copied.startswith("I use live captions")
    assert copied in strip.sentence.text()
    assert not strip.isHidden()
    consent.end()
    assert strip.isHidden()


def test_what_is_to_be_said_names_the_sound_where_that_is_kept(
    window: MainWindow, consent: Consent, chosen: Chosen
) -> None:
    kept = structs.replace(chosen.settings.transcripts, keep_sound=True)
    chosen.settings = structs.replace(chosen.settings, transcripts=kept)
    consent.begin(session(SourceKind.SYSTEM))
    assert "I record sound and text" in window.consent.sentence.text()
    consent.end()
    window.status.keep.setChecked(False)
    consent.begin(session(SourceKind.SYSTEM))
    assert "nothing is kept" in window.consent.sentence.text()


@pytest.mark.parametrize("kinds", [(SourceKind.MICROPHONE,), ()])
def test_nobody_else_is_there_to_be_told(window: MainWindow, consent: Consent, kinds: tuple[SourceKind, ...]) -> None:
    consent.begin(session(*kinds))
    assert window.consent.isHidden()


def test_a_recording_is_no_call(window: MainWindow, consent: Consent) -> None:
    consent.begin(session(SourceKind.SYSTEM, live=False))
    assert window.consent.isHidden()


def test_a_caller_is_a_reason_once_a_session(window: MainWindow, consent: Consent) -> None:
    consent.begin(session())
    window.calls.show_waiting("ws://127.0.0.1:8765")
    assert window.consent.isHidden()
    window.calls.show_callers(["203.0.113.7:4000"])
    assert not window.consent.isHidden()
    window.consent.dismiss.click()
    assert window.consent.isHidden()
    window.calls.show_waiting("ws://127.0.0.1:8765")
    window.calls.show_callers(["203.0.113.7:4001"])
    assert window.consent.isHidden()


def test_what_was_told_is_noted_in_the_transcript(window: MainWindow, consent: Consent, qtbot: QtBot) -> None:
    consent.begin(session(SourceKind.SYSTEM))
    with qtbot.waitSignal(window.mark_requested) as marked:
        window.consent.told.click()
    assert marked.args == ["The others were told of the captions"]
    assert window.consent.isHidden()


def test_gone_for_good_and_back_by_the_settings(window: MainWindow, consent: Consent, chosen: Chosen) -> None:
    consent.begin(session(SourceKind.SYSTEM))
    window.consent.never.click()
    assert not chosen.settings.transcripts.remind
    consent.end()
    consent.begin(session(SourceKind.SYSTEM))
    assert window.consent.isHidden()
    chosen.settings = structs.replace(
        chosen.settings, transcripts=structs.replace(chosen.settings.transcripts, remind=True)
    )
    consent.begin(session(SourceKind.SYSTEM))
    assert not window.consent.isHidden()


def test_the_words_are_true(window: MainWindow) -> None:
    window.consent.remind(sound=False, kept=False, private=False)
    assert "online service" in window.consent.sentence.text()
    assert "I keep nothing" in window.consent.sentence.text()
