"""Linux: everything through the sound server; without one, ALSA's own microphones."""

from __future__ import annotations

from dataclasses import replace

from desktop.audio import portaudio, pulse
from desktop.audio.microphone import Microphone
from desktop.audio.pulse_source import PulseCapture
from desktop.core.audio import AudioSource, Device, SourceKind
from desktop.core.errors import AudioUnavailable

_HARDWARE = "(hw:"
"""PortAudio puts it into the names of ALSA's real devices."""


def list_devices() -> list[Device]:
    """Microphones, then what the outputs play; blocks. Raises `AudioUnavailable` when there is nothing at all."""
    try:
        state = pulse.read_state()
    except AudioUnavailable as error:
        microphones = _alsa_inputs()
        if not microphones:
            raise
        return [*microphones, Device("system", "System sound", SourceKind.SYSTEM, available=False, reason=str(error))]
    return devices_of(state)


def devices_of(state: pulse.PulseState) -> list[Device]:
    """The list for a state of the server; entries that can't be captured say why."""
    devices = pulse.devices_of(state)
    try:
        portaudio.require_pulse()
    except AudioUnavailable as error:
        return [replace(device, available=False, reason=str(error)) for device in devices]
    return devices


def source(device: Device) -> AudioSource:
    """The source behind an entry of the list."""
    if device.id.startswith(pulse.PREFIX):
        return PulseCapture(device.id, device.name, device.kind, device.id.removeprefix(pulse.PREFIX))
    return Microphone(device.id, device.name, device.id.removeprefix(portaudio.PREFIX))


def default(kind: SourceKind) -> AudioSource:
    """The source that follows the system's default."""
    if kind is SourceKind.SYSTEM:
        return PulseCapture("system", "System sound", kind)
    try:
        pulse.read_state()
    except AudioUnavailable:
        inputs = _alsa_inputs()
        if inputs:
            return Microphone("mic", inputs[0].name, inputs[0].name)
    return PulseCapture("mic", "Microphone", kind)


def _alsa_inputs() -> list[Device]:
    """ALSA's hardware; its other names (`pulse`, `default`) lead to the server that is not there."""
    try:
        found = [device for device in portaudio.list_inputs() if _HARDWARE in device.name]
    except AudioUnavailable:
        return []
    return [replace(device, default=device is found[0]) for device in found]
