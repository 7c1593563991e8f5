"""PortAudio's trouble becomes sentences; its list, where nothing better exists, becomes devices."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from desktop.audio import portaudio
from desktop.audio.microphone import Microphone
from desktop.core.audio import SPEECH, AudioFormat, SourceKind
from desktop.core.errors import AudioUnavailable, DeviceLost, DeviceNotFound, FormatUnsupported, PermissionDenied


class PortAudioError(Exception):
    """As sounddevice raises it."""


class FakeStream:
    def __init__(self, library: FakeSoundDevice, options: dict[str, Any]) -> None:
        self.library, self.options = library, options

    def start(self) -> None:
        self.library.open += 1
        for _ in range(5):
            self.options["callback"](bytearray(self.options["blocksize"] * 2), self.options["blocksize"], None, None)

    def close(self, *, ignore_errors: bool) -> None:
        assert ignore_errors
        self.library.open -= 1


class FakeSoundDevice:
    """The part of sounddevice that is used, with the list of a Windows computer."""

    PortAudioError = PortAudioError

    def __init__(self) -> None:
        self.open = 0
        self.refreshed = 0
        self.failure: Exception | None = None
        self.seen_source: str | None = None
        self.seen_sink: str | None = None
        self.default = SimpleNamespace(hostapi=0)
        self.inputs = ["Mikrofon (Hea", "Mikrofon (Headset)", "Line in", "Speakers"]

    def query_hostapis(self) -> list[dict[str, Any]]:
        return [
            {"name": "MME", "devices": [0], "default_input_device": 0},
            {"name": "Windows WASAPI", "devices": [1, 2, 3], "default_input_device": 2, "default_output_device": 3},
        ]

    def query_devices(self, index: int | None = None) -> Any:
        rows = [
            {
                "name": name,
                "max_input_channels": 0 if name == "Speakers" else 2,
                "max_output_channels": 8 if name == "Speakers" else 0,
                "default_samplerate": 44_100.0,
            }
            for name in self.inputs
        ]
        return rows if index is None else rows[index]

    def _terminate(self) -> None:
        assert not self.open, "refreshing would end running streams"

    def _initialize(self) -> None:
        self.refreshed += 1

    def RawOutputStream(self, **options: Any) -> FakeStream:  # noqa: N802 - the library's name
        self.seen_sink = os.environ.get("PULSE_SINK")
        if self.failure is not None:
            raise self.failure
        return FakeStream(self, options)

    def RawInputStream(self, **options: Any) -> FakeStream:  # noqa: N802 - the library's name
        self.seen_source = os.environ.get("PULSE_SOURCE")
        if self.failure is not None:
            raise self.failure
        return FakeStream(self, options)


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> FakeSoundDevice:
    fake = FakeSoundDevice()
    monkeypatch.setitem(sys.modules, "sounddevice", fake)
    return fake


def ignore(_pcm: bytes, _format: AudioFormat) -> None:
    pass


def test_a_missing_library_names_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    class Missing:
        def find_spec(self, name: str, *_: object) -> None:
            if name == "sounddevice":
                raise OSError("PortAudio library not found")

    monkeypatch.delitem(sys.modules, "sounddevice", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Missing(), *sys.meta_path])
    with pytest.raises(AudioUnavailable, match=r"apt install libportaudio2.*dnf install portaudio"):
        portaudio.load()


def test_a_missing_link_to_the_sound_server_is_looked_for_twice_and_then_named(library: FakeSoundDevice) -> None:
    with pytest.raises(AudioUnavailable, match="libasound2-plugins"):
        portaudio.require_pulse()
    assert library.refreshed == 1
    library.inputs.append("pulse")
    portaudio.require_pulse()
    assert library.refreshed == 1


@pytest.mark.parametrize("before", [None, "mine"])
def test_the_source_is_in_the_environment_while_opening_only(
    library: FakeSoundDevice, monkeypatch: pytest.MonkeyPatch, before: str | None
) -> None:
    monkeypatch.delenv("PULSE_SOURCE", raising=False)
    if before:
        monkeypatch.setenv("PULSE_SOURCE", before)
    stream = portaudio.open_stream(portaudio.Input("pulse", "call.monitor"), SPEECH, ignore)
    assert library.seen_source == "call.monitor"
    assert os.environ.get("PULSE_SOURCE") == before
    stream.close()
    library.failure = PortAudioError("Error opening RawInputStream: Unanticipated host error [PaErrorCode -9999]")
    with pytest.raises(AudioUnavailable, match=r"call\.monitor could not be opened"):
        portaudio.open_stream(portaudio.Input("pulse", "call.monitor"), SPEECH, ignore)
    assert os.environ.get("PULSE_SOURCE") == before


def test_the_list_is_not_refreshed_under_a_running_stream(library: FakeSoundDevice) -> None:
    stream = portaudio.open_stream(portaudio.Input(1), SPEECH, ignore)
    assert not portaudio.refresh()
    stream.close()
    stream.close()
    assert portaudio.refresh()
    assert library.refreshed == 1


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("No input device matching 'pulse'", DeviceNotFound),
        ("Error querying device 7", DeviceNotFound),
        ("Invalid sample rate [PaErrorCode -9997]", FormatUnsupported),
        ("Invalid number of channels [PaErrorCode -9998]", FormatUnsupported),
        ("Device unavailable [PaErrorCode -9985]", PermissionDenied),
        ("Unanticipated host error [PaErrorCode -9999]", AudioUnavailable),
    ],
)
def test_every_refusal_has_a_sentence_and_a_remedy(text: str, kind: type[Exception]) -> None:
    error = portaudio.explain(PortAudioError(text), "Headset")
    assert type(error) is kind
    assert "Headset" in str(error.what)
    assert error.hint


@pytest.mark.usefixtures("library")
def test_windows_inputs_are_listed_once_with_whole_names_and_the_default_first() -> None:
    devices = portaudio.list_inputs()
    assert [(one.id, one.default) for one in devices] == [
        ("portaudio:Line in", True), ("portaudio:Mikrofon (Headset)", False),
    ]  # fmt: skip
    assert portaudio.find("Mikrofon (Headset)") == (1, AudioFormat(44_100, 1))
    with pytest.raises(DeviceNotFound, match="Speakers is not connected"):
        portaudio.find("Speakers")


async def test_a_microphone_is_opened_by_name_at_its_own_rate_and_closed(library: FakeSoundDevice) -> None:
    source = Microphone("mic", "Microphone")
    async with source.open(0.0) as chunks:
        chunk = await anext(chunks)
        assert library.open == 1
    assert chunk.format == AudioFormat(44_100, 1)
    assert chunk.duration == pytest.approx(0.02)
    assert (source.name, source.kind, source.live) == ("Line in", SourceKind.MICROPHONE, True)
    assert library.open == 0
    assert library.refreshed == 1


async def test_a_microphone_that_falls_silent_is_lost(
    library: FakeSoundDevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.audio.capture.TICK_SECONDS", 0.001)
    async with Microphone("portaudio:Line in", "Line in", "Line in").open(0.0) as chunks:
        with pytest.raises(DeviceLost, match="Line in has stopped"):
            async for _ in chunks:
                pass
    assert library.open == 0


async def test_no_microphone_at_all_is_a_sentence(library: FakeSoundDevice) -> None:
    library.inputs = ["Speakers"] * 4
    with pytest.raises(DeviceNotFound, match="No microphone is connected"):
        async with Microphone("mic", "Microphone").open(0.0):
            pass


def test_a_stream_that_can_not_be_closed_is_left_behind_and_blocks_nobody(
    library: FakeSoundDevice, monkeypatch: pytest.MonkeyPatch, expect_log: Callable[..., None]
) -> None:
    expect_log("desktop.audio.portaudio", "left behind")
    go = threading.Event()
    monkeypatch.setattr(FakeStream, "close", lambda *_, **__: go.wait())
    monkeypatch.setattr(portaudio, "_CLOSE_SECONDS", 0.01)
    monkeypatch.setattr(portaudio, "_open_streams", 0)
    portaudio.open_stream(portaudio.Input(1), SPEECH, ignore).close()
    assert not portaudio.refresh()
    assert portaudio.list_inputs()
    go.set()


def test_an_output_is_filled_and_the_choice_of_a_sink_leaves_no_trace(
    library: FakeSoundDevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULSE_SINK", "mine")
    asked: list[int] = []

    def fill(size: int) -> bytes:
        asked.append(size)
        return b"\1" * size

    output = portaudio.Output("pulse", "Headset", AudioFormat(48_000, 1), "alsa_output.usb")
    stream = portaudio.open_output(output, fill)
    assert (library.seen_sink, os.environ["PULSE_SINK"]) == ("alsa_output.usb", "mine")
    assert set(asked) == {48_000 // 50 * 2}
    assert not portaudio.refresh(), "while it plays"
    stream.close()
    assert library.open == 0
    library.failure = PortAudioError("Invalid sample rate")
    with pytest.raises(FormatUnsupported, match="Headset"):
        portaudio.open_output(output, fill)


def test_outputs_are_listed_with_their_own_format(library: FakeSoundDevice) -> None:
    (output,) = portaudio.list_outputs()
    assert (output.device, output.label, output.format) == (3, "Speakers", AudioFormat(44_100, 2))
    assert output.pulse_sink == ""
