"""Hours of talk at accelerated speed through the window's own path: nothing lost, memory flat.

    ./dev bench soak [HOURS]

Sound whose every half second carries a number goes over a real WebSocket to a server in a process of its own, which
puts the numbers into sentences of six seconds and breaks the connection after every three minutes of sound. Window and
caption bar show it on the window's own event loop, and the journal is on the disk. Memory is the resident set of the
program, looked at as it stands; nothing is collected for the sake of a figure.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from array import array
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from PySide6.QtWidgets import QApplication  # noqa: E402 - found once the path is set

from desktop.app.loop import run  # noqa: E402 - as above
from desktop.core.audio import SPEECH, AudioChunk  # noqa: E402 - as above
from desktop.core.captions import CaptionEvent  # noqa: E402 - as above
from desktop.session.events import SessionEvent  # noqa: E402 - as above
from desktop.session.recorder import JournalPlan  # noqa: E402 - as above
from desktop.session.service import LaneSpec, Service  # noqa: E402 - as above
from desktop.session.session import Session  # noqa: E402 - as above
from desktop.settings.schema import OverlaySettings, Settings  # noqa: E402 - as above
from desktop.transcripts.journal import read  # noqa: E402 - as above
from desktop.ui import theme  # noqa: E402 - as above
from desktop.ui.main_window import MainWindow  # noqa: E402 - as above
from desktop.ui.overlay import Overlay  # noqa: E402 - as above
from desktop.ui.style import prepare  # noqa: E402 - as above
from desktop.ui.unhurried import Unhurried  # noqa: E402 - as above
from desktop.ui.values import LaneView  # noqa: E402 - as above
from tests.support.beacon import BASE, BLOCK, BeaconSource  # noqa: E402 - as above
from tests.support.talk import TalkProvider, talking  # noqa: E402 - as above

NUMBERS = 20_000
"""Amplitudes that can be told apart."""
LOOKS = 48
"""How often memory is looked at."""


class Endless(BeaconSource):
    """The numbers again and again, made as they are asked for."""

    @asynccontextmanager
    async def open(self, epoch: float) -> AsyncIterator[AsyncIterator[AudioChunk]]:
        yield self._blocks()

    async def _blocks(self) -> AsyncIterator[AudioChunk]:
        for number in range(self.count):
            pcm = array("h", [BASE + number % NUMBERS]).tobytes() * SPEECH.size(0.1)
            for part in range(5):
                yield AudioChunk(pcm[: SPEECH.size(0.1)], SPEECH, number * BLOCK + part / 10)
            await asyncio.sleep(0)


@dataclass(frozen=True)
class Look:
    """What the program holds at one moment."""

    minute: float
    """Of the sound."""
    megabytes: float
    files: int
    threads: int
    tasks: int


@dataclass
class Watch:
    """Looks at the program after every so many seconds of sound."""

    every: float
    looks: list[Look] = field(default_factory=list)
    _process: psutil.Process = field(default_factory=psutil.Process)

    def __call__(self, event: SessionEvent) -> None:
        due = (len(self.looks) + 1) * self.every
        if isinstance(event, CaptionEvent) and event.is_final and event.end >= due:
            process, tasks = self._process, len(asyncio.all_tasks())
            megabytes = process.memory_info().rss / 1e6
            self.looks.append(Look(event.end / 60, megabytes, process.num_fds(), process.num_threads(), tasks))
            print(f"    {event.end / 3600:.1f} h of sound", file=sys.stderr, flush=True)


def slope(points: list[tuple[float, float]]) -> float:
    """Megabytes an hour of the straight line that lies closest to (minute, megabytes)."""
    if len(points) < 2:
        return 0.0
    middle = sum(x for x, _ in points) / len(points), sum(y for _, y in points) / len(points)
    over = sum((x - middle[0]) * (y - middle[1]) for x, y in points)
    return 60 * over / sum((x - middle[0]) ** 2 for x, _ in points)


def show(session: Session) -> None:
    """Window and caption bar, as the program feeds them; the session's readers keep them."""
    window, overlay = MainWindow(theme.LIGHT, Settings()), Overlay(theme.DARK, OverlaySettings())
    to_window = Unhurried(window.on_event)
    window.show()
    overlay.show()
    window.show_session([LaneView(lane.id, lane.label) for lane in session.lanes])
    overlay.bind(session.document, session.lanes)
    session.subscribe(overlay.on_event)
    session.subscribe(to_window)


async def soak(hours: float, port: int) -> None:
    count = round(hours * 3600 / BLOCK)
    provider = TalkProvider(f"ws://127.0.0.1:{port}")
    watch = Watch(hours * 3600 / LOOKS)
    with tempfile.TemporaryDirectory() as folder:
        lane = LaneSpec("you", "You", Endless(count))
        session = Session([lane], Service(provider, "en-US"), JournalPlan([Path(folder)]))
        show(session)
        session.subscribe(watch)
        began = time.perf_counter()
        await session.run()
        took = time.perf_counter() - began
        assert session.journal is not None
        entries = read(session.journal).entries
    saved = [word for entry in entries if isinstance(entry, CaptionEvent) for word in entry.text.split()]
    gaps = sum(not isinstance(entry, CaptionEvent) for entry in entries)
    print(f"{hours:g} h of sound in {took:.0f} s, {provider.connections} connections, {gaps} marks in the transcript")
    report(hours, watch.looks)
    whole = saved == [str(number % NUMBERS) for number in range(count)]
    print(f"  words spoken {count}, saved {len(saved)}, in order and complete: {'yes' if whole else 'NO'}")


def report(hours: float, looks: list[Look]) -> None:
    """Print what the program held, and how its memory grew."""
    print("  minute   memory MB   files   threads   tasks")
    for at in looks:
        print(f"  {at.minute:6.1f}   {at.megabytes:9.1f}   {at.files:5}   {at.threads:7}   {at.tasks:5}")
    later = [at for at in looks if at.minute >= min(60.0, hours * 15)]
    grown = f"{later[0].megabytes:.0f} -> {later[-1].megabytes:.0f} MB"
    most = f"at most {max(at.files for at in later)} files, {max(at.threads for at in later)} threads"
    most += f", {max(at.tasks for at in later)} tasks"
    figure = slope([(at.minute, at.megabytes) for at in later])
    print(f"  slope {figure:.2f} MB/h from minute {later[0].minute:.0f} on ({grown}; {most})")


def main(hours: float) -> int:
    """Run it to its end on the window's loop."""
    app = QApplication(sys.argv[:1])
    prepare(app, theme.LIGHT)

    async def whole(_stop: asyncio.Event) -> int:
        await soak(hours, port)
        return 0

    with talking() as port:
        return run(app, whole)


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if sys.argv[1:] else 1.0))
