"""`overtitle demo`: captions the sample speech in real time, through the whole path."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.cli import options
from desktop.cli.command import Command, Context, WindowRequest
from desktop.cli.live import caption, journal_plan
from desktop.core.errors import AudioUnavailable
from desktop.core.message import say

if TYPE_CHECKING:  # the session loads too much for `--help`
    from desktop.session.lane import LaneSpec

SUFFIXES = (".wav", ".flac", ".ogg")


def configure(parser: ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("--no-window", action="store_true", help="stay in the terminal even where there is a display")
    options.add_service_options(parser)


def run(args: Namespace, context: Context) -> int:
    """Show the program at work."""
    if has_display() and not args.no_window:
        return context.open_window(WindowRequest(demo=True, log_level=context.log_level))
    from desktop.cli.captions import LaneName, printer
    from desktop.cli.run import Plan

    settings = options.load_settings(context.out)
    service = options.service(args, settings)
    lanes = sample_lanes()
    plan = Plan(lanes, service, journal_plan(settings, "Demo"))
    names = [LaneName(lane.id, lane.label) for lane in lanes]
    return caption(plan, printer(context.out, names, as_json=False), context.out)


def has_display() -> bool:
    """Whether a window can be opened."""
    if sys.platform in {"win32", "darwin"}:
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


def sample_files() -> list[Path]:
    """The sample speech, one file per lane; raises `AudioUnavailable` when it is missing."""
    from desktop.settings import paths

    folder = paths.resources() / "sample"
    found = sorted(path for path in folder.glob("*") if path.suffix in SUFFIXES)
    if not found:
        raise AudioUnavailable(
            say("CommandLine", "The sample speech is missing from this installation."),
            say("CommandLine", "Install Overtitle again."),
        )
    # "you" before "them": the order in which people see the lanes everywhere else
    return sorted(found, key=lambda path: "you" not in path.stem.lower())[:2]


def sample_lanes(*, realtime: bool = True) -> list[LaneSpec]:
    """The lanes “You” and “Them” of the sample speech."""
    from desktop.audio.files import MediaFile
    from desktop.session.lane import LaneSpec

    sides = (("you", "You"), ("them", "Them"))
    return [
        LaneSpec(lane, label, MediaFile(path, realtime=realtime))
        for (lane, label), path in zip(sides, sample_files(), strict=False)
    ]


COMMAND = Command(
    "demo",
    "caption the sample speech, to see Overtitle work",
    configure,
    run,
    examples="""\
  overtitle demo
  overtitle demo --no-window
""",
)
