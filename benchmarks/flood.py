"""How long the window stands still when a provider floods it, with window and caption bar shown.

    ./dev bench flood [SECONDS]

A server in a process of its own sends 1,000 partials a second (500 for each number, in one burst), and then texts that
make messages of 256 KiB, through the real transport, session, journal, window and caption bar. A 2 ms timer of the
window says how long it did nothing else, and how much of that its thread really worked (the rest belongs to other
programs); the floor is the same window with the same sound and no flood. Each line counts the finals that arrived, and
the memory that it cost.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.support.serve_beacon import serving  # noqa: E402 - found once the path is set

LONGEST = 4000
"""Characters of a text that a session takes in."""
KINDS = (("no flood (the floor)", 0, 0), ("1,000 partials/s", 500, 0), ("messages of 256 KiB", 0, 255_000))


async def measure(
    program: Any, port: int, seconds: float, partials: int, size: int
) -> tuple[list[tuple[float, float]], float, str]:
    """Stalls in seconds with the work in them, share of one core, and how the flood and its words came out."""
    from PySide6.QtCore import Qt, QTimer

    from desktop.core.captions import CaptionEvent
    from desktop.session.recorder import JournalPlan
    from desktop.session.service import LaneSpec
    from desktop.session.session import Session
    from desktop.transcripts.journal import read
    from tests.support.trials import LiveBeacon, plain

    stalls: list[tuple[float, float]] = []
    captions = 0
    last = time.perf_counter(), time.thread_time()

    def tick() -> None:
        nonlocal last
        now = time.perf_counter(), time.thread_time()
        stalls.append((now[0] - last[0], now[1] - last[1]))
        last = now

    def heard(event: object) -> None:
        nonlocal captions
        captions += isinstance(event, CaptionEvent)

    source = LiveBeacon(round(seconds * 2))
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:  # exports may still be written
        session = Session([LaneSpec("you", "You", source)], plain(port), JournalPlan([Path(folder)]))
        session.subscribe(heard)
        program._attach(session)
        running = asyncio.ensure_future(session.run())
        await asyncio.sleep(2)
        timer = QTimer(timerType=Qt.TimerType.PreciseTimer)
        timer.timeout.connect(tick)
        before = psutil.Process().cpu_times()
        began = time.perf_counter()
        last = began, time.thread_time()
        timer.start(2)
        await running
        timer.stop()
        after = psutil.Process().cpu_times()
        share = (after.user + after.system - before.user - before.system) / (time.perf_counter() - began)
        assert session.journal is not None
        texts = [entry.text for entry in read(session.journal).entries if isinstance(entry, CaptionEvent)]
    saved = [text.split()[0] for text in texts]
    words = f"{len(saved)} of {source.spoken} finals"
    if not saved or saved != [str(number) for number in range(source.spoken)]:
        words += ", NOT in order"
    if captions < partials * source.spoken or any(len(text) < min(size, LONGEST) for text in texts):
        words += ", NOT flooded"
    return sorted(stalls), share, words


async def flood(app: Any, seconds: float) -> None:
    """One line for each kind of flood."""
    from desktop.app import first_window
    from desktop.app.program import Program
    from desktop.app.views import Views
    from desktop.session.spare import spare_collections
    from desktop.settings.schema import Settings
    from desktop.settings.store import Loaded

    window = first_window(app, Settings(), shown=True)
    program = Program(Views(app, window, Settings()), Loaded(Settings()))
    await program._show_providers()
    await asyncio.sleep(1)
    spare_collections()
    for name, partials, size in KINDS:
        memory = psutil.Process().memory_info().rss
        with serving("plain", partials, size) as port:
            stalls, share, words = await measure(program, port, seconds, partials, size)
        more = (psutil.Process().memory_info().rss - memory) / 1e6
        p99, worst = stalls[int(len(stalls) * 0.99)][0] * 1000, stalls[-1][0] * 1000
        over, work = sum(wall > 0.033 for wall, _ in stalls), max(cpu for _, cpu in stalls) * 1000
        print(
            f"{name:<22} stall p99 {p99:6.1f}  max {worst:6.1f} ms  work {work:6.1f} ms  "
            f"over 33 ms {over:3}  n={len(stalls):6}  cpu {share:4.0%}  memory {more:+6.1f} MB  {words}",
            flush=True,
        )
    program.window.hide()
    program.overlay.hide()
    await program._tasks.end()


def main() -> None:
    seconds = float(sys.argv[1]) if sys.argv[1:] else 10.0
    with tempfile.TemporaryDirectory() as folder:
        for name in ("CONFIG_HOME", "DATA_HOME", "STATE_HOME", "DOCUMENTS_DIR"):
            os.environ[f"XDG_{name}"] = folder
        from desktop.app.loop import run
        from desktop.app.qt import make_application

        app = make_application()

        async def work(_stop: asyncio.Event) -> int:
            await flood(app, seconds)
            return 0

        run(app, work)


if __name__ == "__main__":
    main()
