"""`overtitle live`: live captions in the terminal."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.cli import options
from desktop.cli.command import Command, Context
from desktop.cli.lanes import MissingLane, build_lanes, default_specs, source_spec, without_remote
from desktop.cli.output import Output, OutputClosed
from desktop.core.errors import OvertitleError, UsageError
from desktop.core.message import ENGLISH, Tongue, say

if TYPE_CHECKING:  # these load too much for `--help`
    from desktop.cli.captions import Printer
    from desktop.cli.run import Plan
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
        help="what to listen to, once per lane: a device id, mic, system, file:PATH, remote (default: mic and system)",
    )
    options.add_service_options(parser)
    parser.add_argument("--fallback", metavar="ID|none", help="who captions while the provider is away")
    parser.add_argument("--continue", dest="earlier", metavar="ID", help="go on with a saved session")
    parser.add_argument("--no-keep", action="store_true", help="save nothing of this session")
    parser.add_argument("--keep-sound", action="store_true", help="save the sound too, as FLAC beside the transcript")
    options.add_json_option(parser, "print one event per line")
    parser.add_argument("--seconds", metavar="N", type=options.seconds, help="stop after N seconds")


def run(args: Namespace, context: Context) -> int:
    """Caption until the user stops."""
    from desktop.audio.devices import open_source
    from desktop.cli.captions import LaneName, printer
    from desktop.cli.remote import remote_plan
    from desktop.cli.run import Plan
    from desktop.ingress.config import from_settings
    from desktop.session.recorder import NOT_KEPT

    settings = options.load_settings(context.out)
    service = options.service(args, settings)
    fallback = options.fallback(args.fallback, service, settings)
    if args.earlier and args.no_keep:
        raise UsageError(
            say("CommandLine", "--continue adds to a saved session, and --no-keep saves nothing."),
            say("CommandLine", "Leave one of them out."),
        )
    if args.keep_sound and args.no_keep:
        raise UsageError(
            say("CommandLine", "--keep-sound saves the sound beside the transcript, and --no-keep saves nothing."),
            say("CommandLine", "Leave one of them out."),
        )
    specs, calls = without_remote(args.source or default_specs(settings.audio))
    remote = remote_plan(from_settings(settings.listener), context.out, as_json=args.json) if calls else None
    lanes, missing = build_lanes(specs, open_source, lenient=not args.source)
    names = [LaneName(lane.id, lane.label) for lane in lanes] + [LaneName(each.lane, each.label) for each in missing]
    journal = NOT_KEPT
    if not args.no_keep:
        journal = journal_plan(settings, "Captions", args.earlier, sound=args.keep_sound)
    plan = Plan(lanes, service, journal, fallback, options.usage(settings), args.seconds, remote)
    shown_by = printer(context.out, names, as_json=args.json)
    return caption(plan, Show(shown_by, context.out, settings.transcripts.formats, options.tongue(settings), missing))


def journal_plan(settings: Settings, title: str, earlier: str | None = None, *, sound: bool = False) -> JournalPlan:
    """Where the session is saved, with its `sound` when that or the settings ask for it.

    `earlier` is the id of one that goes on. Raises `TranscriptError`.
    """
    from desktop.session.recorder import Earlier, JournalPlan
    from desktop.settings import paths

    folders = paths.transcripts_folders(settings)
    sound = sound or settings.transcripts.keep_sound
    if earlier is None:
        return JournalPlan(folders, title, sound=sound)
    from desktop.cli.library import open_library
    from desktop.transcripts.beside import refuse_while_written
    from desktop.transcripts.journal import read

    path = open_library(settings).find(earlier).path
    refuse_while_written(path)
    return JournalPlan(folders, title, Earlier(path, read(path)), sound)


@dataclass(frozen=True, slots=True)
class Show:
    """How a session is shown, and in which formats it is saved beside its journal."""

    printer: Printer
    out: Output
    formats: Sequence[str] = ()
    tongue: Tongue = ENGLISH
    missing: Sequence[MissingLane] = ()


def caption(plan: Plan, show: Show) -> int:
    """Run the session, print what it says, and say where it was saved; returns the exit status."""
    from desktop.cli.run import run_session
    from desktop.core.state import Problem
    from desktop.session.events import ProblemRaised

    for each in show.missing:
        show.printer.show(ProblemRaised(Problem(each.error, since=0.0, lane=each.lane)))
    ending = run_session(plan, show.printer.show)
    if not isinstance(ending.error, OutputClosed):
        show.printer.close()
    status = _save(ending.journal, show)
    if ending.error is not None:
        raise ending.error
    return INTERRUPTED if ending.interrupted else status


def _save(journal: Path | None, show: Show) -> int:
    """Write the wanted formats beside the journal; the exit status."""
    from desktop.settings.translations import tongues
    from desktop.transcripts.beside import refuse_if_changed
    from desktop.transcripts.export import write_export
    from desktop.transcripts.journal import read

    if journal is None:
        return 0
    show.out.note(f"Saved: {journal}")
    status = 0
    for kind in show.formats:
        try:
            export = journal.with_suffix(f".{kind}")
            refuse_if_changed(export, journal, tongues())
            write_export(read(journal), kind, export, show.tongue)
        except OvertitleError as error:
            show.out.trouble(error)
            status = error.exit_status
    return status


COMMAND = Command(
    "live",
    "live captions in the terminal",
    configure,
    run,
    examples="""\
  overtitle live
  overtitle live --source Ann=mic --source system --seconds 60
  overtitle live --continue 1a2b3c4d
  overtitle live --json | jq -r 'select(.event == "final") | .text'
""",
)
