"""From what a person names to a source, and never a traceback where there is no sound."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import pairwise
from pathlib import Path

import pytest

from desktop.audio import devices, linux, portaudio, pulse
from desktop.audio.devices import list_devices, open_source, watch_devices
from desktop.audio.files import MediaFile
from desktop.audio.microphone import Microphone
from desktop.audio.pulse_source import PulseCapture
from desktop.audio.queue import Latest
from desktop.core.audio import Device, SourceKind
from desktop.core.errors import AudioUnavailable, DeviceNotFound
from desktop.core.message import say

MIC = pulse.PulseSource("usb_mic", 1, "Blue Yeti")
SPEAKERS = pulse.PulseSource("out.monitor", 2, "Built-in Audio", monitor_of="out")
STATE = pulse.PulseState((MIC, SPEAKERS), "usb_mic", "out")
GONE = AudioUnavailable(say("Audio", "No sound server answers."), say("Audio", "Start it."))


@pytest.fixture(autouse=True)
def on_linux(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "this_system", lambda: linux)
    monkeypatch.setattr(pulse, "read_state", lambda: STATE)
    monkeypatch.setattr(portaudio, "require_pulse", lambda: None)


def fail() -> None:
    raise GONE


def test_defaults_files_ids_and_names_are_found() -> None:
    for spec, kind in (("mic", SourceKind.MICROPHONE), ("system", SourceKind.SYSTEM)):
        source = open_source(spec)
        assert isinstance(source, PulseCapture)
        assert (source.id, source.kind, source.live) == (spec, kind, True)
    for spec in ("pulse:usb_mic", "Blue Yeti"):
        source = open_source(spec)
        assert (source.id, source.name, source.kind) == ("pulse:usb_mic", "Blue Yeti", SourceKind.MICROPHONE)
    recording = open_source("file:~/talk.wav", realtime=False)
    assert isinstance(recording, MediaFile)
    assert (recording.path, recording.realtime) == (Path("~/talk.wav").expanduser(), False)


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(DeviceNotFound, match="Did you mean pulse:usb_mic"):
        open_source("blue yety")
    with pytest.raises(DeviceNotFound, match="overtitle devices"):
        open_source("zzz{}")


def test_without_portaudio_devices_are_listed_with_the_reason_and_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portaudio, "require_pulse", fail)
    assert {(one.available, one.reason) for one in list_devices()} == {(False, "No sound server answers. Start it.")}
    with pytest.raises(AudioUnavailable, match="No sound server answers"):
        open_source("Blue Yeti")


def test_without_a_server_alsa_microphones_are_left(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("pulse", "USB: Line (hw:1,0)", "default")
    monkeypatch.setattr(pulse, "read_state", fail)
    monkeypatch.setattr(
        portaudio, "list_inputs", lambda: [Device(f"portaudio:{one}", one, SourceKind.MICROPHONE) for one in names]
    )
    microphone, system = list_devices()
    assert (microphone.name, microphone.default) == ("USB: Line (hw:1,0)", True)
    assert (system.id, system.available) == ("system", False)
    for spec in ("mic", microphone.id):
        source = open_source(spec)
        assert isinstance(source, Microphone)
        assert (source.id, source.name) == (spec, microphone.name)


def test_without_anything_the_list_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulse, "read_state", fail)
    monkeypatch.setattr(portaudio, "list_inputs", fail)
    assert [(one.id, one.available, bool(one.reason)) for one in list_devices()] == [
        ("mic", False, True), ("system", False, True),
    ]  # fmt: skip
    assert isinstance(open_source("mic"), PulseCapture)
    with pytest.raises(AudioUnavailable):
        open_source("Blue Yeti")


async def test_the_watcher_outlives_the_server_and_sees_it_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "POLL_SECONDS", 0.001)
    monkeypatch.setattr(linux, "list_devices", fail)
    servers: list[Latest[pulse.PulseState] | None] = [Latest(), None, Latest()]
    first, second = servers[0], servers[2]
    assert first is not None
    assert second is not None

    @asynccontextmanager
    async def watch() -> AsyncIterator[Latest[pulse.PulseState]]:
        server = servers.pop(0)
        if server is None:
            raise GONE
        yield server

    monkeypatch.setattr(pulse, "watch", watch)
    monkeypatch.setattr("sys.platform", "linux")
    async with watch_devices() as lists, asyncio.timeout(60):
        first.put(STATE)
        assert [one.name for one in await anext(lists)] == ["Blue Yeti", "Built-in Audio"]
        first.close(GONE)
        assert [one.available for one in await anext(lists)] == [False, False]
        second.put(STATE)
        assert [one.name for one in await anext(lists)] == ["Blue Yeti", "Built-in Audio"]


async def test_elsewhere_the_watcher_polls_and_tells_only_what_is_new(monkeypatch: pytest.MonkeyPatch) -> None:
    microphone = Device("portaudio:Line", "Line", SourceKind.MICROPHONE)
    answers = iter([[], [], [microphone], [microphone], []])
    monkeypatch.setattr(devices, "POLL_SECONDS", 0.001)
    monkeypatch.setattr(devices, "list_devices", lambda: next(answers, []))
    monkeypatch.setattr("sys.platform", "win32")
    told = []
    async with watch_devices() as lists, asyncio.timeout(60):
        async for one in lists:
            told.append(one)
            if len(told) > 1 and not one:
                break
    assert told[-1] == []
    assert [microphone] in told
    assert all(before != after for before, after in pairwise(told))


async def test_a_bug_in_the_watcher_is_not_swallowed(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> list[Device]:
        raise ZeroDivisionError

    monkeypatch.setattr(devices, "list_devices", broken)
    monkeypatch.setattr("sys.platform", "win32")
    async with watch_devices() as lists:
        with pytest.raises(ZeroDivisionError):
            await anext(lists)


def test_each_system_has_its_module(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    for platform, name in (("linux", "linux"), ("win32", "wasapi"), ("darwin", "coreaudio")):
        with monkeypatch.context() as patch:
            patch.setattr("sys.platform", platform)
            devices.this_system.cache_clear()
            assert devices.this_system().__name__ == f"desktop.audio.{name}"  # type: ignore[attr-defined]  # a module
    devices.this_system.cache_clear()
