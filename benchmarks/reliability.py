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
import os
import platform
import random
import re
import subprocess
import sys
import time
from argparse import ArgumentParser
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.support import kills, lossy, programs, trials  # noqa: E402 - found once the path is set
from tests.support.fault_proxy import Fault  # noqa: E402 - as above

DESKTOP = "OVERTITLE_DESKTOP" in os.environ
NO_DESKTOP = "not available: needs the desktop that ./dev brings on Linux"
T = TypeVar("T")


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    figure: str
    target: str
    measured: str
    trials: str
    kept: bool | None
    """Whether the target is kept; None when it could not be measured."""

    def cells(self) -> tuple[str, ...]:
        """As the table shows it."""
        verdict = {True: "yes", False: "**NO**", None: "-"}[self.kept]
        return self.figure, self.target, self.measured, self.trials, verdict


HEAD = ("figure", "target", "measured", "trials", "kept")


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
    kills: int
    pulls: int
    hours: float
    starts: int
    quits: int
    losses: int


QUICK = Size(64, 16, 4, 4, 8, 2, 2, 20, 3, 0.5, 4, 2, 4)
LONG = Size(1000, 125, 8, 20, 60, 10, 10, 1000, 20, 24.0, 1000, 20, 40)


def percentile(values: Sequence[float], share: float) -> float:
    """Of sorted or unsorted values."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def spread(values: Sequence[float | None], unit: str = "s") -> str:
    """Median, 95th percentile and maximum, and how often nothing came at all."""
    good = [value for value in values if value is not None]
    never = f", never {len(values) - len(good)} times" if len(good) < len(values) else ""
    if not good:
        return f"never{never}"
    return f"p50 {percentile(good, 0.5):.2f}, p95 {percentile(good, 0.95):.2f}, max {max(good):.2f} {unit}{never}"


def within(values: Sequence[float | None], limit: float, share: float = 1.0) -> bool:
    """Whether that share of the values is there and within the limit."""
    return percentile([float("inf") if value is None else value for value in values], share - 1e-9) <= limit


async def some(count: int, make: Callable[[], Awaitable[T]], at_once: int = 20) -> list[T]:
    """The results of so many trials, side by side."""
    room = asyncio.Semaphore(at_once)

    async def one() -> T:
        async with room:
            return await make()

    return list(await asyncio.gather(*(one() for _ in range(count))))


def word_row(figure: str, counted: trials.Count, unit: str) -> Row:
    """How a count is told; what broke the promise is named with its seed."""
    bad = [f"lost {one}" for one in counted.lost] + [f"doubled {one}" for one in counted.doubled]
    bad += [f"invented {one}" for one in counted.invented] + [f"ended {one}" for one in counted.ends]
    told = f"{len(counted.lost)} lost, {len(counted.doubled)} doubled, {counted.marked} under a gap mark"
    named = f" ({', '.join(bad[:12])}{' ...' if len(bad) > 12 else ''})" if bad else ""
    trials_ = f"{counted.faults} {unit}, {counted.spoken} words"
    return Row(figure, "0 / 0, or a gap mark", told + named, trials_, counted.clean and not counted.ends)


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
    """How soon a dead link is noticed."""
    kinds: list[tuple[str, Fault | None, float]] = [
        ("reset", Fault.RESET, 0.1),
        ("black hole", Fault.BLACK_HOLE, 6.0),
        ("nothing comes back on an open line", Fault.STALL, 6.0),
        ("stall with voice: service alive and silent", None, 8.0),
    ]

    async def every() -> list[list[float | None]]:
        return list(await asyncio.gather(*(some(size.links, _noticing(fault)) for _, fault, _ in kinds)))

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


def _falling(fault: Fault) -> Callable[[], Awaitable[tuple[float | None, trials.Count]]]:
    return lambda: trials.caption_gap(fault)


def killing(size: Size) -> list[Row]:
    """Finals that were shown and are not in the journal after kill -9; two programs at once."""
    half = size.kills // 2
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda first: kills.kills(half, first=first), (0, half)))
    shown, lost = sum(count for count, _ in found), [one for _, each in found for one in each]
    told = f"{len(lost)} of {shown}" + (f" ({', '.join(lost[:12])})" if lost else "")
    return [Row("finals lost over kill -9", "0", told, f"{2 * half} kills", not lost)]


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
    said = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    slope = re.search(r"slope (-?[\d.]+) MB/h from minute (\d+)", said)
    whole = "complete: yes" in said
    if slope is None:
        return [Row("memory slope, accelerated", "1 MB/h", "the soak failed", f"{size.hours:g} h", False)]
    told = f"{slope[1]} MB/h from minute {slope[2]} on, words {'complete' if whole else 'NOT COMPLETE'}"
    return [
        Row("memory slope, accelerated", "1 MB/h", told, f"{size.hours:g} h of sound", float(slope[1]) <= 1 and whole)
    ]


def flood(size: Size) -> list[Row]:
    """The window under a flood, in a process of its own."""
    if not DESKTOP:
        return [Row("UI stall under a flood", "33 ms", NO_DESKTOP, "0", None)]
    command = [sys.executable, str(ROOT / "benchmarks" / "flood.py")]
    said = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    form = r"^(\S.*?) +stall p99 +([\d.]+) +max +([\d.]+) ms +work +([\d.]+) ms +over 33 ms +(\d+) +n= *(\d+)"
    form += r".*?(\d+ of .*)$"
    rows = []
    for name, p99, worst, work, over, count, finals in re.findall(form, said, re.MULTILINE):
        told = f"p99 {p99}, max {worst} ms, of which work {work}; {over} over; {finals}"
        kept = None if "floor" in name else float(worst) <= 33
        rows.append(Row(f"UI stall: {name}", "33 ms", told, f"{count} turns", kept))
    return rows or [Row("UI stall under a flood", "33 ms", "the flood failed", "0", False)]


def end_row(figure: str, target: str, ends: Sequence[programs.End], limit: float, status: int = 0) -> Row:
    """How programs ended."""
    bad = sorted({str(end.status) for end in ends if end.status != status})
    noisy = sum("ERROR" in end.said or "Traceback" in end.said for end in ends)
    told = spread([end.seconds for end in ends]) + (f"; status {', '.join(bad)}" if bad else f"; every status {status}")
    told += f"; {noisy} with errors in the log" if noisy else ""
    kept = within([end.seconds for end in ends], limit) and not bad and not noisy
    return Row(figure, target, told, str(len(ends)), kept)


def ends(size: Size) -> list[Row]:
    """How the program ends, whatever its service does."""
    terminal = asyncio.run(some(size.quits, programs.quit_in_terminal, at_once=2))
    rows = [end_row("Ctrl-C of `live` at a stalled service", "2 s", terminal, 2.0, status=130)]
    if not DESKTOP:
        return [*rows, Row("quit of the window at a stalled service", "2 s, exit 0", NO_DESKTOP, "0", None)]
    chance = random.Random(5)  # noqa: S311 - as above
    window = asyncio.run(some(size.quits, programs.quit_in_window, at_once=1))
    starts = asyncio.run(some(size.starts, lambda: programs.start_and_stop(chance), at_once=1))
    return [
        *rows,
        end_row("quit of the window at a stalled service", "2 s, exit 0", window, 2.0),
        end_row("starts and stops of the window without an abort", "exit 0", starts, 2.0),
    ]


def canaries(size: Size) -> list[Row]:
    """Secrets that are where they should not be."""

    async def every() -> list[programs.Leaks]:
        return [await programs.leaks_of_a_provider(), await programs.leaks_of_the_engine()]

    leaks = asyncio.run(every())
    found = [one for each in leaks for one in each.found]
    told = f"{len(found)}" + (f" ({', '.join(found[:8])})" if found else "")
    return [Row("canary secrets found anywhere", "0", told, f"{sum(each.places for each in leaks)} places", not found)]


GROUPS: dict[str, Callable[[Size], list[Row]]] = {
    "words": words, "loss": loss, "links": links, "returns": returns, "fallback": fallback, "kills": killing,
    "device": device, "memory": memory, "flood": flood, "ends": ends, "canaries": canaries,
}  # fmt: skip


def group(name: str, size: Size) -> list[Row]:
    """The rows of a group; one that fails is a row that says so, and costs the others nothing."""
    began = time.monotonic()
    print(f"  {name} ...", end=" ", file=sys.stderr, flush=True)
    try:
        return GROUPS[name](size)
    except Exception as error:  # noqa: BLE001 - a broken instrument is told in the table
        return [Row(name, "", f"the trial itself failed: {type(error).__name__}: {error}"[:200], "0", None)]
    finally:
        print(f"{time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)


def table(rows: Sequence[Row]) -> str:
    """Markdown, aligned for reading as it is."""
    lines = [HEAD, *(row.cells() for row in rows)]
    widths = [max(len(line[at]) for line in lines) for at in range(len(HEAD))]
    lines.insert(1, tuple("-" * width for width in widths))
    return "\n".join(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |" for line in lines
    )


def page(rows: Sequence[Row], *, long: bool, took: float) -> str:
    """What is kept under docs/."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    when = datetime.now(UTC).strftime("%Y-%m-%d")
    command = "`./dev test --soak`" if long else "`./dev bench reliability`"
    return f"""# Reliability, as measured

Written by {command} on {when} at commit {commit.stdout.strip() or "unknown"}, in {took / 60:.0f} minutes on
{os.cpu_count()} cores, Python {platform.python_version()}.

{table(rows)}

What the rows mean, and how they come about, stands at the head of `benchmarks/reliability.py`. Words are half seconds
of sound that carry a number; a word is lost when its number is neither in the journal nor under a gap mark, and what is
named behind a count is the seed and the number. The stand-in of the fallback rows is a test service, because the engine
of this computer can't hear numbers. `kept` compares with the target; a dash says that it could not be measured there.
"""


def main() -> int:
    """Print the table; the status is 1 when a target was missed and --long was asked for."""
    parser = ArgumentParser(description="The table of the promise.")
    parser.add_argument("--long", action="store_true", default=os.environ.get("OVERTITLE_RELIABILITY") == "long")
    parser.add_argument("--only", default=",".join(GROUPS))
    parser.add_argument("--write", type=Path)
    asked = parser.parse_args()
    began = time.monotonic()
    names = [name for name in asked.only.split(",") if name in GROUPS]
    rows: list[Row] = []
    for name in names:
        rows += group(name, LONG if asked.long else QUICK)
        if asked.write:  # after each group, for the whole takes long
            asked.write.write_text(page(rows, long=asked.long, took=time.monotonic() - began), encoding="utf-8")
    print(table(rows))
    return int(asked.long and any(row.kept is False for row in rows))


if __name__ == "__main__":
    sys.exit(main())
