"""The bar for everyone: names of all controls, announcements, right-to-left scripts, measured contrast."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QRect
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QAccessibleInterface, QColor, QImage, QPainter
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QPlainTextEdit
from pytestqt.qtbot import QtBot

from desktop.settings.schema import OverlaySettings
from desktop.ui import theme
from desktop.ui.overlay import Overlay
from desktop.ui.overlay.presets import MADE_FOR, SCHEMES
from tests.window.overlay_talk import Talk, columns, picture, rows

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")  # what the offscreen platform can't do


@pytest.fixture
def overlay(qtbot: QtBot) -> Iterator[Overlay]:
    one = Overlay(theme.LIGHT, OverlaySettings(opacity=100, lines=3, reading_speed=0))
    qtbot.addWidget(one)
    one.set_reduce_motion(True)
    with qtbot.waitExposed(one):
        one.show()
    yield one
    one.hide()


def walk(interface: QAccessibleInterface) -> Iterator[QAccessibleInterface]:
    yield interface
    for number in range(interface.childCount()):
        child = interface.child(number)
        if child is not None:
            yield from walk(child)


def test_every_control_of_the_bar_and_its_panel_is_named(overlay: Overlay) -> None:
    overlay._hover(True)
    overlay.open_history(missed=False)
    wanted = {QAccessible.Role.Button, QAccessible.Role.EditableText, QAccessible.Role.PushButton}
    for root in (overlay, overlay.history):
        found = [one for one in walk(QAccessible.queryAccessibleInterface(root)) if one.role() in wanted]
        assert len(found) >= 4
        assert all(one.text(QAccessible.Text.Name) for one in found)
    controls = overlay.findChildren(QAbstractButton) + overlay.findChildren(QLineEdit)
    assert all(one.accessibleName() or getattr(one, "text", str)() for one in controls)
    assert all(one.accessibleName() for one in overlay.findChildren(QPlainTextEdit))


# Announcements


@pytest.fixture
def announced(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    said: list[str] = []

    def note(event: QAccessibleAnnouncementEvent) -> None:
        said.append(event.message())

    monkeypatch.setattr(QAccessible, "updateAccessibility", note)
    return said


def test_finished_sentences_are_announced_at_the_pace_that_was_chosen(overlay: Overlay, announced: list[str]) -> None:
    overlay.apply(replace(overlay.settings, announce=True, announce_pause=5))
    talk = Talk(overlay)
    talk.say("Not yet", "1")
    talk.say("It is done.", "1", final=True)
    talk.say("Is it?", "2", lane="you", final=True)
    talk.say("Yes.", "3", final=True)
    talk.say("Really.", "4", final=True)
    assert announced == ["Them: It is done."]
    pause = overlay.captions._announcer._pause
    assert pause.interval() == 5_000
    pause.timeout.emit()
    assert announced[1:] == ["You: Is it? Them: Yes. Really."]
    pause.timeout.emit()
    assert len(announced) == 2, "silence is not announced"


def test_nothing_is_announced_unless_it_was_asked_for(overlay: Overlay, announced: list[str]) -> None:
    talk = Talk(overlay)
    talk.say("It is done.", final=True)
    overlay.apply(replace(overlay.settings, announce=True, announce_pause=9))
    talk.say("One.", "2", final=True)
    talk.say("Two.", "3", final=True)
    overlay.apply(replace(overlay.settings, announce=False))
    assert not overlay.captions._announcer._pause.isActive()
    assert announced == ["Them: One."]


# Scripts


def ink(image: QImage, area: QRect, colour: QColor) -> list[int]:
    return columns(image.copy(area), lambda seen: seen == colour)


def test_arabic_and_hebrew_stand_at_the_right_and_grow_to_the_left(overlay: Overlay) -> None:
    talk, look = Talk(overlay), overlay.captions.look
    end = look.text_left + look.text_width(overlay.captions.width())
    for number, text in enumerate(("مرحبا بكم في الاجتماع", "שלום לכולם וברוכים הבאים")):
        talk.say(text, str(number), lane=("you", "them")[number], final=True)
    image = picture(overlay)
    for row in range(2):
        area = QRect(0, look.text_top + row * look.line_height, image.width(), look.line_height)
        found = [x for x in ink(image, area, look.text) if x > look.text_left]
        assert end - 8 <= max(found) <= end
        assert min(found) > look.text_left + 40


def test_committed_hebrew_words_do_not_move_when_others_follow(overlay: Overlay) -> None:
    talk, look = Talk(overlay), overlay.captions.look
    talk.say("שלום לכולם", stable=10)
    before = picture(overlay)
    talk.say("שלום לכולם וברוכים", stable=10)
    after = picture(overlay)
    end = look.text_left + look.text_width(overlay.captions.width())
    wide = int(look.measure("שלום לכולם"))
    area = QRect(end - wide, look.text_top, wide, look.line_height)
    assert before.copy(area) == after.copy(area)
    assert before != after


def test_a_row_that_begins_with_a_latin_name_stays_part_of_its_hebrew_sentence(overlay: Overlay) -> None:
    talk, look = Talk(overlay), overlay.captions.look
    words = "שלום " * 40
    talk.say(words + "Overtitle Overtitle", final=True)
    rows(overlay)
    last = overlay.captions._rows_on_show()[-1]
    image = picture(overlay)
    area = QRect(
        0, look.text_top + (overlay.captions.look.lines - 1) * look.line_height, image.width(), look.line_height
    )
    found = [x for x in ink(image, area, look.text) if x > look.text_left]
    end = look.text_left + look.text_width(overlay.captions.width())
    assert last.text.endswith("Overtitle")
    assert max(found) >= end - 8


def test_your_words_stand_at_the_right_when_the_sides_are_apart(overlay: Overlay) -> None:
    overlay.apply(replace(overlay.settings, sides="apart", lines=2))
    talk, look = Talk(overlay), overlay.captions.look
    talk.say("Here.", "1", lane="you", final=True)
    talk.say("There.", "1", lane="them", final=True)
    image = picture(overlay)
    for row, (lane, at_right) in enumerate(((look.lanes[0], True), (look.lanes[1], False))):
        area = QRect(0, look.text_top + row * look.line_height, image.width(), look.line_height)
        coloured = ink(image, area, lane)
        assert (min(coloured) > image.width() / 2) == at_right


def test_speakers_are_named_when_a_provider_tells_them_apart(overlay: Overlay) -> None:
    talk = Talk(overlay)
    talk.say("Good morning to all of you.", "1", final=True, speaker="spk_0")
    talk.say("Good morning, Ana.", "2", final=True, speaker="Ana")
    talk.say("And me.", "3", final=True)
    rows(overlay)
    names = [overlay.captions._canvas._names(row.lane, row.speaker).text() for row in overlay.captions._rows_on_show()]
    assert names == ["Them 0", "Ana", "Them"]
    overlay.apply(replace(overlay.settings, speakers=False))
    before = picture(overlay)
    talk.say("Quite.", "4", final=True, speaker="Ana")
    assert picture(overlay) != before


# Contrast


def over(image: QImage, below: str) -> QImage:
    made = QImage(image.size(), QImage.Format.Format_RGB32)
    made.fill(QColor(below))
    painter = QPainter(made)
    painter.drawImage(0, 0, image)
    painter.end()
    return made


def strongest(image: QImage, ground: str) -> float:
    """The contrast of the pixel in the area that differs most from its ground: the inside of a stroke."""
    seen = {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}
    return max(theme.contrast(colour, ground) for colour in seen)


@pytest.mark.parametrize("below", ["#ffffff", "#000000", "#4d7aa0"])
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("preset", ["bottom", "corner", "large"])
def test_names_certain_and_uncertain_words_reach_the_contrast_on_the_screen(
    overlay: Overlay, preset: str, scheme: str, below: str
) -> None:
    settings = OverlaySettings(preset=preset, reading_speed=0, **MADE_FOR[preset], **SCHEMES[scheme])  # type: ignore[arg-type]  # settings by name
    overlay.apply(replace(settings, lines=2))
    talk, look = Talk(overlay), overlay.captions.look
    talk.say("MMMM HHHH", stable=4)
    image = over(picture(overlay), below)
    ground = image.pixelColor(image.width() - 30, image.height() - 20).name()
    row = QRect(look.text_left, look.text_top, round(look.measure("MMMM")), look.line_height)
    tail = QRect(row.right() + 8, row.top(), round(look.measure("HHHH")), look.line_height)
    name = QRect(look.label_left, look.text_top, look.label_width, look.line_height)
    for area in (row, tail, name):
        assert strongest(image.copy(area), ground) >= 4.5


@pytest.mark.parametrize("below", ["#ffffff", "#000000"])
@pytest.mark.parametrize("changes", [{"opacity": 0}, {"opacity": 40}, {"backing": "box", "opacity": 30}])
def test_thin_panels_bring_a_ground_for_their_letters(overlay: Overlay, changes: dict[str, object], below: str) -> None:
    overlay.apply(replace(overlay.settings, **changes))
    talk, look = Talk(overlay), overlay.captions.look
    talk.say("MMMM", final=True)
    image = over(picture(overlay), below)
    area = QRect(look.text_left, look.text_top, round(look.measure("MMMM")), look.line_height)
    seen = {image.copy(area).pixelColor(x, y).name() for x in range(area.width()) for y in range(area.height())}
    assert look.text.name() in seen
    assert max(theme.contrast(look.text.name(), other) for other in seen) >= 4.5


@pytest.mark.parametrize("scheme", SCHEMES)
def test_what_was_said_reaches_the_contrast_on_the_screen(overlay: Overlay, scheme: str) -> None:
    overlay.apply(replace(overlay.settings, **SCHEMES[scheme]))
    talk = Talk(overlay)
    talk.say("MMMM HHHH", "1", lane="you", final=True)
    talk.say("MMMM HHHH", "2", lane="them", final=True)
    overlay.open_history(missed=False)
    history = overlay.history
    image = over(history.grab().toImage(), "#808080")
    ground = image.pixelColor(image.width() - 40, image.height() // 2).name()
    assert ground == overlay.settings.panel_colour
    parts = [history._title, history.note, history.mark, history.copy_all, history.shut]
    areas = [part.geometry().adjusted(6, 6, -6, -6) for part in parts]
    words = history.words.geometry()
    line = history.words.fontMetrics().lineSpacing()
    for row in range(2):
        top = words.top() + 4 + row * line
        areas.append(QRect(words.left() + 4, top, history.words.fontMetrics().horizontalAdvance("You"), line))
    for area in areas:
        own = image.pixelColor(area.topLeft()).name()
        assert strongest(image.copy(area), own) >= 4.5


def test_the_dot_beside_a_sentence_warns_only_when_something_is_wrong(overlay: Overlay) -> None:
    overlay.set_status("You: Quiet", calm=True)
    dots = []
    for calm in (True, False):
        overlay.set_status("You: Quiet", calm=calm)
        image = overlay.status.grab().toImage()
        dots.append(image.pixelColor(12, image.height() // 2))
    assert dots in ([QColor(each.ok), QColor(each.warn)] for each in (theme.LIGHT, theme.DARK))
    assert overlay.status.accessibleName() == "You: Quiet", "the colour says nothing that the words don't"
