"""Never lose a word: the table of the promise, each row with its target and its count of trials.

    ./dev bench reliability [--long] [--only GROUP,...] [--write FILE]

Sessions are real (session, transport, Amazon's codec, journal on the disk) and so is the time in which they run; what
is made is the sound, whose every half second carries a number, the service, which reads the numbers back, and the
faults of the line between them, which a seed decides. A session needs 1 % of a core, so trials run side by side: 1,000
faults of 0.1 to 30 s are 125 sessions of 8 faults each and take five minutes. `--long` is what `./dev test --soak`
runs. Nothing here asserts a time; a figure beyond its target is marked.
"""

from __future__ import annotations

import asyncio
import importlib.util
import logging
import os
import random
import re
import subprocess
import sys
import time
from argparse import ArgumentParser
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks._table import Row, page, spread, table, within  # noqa: E402 - found once the path is set
from tests.support import kills, lossy, programs, stand_in, starts, trials  # noqa: E402 - as above
from tests.support.fault_proxy import Fault  # noqa: E402 - as above

DESKTOP = "OVERTITLE_DESKTOP" in os.environ
AT_ONCE = 3
"""Desktops on which the window is started and stopped side by side; two cores are busy with three."""
UNHEARD = 0.25
"""Share of wrong words on a whole line beyond which the engine heard nothing that a cut could have cost."""
EVERY = 10.0
"""Seconds, at least, between two lines of progress."""
NO_DESKTOP = "not available: needs the desktop that ./dev brings on Linux"
T = TypeVar("T")


@dataclass(frozen=True)
class Size:
    """How much is tried."""

    faults: int
    at_once: int
    each: int
    links: int
    returns: int
    backlogs: int
    falls: int
    takeovers: int
    kills: int
    pulls: int
    hours: float
    starts: int
    quits: int
    losses: int


QUICK = Size(64, 16, 4, 4, 8, 2, 2, 1, 20, 3, 0.5, 4, 2, 4)
LONG = Size(1000, 125, 8, 20, 60, 10, 10, 4, 1000, 20, 24.0, 1000, 20, 40)


async def some(count: int, make: Callable[[], Awaitable[T]], at_once: int = 20) -> list[T]:
    """The results of so many trials, side by side."""
    room = asyncio.Semaphore(at_once)

    async def one() -> T:
        async with room:
            return await make()

    return list(await asyncio.gather(*(one() for _ in range(count))))


class Progress(logging.Handler):
    """Tells on standard error how far a long row is, not more often than every few seconds."""

    _due = 0.0

    def emit(self, record: logging.LogRecord) -> None:
        if record.created >= self._due:
            self._due = record.created + EVERY
            print(f"    {record.getMessage()}", file=sys.stderr, flush=True)


def word_row(figure: str, counted: trials.Count, unit: str) -> Row:
    """How a count is told; what broke the promise is named with its seed."""
    bad = [f"lost {one}" for one in counted.lost] + [f"doubled {one}" for one in counted.doubled]
    bad += [f"invented {one}" for one in counted.invented] + [f"ended {one}" for one in counted.ends]
    told = f"{len(counted.lost)} lost, {len(counted.doubled)} doubled, {counted.marked} under a gap mark"
    named = f" ({', '.join(bad[:12])}{' ...' if len(bad) > 12 else ''})" if bad else ""
    trials_ = f"{counted.faults} {unit}, {counted.spoken} words"
    kept = counted.clean and not counted.ends and counted.faults > 0 and counted.spoken > 0
    return Row(figure, "0 / 0, or a gap mark", told + named, trials_, kept)


def words(size: Size) -> list[Row]:
    """Words through random faults."""
    counted = asyncio.run(trials.words(size.faults, each=size.each, at_once=size.at_once))
    return [word_row("words lost / duplicated over random faults", counted, "faults")]


def loss(size: Size) -> list[Row]:
    """Words on a line that loses packets."""
    if obstacle := lossy.obstacle():
        return [Row("words lost / duplicated at 5 % packet loss", "0 / 0", f"not available: {obstacle}", "0", None)]
    counted = lossy.lossy(size.losses, 30.0)
    return [word_row("words lost / duplicated at 5 % packet loss", counted, f"packets, {size.losses} sessions")]


def links(size: Size) -> list[Row]:
    """How soon a dead link is noticed; a few at a time, as those that break together wait for each other's work."""
    kinds: list[tuple[str, Fault | None, float]] = [
        ("reset", Fault.RESET, 0.1),
        ("black hole", Fault.BLACK_HOLE, 6.0),
        ("nothing comes back on an open line", Fault.STALL, 6.0),
        ("stall with voice: service alive and silent", None, 8.0),
    ]

    async def every() -> list[list[float | None]]:
        return list(await asyncio.gather(*(some(size.links, _noticing(fault), at_once=4) for _, fault, _ in kinds)))

    found = asyncio.run(every())
    return [
        Row(f"dead link noticed: {name}", f"{limit:g} s", spread(times), str(len(times)), within(times, limit))
        for (name, _, limit), times in zip(kinds, found, strict=True)
    ]


def _noticing(fault: Fault | None) -> Callable[[], Awaitable[float | None]]:
    return lambda: trials.noticed(fault)


def returns(size: Size) -> list[Row]:
    """How soon captions are back, and level with the sound."""
    chance = random.Random(11)  # noqa: S311 - the same faults every time, nothing secret
    kinds = (Fault.RESTART, Fault.DROP, Fault.RESET, Fault.BLACK_HOLE)

    async def every() -> tuple[list[trials.Return], list[trials.Return]]:
        short = [(chance.choice(kinds), chance.uniform(1.0, 20.0)) for _ in range(size.returns)]
        one = asyncio.gather(*(trials.back(fault, lasts) for fault, lasts in short))
        two = asyncio.gather(*(trials.back(kinds[at % len(kinds)], 30.0) for at in range(size.backlogs)))
        return list(await one), list(await two)

    first, backlog = asyncio.run(every())
    captions = [one.first_caption for one in (*first, *backlog)]
    caught = [one.caught_up for one in backlog]
    return [
        Row(
            "first new caption after the link returns, p95",
            "3 s",
            spread(captions),
            str(len(captions)),
            within(captions, 3.0, 0.95),
        ),
        Row(
            "30 s of backlog caught up, where the service permits",
            "15 s",
            spread(caught),
            str(len(caught)),
            within(caught, 15.0),
        ),
    ]


def fallback(size: Size) -> list[Row]:
    """How long there are no captions when the network is cut and somebody can stand in."""
    kinds = (("connections break", Fault.RESTART), ("black hole", Fault.BLACK_HOLE))

    async def every() -> list[list[tuple[float | None, trials.Count]]]:
        return list(await asyncio.gather(*(some(size.falls, _falling(fault)) for _, fault in kinds)))

    rows = []
    total = trials.Count()
    for (name, _), found in zip(kinds, asyncio.run(every()), strict=True):
        gaps = [gap for gap, _ in found]
        rows.append(Row(f"fallback: caption gap, {name}", "3 s", spread(gaps), str(len(gaps)), within(gaps, 3.0)))
        for _, counted in found:
            total.add(counted)
            total.faults += 1
    return [*rows, word_row("words lost / duplicated over fallbacks", total, "cuts")]


def engine(size: Size) -> list[Row]:
    """How the engine of this computer takes over in the middle of real speech; one at a time, for it needs a core."""
    from desktop.providers.on_device import PROVIDER

    if PROVIDER.availability() is not None:
        return [Row("fallback to the engine", "3 s", "not available: no engine on this computer", "0", None)]
    kinds = (("connections break", Fault.RESTART), ("black hole", Fault.BLACK_HOLE))
    rows, found = [], list[stand_in.Takeover]()
    for name, fault in kinds:
        here = asyncio.run(stand_in.takeovers(fault, size.takeovers))
        gaps = [one.gap for one in here]
        figure = f"fallback to the engine of this computer: caption gap in real speech, {name}"
        rows.append(Row(figure, "3 s", spread(gaps), str(len(gaps)), within(gaps, 3.0)))
        found += here
    return [*rows, takeover_row(found)]


def takeover_row(found: Sequence[stand_in.Takeover]) -> Row:
    """How the passage of the cut was captioned, compared with the same passage on a whole line."""
    told = "; ".join(f"{100 * whole:.1f} / {100 * cut:.1f} %" for whole, cut in (one.errors for one in found))
    kept = bool(found) and all(
        one.errors[1] <= one.errors[0] + 0.05 and one.errors[0] <= UNHEARD and one.seams == 1 and one.before
        for one in found
    )
    figure = "fallback to the engine: wrong words of the passage, line whole / cut"
    return Row(figure, "5 % more at most", told, f"{len(found)} cuts, 30 words each", kept)


def _falling(fault: Fault) -> Callable[[], Awaitable[tuple[float | None, trials.Count]]]:
    return lambda: trials.caption_gap(fault)


def killing(size: Size) -> list[Row]:
    """Finals that were shown and are not in the journal after kill -9; two programs at once."""
    half = size.kills // 2
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda first: kills.kills(half, first=first), (0, half)))
    return [kill_row(sum(count for count, _ in found), [one for _, each in found for one in each], 2 * half)]


def kill_row(shown: int, lost: Sequence[str], times: int) -> Row:
    """Finals that were shown over so many kills, and those that were lost."""
    told = f"{len(lost)} of {shown}" + (f" ({', '.join(lost[:12])})" if lost else "")
    return Row("finals lost over kill -9", "0", told, f"{times} kills", shown > 0 and not lost)


def device(size: Size) -> list[Row]:
    """A device that is pulled out and put back."""
    if not DESKTOP or not importlib.util.find_spec("pulsectl"):
        return [Row("device loss noticed / capture back", "1.5 / 2 s", NO_DESKTOP, "0", None)]
    from tests.support import plugs

    found = asyncio.run(some(size.pulls, plugs.pulled, at_once=1))
    out, back = [one.noticed for one in found], [one.back for one in found]
    return [
        Row("device loss noticed", "1.5 s", spread(out), str(len(out)), within(out, 1.5)),
        Row("capture back after replug", "2 s", spread(back), str(len(back)), within(back, 2.0)),
    ]


def memory(size: Size) -> list[Row]:
    """The soak, in a process of its own."""
    command = [sys.executable, str(ROOT / "benchmarks" / "soak.py"), str(size.hours)]
    said = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False).stdout
    slope = re.search(r"slope (-?[\d.]+) MB/h from minute (\d+) on \((.*?)\)", said)
    whole = "complete: yes" in said
    if slope is None:
        return [Row("memory slope, accelerated", "1 MB/h", "the soak failed", f"{size.hours:g} h", False)]
    told = f"{slope[1]} MB/h from minute {slope[2]} on ({slope[3]}), words {'complete' if whole else 'NOT COMPLETE'}"
    # the first hour fills memory up to what is kept, so of less than that only the words can be judged
    kept = whole and (float(slope[1]) <= 1 if size.hours > 1 else None)
    return [
        Row("memory slope, accelerated, window and caption bar", "1 MB/h", told, f"{size.hours:g} h of sound", kept)
    ]


def flood(size: Size) -> list[Row]:
    """The window under a flood, in a process of its own."""
    if not DESKTOP:
        return [Row("UI stall under a flood", "33 ms", NO_DESKTOP, "0", None)]
    command = [sys.executable, str(ROOT / "benchmarks" / "flood.py")]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    return flood_rows(done.stdout, done.returncode)


def flood_rows(said: str, status: int) -> list[Row]:
    """What `flood.py` printed; a kind of flood that was not measured to its end is told as missed."""
    form = r"(\S.*?) +stall p99 +([\d.]+) +max +([\d.]+) ms +work +([\d.]+) ms +over 33 ms +(\d+) +n= *(\d+)"
    form += r".*?(\d+ of .*)"
    rows = []
    for line in filter(None, said.splitlines()):
        found = re.fullmatch(form, line)
        if found is None:
            rows.append(Row("UI stall under a flood", "33 ms", f"can't be read: {line[:60]}", "0", False))
            continue
        name, p99, worst, work, over, count, finals = found.groups()
        told = f"p99 {p99}, max {worst} ms, of which work {work}; {over} over; {finals}"
        kept = float(worst) <= 33 and "NOT" not in finals
        rows.append(Row(f"UI stall: {name}", "33 ms", told, f"{count} turns", None if "floor" in name else kept))
    if status or not rows:
        rows.append(Row("UI stall under a flood", "33 ms", f"the flood failed with status {status}", "0", False))
    return rows


def end_row(figure: str, target: str, ends: Sequence[programs.End], limit: float, status: int = 0) -> Row:
    """How programs ended."""
    bad = sorted({str(end.status) for end in ends if end.status != status})
    noisy = sum("ERROR" in end.said or "Traceback" in end.said for end in ends)
    told = spread([end.seconds for end in ends]) + (f"; status {', '.join(bad)}" if bad else f"; every status {status}")
    told += f"; {noisy} with errors in the log" if noisy else ""
    left = sorted({one for end in ends for one in end.left})
    told += f"; left behind: {', '.join(left[:8])}" if left else ""
    kept = within([end.seconds for end in ends], limit) and not bad and not noisy and not left
    return Row(figure, target, told, str(len(ends)), kept)


def terminal(size: Size) -> list[Row]:
    """How `live` ends, whatever its service does."""
    found = asyncio.run(some(size.quits, programs.quit_in_terminal, at_once=2))
    return [end_row("Ctrl-C of `live` at a stalled service", "2 s", found, 2.0, status=130)]


def quits(size: Size) -> list[Row]:
    """How the window ends, whatever its service does."""
    figure = "quit of the window at a stalled service"
    if not DESKTOP:
        return [Row(figure, "2 s, exit 0", NO_DESKTOP, "0", None)]
    return [end_row(figure, "2 s, exit 0", asyncio.run(some(size.quits, programs.quit_in_window, at_once=1)), 2.0)]


def starting(size: Size) -> list[Row]:
    """The window started and stopped on desktops of its own."""
    figure = "starts and stops of the window without an abort"
    if not DESKTOP:
        return [Row(figure, "exit 0", NO_DESKTOP, "0", None)]
    found = asyncio.run(starts.several(size.starts, AT_ONCE))
    return [end_row(figure, "exit 0, nothing left", found, programs.LATEST)]  # side by side they have to wait for cores


def canaries(size: Size) -> list[Row]:
    """Secrets that are where they should not be."""

    from desktop.providers.on_device import PROVIDER

    async def every() -> list[programs.Leaks]:
        found = [await programs.leaks_of_a_provider(), await programs.leaks_of_trials()]
        return [*found, await programs.leaks_of_the_engine()] if PROVIDER.availability() is None else found

    return [leak_row(asyncio.run(every()))]


def leak_row(leaks: Sequence[programs.Leaks]) -> Row:
    """Secrets that were found."""
    found = [one for each in leaks for one in each.found]
    told = f"{len(found)}" + (f" ({', '.join(found[:8])})" if found else "")
    looked = bool(leaks) and all(each.places for each in leaks)
    places = f"{sum(each.places for each in leaks)} places"
    return Row("canary secrets found anywhere", "0", told, places, looked and not found)


GROUPS: dict[str, Callable[[Size], list[Row]]] = {
    "words": words, "loss": loss, "links": links, "returns": returns, "fallback": fallback, "engine": engine,
    "kills": killing, "device": device, "memory": memory, "flood": flood, "terminal": terminal, "quits": quits,
    "starts": starting, "canaries": canaries,
}  # fmt: skip


def group(name: str, size: Size) -> list[Row]:
    """The rows of a group; one that fails is a row that says so, and costs the others nothing."""
    began = time.monotonic()
    print(f"  {name} ...", file=sys.stderr, flush=True)
    try:
        return GROUPS[name](size)
    except Exception as error:  # noqa: BLE001 - a broken instrument is told in the table
        told = " ".join(f"{type(error).__name__}: {error}".split())
        return [Row(name, "", f"the trial itself failed: {told}"[:200], "0", kept=False)]
    finally:
        print(f"  {name}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)


def main() -> int:
    """Print the table; the status is 1 when a target was missed and --long was asked for."""
    parser = ArgumentParser(description="The table of the promise.")
    parser.add_argument("--long", action="store_true", default=os.environ.get("OVERTITLE_RELIABILITY") == "long")
    parser.add_argument("--only", default="", help="groups, with commas: " + ", ".join(GROUPS))
    parser.add_argument("--write", type=Path)
    asked = parser.parse_args()
    names = asked.only.split(",") if asked.only else list(GROUPS)
    if unknown := [name for name in names if name not in GROUPS]:
        parser.error(f"no such rows: {', '.join(unknown)}")
    began = time.monotonic()
    command = "./dev test --soak" if asked.long else "./dev bench reliability"
    command += f" --only={asked.only}" if asked.only else ""
    rows: list[Row] = []
    for at, name in enumerate(names, 1):
        rows += group(name, LONG if asked.long else QUICK)
        if asked.write:  # after each group, for the whole takes long
            took = time.monotonic() - began
            asked.write.write_text(page(rows, command, took, missing=names[at:]), encoding="utf-8")
    print(table(rows))
    return int(asked.long and any(row.kept is False for row in rows))


if __name__ == "__main__":
    trials_told = logging.getLogger("tests.support")
    trials_told.addHandler(Progress())
    trials_told.setLevel(logging.INFO)
    trials_told.propagate = False
    sys.exit(main())
