"""The tap of macOS against a fake of catap; never run on macOS."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from desktop.audio import coreaudio, portaudio
from desktop.audio.coreaudio import SystemTap
from desktop.audio.microphone import Microphone
from desktop.core.audio import AudioFormat, Device, SourceKind
from desktop.core.errors import AudioUnavailable, DeviceLost

FLOATS = SimpleNamespace(sample_rate=44_100.0, num_channels=1, is_float=True, bits_per_sample=32)


class FakeSession:
    def __init__(self, on_buffer: Callable[[Any], None]) -> None:
        self.on_buffer = on_buffer
        self.capture_failed = False
        self.closed = 0
        self.refuses = False

    def start(self) -> None:
        if self.refuses:
            raise OSError("OSStatus 560947818")
        for _ in range(3):
            data = np.full(441, 0.25, dtype="<f4").tobytes()
            self.on_buffer(SimpleNamespace(data=data, frame_count=441, format=FLOATS))

    def close(self) -> None:
        self.closed += 1
        if self.closed == 1 and self.capture_failed:
            raise OSError("kept")


class FakeCatap:
    def __init__(self) -> None:
        self.sessions: list[FakeSession] = []
        self.refuses = False
        self.RecordingSession = self

    def from_system_audio(self, *, mono: bool, on_buffer: Callable[[Any], None]) -> FakeSession:
        assert mono
        session = FakeSession(on_buffer)
        session.refuses = self.refuses
        self.sessions.append(session)
        return session


@pytest.fixture
def catap(monkeypatch: pytest.MonkeyPatch) -> FakeCatap:
    fake = FakeCatap()
    monkeypatch.setitem(sys.modules, "catap", fake)
    monkeypatch.setattr(portaudio, "refresh", lambda: True)
    monkeypatch.setattr(portaudio, "list_inputs", lambda: [Device("portaudio:Mic", "Mic", SourceKind.MICROPHONE)])
    return fake


@pytest.mark.usefixtures("catap")
def test_the_system_follows_the_microphones_with_a_word_on_the_permission() -> None:
    microphone, system = coreaudio.list_devices()
    assert isinstance(coreaudio.source(microphone), Microphone)
    assert isinstance(coreaudio.source(system), SystemTap)
    assert (system.available, system.default) == (True, True)
    assert "Privacy & Security" in system.note
    assert isinstance(coreaudio.default(SourceKind.SYSTEM), SystemTap)
    assert isinstance(coreaudio.default(SourceKind.MICROPHONE), Microphone)


def test_an_older_mac_says_what_to_do(catap: FakeCatap, monkeypatch: pytest.MonkeyPatch) -> None:
    del catap
    monkeypatch.setitem(sys.modules, "catap", None)
    system = coreaudio.list_devices()[-1]
    assert not system.available
    assert "BlackHole" in system.reason


async def test_buffers_become_chunks_and_the_tap_is_closed(catap: FakeCatap) -> None:
    async with SystemTap("system", "System sound").open(0.0) as chunks:
        chunk = await anext(chunks)
    assert chunk.format == AudioFormat(44_100, 1)
    assert set(np.frombuffer(chunk.pcm, dtype="<i2")) == {8192}
    assert catap.sessions[0].closed == 1


async def test_a_failed_tap_ends_the_lane_and_is_closed_until_it_lets_go(
    catap: FakeCatap, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.audio.capture.TICK_SECONDS", 0.001)
    async with SystemTap("system", "System sound").open(0.0) as chunks:
        catap.sessions[0].capture_failed = True
        with pytest.raises(DeviceLost):
            async for _ in chunks:
                pass
    assert catap.sessions[0].closed == 2


async def test_a_refused_tap_names_the_setting(catap: FakeCatap) -> None:
    catap.refuses = True
    with pytest.raises(AudioUnavailable, match="Privacy & Security"):
        async with SystemTap("system", "System sound").open(0.0):
            pass


def test_integers_of_both_sizes_become_16_bit() -> None:
    narrow = SimpleNamespace(is_float=False, bits_per_sample=16)
    wide = SimpleNamespace(is_float=False, bits_per_sample=32)
    assert coreaudio.to_pcm16(b"\x01\x02", narrow) == b"\x01\x02"
    assert coreaudio.to_pcm16(np.array([2**30], dtype="<i4").tobytes(), wide) == b"\x00\x40"
