"""The child process: hosts the engine once for all streams of its parent.

    python -m desktop.providers.on_device.child

Frames (desktop.transport.frames) come in on standard input and answers go out on standard output; the native library
and Python write to standard error. One thread reads, the other works. The end of the input ends the process at once:
the parent is gone, or wants no more.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from array import array
from collections import deque
from collections.abc import Callable, Iterable
from queue import SimpleQueue
from typing import BinaryIO

from desktop.providers.on_device.engine import RATE, Engine, EngineError, Voices, to_floats
from desktop.providers.on_device.lane import Lane, Line, Tools
from desktop.transport.frames import HEADER, Kind, pack, pack_object, pack_seconds, unpack_header

Frame = tuple[Kind, int, bytes]

_HURRY = 0.6
"""Seconds of a stream's sound waiting from which on its unfinished lines are not decoded."""
_QUANTUM = 0.1
"""Seconds of one stream's sound worked off before another stream has its turn."""
_STEP = 3  # of 19; one step below the window and the overlay


def _lower_priority() -> None:
    if sys.platform == "win32":
        import ctypes

        below_normal = 0x4000  # BELOW_NORMAL_PRIORITY_CLASS
        ctypes.windll.kernel32.SetPriorityClass(ctypes.windll.kernel32.GetCurrentProcess(), below_normal)
    else:
        os.nice(_STEP)


def _read(source: BinaryIO, frames: SimpleQueue[Frame]) -> None:
    try:
        while len(header := source.read(HEADER.size)) == HEADER.size:
            kind, stream, length = unpack_header(header)
            frames.put((kind, stream, source.read(length)))
    finally:
        os._exit(0)  # also out of the middle of a decode: nobody reads the answer


class _Stream:
    """A lane with the sound that waits for it."""

    def __init__(self, number: int, engine: Engine, decode: Callable[[array[float]], str]) -> None:
        self.number = number
        self.voices: Voices = engine.voices()
        self.lane = Lane(Tools(self.voices.is_voice, decode, time.perf_counter))
        self.waiting: deque[bytes] = deque()
        self.finishing = False

    def step(self) -> Iterable[Line]:
        """Work off the next bit of sound."""
        chunk = self.waiting.popleft()
        size = int(_QUANTUM * RATE) * 2
        if len(chunk) > size:
            self.waiting.appendleft(chunk[size:])
        backlog = sum(map(len, self.waiting)) / 2 / RATE
        return self.lane.push(to_floats(chunk[:size]), hurried=backlog > _HURRY)


class Host:
    """Works off what the parent sends, every stream in its turn."""

    def __init__(self, engine: Engine, frames: SimpleQueue[Frame], write: Callable[[bytes], None]) -> None:
        self._engine = engine
        self._frames = frames
        self._write = write
        self._streams: dict[int, _Stream] = {}

    def run(self) -> None:
        """Until the process ends."""
        while True:
            self._receive()
            for stream in list(self._streams.values()):
                self._work(stream)

    def _receive(self) -> None:
        """Take in whatever is there; wait for something when there is nothing to do."""
        idle = not any(stream.waiting or stream.finishing for stream in self._streams.values())
        while idle or not self._frames.empty():
            self._take(*self._frames.get())
            idle = False

    def _take(self, kind: Kind, number: int, payload: bytes) -> None:
        stream = self._streams.get(number)
        if kind is Kind.OPEN:
            self._streams[number] = _Stream(number, self._engine, self._decode)
        elif stream is None:
            pass  # dropped before
        elif kind is Kind.AUDIO:
            stream.waiting.append(payload)
        elif kind is Kind.FINISH:
            stream.finishing = True
        elif kind is Kind.DROP:
            self._streams.pop(number).voices.close()

    def _decode(self, samples: array[float]) -> str:
        # At half the speed of speech no captions can be made, so a decoder that is slower than that counts as stuck
        self._write(pack_seconds(Kind.WORKING, 0, len(samples) / RATE / 2))
        return self._engine.decode(samples)

    def _work(self, stream: _Stream) -> None:
        if stream.waiting:
            self._answer(stream.number, stream.step())
            self._write(pack_seconds(Kind.TAKEN, stream.number, stream.lane.heard / RATE))
        elif stream.finishing:
            self._answer(stream.number, stream.lane.finish())
            self._write(pack(Kind.DONE, stream.number))
            self._streams.pop(stream.number).voices.close()

    def _answer(self, number: int, lines: Iterable[Line]) -> None:
        for line in lines:
            self._write(pack_object(Kind.EVENT, number, line))


def main() -> int:
    """Run until the parent closes the input."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in a terminal reaches the whole group; the parent decides
    _lower_priority()
    # By number: a windowed frozen program has pipes but no sys.stdin
    output = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)  # whatever native code prints must not fall between the frames

    def write(frame: bytes) -> None:
        try:
            view = memoryview(frame)
            while view:
                view = view[output.write(view) :]
        except OSError:
            os._exit(0)  # the parent is gone

    frames: SimpleQueue[Frame] = SimpleQueue()
    threading.Thread(target=_read, args=(os.fdopen(0, "rb", closefd=False), frames), daemon=True).start()
    try:
        with Engine() as engine:
            write(pack(Kind.READY, 0))
            Host(engine, frames, write).run()
    except (EngineError, OSError, ImportError) as error:
        write(pack_object(Kind.BROKEN, 0, {"reason": f"{type(error).__name__}: {error}"[:500]}))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
