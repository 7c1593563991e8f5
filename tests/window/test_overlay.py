"""The caption bar without a desktop: what it paints, how often, and what its controls do."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QEnterEvent, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication
from pytestqt.qtbot import QtBot

from desktop.core.state import SessionState
from desktop.session.events import LevelChanged, StateChanged
from desktop.settings.schema import OverlaySettings
from desktop.ui import theme
from desktop.ui.overlay import Overlay, captions
from desktop.ui.overlay.look import MAX_LINES
from tests.window.overlay_talk import Talk, picture

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")  # what the offscreen platform can't do

SETTINGS = OverlaySettings(text_colour="#ffffff", panel_colour="#000000", opacity=100, lines=4, reading_speed=0)


@pytest.fixture
def overlay(qtbot: QtBot) -> Iterator[Overlay]:
    one = Overlay(theme.LIGHT, SETTINGS)
    qtbot.addWidget(one)
    one.set_reduce_motion(True)
    with qtbot.waitExposed(one):
        one.show()
    yield one
    one.hide()


@pytest.fixture
def talk(overlay: Overlay) -> Talk:
    return Talk(overlay)


def rows(overlay: Overlay) -> list[str]:
    picture(overlay)
    return [row.text for row in overlay.captions._flow.shown()]


def columns(image: QImage, colour: QColor) -> list[int]:
    """Where a column has pixels of exactly this colour."""
    wanted = colour.rgb()
    return [x for x in range(image.width()) if any(image.pixel(x, y) == wanted for y in range(0, image.height(), 2))]


def test_certain_words_are_solid_and_uncertain_ones_dim(talk: Talk, overlay: Overlay) -> None:
    talk.say("You will have it soon", stable=8)
    image, look = picture(overlay), overlay.captions.look
    solid, dim = columns(image, look.text), columns(image, look.dim)
    assert solid
    assert dim
    assert look.text_left <= min(solid)
    assert max(solid) < min(dim)
    talk.say("You will have it soon", stable=0, final=True)
    assert len(columns(picture(overlay), look.dim)) < len(dim) / 4  # smooth edges of solid letters may hit the colour


def test_committed_words_do_not_move_by_a_pixel(talk: Talk, overlay: Overlay) -> None:
    talk.say("You will have it befor", stable=17)
    before, look = picture(overlay), overlay.captions.look
    talk.say("You will have it before five o’clock, and the office will be in copy", stable=24)
    after = picture(overlay)
    width = look.text_left + int(look.measure("You will have it"))
    area = QRect(look.text_left, look.text_top, width - look.text_left, look.line_height)
    assert before.copy(area) == after.copy(area)
    assert before != after


def test_the_lane_is_named_and_coloured(talk: Talk, overlay: Overlay) -> None:
    talk.say("Yes.", "1", lane="you")
    talk.say("Good.", "1", lane="them")
    image, look = picture(overlay), overlay.captions.look
    for row, lane in enumerate(look.lanes[:2]):
        strip = image.copy(0, look.text_top + row * look.line_height, look.text_left, look.line_height)
        painted = columns(strip, lane)
        assert min(painted) <= look.bar_left + 1
        assert max(painted) > look.label_left


def test_markup_is_shown_as_it_is(talk: Talk, overlay: Overlay) -> None:
    talk.say("<b>x</b><img src='file:///etc/passwd' width=2000>", final=True)
    assert rows(overlay)[0].startswith("<b>x</b><img")
    look = overlay.captions.look
    assert max(columns(picture(overlay), look.text)) > look.text_left + look.measure("<b>x</b>")


@pytest.mark.parametrize(
    "text",
    [
        "\x1b[2J\x00\u202eevil\u2066",
        "\ud800 lone",
        "x" * 100_000,
        "e" + "\u0301" * 5_000,
        "שלום OK 会议 👩\u200d👩\u200d👧",
        " ",
    ],
)
@pytest.mark.parametrize("opacity", [0, 100])
def test_hostile_and_foreign_text_is_survived(overlay: Overlay, text: str, opacity: int) -> None:
    overlay.apply(OverlaySettings(opacity=opacity, lines=6))
    talk = Talk(overlay)
    talk.say(text, stable=3)
    talk.say(text + " more", final=True)
    assert not {"\x1b", "\u202e", "\ud800"} & set("".join(rows(overlay)))


def test_a_flood_is_one_paint(talk: Talk, overlay: Overlay, qtbot: QtBot) -> None:
    painted: list[float] = []
    overlay.captions.painted.connect(painted.append)
    for count in range(1_000):
        talk.say(" ".join(["word"] * (count % 40 + 1)))
    assert painted == []
    qtbot.waitUntil(lambda: len(painted) > 0)
    assert rows(overlay)[-1].endswith("word")
    assert len([delay for delay in painted if delay]) == 1


def test_paints_keep_a_distance_of_one_frame(talk: Talk, overlay: Overlay, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1_000_000.0
    monkeypatch.setattr(captions, "perf_counter", lambda: now)
    laid_out: list[float] = []
    lay_out = overlay.captions._on_frame

    def on_frame() -> None:
        laid_out.append(now)
        lay_out()

    monkeypatch.setattr(overlay.captions, "_on_frame", on_frame)
    waits = []
    for text in ("first", "second", "third", "fourth"):
        talk.say(text)
        waits.append(overlay.captions._frame.interval())
        assert rows(overlay) == [text]
    assert waits == [0, 0, 17, 34], "one may take the place of the next frame, no more"
    assert len(laid_out) == 2, "those that are due are laid out at once, the others wait for their frame"
    now += 1.0
    talk.say("fifth")
    assert laid_out[-1] == now


def test_only_the_rows_that_changed_are_painted(talk: Talk, overlay: Overlay, qtbot: QtBot) -> None:
    talk.say("This one is done and stays as it is for good.", "1", lane="you", final=True)
    talk.say("This", "2")
    picture(overlay)
    areas: list[QRect] = []
    overlay.captions.update = areas.append  # type: ignore[assignment, method-assign]  # what Qt is asked for
    numbers = itertools.count()

    def say_more() -> bool:
        """Once may not do: a paint of everything, when the desktop asks for one late, leaves nothing to be painted."""
        talk.say(f"This {next(numbers)}", "2")
        return len(areas) > 0

    qtbot.waitUntil(say_more)
    look = overlay.captions.look
    last = len(overlay.captions._flow.shown()) - 1
    assert areas[0] == QRect(
        0,
        look.text_top + last * look.line_height - look.overhang,
        overlay.captions.width(),
        look.line_height + 2 * look.overhang,
    )


def test_other_events_paint_nothing(talk: Talk, overlay: Overlay) -> None:
    overlay.on_event(LevelChanged("you", -20.0, voiced=True))
    overlay.on_event(StateChanged(SessionState.LIVE))
    assert not overlay.captions._asked_at


def test_a_row_slides_up_unless_motion_is_reduced(talk: Talk, overlay: Overlay, qtbot: QtBot) -> None:
    text = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen " * 3
    talk.say(text, "1", final=True)
    rows(overlay)
    assert not overlay.captions._is_sliding()
    overlay.set_reduce_motion(False)
    talk.say(text, "2", lane="you", final=True)
    rows(overlay)
    assert overlay.captions._is_sliding()
    qtbot.waitUntil(lambda: not overlay.captions._is_sliding())
    assert overlay.captions._position() == overlay.captions._flow.top


def test_words_stay_through_pauses_and_go_some_time_after_the_end(talk: Talk, overlay: Overlay) -> None:
    talk.say("still here", final=True)
    overlay.on_event(StateChanged(SessionState.STOPPED, lane="them"))
    assert not overlay.captions._fade.isActive()
    overlay.on_event(StateChanged(SessionState.STOPPED))
    assert overlay.captions._fade.isActive()
    assert rows(overlay) == ["still here"]
    overlay.captions._fade.timeout.emit()
    assert rows(overlay) == []


def test_a_hidden_bar_follows_nothing_and_catches_up(talk: Talk, overlay: Overlay, qtbot: QtBot) -> None:
    overlay.hide()
    for number in range(50):
        talk.say(f"sentence {number}.", str(number), final=True)
    assert not overlay.captions._waiting
    with qtbot.waitExposed(overlay):
        overlay.show()
    assert rows(overlay)[-1].endswith("sentence 49.")


def test_screen_readers_get_finals_as_plain_text(talk: Talk, overlay: Overlay, qtbot: QtBot) -> None:
    talk.say("Not yet", "1")
    picture(overlay)
    assert overlay.captions.spoken_text() == ""
    talk.say("It is <i>done</i>.", "1", final=True)
    picture(overlay)
    qtbot.waitUntil(lambda: overlay.captions.spoken_text() == "Them: It is <i>done</i>.")
    assert overlay.accessibleName()
    overlay.clear()
    qtbot.waitUntil(lambda: overlay.captions.spoken_text() == "")


def hover(overlay: Overlay) -> None:
    middle = QPointF(overlay.width() / 2, overlay.height() / 2)
    QApplication.sendEvent(overlay, QEnterEvent(middle, middle, overlay.mapToGlobal(middle)))


def test_handles_are_there_only_under_the_mouse_and_beside_the_words(overlay: Overlay) -> None:
    assert not overlay.handles.isVisible()
    hover(overlay)
    assert overlay.handles.isVisible()
    words = overlay.captions.geometry().top() + overlay.captions.look.text_top
    assert overlay.handles.geometry().bottom() < words
    QApplication.sendEvent(overlay, QEvent(QEvent.Type.Leave))
    assert not overlay.handles.isVisible()


def test_every_handle_has_a_name_and_takes_no_focus(overlay: Overlay) -> None:
    buttons = overlay.handles.findChildren(QAbstractButton)
    assert len({button.accessibleName() for button in buttons}) == len(buttons) == 7
    assert all(button.toolTip() == button.accessibleName() for button in buttons)
    assert all(button.focusPolicy() == Qt.FocusPolicy.NoFocus for button in buttons)
    assert all(button.sizeHint().width() >= 24 and button.sizeHint().height() >= 24 for button in buttons)


def test_text_size_by_handle_and_by_wheel(talk: Talk, overlay: Overlay, qtbot: QtBot) -> None:
    talk.say("hello there", final=True)
    hover(overlay)
    bottom, height = overlay.panel_rect().bottom(), overlay.panel_rect().height()
    with qtbot.waitSignal(overlay.size_changed) as larger:
        QTest.mouseClick(overlay.handles.larger, Qt.MouseButton.LeftButton)
    assert larger.args == [33]
    assert overlay.panel_rect().height() > height
    assert overlay.panel_rect().bottom() == bottom
    assert rows(overlay) == ["hello there"]
    wheel(overlay, -120, Qt.KeyboardModifier.NoModifier)
    assert overlay.settings.size == 33
    wheel(overlay, -120, Qt.KeyboardModifier.ControlModifier)
    assert overlay.settings.size == 30
    with qtbot.waitSignal(overlay.size_changed) as smaller:
        QTest.mouseClick(overlay.handles.smaller, Qt.MouseButton.LeftButton)
    assert smaller.args == [27]


def wheel(overlay: Overlay, turn: int, keys: Qt.KeyboardModifier) -> None:
    at, none = QPointF(50, 50), QPoint()
    event = QWheelEvent(
        at, at, none, QPoint(0, turn), Qt.MouseButton.NoButton, keys, Qt.ScrollPhase.NoScrollPhase, False
    )
    QApplication.sendEvent(overlay, event)


def test_lines_by_handle(overlay: Overlay, qtbot: QtBot) -> None:
    hover(overlay)
    seen: list[int] = []
    overlay.lines_changed.connect(seen.append)
    bottom = overlay.panel_rect().bottom()
    for _ in range(MAX_LINES):
        QTest.mouseClick(overlay.handles.lines, Qt.MouseButton.LeftButton)
    assert seen == [5, 6, 7, 8, 9, 10, 11, 12, 1, 2, 3, 4]
    handle, row = overlay.handles.lines, overlay.handles.lines.row
    QTest.mousePress(handle, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(5, 5))
    QTest.mouseMove(handle, QPoint(5, 5 - 2 * row))
    QTest.mouseRelease(handle, Qt.MouseButton.LeftButton)
    assert seen[-1] == overlay.settings.lines == 6
    assert overlay.captions.look.lines == 6
    assert overlay.panel_rect().bottom() == bottom


def test_locking_is_live_and_hides_the_handles(overlay: Overlay, qtbot: QtBot) -> None:
    hover(overlay)
    window = overlay.winId()
    with qtbot.waitSignal(overlay.locked_changed) as changed:
        QTest.mouseClick(overlay.handles.lock, Qt.MouseButton.LeftButton)
    assert changed.args == [True]
    assert overlay.windowHandle().flags() & Qt.WindowType.WindowTransparentForInput
    assert overlay.isVisible()
    assert not overlay.handles.isVisible()
    hover(overlay)
    assert not overlay.handles.isVisible()
    overlay.set_locked(False)
    assert not overlay.windowHandle().flags() & Qt.WindowType.WindowTransparentForInput
    assert overlay.winId() == window


def test_a_bar_that_starts_locked_is_locked_when_it_appears(qtbot: QtBot) -> None:
    one = Overlay(theme.LIGHT, OverlaySettings(locked=True))
    qtbot.addWidget(one)
    with qtbot.waitExposed(one):
        one.show()
    assert one.locked
    assert one.windowHandle().flags() & Qt.WindowType.WindowTransparentForInput


def test_closing_is_told(overlay: Overlay, qtbot: QtBot) -> None:
    hover(overlay)
    with qtbot.waitSignal(overlay.closed):
        QTest.mouseClick(overlay.handles.close_bar, Qt.MouseButton.LeftButton)
    assert not overlay.isVisible()


def test_a_place_is_told_and_restored_on_a_screen_that_exists(overlay: Overlay, qtbot: QtBot) -> None:
    with qtbot.waitSignal(overlay.geometry_changed) as told:
        overlay.move(60, 40)
    place = told.args[0]
    assert place == overlay.panel_rect()
    overlay.restore(None)
    assert overlay.panel_rect() != place
    overlay.restore(place)
    assert overlay.panel_rect() == place
    overlay.restore(QRect(90_000, -5_000, 700, 120))
    area = overlay.screen().availableGeometry()
    assert area.contains(overlay.geometry())
    assert overlay.panel_rect().width() == min(700, area.width())


def test_a_lost_monitor_is_told_with_the_new_set(overlay: Overlay, qtbot: QtBot) -> None:
    with qtbot.waitSignal(overlay.monitors_changed) as told:
        overlay._monitors_changed()
    assert told.args == [Overlay.geometry_key()]


def test_settings_are_applied_live(talk: Talk, overlay: Overlay) -> None:
    talk.say("hello there", final=True)
    overlay.apply(OverlaySettings(text_colour="#ffee00", panel_colour="#002244", opacity=100, lines=3, size=44))
    image, look = picture(overlay), overlay.captions.look
    assert columns(image, QColor("#ffee00"))
    assert image.pixelColor(image.width() - 40, image.height() - 20) == QColor("#002244")
    assert overlay.panel_rect().height() == look.height(3)


def test_the_state_is_one_sentence_that_covers_no_words(overlay: Overlay) -> None:
    assert not overlay.status.isVisible()
    overlay.set_status("Reconnecting, keeping your words: 4 s")
    assert overlay.status.isVisible()
    assert overlay.status.accessibleName() == "Reconnecting, keeping your words: 4 s"
    words = overlay.captions.geometry().top() + overlay.captions.look.text_top
    assert overlay.status.geometry().bottom() < words
    overlay.set_status("x" * 500)
    assert overlay.status.geometry().right() < overlay.handles.geometry().left()
    overlay.set_status("")
    assert not overlay.status.isVisible()
