"""What waits to be played: in order, bounded, forgotten at once; and which output a name means."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from desktop.audio import playback, portaudio
from desktop.audio.playback import HOLD, PREROLL, Line, Playback, find_output
from desktop.audio.portaudio import BLOCK_SECONDS, Output
from desktop.core.audio import AudioFormat
from desktop.core.errors import DeviceNotFound

FORMAT = AudioFormat(8000, 1)
BLOCK = FORMAT.size(BLOCK_SECONDS)
BLOCKS = round(PREROLL / BLOCK_SECONDS)


def started(line: Line, pcm: bytes) -> None:
    """Put sound in and let the silence before it pass."""
    line.put(pcm)
    assert b"".join(line.fill(BLOCK) for _ in range(BLOCKS)) == bytes(BLOCK * BLOCKS)


def test_silence_when_there_is_nothing() -> None:
    assert Line(FORMAT).fill(BLOCK) == bytes(BLOCK)


def test_sound_comes_out_in_order_whatever_its_pieces() -> None:
    line = Line(FORMAT)
    started(line, b"\1" * (BLOCK + 100))
    line.put(b"\2" * 60)
    line.put(b"\3" * BLOCK * 2)
    out = b"".join(line.fill(BLOCK) for _ in range(4))
    assert out == (b"\1" * (BLOCK + 100) + b"\2" * 60 + b"\3" * BLOCK * 2).ljust(4 * BLOCK, b"\0")
    assert line.held == 0


def test_after_a_pause_sound_is_held_back_again() -> None:
    line = Line(FORMAT)
    started(line, b"\1" * BLOCK)
    assert line.fill(BLOCK) == b"\1" * BLOCK
    assert line.fill(BLOCK) == bytes(BLOCK)
    started(line, b"\2" * BLOCK)
    assert line.fill(BLOCK) == b"\2" * BLOCK


def test_clearing_forgets_what_waits_and_what_was_begun() -> None:
    line = Line(FORMAT)
    started(line, b"\1" * BLOCK * 10)
    line.put(b"\1" * BLOCK)
    assert line.fill(BLOCK // 2) == b"\1" * (BLOCK // 2)
    line.clear()
    assert line.held == 0
    assert line.fill(BLOCK) == bytes(BLOCK)
    started(line, b"\2" * BLOCK)
    assert line.fill(BLOCK) == b"\2" * BLOCK


def test_what_finds_no_room_is_refused_and_counted() -> None:
    line = Line(FORMAT)
    second = bytes(FORMAT.bytes_per_second)
    for _ in range(round(HOLD) + 5):
        line.put(second)
    assert FORMAT.seconds(line.held) == HOLD
    assert FORMAT.seconds(line.refused) == 5.0


def test_sound_is_converted_to_what_the_output_takes() -> None:
    line = Line(AudioFormat(16_000, 2))
    playing = Playback(line, Output(0, "Speakers", AudioFormat(16_000, 2)))
    playing.play(b"\1\0" * 1600 + b"\7", AudioFormat(16_000))
    assert playing.held == 0.1
    out = b"".join(line.fill(640 * 2) for _ in range(BLOCKS + 5))
    assert out.strip(b"\0") == (b"\1\0" * 3200).strip(b"\0")
    playing.play(b"\1\0" * 2400, AudioFormat(24_000))
    playing.play(b"\1\0" * 2400, AudioFormat(24_000))
    assert 0.1 < playing.held < 0.2
    playing.clear()
    assert playing.held == 0


def test_sound_that_is_left_out_is_logged_once(expect_log: Callable[..., None]) -> None:
    expect_log("desktop.audio.playback", "left out")
    playing = Playback(Line(FORMAT), Output(0, "Speakers", FORMAT))
    for _ in range(3):
        playing.play(bytes(FORMAT.size(HOLD)), FORMAT)
    assert playing.refused == 2 * HOLD


OUTPUTS = [Output("pulse", "Headset", FORMAT, "alsa_output.usb"), Output("pulse", "HDMI", FORMAT, "alsa_output.hdmi")]


@pytest.mark.parametrize(
    ("name", "found"), [("", 0), ("hdmi", 1), ("alsa_output.hdmi", 1), (" Headset ", 0), ("ALSA_output.usb", 0)]
)
def test_an_output_is_found_by_either_name(monkeypatch: pytest.MonkeyPatch, name: str, found: int) -> None:
    monkeypatch.setattr(playback, "list_outputs", lambda: OUTPUTS)
    assert find_output(name) is OUTPUTS[found]


def test_an_output_that_is_not_there_is_named_with_those_that_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(playback, "list_outputs", lambda: OUTPUTS)
    with pytest.raises(DeviceNotFound, match=r"Lamp is connected.*Headset, HDMI"):
        find_output("Lamp")
    monkeypatch.setattr(playback, "list_outputs", list)
    with pytest.raises(DeviceNotFound, match="no sound output"):
        find_output()


def test_without_a_sound_server_portaudio_lists_the_outputs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(playback, "_HAS_SERVER", False)
    monkeypatch.setattr(portaudio, "list_outputs", lambda: OUTPUTS)
    assert playback.list_outputs() == OUTPUTS
