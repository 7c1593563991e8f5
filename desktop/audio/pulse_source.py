"""Sound from any source of PulseAudio or PipeWire: a microphone, or the monitor of what the computer plays.

Listed and watched through the server itself, captured through PortAudio's `pulse` device, which asks the server for
the source named by PULSE_SOURCE. The server converts to the wanted rate.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from desktop.audio import capture, portaudio, pulse
from desktop.audio.queue import ChunkQueue, Latest
from desktop.audio.threads import in_thread
from desktop.core.audio import SPEECH, SourceKind
from desktop.core.errors import AudioUnavailable, DeviceLost, DeviceNotFound
from desktop.core.message import say


class PulseCapture:
    """One source of the server; without a name, whichever is the default when it is opened.

    A source that goes away ends the iteration with `DeviceLost`, and so does a default that changes: opening again
    opens the new one. The server itself would go on with some other source and say nothing: the microphone instead of
    the call.
    """

    live = True

    def __init__(self, device_id: str, name: str, kind: SourceKind, source: str = "") -> None:
        self.id = device_id
        self.name = name
        """Of a default, what it stands for once it has been opened."""
        self.kind = kind
        self._source = source

    @asynccontextmanager
    async def open(self, epoch: float) -> AsyncIterator[ChunkQueue]:
        """Listen; chunks of 20 ms in the format `SPEECH`. Raises `AudioError`."""
        async with pulse.watch() as states:
            await in_thread(portaudio.require_pulse)
            source = self._pick(await anext(states))
            feed = capture.Feed(epoch)
            which = portaudio.Input("pulse", source.name)
            stream = await in_thread(portaudio.open_stream, which, SPEECH, feed.put, undo=lambda unused: unused.close())
            try:
                async with capture.guarded(feed, lambda: self._guard(feed, states, source)) as chunks:
                    yield chunks
            finally:
                await in_thread(stream.close)

    def _pick(self, state: pulse.PulseState) -> pulse.PulseSource:
        source = state.find(self._source) if self._source else state.default(self.kind)
        if source is None and self._source:
            raise DeviceNotFound(
                say("Audio", "{name} is not connected.", name=self.name),
                say("Audio", "Plug it in, or choose another device."),
            )
        if source is None:
            raise nothing_there(self.kind)
        if not self._source:
            self.name = source.label
        return source

    async def _guard(self, feed: capture.Feed, states: Latest[pulse.PulseState], source: pulse.PulseSource) -> None:
        heartbeat = capture.Heartbeat(feed)
        news = asyncio.ensure_future(anext(states))
        try:
            while True:
                await asyncio.wait([news], timeout=capture.TICK_SECONDS)
                if news.done():
                    source = self._follow(news, source)
                    news = asyncio.ensure_future(anext(states))
                elif source.suspended:
                    heartbeat.excuse()
                elif heartbeat.tick():
                    raise capture.fell_silent(source.label)
        finally:
            news.cancel()

    def _follow(self, news: asyncio.Future[pulse.PulseState], source: pulse.PulseSource) -> pulse.PulseSource:
        """The source as it is now, or `DeviceLost`."""
        try:
            state = news.result()
        except AudioUnavailable as error:
            raise DeviceLost(error.what, error.hint) from error  # it is not the device that has to be plugged in again
        now = state.find(source.name)
        if now is None or now.index != source.index:
            raise capture.lost(source.label)
        standard = state.default(self.kind)
        if not self._source and standard is not None and standard.name != source.name:
            raise capture.default_changed(source.label)
        return now


def nothing_there(kind: SourceKind) -> DeviceNotFound:
    """The error for a computer without any device of this kind."""
    if kind is SourceKind.SYSTEM:
        return DeviceNotFound(
            say("Audio", "This computer has no sound output, so there is no system sound to hear."),
            say("Audio", "Connect a headset or speakers."),
        )
    return DeviceNotFound(
        say("Audio", "No microphone is connected."),
        say("Audio", "Plug one in; it is found by itself."),
    )
