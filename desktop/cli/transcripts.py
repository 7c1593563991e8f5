"""`overtitle transcripts`: what was said before."""

from __future__ import annotations

import math
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.cli import options, shelving
from desktop.cli.command import Command, Context
from desktop.cli.destination import FORMATS, Destination, check_writable, deliver, format_of
from desktop.cli.library import open_library, open_trash
from desktop.cli.output import Output, clock, plain
from desktop.core.errors import TranscriptNotFound, UsageError
from desktop.core.message import say

if TYPE_CHECKING:  # these load too much for `--help`
    from desktop.transcripts.library import Hit, Library, SessionInfo
    from desktop.transcripts.trash import Discarded, Trash


def configure(parser: ArgumentParser) -> None:
    """The command's arguments."""
    below = parser.add_subparsers(title="actions", metavar="ACTION", dest="action", required=True)
    one = _action(below.add_parser("list", help="the newest first"), _list)
    one.add_argument("--trash", action="store_true", help="what is in the trash instead")
    options.add_json_option(one)
    one = _action(below.add_parser("show", help="print one"), _show)
    one.add_argument("id", metavar="ID")
    options.add_json_option(one, "print it as JSON")
    one = _action(below.add_parser("search", help="find words; accents do not matter"), _search)
    one.add_argument("words", metavar="WORD", nargs="+")
    options.add_json_option(one)
    one = _action(below.add_parser("export", help="write one in another format"), _export)
    one.add_argument("id", metavar="ID")
    one.add_argument("--format", choices=FORMATS, help="default: what --output ends with, or else txt")
    one.add_argument("--output", metavar="PATH|-", default="-", help="- for standard output (default)")
    options.add_json_option(one, "the same as --format json")
    one.add_argument("--from", dest="start", metavar="TIME", type=moment, default=0.0, help="leave out what is before")
    one.add_argument("--to", dest="end", metavar="TIME", type=moment, default=math.inf, help="leave out the rest")
    one.add_argument("--lane", metavar="LANE", action="append", default=[], dest="lanes", help="only this lane")
    shelving.configure(below, _action)
    one = _action(below.add_parser("delete", help="delete for good, also from the trash"), _delete)
    one.add_argument("ids", metavar="ID", nargs="+")
    one.add_argument("--yes", action="store_true", help="do not ask")
    options.add_json_option(one, "print what was deleted as one JSON array")


def _action(parser: ArgumentParser, act: Callable[[Namespace, Context], int]) -> ArgumentParser:
    options.add_log_level(parser)
    parser.set_defaults(act=act)
    return parser


def moment(text: str) -> float:
    """`1:02:03`, `2:03` or `123.5` in seconds."""
    try:
        parts = [float(part) for part in text.split(":")]
    except ValueError:
        parts = []
    if not 1 <= len(parts) <= 3 or any(not 0 <= part < math.inf for part in parts):
        raise ArgumentTypeError(f"“{text}” is no time: use 1:02:03, 2:03 or seconds")
    return float(sum(part * 60.0**at for at, part in enumerate(reversed(parts))))


def run(args: Namespace, context: Context) -> int:
    """Do one of the actions."""
    status: int = args.act(args, context)
    return status


def _list(args: Namespace, context: Context) -> int:
    if args.trash:
        return shelving.list_trash(args, context)
    found = open_library(options.load_settings(context.out)).sessions()
    if args.json:
        context.out.json_array(_row(session) for session in found)
    elif found:
        context.out.table(("ID", "STARTED", "LENGTH", "TITLE"), [_cells(session) for session in found])
    else:
        context.out.note("There are no transcripts yet.")
    return 0


def _row(session: SessionInfo) -> dict[str, object]:
    return {
        "id": session.id,
        "path": str(session.path),
        "title": session.title,
        "started": session.started.isoformat(),
        "duration": round(session.duration, 3),
        "lanes": [{"id": lane, "label": label} for lane, label in session.lanes],
        "language": session.language,
        "provider": session.provider,
        "complete": session.complete,
    }


def _cells(session: SessionInfo) -> tuple[str, str, str, str]:
    started = session.started.astimezone().strftime("%Y-%m-%d %H:%M")
    return (session.id, started, clock(session.duration), session.title)


def _show(args: Namespace, context: Context) -> int:
    from desktop.transcripts import journal
    from desktop.transcripts.export import render

    settings = options.load_settings(context.out)
    path = open_library(settings).find(args.id).path
    context.out.text(render(journal.read(path), "json" if args.json else "txt", options.tongue(settings)))
    return 0


def _search(args: Namespace, context: Context) -> int:
    hits = open_library(options.load_settings(context.out)).search(" ".join(args.words))
    if args.json:
        context.out.json_array(_hit(hit) for hit in hits)
        return 0
    for hit in hits:
        context.out.line(f"{hit.session_id}  {clock(hit.start):>7}  {plain(hit.label)}: {plain(hit.text)}")
    if not hits:
        context.out.note("Nothing was found.")
    return 0


def _hit(hit: Hit) -> dict[str, object]:
    return {
        "id": hit.session_id,
        "title": hit.title,
        "lane": hit.lane,
        "label": hit.label,
        "start": round(hit.start, 3),
        "text": hit.text,
    }


def _export(args: Namespace, context: Context) -> int:
    from desktop.transcripts import journal
    from desktop.transcripts.part import between, of_lanes

    path = None if args.output == "-" else Path(args.output)
    settings = options.load_settings(context.out)
    source = open_library(settings).find(args.id).path
    to = Destination(source, args.format or ("json" if args.json else format_of(path)), path)
    check_writable(to)
    told = between(journal.read(source), args.start, args.end)
    deliver(of_lanes(told, args.lanes) if args.lanes else told, to, context.out, options.tongue(settings))
    return 0


def _delete(args: Namespace, context: Context) -> int:
    library = open_library(options.load_settings(context.out))
    trash = open_trash()
    found, discarded = _doomed(args.ids, library, trash)
    if not args.yes and not _confirmed([*found, *discarded], context.out):
        return 0
    for session in found:
        for kept in library.delete(session.id).kept:
            context.out.note(f"Kept, since it was changed by hand: {kept}")
    for each in discarded:
        library.forget_discarded(each.key, trash)
    if args.json:
        context.out.json_array([*map(_row, found), *({"id": each.id, "title": each.title} for each in discarded)])
    else:
        context.out.note(f"Deleted: {len(found) + len(discarded)}")
    return 0


def _doomed(ids: Sequence[str], library: Library, trash: Trash) -> tuple[list[SessionInfo], list[Discarded]]:
    """Those in the library, and those that are in the trash alone."""
    found, discarded = [], []
    for wanted in dict.fromkeys(ids):
        try:
            found.append(library.find(wanted))
        except TranscriptNotFound:
            if not any(wanted in (each.id, each.key) for each in trash.items()):
                raise
            discarded.append(trash.find(wanted))
    return found, discarded


def _confirmed(found: Sequence[SessionInfo | Discarded], out: Output) -> bool:
    if not (sys.stdin.isatty() and out.stderr.isatty()):
        raise UsageError(
            say("CommandLine", "Deleting asks first, and there is nobody to ask."), say("CommandLine", "Add --yes.")
        )
    for session in found:
        out.note(f"{session.id}  {session.title}")
    out.stderr.write("Delete for good? [y/N] ")
    out.stderr.flush()
    return sys.stdin.readline().strip().lower() in {"y", "yes"}


COMMAND = Command(
    "transcripts",
    "list, show, search, export and delete what was saved",
    configure,
    run,
    examples="""\
  overtitle transcripts list
  overtitle transcripts search "delivery date"
  overtitle transcripts export 1a2b3c4d --output call.srt
""",
)
