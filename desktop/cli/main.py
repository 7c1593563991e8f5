"""The command line: its parser, and what becomes of whatever a command raises."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Callable, Sequence
from typing import NoReturn

from desktop import __version__
from desktop.cli import credentials, demo, devices, doctor, languages, listen, live, providers, transcribe, transcripts
from desktop.cli.command import Command, Context, OpenWindow, WindowRequest
from desktop.cli.options import add_log_level
from desktop.cli.output import OutputClosed, plain, standard_output
from desktop.core.errors import OvertitleError, UsageError
from desktop.core.message import say

COMMANDS: tuple[Command, ...] = (
    demo.COMMAND,
    transcribe.COMMAND,
    live.COMMAND,
    listen.COMMAND,
    devices.COMMAND,
    providers.COMMAND,
    languages.COMMAND,
    credentials.COMMAND,
    transcripts.COMMAND,
    doctor.COMMAND,
)
"""In the order in which `--help` lists them."""

KEYS = ("lock", "bar", "start", "pause", "mute", "mark", "note", "miss")
"""The actions of the settings' group `shortcuts`."""

UNEXPECTED, USAGE, INTERRUPTED = 1, 2, 130

EPILOG = """\
exit status:
  0 done, 1 unexpected, 2 usage, 3 audio device, 4 credentials,
  5 provider or network, 6 storage, 130 interrupted

examples:
  overtitle                          open the window
  overtitle demo                     see it work, with the sample speech
  overtitle live                     captions of the microphone and of the call
  overtitle transcribe talk.wav --format srt --output talk.srt
"""


class _Parser(ArgumentParser):
    """Says what is wrong in a sentence, without repeating the whole usage."""

    def error(self, message: str) -> NoReturn:
        self.exit(USAGE, f"overtitle: {plain(message)}\n  Try: {self.prog} --help\n")


def parser(commands: Sequence[Command] = COMMANDS) -> ArgumentParser:
    """The command line, the whole one unless fewer commands are asked for."""
    top = _Parser(
        prog="overtitle",
        description="Captions what this computer hears and saves it as it is spoken. Without a command: the window.",
        epilog=EPILOG,
        formatter_class=RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    top.add_argument("--version", action="version", version=f"overtitle {__version__}")
    top.add_argument("--hidden", action="store_true", help="start the window hidden, with its icon in the tray")
    top.add_argument(
        "--press",
        choices=KEYS,
        metavar="KEY",
        default="",
        help=f"do what a key does in the running one: {', '.join(KEYS)}",
    )
    add_log_level(top, "warning")
    below = top.add_subparsers(title="commands", metavar="COMMAND", dest="command")
    for command in commands:
        one = below.add_parser(
            command.name,
            help=command.summary,
            description=f"{command.summary[0].upper()}{command.summary[1:]}.",
            epilog=f"examples:\n{command.examples}" if command.examples else None,
            formatter_class=RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        add_log_level(one)
        command.configure(one)
        one.set_defaults(run=command.run)
    return top


def run(argv: Sequence[str], open_window: OpenWindow) -> int:
    """Run one command; returns the exit status."""
    out = standard_output()
    args = parser(COMMANDS if argv else ()).parse_args(argv)  # the window's start waits for no command
    context = Context(out, open_window, args.log_level)
    if args.command is None:
        return guarded(_window, args, context)
    return guarded(args.run, args, context)


def _window(args: Namespace, context: Context) -> int:
    if args.press:
        return context.open_window(WindowRequest(press=args.press, log_level=args.log_level))
    if not (demo.has_display() or os.environ.get("QT_QPA_PLATFORM")):  # Qt would abort the process
        raise UsageError(
            say("CommandLine", "There is no display to open a window on."),
            say("CommandLine", "In a terminal: overtitle demo, overtitle live, overtitle --help."),
        )
    return context.open_window(WindowRequest(hidden=args.hidden, log_level=args.log_level))


def guarded(work: Callable[[Namespace, Context], int], args: Namespace, context: Context) -> int:
    """Do the work of a command; whatever it raises becomes one sentence and an exit status."""
    from desktop.settings.logs import log_to

    log_to(context.out.stderr, context.log_level)
    try:
        return work(args, context)
    except OvertitleError as error:
        context.out.trouble(error)
        return error.exit_status
    except OutputClosed:
        _forget_standard_output()
        return 0
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 - a bug: the one place that catches what nobody expected
        return _unexpected(error, context)


def _unexpected(error: Exception, context: Context) -> int:
    import logging

    debug = context.log_level == "debug"
    logging.getLogger(__name__).error("Unexpected %s", type(error).__name__, exc_info=error if debug else None)
    context.out.note("overtitle: Something unexpected went wrong; this is a mistake in Overtitle.")
    if not debug:
        context.out.note("Run it again with --log-level debug and report what it prints.", indent="  ")
    return UNEXPECTED


def _forget_standard_output() -> None:
    # The interpreter flushes standard output once more at exit, and would complain.
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
