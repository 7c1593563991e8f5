"""macOS: microphones through PortAudio, and what the computer plays through Core Audio process taps (catap, 14.2+).

There is no way to ask whether the permission was given: without it a tap delivers silence and no error. So the device
carries a note.

# untested on macOS: only run against a fake of catap.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from desktop.audio import capture, portaudio
from desktop.audio.convert import quantise
from desktop.audio.microphone import Microphone
from desktop.audio.queue import ChunkQueue
from desktop.audio.threads import in_thread
from desktop.core.audio import AudioFormat, AudioSource, Device, SourceKind
from desktop.core.errors import AudioUnavailable
from desktop.core.message import say

SYSTEM_ID = "coreaudio:system"
PERMISSION_NOTE = (
    "If nothing is heard, allow Overtitle under System Settings, Privacy & Security, Screen & System Audio Recording."
)


def list_devices() -> list[Device]:
    """Microphones, then the system's sound; blocks. Raises `AudioUnavailable`."""
    portaudio.refresh()
    return [*portaudio.list_inputs(), _system()]


def source(device: Device) -> AudioSource:
    """The source behind an entry of the list."""
    if device.kind is SourceKind.SYSTEM:
        return SystemTap(device.id, device.name)
    return Microphone(device.id, device.name, device.id.removeprefix(portaudio.PREFIX))


def default(kind: SourceKind) -> AudioSource:
    """The source that follows the system's default."""
    return SystemTap("system", "System sound") if kind is SourceKind.SYSTEM else Microphone("mic", "Microphone")


def _catap() -> Any:
    try:
        import catap
    except (ImportError, OSError) as error:
        raise AudioUnavailable(
            say("Audio", "System sound can't be heard on this Mac: that needs macOS 14.2 or later."),
            say("Audio", "Update macOS, or install a virtual device such as BlackHole and choose it as microphone."),
        ) from error
    return catap


def _system() -> Device:
    try:
        _catap()
    except AudioUnavailable as error:
        return Device(SYSTEM_ID, "System sound", SourceKind.SYSTEM, True, available=False, reason=str(error))
    return Device(SYSTEM_ID, "System sound", SourceKind.SYSTEM, True, note=PERMISSION_NOTE)


class SystemTap:
    """What all programs of this Mac play, mixed; independent of the output device."""

    live = True
    kind = SourceKind.SYSTEM

    def __init__(self, device_id: str, name: str) -> None:
        self.id = device_id
        self.name = name

    @asynccontextmanager
    async def open(self, epoch: float) -> AsyncIterator[ChunkQueue]:
        """Listen; chunks as Core Audio delivers them, mono, at the output's rate. Raises `AudioError`."""
        feed = capture.Feed(epoch)
        tap = await in_thread(_start, feed, undo=lambda unused: unused.close())
        try:
            async with capture.guarded(feed, lambda: self._guard(feed, tap)) as chunks:
                yield chunks
        finally:
            await in_thread(_close, tap)

    async def _guard(self, feed: capture.Feed, tap: Any) -> None:
        heartbeat = capture.Heartbeat(feed)
        while True:
            await asyncio.sleep(capture.TICK_SECONDS)
            if heartbeat.tick() or tap.capture_failed:
                raise capture.fell_silent(self.name)


def _start(feed: capture.Feed) -> Any:
    """Open a tap on everything; in catap's worker thread each buffer goes to the feed."""
    catap = _catap()

    def hand_over(buffer: Any) -> None:
        audio_format = AudioFormat(round(buffer.format.sample_rate), buffer.format.num_channels)
        feed.put(to_pcm16(buffer.data, buffer.format), audio_format)

    try:
        tap = catap.RecordingSession.from_system_audio(mono=True, on_buffer=hand_over)
        tap.start()
    except (OSError, RuntimeError, ValueError) as error:
        raise AudioUnavailable(
            say("Audio", "The system's sound could not be tapped."),
            say("Audio", "Allow it under System Settings, Privacy & Security, Screen & System Audio Recording."),
        ) from error
    return tap


def _close(tap: Any) -> None:
    """Close a tap; what catap reports of a failed capture has been said already."""
    try:
        tap.close()
    except (OSError, RuntimeError):
        tap.close()  # catap keeps what it could not release; its second try is the documented way


def to_pcm16(data: bytes, native: Any) -> bytes:
    """Core Audio's samples, 32-bit floats or integers of 16 or 32 bits, as 16-bit PCM."""
    import numpy as np

    if native.is_float:
        return quantise(np.frombuffer(data, dtype="<f4"))
    if native.bits_per_sample == 16:
        return data
    return quantise(np.frombuffer(data, dtype="<i4") / 2.0**31)
