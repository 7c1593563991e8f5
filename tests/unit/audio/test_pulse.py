"""The sound server's sources become a list that a person recognises."""

from __future__ import annotations

import ctypes
import sys

import pytest

from desktop.audio import pulse
from desktop.audio.pulse import PulseSource, PulseState, devices_of
from desktop.core.audio import SourceKind
from desktop.core.errors import AudioUnavailable

MIC = PulseSource("alsa_input.pci", 1, "Built-in Microphone")
HEADSET = PulseSource("bluez_input.00", 2, "Kopfhörer", bluetooth=True)
SPEAKERS = PulseSource("alsa_output.pci.monitor", 3, "Built-in Audio", monitor_of="alsa_output.pci")
HDMI = PulseSource("alsa_output.hdmi.monitor", 4, "HDMI", monitor_of="alsa_output.hdmi")
STATE = PulseState((HDMI, MIC, SPEAKERS, HEADSET), "bluez_input.00", "alsa_output.pci")


def test_microphones_first_defaults_at_the_head() -> None:
    devices = devices_of(STATE)
    assert [(one.name, one.default) for one in devices] == [
        ("Kopfhörer", True), ("Built-in Microphone", False), ("Built-in Audio", True), ("HDMI", False),
    ]  # fmt: skip
    assert [one.kind for one in devices] == [SourceKind.MICROPHONE] * 2 + [SourceKind.SYSTEM] * 2
    assert devices[0].id == "pulse:bluez_input.00"


def test_a_bluetooth_microphone_carries_its_warning_and_its_monitor_does_not() -> None:
    monitor = PulseSource("bluez.monitor", 5, "Kopfhörer", monitor_of="bluez", bluetooth=True)
    notes = {one.id: one.note for one in devices_of(PulseState((MIC, HEADSET, monitor), "", ""))}
    assert "lowers the sound quality" in notes["pulse:bluez_input.00"]
    assert notes["pulse:alsa_input.pci"] == notes["pulse:bluez.monitor"] == ""


def test_devices_of_the_same_name_are_told_apart() -> None:
    twin = PulseSource("usb.2", 6, "Built-in Microphone")
    names = {one.name for one in devices_of(PulseState((MIC, twin), "", ""))}
    assert names == {"Built-in Microphone (alsa_input.pci)", "Built-in Microphone (usb.2)"}


def test_a_monitor_that_the_server_calls_default_source_is_no_microphone() -> None:
    state = PulseState((SPEAKERS,), SPEAKERS.name, SPEAKERS.monitor_of)
    assert state.default(SourceKind.MICROPHONE) is None
    assert state.default(SourceKind.SYSTEM) is SPEAKERS
    with_mic = PulseState((SPEAKERS, MIC), SPEAKERS.name, "")
    assert with_mic.default(SourceKind.MICROPHONE) is MIC
    assert with_mic.default(SourceKind.SYSTEM) is None


def test_without_a_server_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULSE_SERVER", "unix:/nowhere/at/all")
    with pytest.raises(AudioUnavailable, match="systemctl --user start pipewire-pulse"):
        pulse.read_state()


async def test_watching_without_a_server_says_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULSE_SERVER", "unix:/nowhere/at/all")
    with pytest.raises(AudioUnavailable, match="No sound server answers"):
        async with pulse.watch():
            pass


def test_without_the_library_its_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_: object, **__: object) -> None:
        raise OSError("libpulse.so.0: cannot open shared object file")

    for name in [name for name in sys.modules if name.startswith("pulsectl")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(ctypes, "CDLL", missing)
    with pytest.raises(AudioUnavailable, match=r"apt install libpulse0.*dnf install pulseaudio-libs"):
        pulse.read_state()
