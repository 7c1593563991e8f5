"""The way of one chunk and of one caption through the running program, with window, caption bar and engine.

    ./dev bench path [SECONDS]

A thread delivers the sample speech like two devices do: 20 ms blocks, each stamped as its callback begins. Measured:
callback -> written to the engine's pipe, event read from the engine -> caption bar painted, and the longest time in
which the event loop of the window did nothing. The floor in the same run: the bare hand-off of a thread to the loop,
and a QLabel's update.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
BLOCK = 0.02


class DeviceThread:
    """An AudioSource that delivers prepared sound from a thread of its own, in real time."""

    live = True

    def __init__(self, name: str, pcm: bytes, stamps: dict[float, float]) -> None:
        from desktop.core.audio import SourceKind

        self.id = self.name = name
        self.kind = SourceKind.MICROPHONE
        self._pcm = pcm
        self._stamps = stamps

    @asynccontextmanager
    async def open(self, epoch: float) -> AsyncIterator[Any]:
        from desktop.audio.queue import ChunkQueue

        queue = ChunkQueue()
        thread = threading.Thread(target=self._deliver, args=(queue, epoch), daemon=True)
        thread.start()
        yield queue

    def _deliver(self, queue: Any, epoch: float) -> None:
        from desktop.core.audio import SPEECH, AudioChunk

        size = SPEECH.size(BLOCK)
        first = time.monotonic()
        for index in range(len(self._pcm) // size):
            due = first + (index + 1) * BLOCK
            time.sleep(max(0.0, due - time.monotonic()))
            start = first - epoch + index * BLOCK
            self._stamps[start] = time.perf_counter()
            queue.put(AudioChunk(self._pcm[index * size : (index + 1) * size], SPEECH, start))
        queue.close()


class Meter:
    """Wraps a provider and times what passes through it."""

    def __init__(self, provider: Any, stamps: dict[float, float]) -> None:
        self._provider = provider
        self._stamps = stamps
        self.to_pipe: list[float] = []
        self.last_read = 0.0
        self.last_final = False
        self.settled = float("inf")
        """From when on chunks count: the engine has caught up with what waited while it started."""
        for name in ("id", "title", "capabilities", "credential_fields", "availability"):
            setattr(self, name, getattr(provider, name))

    @asynccontextmanager
    async def connect(self, config: Any) -> AsyncIterator[Any]:
        async with self._provider.connect(config) as stream:
            self.settled = time.perf_counter() + 3
            yield _Stream(stream, self)


class _Stream:
    def __init__(self, stream: Any, meter: Meter) -> None:
        self._stream = stream
        self._meter = meter
        self.finish: Callable[[], Any] = stream.finish

    async def send(self, chunk: Any) -> None:
        await self._stream.send(chunk)
        stamp = self._meter._stamps.get(chunk.start)
        if stamp is not None and time.perf_counter() > self._meter.settled:
            self._meter.to_pipe.append(time.perf_counter() - stamp)

    async def __aiter__(self) -> AsyncIterator[Any]:
        from desktop.core.captions import CaptionEvent

        async for event in self._stream:
            if isinstance(event, CaptionEvent):
                self._meter.last_read, self._meter.last_final = time.perf_counter(), event.is_final
            yield event


def line(name: str, seconds: list[float], target: str = "") -> str:
    seconds = sorted(seconds)
    at = [seconds[min(len(seconds) - 1, int(share * len(seconds)))] * 1000 for share in (0.5, 0.99)]
    return (
        f"  {name:<44} p50 {at[0]:6.2f}  p99 {at[1]:6.2f}  max {seconds[-1] * 1000:6.2f} ms  n={len(seconds)}  {target}"
    )


async def sample() -> list[bytes]:
    from desktop.session.sample import sample_lanes

    lanes = []
    for lane in sample_lanes(realtime=False):
        async with lane.source.open(0.0) as chunks:
            lanes.append(b"".join([chunk.pcm async for chunk in chunks]))
    return lanes


async def hand_off(count: int = 1000) -> list[float]:
    """The floor: a thread wakes the loop, which does nothing but look at its watch."""
    loop, done, times = asyncio.get_running_loop(), asyncio.Event(), []

    def arrived(stamp: float) -> None:
        times.append(time.perf_counter() - stamp)
        if len(times) == count:
            done.set()

    def ring() -> None:
        for _ in range(count):
            time.sleep(0.005)
            loop.call_soon_threadsafe(arrived, time.perf_counter())

    threading.Thread(target=ring, daemon=True).start()
    await done.wait()
    return times


async def label_updates(count: int = 300) -> list[float]:
    """The floor: a QLabel is told another text and has painted it."""
    from PySide6.QtWidgets import QLabel

    times: list[float] = []

    class Label(QLabel):
        def paintEvent(self, event: Any) -> None:  # noqa: N802 - Qt's name
            super().paintEvent(event)
            times.append(time.perf_counter() - stamp)

    label = Label("bare")
    label.resize(1340, 110)
    stamp = time.perf_counter()
    label.show()
    await asyncio.sleep(0.5)
    times.clear()
    for index in range(count):
        await asyncio.sleep(0.01)
        stamp = time.perf_counter()
        label.setText(f"You will have it before five o'clock, and the office {index}")
    await asyncio.sleep(0.1)
    label.close()
    return times


async def measure(app: Any, seconds: float) -> None:
    from PySide6.QtCore import Qt, QTimer

    from desktop.app import first_window
    from desktop.app.program import Program
    from desktop.app.views import Views
    from desktop.providers import discover
    from desktop.session.recorder import JournalPlan
    from desktop.session.service import LaneSpec, Service
    from desktop.session.session import Session
    from desktop.settings import paths
    from desktop.settings.schema import Settings
    from desktop.settings.store import Loaded

    floor, labels = await hand_off(), await label_updates()
    window = first_window(app, Settings(), shown=True)
    program = Program(Views(app, window, Settings()), Loaded(Settings()))
    await asyncio.sleep(1)
    stamps: dict[float, float] = {}
    meter = Meter(discover()["on-device"], stamps)
    pcm = [one * max(1, round(seconds / 24)) for one in await sample()]
    lanes = [
        LaneSpec(name, name, DeviceThread(name, one, stamps)) for name, one in zip(("you", "them"), pcm, strict=True)
    ]
    session = Session(lanes, Service(meter, "en-US"), JournalPlan(paths.transcripts_folders(Settings())))  # type: ignore[arg-type]  # wraps a Provider
    painted: dict[bool, list[float]] = {False: [], True: []}

    def on_paint(waited: float) -> None:
        if waited and meter.last_read:
            painted[meter.last_final].append(time.perf_counter() - meter.last_read)
            meter.last_read = 0.0

    program.overlay.captions.painted.connect(on_paint)
    stalls: list[float] = []
    last = time.perf_counter()

    def tick() -> None:
        nonlocal last
        now = time.perf_counter()
        stalls.append(now - last)
        last = now

    program._attach(session)
    timer = QTimer(timerType=Qt.TimerType.PreciseTimer)
    timer.timeout.connect(tick)
    QTimer.singleShot(3000, lambda: timer.start(2))
    await session.run()
    timer.stop()
    print(f"two lanes, {len(pcm[0]) / 32000:.0f} s, window and caption bar shown")
    print(line("hand-off floor (thread -> loop)", floor))
    print(line("device callback -> engine pipe", meter.to_pipe, "(target: p99 5 ms)"))
    print(line("QLabel floor (setText -> painted)", labels))
    print(line("partial read -> caption bar painted", painted[False], "(target: 1 / 5 ms)"))
    print(line("final read -> on disk -> caption bar painted", painted[True]))
    print(line("between two turns of a 2 ms timer", stalls[5:], "(target: max 33 ms)"))
    program.window.hide()
    program.overlay.hide()
    await program._tasks.end()


def main() -> None:
    seconds = float(sys.argv[1]) if sys.argv[1:] else 48.0
    with tempfile.TemporaryDirectory() as folder:
        for name in ("CONFIG_HOME", "DATA_HOME", "STATE_HOME", "DOCUMENTS_DIR"):
            os.environ[f"XDG_{name}"] = folder
        from desktop.app.loop import run
        from desktop.app.qt import make_application

        app = make_application()

        async def work(_stop: asyncio.Event) -> int:
            await measure(app, seconds)
            return 0

        run(app, work)


if __name__ == "__main__":
    main()
