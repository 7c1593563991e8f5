"""The table of the promise: its rows, its figures, and the page that keeps it."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


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


def table(rows: Sequence[Row]) -> str:
    """Markdown, aligned for reading as it is."""
    lines = [HEAD, *(row.cells() for row in rows)]
    widths = [max(len(line[at]) for line in lines) for at in range(len(HEAD))]
    lines.insert(1, tuple("-" * width for width in widths))
    return "\n".join(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |" for line in lines
    )


def page(rows: Sequence[Row], command: str, took: float, missing: Sequence[str] = ()) -> str:
    """What is kept under docs/; `took` in seconds, `missing` the groups that have not been tried yet."""
    when = datetime.now(UTC).strftime("%Y-%m-%d")
    ended = f"It was not run to its end; missing are: {', '.join(missing)}.\n" if missing else ""
    return f"""# Reliability, as measured

Written by `{command}` on {when} at commit {_commit()}, in {took / 60:.0f} minutes on {os.cpu_count()} cores,
Python {platform.python_version()}. {ended}
{table(rows)}

What the rows mean, and how they come about, stands at the head of `benchmarks/reliability.py`. Words are half seconds
of sound that carry a number; a word is lost when its number is neither in the journal nor under a gap mark, and what is
named behind a count is the seed and the number. The stand-in of the first fallback rows is a test service, because the
engine of this computer can't hear numbers; in the rows that name the engine it is the engine itself, which hears real
speech. `kept` compares with the target; a dash says that it could not be measured there. What a person sees of each
trouble stands in [What can go wrong](what-can-go-wrong.md).
"""


def _commit() -> str:
    """The commit that was measured, and whether the program or its trials differ from it."""
    short = _git("rev-parse", "--short", "HEAD") or "unknown"
    return f"{short} (with changes)" if _git("status", "--porcelain", "--", "desktop", "tests", "benchmarks") else short


def _git(*words: str) -> str:
    try:
        done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    except OSError:  # no git there
        return ""
    return done.stdout.strip()
