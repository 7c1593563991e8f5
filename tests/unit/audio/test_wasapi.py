"""Windows' loopback against a fake of SoundCard; never run on Windows."""

from __future__ import annotations

import sys
import threading
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from desktop.audio import portaudio, wasapi
from desktop.audio.microphone import Microphone
from desktop.core.audio import Device, SourceKind
from desktop.core.errors import AudioUnavailable, DeviceLost, DeviceNotFound


class FakeSoundCard:
    """Two speakers; recording gives a constant until it is told to break."""

    def __init__(self) -> None:
        self.speakers = [SimpleNamespace(id="{1}", name="HDMI"), SimpleNamespace(id="{2}", name="Lautsprecher")]
        self.default_id = "{2}"
        self.breaks = threading.Event()
        self.recording = 0
        self.options: dict[str, int] = {}

    def all_speakers(self) -> list[Any]:
        return self.speakers

    def default_speaker(self) -> Any:
        if not self.speakers:
            raise RuntimeError("Error 0x80070490")
        return next(one for one in self.speakers if one.id == self.default_id)

    def get_microphone(self, name: str, *, include_loopback: bool) -> Any:
        assert include_loopback
        found = next((one for one in self.speakers if one.id == name), None)
        if found is None:
            raise IndexError(name)
        return SimpleNamespace(id=found.id, name=found.name, recorder=self.recorder)

    def recorder(self, **options: int) -> FakeSoundCard:
        self.options = options
        return self

    def __enter__(self) -> FakeSoundCard:
        self.recording += 1
        return self

    def __exit__(self, *_: object) -> None:
        self.recording -= 1

    def record(self, numframes: int) -> Any:
        if self.breaks.wait(0.002):
            raise RuntimeError("Error 0x88890004")
        return np.full((numframes, 2), 0.5, dtype=np.float32)


@pytest.fixture
def soundcard(monkeypatch: pytest.MonkeyPatch) -> FakeSoundCard:
    fake = FakeSoundCard()
    monkeypatch.setitem(sys.modules, "soundcard", fake)
    monkeypatch.setattr(portaudio, "refresh", lambda: True)
    monkeypatch.setattr(portaudio, "list_inputs", lambda: [Device("portaudio:Mic", "Mic", SourceKind.MICROPHONE)])
    return fake


@pytest.mark.usefixtures("soundcard")
def test_speakers_follow_the_microphones_and_lead_to_their_loopback() -> None:
    devices = wasapi.list_devices()
    assert [(one.id, one.default) for one in devices] == [
        ("portaudio:Mic", False), ("wasapi:{2}", True), ("wasapi:{1}", False),
    ]  # fmt: skip
    assert isinstance(wasapi.source(devices[0]), Microphone)
    assert isinstance(wasapi.source(devices[1]), wasapi.Loopback)
    assert isinstance(wasapi.default(SourceKind.SYSTEM), wasapi.Loopback)
    assert isinstance(wasapi.default(SourceKind.MICROPHONE), Microphone)


def test_no_output_and_no_library_leave_the_microphones(
    soundcard: FakeSoundCard, monkeypatch: pytest.MonkeyPatch
) -> None:
    soundcard.speakers = []
    assert [one.id for one in wasapi.list_devices()] == ["portaudio:Mic"]
    monkeypatch.setitem(sys.modules, "soundcard", None)
    assert [one.available for one in wasapi.list_devices()] == [True, False]
    with pytest.raises(AudioUnavailable):
        wasapi._soundcard()


async def test_what_the_default_speaker_plays_is_heard_and_the_thread_ends(soundcard: FakeSoundCard) -> None:
    source = wasapi.Loopback("system", "System sound")
    async with source.open(0.0) as chunks:
        chunk = await anext(chunks)
    assert (chunk.format, len(chunk.pcm)) == (wasapi.LOOPBACK, 960 * 4)
    assert set(np.frombuffer(chunk.pcm, dtype="<i2")) == {16_384}
    assert source.name == "Lautsprecher"
    assert soundcard.options == {"samplerate": 48_000, "channels": 2, "blocksize": 960}
    assert soundcard.recording == 0
    assert "loopback" not in {thread.name for thread in threading.enumerate()}


async def test_a_speaker_that_is_unplugged_ends_the_lane(soundcard: FakeSoundCard) -> None:
    async with wasapi.Loopback("wasapi:{1}", "HDMI", "{1}").open(0.0) as chunks:
        await anext(chunks)
        soundcard.breaks.set()
        with pytest.raises(DeviceLost, match="HDMI was disconnected"):
            async for _ in chunks:
                pass
    soundcard.speakers.pop(0)
    with pytest.raises(DeviceNotFound):
        async with wasapi.Loopback("wasapi:{1}", "HDMI", "{1}").open(0.0):
            pass


async def test_a_changed_default_ends_the_lane_that_follows_it(
    soundcard: FakeSoundCard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.audio.capture.TICK_SECONDS", 0.02)
    monkeypatch.setattr(wasapi, "_DEFAULT_SECONDS", 0.02)
    async with wasapi.Loopback("system", "System sound").open(0.0) as chunks:
        await anext(chunks)
        soundcard.default_id = "{1}"
        with pytest.raises(DeviceLost, match="another device than Lautsprecher"):
            async for _ in chunks:
                pass
