"""Windows: microphones through PortAudio, and what the computer plays through WASAPI loopback (SoundCard).

PortAudio's released libraries have no loopback. A loopback delivers nothing while nothing plays; SoundCard's `record`
then returns silence measured by the clock, so that the lane goes on.

# untested on Windows: only run against a fake of SoundCard.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from desktop.audio import capture, portaudio
from desktop.audio.convert import quantise
from desktop.audio.microphone import Microphone
from desktop.audio.queue import ChunkQueue
from desktop.audio.threads import in_thread, prepare_thread
from desktop.core.audio import AudioFormat, AudioSource, Device, SourceKind
from desktop.core.errors import AudioError, AudioUnavailable, DeviceNotFound
from desktop.core.message import say

PREFIX = "wasapi:"
LOOPBACK = AudioFormat(sample_rate=48_000, channels=2)
_BLOCK_FRAMES = 960
_DEFAULT_SECONDS = 1.0


def list_devices() -> list[Device]:
    """Microphones, then speakers to listen to; blocks. Raises `AudioUnavailable`."""
    prepare_thread()
    portaudio.refresh()
    return portaudio.list_inputs() + _speakers()


def source(device: Device) -> AudioSource:
    """The source behind an entry of the list."""
    if device.kind is SourceKind.SYSTEM:
        return Loopback(device.id, device.name, device.id.removeprefix(PREFIX))
    return Microphone(device.id, device.name, device.id.removeprefix(portaudio.PREFIX))


def default(kind: SourceKind) -> AudioSource:
    """The source that follows the system's default."""
    return Loopback("system", "System sound") if kind is SourceKind.SYSTEM else Microphone("mic", "Microphone")


def _soundcard() -> Any:
    try:
        import soundcard
    except (ImportError, OSError, RuntimeError) as error:
        raise AudioUnavailable(
            say("Audio", "The SoundCard library can't be used, so system sound can't be heard."),
            say("Audio", "Install Overtitle again, or use a microphone only."),
        ) from error
    return soundcard


def _speakers() -> list[Device]:
    try:
        soundcard = _soundcard()
        speakers = soundcard.all_speakers()
        default_id = soundcard.default_speaker().id if speakers else ""
    except AudioUnavailable as error:
        return [Device("system", "System sound", SourceKind.SYSTEM, available=False, reason=str(error))]
    except RuntimeError:  # how SoundCard reports COM errors, among them that there is no output at all
        return []
    found = [Device(PREFIX + one.id, one.name, SourceKind.SYSTEM, default=one.id == default_id) for one in speakers]
    return sorted(found, key=lambda device: not device.default)


class Loopback:
    """What a speaker plays; without an id, whichever is the default when it is opened.

    A speaker that goes away, and a default that changes, end the iteration with `DeviceLost`.
    """

    live = True
    kind = SourceKind.SYSTEM

    def __init__(self, device_id: str, name: str, speaker: str = "") -> None:
        self.id = device_id
        self.name = name
        self._speaker = speaker

    @asynccontextmanager
    async def open(self, epoch: float) -> AsyncIterator[ChunkQueue]:
        """Listen; chunks of 20 ms in the format `LOOPBACK`. Raises `AudioError`."""
        recorder = _Recorder(await in_thread(self._find), capture.Feed(epoch), self.name)
        try:
            recorder.thread.start()
            async with capture.guarded(recorder.feed, lambda: self._guard(recorder)) as chunks:
                yield chunks
        finally:
            await in_thread(recorder.stop)

    def _find(self) -> Any:
        prepare_thread()
        soundcard = _soundcard()
        try:
            speaker = self._speaker or soundcard.default_speaker().id
            microphone = soundcard.get_microphone(speaker, include_loopback=True)
        except (IndexError, RuntimeError) as error:
            raise DeviceNotFound(
                say("Audio", "{name} is not connected.", name=self.name),
                say("Audio", "Plug it in, or choose another device."),
            ) from error
        if microphone.id != speaker and self._speaker:  # SoundCard takes the nearest name when the id is not there
            raise capture.lost(self.name)
        self.name = microphone.name
        return microphone

    async def _guard(self, recorder: _Recorder) -> None:
        heartbeat = capture.Heartbeat(recorder.feed)
        ticks = round(_DEFAULT_SECONDS / capture.TICK_SECONDS)
        while True:
            for _ in range(ticks):
                await asyncio.sleep(capture.TICK_SECONDS)
                if heartbeat.tick():
                    raise capture.fell_silent(self.name)
            if not self._speaker and await in_thread(_default_id) != recorder.microphone.id:
                raise capture.default_changed(self.name)


def _default_id() -> str:
    prepare_thread()
    try:
        speaker: str = _soundcard().default_speaker().id
    except RuntimeError:
        return ""
    return speaker


class _Recorder:
    """The thread that asks SoundCard for one block after the other."""

    def __init__(self, microphone: Any, feed: capture.Feed, name: str) -> None:
        self.microphone = microphone
        self.feed = feed
        self.thread = threading.Thread(target=self._run, name="loopback", daemon=True)
        self._name = name
        self._stopping = False

    def stop(self) -> None:
        """End the thread; blocks until its present block is over."""
        self._stopping = True
        if self.thread.is_alive():
            self.thread.join()

    def _run(self) -> None:
        prepare_thread()
        try:
            self._record()
        except AudioError as error:
            self.feed.queue.close(error)
        except Exception as error:  # noqa: BLE001 - SoundCard raises all sorts when a device goes away
            gone = capture.lost(self._name)
            gone.__cause__ = error
            self.feed.queue.close(gone)

    def _record(self) -> None:
        options = {"samplerate": LOOPBACK.sample_rate, "channels": LOOPBACK.channels, "blocksize": _BLOCK_FRAMES}
        with self.microphone.recorder(**options) as recorder:
            while not self._stopping:
                block = recorder.record(numframes=_BLOCK_FRAMES)
                self.feed.put(quantise(block), LOOPBACK)
