"""What is listened to is what was said there: played into a sink and read back from its monitor."""

from __future__ import annotations

import asyncio
import math
import os
import time
from array import array
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from desktop.app.listening import ListeningDesk
from desktop.app.loop import Tasks
from desktop.audio.convert import level
from desktop.audio.devices import open_source
from desktop.audio.flac import FlacWriter
from desktop.audio.player import Player
from desktop.core.audio import SPEECH
from desktop.core.errors import DeviceNotFound, OvertitleError, SoundUnreadable
from desktop.transcripts.sound import LaneSound
from desktop.ui.session_page import SessionPage
from desktop.ui.theme import LIGHT
from desktop.ui.values import OpenedSession
from tests.integration.test_library_desk import played as run_played
from tests.integration.test_playback_pulse import LOUD, loudest, sink
from tests.window.test_listening import TOLD_LONG, press_mark

__all__ = ["run_played", "sink"]

pytestmark = [
    pytest.mark.desktop,
    pytest.mark.skipif(
        "PULSE_SERVER" not in os.environ, reason="platform: ./dev test starts a sound server of its own"
    ),
]


def tone(hertz: float, seconds: float) -> bytes:
    samples = (round(9_000 * math.sin(2 * math.pi * hertz * at / 16_000)) for at in range(round(16_000 * seconds)))
    return array("h", samples).tobytes()


def recorded(path: Path, *parts: tuple[float, float]) -> Path:
    """A file in which at these seconds one second of these tones is heard."""
    writer = FlacWriter.create(path, "test")
    for start, hertz in parts:
        writer.silence(round(start * 16_000) - writer.samples)
        writer.write(tone(hertz, 1.0))
    writer.close()
    return path


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """A tone of another pitch every ten seconds; the other side begins within it."""
    return [
        recorded(tmp_path / "you.flac", (1.0, 400), (11.0, 500), (21.0, 600)),
        recorded(tmp_path / "them.flac", (5.0, 900), (16.0, 1000)),
    ]


async def heard_from(sink: str, player: Player, start: float, seconds: float = 0.6) -> bytes:
    """What the monitor of the sink hears from the first sound on."""
    found = bytearray()
    async with asyncio.timeout(30), open_source(f"pulse:{sink}.monitor").open(time.monotonic()) as chunks:
        playing = asyncio.ensure_future(player.run(start))
        async for chunk in chunks:
            if found or level(chunk.pcm, chunk.format) > LOUD:
                found += chunk.pcm
            if SPEECH.seconds(len(found)) >= seconds:
                break
        playing.cancel()
        await asyncio.gather(playing, return_exceptions=True)
    return bytes(found)


@pytest.mark.parametrize(("start", "hertz"), [(16.0, 1000), (20.5, 600)])
async def test_a_place_plays_what_was_said_there(sink: str, files: list[Path], start: float, hertz: int) -> None:
    places: list[float] = []
    pcm = await heard_from(sink, Player(files, places.append, sink), start)
    assert loudest(pcm) == pytest.approx(hertz, abs=3)
    assert places[0] == pytest.approx(start, abs=0.11)
    assert all(later >= earlier - 0.11 for earlier, later in pairwise(places))


async def test_it_moves_while_it_plays_and_ends_by_itself(sink: str, files: list[Path]) -> None:
    places: list[float] = []
    player = Player(files, places.append, sink)

    def tell(seconds: float) -> None:
        places.append(seconds)
        if len(places) == 10:
            player.go_to(21.5)

    player._tell = tell
    async with asyncio.timeout(30):
        await player.run(1.0)
    assert places[-1] == pytest.approx(22.0, abs=0.05), "the end of the longest file"
    assert not [place for place in places if 3.0 < place < 21.3], "nothing between"


async def test_what_is_missing_is_told_before_anything_is_opened(tmp_path: Path, files: list[Path]) -> None:
    with pytest.raises(SoundUnreadable, match="no longer there"):
        await Player([*files, tmp_path / "gone.flac"], lambda _at: None, "Lamp").run(0.0)
    with pytest.raises(DeviceNotFound, match="called Lamp"):
        await Player(files, lambda _at: None, "Lamp").run(0.0)


def test_a_click_is_heard_shown_and_paused(qapp, qtbot, files: list[Path]) -> None:  # type: ignore[no-untyped-def]  # fixtures
    page = SessionPage()
    qtbot.addWidget(page)
    page.apply_palette(LIGHT)
    page.resize(800, 480)
    page.show()
    sound = (LaneSound("you", files[0], 1), LaneSound("them", files[1], 1))
    page.show_session(OpenedSession("1", TOLD_LONG, TOLD_LONG, sound=sound), 0.0)
    errors: list[OvertitleError] = []
    tasks = Tasks()
    desk = ListeningDesk(tasks, page, errors.append)

    class Stage:
        def __init__(self) -> None:
            self.tasks = tasks

    async def until(true: Callable[[], bool]) -> None:
        async with asyncio.timeout(30):
            while not true():
                await asyncio.sleep(0.01)

    async def play() -> None:
        press_mark(page, 1)
        await until(lambda: page.along.bar.seconds > 10.3)
        assert page.model.line(page._painter.heard).text == "Line number 1."
        page.along.toggle()
        assert not desk.playing
        assert page.along.bar.play.text() == "Listen"
        at = page.along.bar.seconds
        page.along.toggle()
        await until(lambda: page.along.bar.seconds > at + 0.2)
        page.along.bar.place.setValue(21)
        await until(lambda: not desk.playing)
        assert page.along.bar.seconds == pytest.approx(22.0, abs=0.05)
        files[0].unlink()
        press_mark(page, 1)
        await until(lambda: bool(errors))
        assert isinstance(errors[0], SoundUnreadable)
        await until(lambda: not desk.playing)

    run_played(qapp, Stage(), play)  # type: ignore[arg-type]  # only its tasks are used
