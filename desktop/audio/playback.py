"""Sound that goes out: what a bot says, on an output that a person chose.

The device's own thread takes from a queue and never waits for anything. What comes in is converted in the event loop.

# untested on Windows and macOS: only the PulseAudio way was run.
"""

from __future__ import annotations

import logging
import sys
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from desktop.audio import portaudio, pulse
from desktop.audio.convert import Converter, preload
from desktop.audio.portaudio import BLOCK_SECONDS, Output
from desktop.audio.threads import in_thread
from desktop.core.audio import AudioChunk, AudioFormat
from desktop.core.errors import AudioUnavailable, DeviceNotFound
from desktop.core.message import say

log = logging.getLogger(__name__)

HOLD = 300.0
"""Seconds that may wait to be played: Pipecat sends up to twice as fast as it speaks, so this is ten minutes on end."""
PREROLL = 0.1
"""Seconds by which the first sound after a pause is held back, so that a late one behind it leaves no hole."""
_SERVER = AudioFormat(24_000)
"""What bots speak in; the sound server makes of it what the device wants."""
_HAS_SERVER: bool = sys.platform.startswith("linux")


class Line:
    """Bytes on their way from the event loop (`put`, `clear`) to the device's thread (`fill`).

    No locks: each counter has one writer, and a deque's ends may be used from different threads.
    """

    def __init__(self, audio_format: AudioFormat) -> None:
        self._limit = audio_format.size(HOLD)
        self._silence = round(PREROLL / BLOCK_SECONDS)
        self._pieces: deque[bytes] = deque()
        self._added = self._cleared = self._taken = 0
        self._rest = b""
        """Of the piece that is being played; the device's thread alone touches it."""
        self._round = 0
        self._playing = 0
        self._waiting = self._silence
        self.refused = 0
        """Bytes that found no room."""

    @property
    def held(self) -> int:
        """Bytes that wait."""
        return self._added - self._cleared - self._taken

    def put(self, pcm: bytes) -> None:
        """Add sound; what finds no room is refused and counted, so that what waits stays in one piece."""
        if self.held + len(pcm) > self._limit:
            self.refused += len(pcm)
            return
        self._pieces.append(pcm)
        self._added += len(pcm)

    def clear(self) -> None:
        """Forget what waits; the device falls silent with its next block."""
        self._round += 1
        while True:
            try:
                self._cleared += len(self._pieces.pop())
            except IndexError:
                return

    def fill(self, size: int) -> bytes:
        """The next `size` bytes, silence where there are none. For the device's thread."""
        if self._playing != self._round:
            self._playing, self._rest, self._waiting = self._round, b"", self._silence
        if not self._rest and not self._pieces:
            self._waiting = self._silence
            return bytes(size)
        if self._waiting:
            self._waiting -= 1
            return bytes(size)
        parts = [self._rest]
        gathered = len(self._rest)
        while gathered < size:
            try:
                piece = self._pieces.popleft()
            except IndexError:
                parts.append(bytes(size - gathered))
                break
            self._taken += len(piece)
            parts.append(piece)
            gathered += len(piece)
        whole = b"".join(parts)
        self._rest = whole[size:]
        return whole[:size]


class Playback:
    """An open output."""

    def __init__(self, line: Line, output: Output) -> None:
        self._line = line
        self._format = output.format
        self._converter: Converter | None = None
        self._source = output.format
        self._at = 0.0
        self._warned = False
        self.name = output.label
        """What a person calls the device."""

    def play(self, pcm: bytes, audio_format: AudioFormat) -> None:
        """Play sound after what waits already; returns at once. Half a sample at the end is left out."""
        whole = pcm[: len(pcm) - len(pcm) % audio_format.bytes_per_frame]
        if self._converter is None or audio_format != self._source:
            self._converter, self._source = Converter(audio_format, self._format), audio_format
        chunk = AudioChunk(whole, audio_format, self._at)
        self._at = chunk.end
        for converted in self._converter.feed(chunk):
            self._line.put(converted.pcm)
        if self._line.refused and not self._warned:
            self._warned = True
            log.warning("More sound waits to be played than can be kept; some of it is left out")

    def clear(self) -> None:
        """Stop what is being said: nothing that came before this is heard any more."""
        self._converter = None
        self._line.clear()

    @property
    def held(self) -> float:
        """Seconds that wait."""
        return self._format.seconds(self._line.held)

    @property
    def refused(self) -> float:
        """Seconds that found no room."""
        return self._format.seconds(self._line.refused)


@asynccontextmanager
async def open_playback(name: str = "") -> AsyncIterator[Playback]:
    """Open an output by its name or what a person calls it; without one, the system's default. Raises `AudioError`."""
    output = await in_thread(_prepare, name)
    line = Line(output.format)
    stream = await in_thread(portaudio.open_output, output, line.fill, undo=lambda unused: unused.close())
    try:
        yield Playback(line, output)
    finally:
        await in_thread(stream.close)


def _prepare(name: str) -> Output:
    preload()
    return find_output(name)


def find_output(name: str = "") -> Output:
    """The output of this name; blocks. Raises `AudioError`."""
    outputs = list_outputs()
    wanted = name.strip().casefold()
    for output in outputs:
        if not wanted or wanted in (output.pulse_sink.casefold(), output.label.casefold()):
            return output
    if not outputs:
        raise DeviceNotFound(
            say("Audio", "This computer has no sound output."), say("Audio", "Connect a headset or speakers.")
        )
    raise DeviceNotFound(
        say("Audio", "No sound output called {name} is connected.", name=name),
        say("Audio", "Choose one of: {names}.", names=", ".join(output.label for output in outputs)),
    )


def list_outputs() -> list[Output]:
    """Every output, the default one first; blocks. Raises `AudioUnavailable`."""
    if _HAS_SERVER:
        try:
            state = pulse.read_state()
        except AudioUnavailable:
            return portaudio.list_outputs()
        portaudio.require_pulse()
        sinks = [source for source in state.sources if source.monitor_of]
        sinks.sort(key=lambda source: source.monitor_of != state.default_sink)
        return [Output("pulse", sink.label, _SERVER, sink.monitor_of) for sink in sinks]
    return portaudio.list_outputs()
