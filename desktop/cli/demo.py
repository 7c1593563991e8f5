"""`overtitle demo`: captions the sample speech in real time, through the whole path."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser, Namespace

from desktop.cli import options
from desktop.cli.command import Command, Context, WindowRequest
from desktop.cli.live import Show, caption


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
    from desktop.session.recorder import JournalPlan
    from desktop.session.sample import sample_lanes
    from desktop.settings import paths

    settings = options.load_settings(context.out)
    service = options.service(args, settings)
    lanes = sample_lanes()
    plan = Plan(lanes, service, JournalPlan(paths.transcripts_folders(settings), "Demo"))
    names = [LaneName(lane.id, lane.label) for lane in lanes]
    shown_by = printer(context.out, names, as_json=False)
    return caption(plan, Show(shown_by, context.out, settings.transcripts.formats, options.tongue(settings)))


def has_display() -> bool:
    """Whether a window can be opened."""
    if sys.platform in {"win32", "darwin"}:
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


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
