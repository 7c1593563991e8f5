"""`overtitle live`: live captions in the terminal."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.cli import options
from desktop.cli.command import Command, Context
from desktop.cli.lanes import MissingLane, SourceSpec, build_lanes, default_specs, source_spec
from desktop.cli.output import Output, OutputClosed

if TYPE_CHECKING:  # these load too much for `--help`
    from desktop.cli.captions import Printer
    from desktop.cli.run import Ending, Plan
    from desktop.session.recorder import JournalPlan
    from desktop.settings.schema import Settings

INTERRUPTED = 130


def configure(parser: ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument(
        "--source",
        metavar="[LABEL=]ID",
        action="append",
        default=[],
        type=source_spec,
        help="what to listen to, once per lane: a device id, mic, system or file:PATH (default: mic and system)",
    )
    options.add_service_options(parser)
    parser.add_argument("--fallback", metavar="ID|none", help="who captions while the provider is away")
    options.add_json_option(parser, "print one event per line")
    parser.add_argument("--seconds", metavar="N", type=options.seconds, help="stop after N seconds")


def run(args: Namespace, context: Context) -> int:
    """Caption until the user stops."""
    from desktop.audio.devices import open_source
    from desktop.cli.captions import LaneName, printer
    from desktop.cli.run import Plan

    settings = options.load_settings(context.out)
    service = options.service(args, settings)
    if args.fallback not in {None, "none"}:
        options.find_provider(args.fallback)
    specs: Sequence[SourceSpec] = args.source or default_specs(settings.audio)
    lanes, missing = build_lanes(specs, open_source, lenient=not args.source)
    names = [LaneName(lane.id, lane.label) for lane in lanes] + [LaneName(each.lane, each.label) for each in missing]
    plan = Plan(lanes, service, journal_plan(settings), seconds=args.seconds)
    return caption(plan, printer(context.out, names, as_json=args.json), context.out, missing)


def transcripts_folder(settings: Settings) -> Path:
    """Where transcripts are saved."""
    from desktop.settings import paths

    chosen = settings.transcripts.folder
    return Path(chosen).expanduser() if chosen else paths.transcripts_folder()


def transcripts_folders(settings: Settings) -> list[Path]:
    """Where transcripts are: the chosen folder, and the one that takes them when that can't be written."""
    from desktop.settings import paths

    return [transcripts_folder(settings), paths.data_folder() / "transcripts"]


def journal_plan(settings: Settings, title: str = "") -> JournalPlan:
    """Where the session is saved."""
    from desktop.session.recorder import JournalPlan

    return JournalPlan(transcripts_folders(settings), title)


def caption(plan: Plan, printer: Printer, out: Output, missing: Sequence[MissingLane] = ()) -> int:
    """Run the session, print what it says, and say where it was saved; returns the exit status."""
    from desktop.cli.run import run_session
    from desktop.core.state import Problem
    from desktop.session.events import ProblemRaised

    for each in missing:
        printer.show(ProblemRaised(Problem(each.error, since=0.0, lane=each.lane)))
    ending = run_session(plan, printer.show)
    return _finish(ending, printer, out)


def _finish(ending: Ending, printer: Printer, out: Output) -> int:
    if not isinstance(ending.error, OutputClosed):
        printer.close()
    if ending.journal is not None:
        out.note(f"Saved: {ending.journal}")
    if ending.error is not None:
        raise ending.error
    return INTERRUPTED if ending.interrupted else 0


COMMAND = Command(
    "live",
    "live captions in the terminal",
    configure,
    run,
    examples="""\
  overtitle live
  overtitle live --source Ann=mic --source system --seconds 60
  overtitle live --json | jq -r 'select(.event == "final") | .text'
""",
)
