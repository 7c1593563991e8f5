"""Microphones where PortAudio itself knows them: Windows, macOS, and Linux without a sound server.

# untested on Windows and macOS: only run against fakes of PortAudio's list.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from desktop.audio import capture, portaudio
from desktop.audio.queue import ChunkQueue
from desktop.audio.threads import in_thread
from desktop.core.audio import AudioFormat, SourceKind
from desktop.core.errors import DeviceNotFound
from desktop.core.message import say


class Microphone:
    """One of PortAudio's inputs by name; without a name, whichever is the default when it is opened.

    PortAudio tells neither that a device went nor that the default changed: a device that falls silent for a second
    ends the iteration with `DeviceLost`, and a changed default is taken up at the next opening.
    """

    live = True
    kind = SourceKind.MICROPHONE

    def __init__(self, device_id: str, name: str, device: str = "") -> None:
        self.id = device_id
        self.name = name
        self._device = device

    @asynccontextmanager
    async def open(self, epoch: float) -> AsyncIterator[ChunkQueue]:
        """Listen; chunks of 20 ms, mono, at the device's own rate. Raises `AudioError`."""
        index, audio_format = await in_thread(self._find)
        feed = capture.Feed(epoch)
        stream = await in_thread(
            portaudio.open_stream, portaudio.Input(index), audio_format, feed.put, undo=lambda unused: unused.close()
        )
        try:
            async with capture.guarded(feed, lambda: capture.watch_blocks(feed, self.name)) as chunks:
                yield chunks
        finally:
            await in_thread(stream.close)

    def _find(self) -> tuple[int, AudioFormat]:
        portaudio.refresh()  # the list is as old as the program; while another stream runs it has to do
        name = self._device or self._default()
        index, audio_format = portaudio.find(name)
        self.name = name
        return index, audio_format

    @staticmethod
    def _default() -> str:
        inputs = portaudio.list_inputs()
        if not inputs:
            raise DeviceNotFound(
                say("Audio", "No microphone is connected."),
                say("Audio", "Plug one in; it is found by itself."),
            )
        return inputs[0].name
