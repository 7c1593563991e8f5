"""`overtitle transcripts`: what changes a saved transcript or moves it."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable

from desktop.cli import options
from desktop.cli.command import Context
from desktop.cli.library import open_library, open_trash
from desktop.cli.output import clock

Add = Callable[[ArgumentParser, Callable[[Namespace, Context], int]], ArgumentParser]


def configure(below: object, add: Add) -> None:
    """Add the actions to the parsers `below` with what every action takes (`add`)."""
    make = below.add_parser  # type: ignore[attr-defined]  # argparse has no public name for this type
    one = add(make("rename", help="give it, its lanes or its speakers other names"), _rename)
    one.add_argument("id", metavar="ID")
    one.add_argument("--title", help="what the session is called; empty for the first title")
    one.add_argument(
        "--name",
        metavar="WHO=NAME",
        dest="names",
        action="append",
        default=[],
        type=who_and_name,
        help="WHO is a lane's id, or lane/speaker; an empty NAME brings the first one back",
    )
    one = add(make("keep", help="never delete it for its age"), lambda args, context: _keep(args, context, keep=True))
    one.add_argument("id", metavar="ID")
    one = add(make("unkeep", help="let it grow too old again"), lambda args, context: _keep(args, context, keep=False))
    one.add_argument("id", metavar="ID")
    one = add(make("trash", help="move to the trash, from which “restore” brings it back"), _trash)
    one.add_argument("ids", metavar="ID", nargs="+")
    one = add(make("restore", help="bring back from the trash"), _restore)
    one.add_argument("ids", metavar="ID", nargs="+")


def who_and_name(text: str) -> tuple[str, str, str]:
    """`LANE=NAME` or `LANE/SPEAKER=NAME` as lane, speaker and name."""
    who, equals, name = text.partition("=")
    lane, _, speaker = who.partition("/")
    if not equals or not lane.strip():
        raise ArgumentTypeError(f"“{text}” is not LANE=NAME or LANE/SPEAKER=NAME")
    return lane.strip(), speaker.strip(), name.strip()


def list_trash(args: Namespace, context: Context) -> int:
    """What is in the trash."""
    found = open_trash().items()
    if args.json:
        context.out.json_array(
            {"id": each.id, "title": each.title, "started": each.started.isoformat(), "folder": str(each.folder)}
            for each in found
        )
    elif found:
        rows = [
            (each.id, f"{each.started.astimezone():%Y-%m-%d %H:%M}", clock(each.duration), each.title) for each in found
        ]
        context.out.table(("ID", "STARTED", "LENGTH", "TITLE"), rows)
    else:
        context.out.note("The trash is empty.")
    return 0


def _rename(args: Namespace, context: Context) -> int:
    from desktop.core.errors import UsageError
    from desktop.core.message import say
    from desktop.transcripts.change import name_line, title_line
    from desktop.transcripts.journal import read

    library = open_library(options.load_settings(context.out))
    info = library.find(args.id)
    lanes = {voice.lane for voice in read(info.path).voices}
    for lane, _, _ in args.names:
        if lane not in lanes:
            raise UsageError(
                say("CommandLine", "This transcript has no lane {lane}.", lane=lane),
                say("CommandLine", "It has: {lanes}.", lanes=", ".join(sorted(lanes))),
            )
    lines = [name_line(*each) for each in args.names]
    if args.title is not None:
        lines.append(title_line(args.title))
    if not lines:
        raise UsageError(
            say("CommandLine", "There is no new name."), say("CommandLine", "Add --title TEXT or --name LANE=NAME.")
        )
    library.change(info.id, lines)
    return 0


def _keep(args: Namespace, context: Context, *, keep: bool) -> int:
    from desktop.transcripts.change import keep_line

    library = open_library(options.load_settings(context.out))
    library.change(library.find(args.id).id, [keep_line(keep)])
    return 0


def _trash(args: Namespace, context: Context) -> int:
    library, trash = open_library(options.load_settings(context.out)), open_trash()
    found = [library.find(wanted) for wanted in dict.fromkeys(args.ids)]
    for session in found:
        for kept in library.discard(session.id, trash).kept:
            context.out.note(f"Left where it is, since it was changed by hand: {kept}")
    context.out.note(f"Moved to the trash: {len(found)}")
    return 0


def _restore(args: Namespace, context: Context) -> int:
    library, trash = open_library(options.load_settings(context.out)), open_trash()
    for wanted in args.ids:
        context.out.note(f"Restored: {library.restore(wanted, trash)}")
    return 0
