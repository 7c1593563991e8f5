"""Whatever comes from outside is shown as it is spelled: in no window is any of it taken for rich text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from desktop.core.message import say
from desktop.transcripts.talk import Talk, talk_of
from desktop.transcripts.transcript import Transcript, Voice
from desktop.ui import theme
from desktop.ui.found_text import FoundLabel
from desktop.ui.session_card import NameField
from desktop.ui.text import tip
from desktop.ui.values import LibraryEntry
from tests.support import surfaces
from tests.support.surfaces import settle

TAGS = '<b>bold</b><img src="file:///etc/passwd" width=2000><a href="x">&amp;'

SHOWING = (
    *("window", "talking", "trouble", "library", "session", "trash", "listening", "remote", "missed", "question"),
    *("settings-audio", "account-amazon-transcribe"),
)
"""The windows that show something foreign."""


@pytest.fixture
def hostile(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything foreign in the windows is mark-up."""
    monkeypatch.setattr(surfaces, "DEVICES", tuple(replace(one, name=f"{TAGS} {one.name}") for one in surfaces.DEVICES))
    monkeypatch.setattr(surfaces, "TALK", tuple((lane, f"{TAGS} {text}") for lane, text in surfaces.TALK))
    monkeypatch.setattr(surfaces, "FOUND", tuple((kind, f"{TAGS} {text}") for kind, text in surfaces.FOUND))
    monkeypatch.setattr(surfaces, "say", lambda context, text: say(context, "{tags} {text}", tags=TAGS, text=text))
    monkeypatch.setattr(surfaces, "Voice", lambda lane, speaker, name: Voice(lane, TAGS, f"{TAGS} {name}"))
    monkeypatch.setattr(surfaces, "LibraryEntry", entry)

    def talk(told: Transcript) -> Talk:
        found = talk_of(told)
        return replace(found, lanes=tuple(replace(lane, label=TAGS) for lane in found.lanes))

    monkeypatch.setattr(surfaces, "talk_of", talk)


def entry(identity: str, title: str, *rest: Any, **more: Any) -> LibraryEntry:
    """As the library lists a session."""
    return LibraryEntry(identity, f"{TAGS}{title}", *rest, **more)


def rich(widget: QWidget) -> Iterator[str]:
    """What Qt may take for rich text below a widget: it looks for tags where nobody has said what it is."""
    for each in [widget, *widget.findChildren(QWidget)]:
        if "<" in each.toolTip():
            yield f"tool tip of {type(each).__name__} {each.accessibleName()[:40]!r}: {each.toolTip()[:80]!r}"
    for action in widget.findChildren(QAction):
        if "<" in action.toolTip():
            yield f"tool tip of an action: {action.toolTip()[:80]!r}"
    for label in widget.findChildren(QLabel):
        by_look = label.textFormat() is not Qt.TextFormat.PlainText
        if by_look and "<" in label.text() and not isinstance(label, FoundLabel):
            yield f"label {label.text()[:80]!r}"
    for box in widget.findChildren(QMessageBox):
        if box.textFormat() is not Qt.TextFormat.PlainText:
            yield f"message box {box.text()[:80]!r}"


@pytest.mark.parametrize("name", SHOWING)
def test_no_foreign_text_is_rich_text(name: str, qtbot: QtBot, hostile: None) -> None:
    shown = surfaces.surfaces()[name](theme.LIGHT)
    qtbot.addWidget(shown)
    shown.show()
    settle()
    assert not list(rich(shown))


def test_the_name_of_a_speaker_is_no_mark_up_in_a_tool_tip(qtbot: QtBot) -> None:
    field = NameField(f"Name of the speaker {TAGS}")
    qtbot.addWidget(field)
    assert not list(rich(field))


def test_a_tool_tip_is_never_rich_and_reads_as_before() -> None:
    assert "<" not in tip(TAGS)
    assert tip("You & them\n3 < 4") == "You & them\n3 ‹ 4"
