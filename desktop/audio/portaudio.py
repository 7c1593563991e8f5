"""PortAudio: opening a stream, and the lists of inputs and outputs where the system has no better one.

PortAudio reads the device list once, when it is initialised, which is when `sounddevice` is imported: import late, and
read it again only while no stream runs, for that ends every stream (python-sounddevice issue 125).

# untested on Windows and macOS: only the PulseAudio way was run.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop.audio.threads import prepare_thread
from desktop.core.audio import AudioFormat, Device, SourceKind
from desktop.core.errors import AudioError, AudioUnavailable, DeviceNotFound, FormatUnsupported, PermissionDenied
from desktop.core.message import say

PREFIX = "portaudio:"
BLOCK_SECONDS = 0.02

Callback = Callable[[bytes, AudioFormat], None]
"""Takes a block's PCM in the device's thread."""
Fill = Callable[[int], bytes]
"""Gives so many bytes of PCM in the device's thread."""

_CLOSE_SECONDS = 2.0

log = logging.getLogger(__name__)

# PortAudio's opening and closing is not thread-safe, and PULSE_SOURCE belongs to the whole process.
_lock = threading.Lock()
_open_streams = 0


@dataclass(frozen=True, slots=True)
class Input:
    """Which of PortAudio's devices, and which of PulseAudio's sources behind it."""

    device: str | int
    pulse_source: str = ""


@dataclass(frozen=True, slots=True)
class Output:
    """Which of PortAudio's devices, which of PulseAudio's sinks behind it, and the format to give it."""

    device: str | int
    label: str
    """What a person recognises."""
    format: AudioFormat
    pulse_sink: str = ""


class Stream:
    """A running stream; `close` stops it."""

    def __init__(self, raw: Any) -> None:
        self._raw = raw

    def close(self) -> None:
        """Stop and close, dropping what the device still holds; a second call does nothing. Takes 2 s at most."""
        global _open_streams  # noqa: PLW0603 - PortAudio itself is one per process
        with _lock:
            if self._raw is None:
                return
            raw, self._raw = self._raw, None
            closing = threading.Thread(target=raw.close, kwargs={"ignore_errors": True}, name="close", daemon=True)
            closing.start()
            closing.join(_CLOSE_SECONDS)
            if closing.is_alive():
                # The server died under it: the ALSA plug-in then waits for itself, for ever. It stays counted as
                # open, for refreshing the list would wait for it too.
                log.warning("A sound device could not be closed and was left behind")
            else:
                _open_streams -= 1


def load() -> Any:
    """The `sounddevice` module; raises `AudioUnavailable` when the library behind it is missing."""
    if sys.platform.startswith("linux"):
        # Read by ALSA when PortAudio starts; the file says what it is for. A person's own choice stays.
        os.environ.setdefault("ALSA_CONFIG_PATH", str(Path(__file__).with_name("pulse.conf")))
    try:
        import sounddevice
    except OSError as error:
        raise AudioUnavailable(
            say("Audio", "The PortAudio library is missing, so no sound can be recorded on this computer."),
            say("Audio", "Install it: `sudo apt install libportaudio2`, or `sudo dnf install portaudio`."),
        ) from error
    return sounddevice


def refresh() -> bool:
    """Read the device list again; False while a stream runs, when that is not possible."""
    sd = load()
    with _lock:
        if _open_streams:
            return False
        sd._terminate()  # private, but the only way: python-sounddevice issue 125
        sd._initialize()
        return True


def require_pulse() -> None:
    """Raise `AudioUnavailable` when PortAudio can't reach PulseAudio or PipeWire."""
    sd = load()
    if not _has_pulse(sd):
        refresh()  # the sound server may have been started after this program
    if not _has_pulse(sd):
        raise AudioUnavailable(
            say("Audio", "The link between PortAudio and the sound server is missing, so no sound can be recorded."),
            say(
                "Audio",
                "Install it: `sudo apt install libasound2-plugins`, or `sudo dnf install alsa-plugins-pulseaudio`.",
            ),
        )


def _has_pulse(sd: Any) -> bool:
    with _lock:
        return any(device["name"] == "pulse" for device in sd.query_devices())


def open_stream(which: Input, audio_format: AudioFormat, callback: Callback) -> Stream:
    """Open and start an input; blocks up to some 100 ms, so call it in a worker thread.

    `callback` gets blocks of `BLOCK_SECONDS` of 16-bit PCM. Raises `AudioError`.
    """
    sd = load()

    def hand_over(data: Any, _frames: int, _time: Any, _status: Any) -> None:
        callback(bytes(data), audio_format)

    def start() -> Any:
        return _start(sd.RawInputStream, which.device, audio_format, hand_over)

    with _lock:
        return _open(sd, start, ("PULSE_SOURCE", which.pulse_source), which.pulse_source or str(which.device))


def open_output(which: Output, fill: Fill) -> Stream:
    """Open and start an output; blocks up to some 100 ms, so call it in a worker thread.

    `fill` is asked for blocks of `BLOCK_SECONDS` and gives as many bytes as it is asked for. Raises `AudioError`.
    """
    sd = load()

    def take(data: Any, _frames: int, _time: Any, _status: Any) -> None:
        data[:] = fill(len(data))

    def start() -> Any:
        return _start(sd.RawOutputStream, which.device, which.format, take)

    with _lock:
        return _open(sd, start, ("PULSE_SINK", which.pulse_sink), which.label)


def _open(sd: Any, start: Callable[[], Any], choice: tuple[str, str], name: str) -> Stream:
    """Start a stream under the lock, with the server's device chosen by an environment variable."""
    global _open_streams  # noqa: PLW0603 - PortAudio itself is one per process
    prepare_thread()
    variable, wanted = choice
    before = os.environ.get(variable)
    if wanted:
        os.environ[variable] = wanted  # read by the ALSA plug-in at each opening
    try:
        raw = start()
    except (sd.PortAudioError, ValueError) as error:
        raise explain(error, name) from error
    finally:
        _restore(variable, before)
    _open_streams += 1
    return Stream(raw)


def _start(kind: Any, device: str | int, audio_format: AudioFormat, callback: Any) -> Any:
    raw = kind(  # the raw kinds need no numpy
        samplerate=audio_format.sample_rate,
        blocksize=round(audio_format.sample_rate * BLOCK_SECONDS),
        device=device,
        channels=audio_format.channels,
        dtype="int16",
        callback=callback,
    )
    try:
        raw.start()
    except Exception:  # whatever it was, a stream that can't start is not left open
        raw.close(ignore_errors=True)
        raise
    return raw


def _restore(variable: str, value: str | None) -> None:
    if value is None:
        os.environ.pop(variable, None)
    else:
        os.environ[variable] = value


def explain(error: Exception, name: str) -> AudioError:
    """The sentence for what PortAudio said."""
    text = str(error)
    if "No input device matching" in text or "Error querying device" in text or "Invalid device" in text:
        return DeviceNotFound(
            say("Audio", "{name} is not connected.", name=name),
            say("Audio", "Plug it in, or choose another device."),
        )
    if "Invalid sample rate" in text or "Invalid number of channels" in text:
        return FormatUnsupported(
            say("Audio", "{name} delivers sound in a form that can't be used.", name=name),
            say("Audio", "Choose another device, or another sample rate in the system's sound settings."),
        )
    if "-9985" in text or "Permission denied" in text or "ermission" in text:
        return PermissionDenied(
            say("Audio", "The system does not let this program use {name}.", name=name),
            say("Audio", "Allow microphone access in the system's privacy settings, and close programs that hold it."),
        )
    return AudioUnavailable(
        say("Audio", "{name} could not be opened.", name=name),
        say("Audio", "Unplug it and plug it in again, or choose another device."),
    )


def list_inputs() -> list[Device]:
    """Every input that PortAudio knows, the default one first; each name once, by the system's preferred interface.

    Raises `AudioUnavailable`.
    """
    sd = load()
    with _lock:
        preferred = _host_api(sd)
        default = preferred["default_input_device"]
        found = []
        for index in preferred["devices"]:
            info = sd.query_devices(index)
            if info["max_input_channels"] > 0:
                name = info["name"]
                found.append(Device(PREFIX + name, name, SourceKind.MICROPHONE, default=index == default))
    return sorted(found, key=lambda device: not device.default)


def find(name: str) -> tuple[int, AudioFormat]:
    """Index and own mono format of the input with this name, as it is now; raises `DeviceNotFound`."""
    sd = load()
    with _lock:
        for index in _host_api(sd)["devices"]:
            info = sd.query_devices(index)
            if info["max_input_channels"] > 0 and info["name"] == name:
                # Its own rate: some Windows microphones stay silent when the system converts.
                return index, AudioFormat(round(info["default_samplerate"]), 1)
    raise DeviceNotFound(
        say("Audio", "{name} is not connected.", name=name),
        say("Audio", "Plug it in, or choose another device."),
    )


def list_outputs() -> list[Output]:
    """Every output that PortAudio knows, the default one first. Raises `AudioUnavailable`."""
    sd = load()
    with _lock:
        preferred = _host_api(sd)
        default = preferred.get("default_output_device", -1)
        found = []
        for index in sorted(preferred["devices"], key=lambda index: index != default):
            info = sd.query_devices(index)
            if info["max_output_channels"] > 0:
                # Its own rate: some Windows devices take no other.
                own = AudioFormat(round(info["default_samplerate"]), min(2, info["max_output_channels"]))
                found.append(Output(index, info["name"], own))
    return found


def _host_api(sd: Any) -> Any:
    """WASAPI on Windows: the older interfaces list the same devices again, with their names cut off."""
    apis = sd.query_hostapis()
    wasapi = [api for api in apis if "WASAPI" in api["name"]]
    if wasapi:
        return wasapi[0]
    default = sd.default.hostapi
    if not apis or default < 0:
        return {"devices": [], "default_input_device": -1}
    return apis[default]
