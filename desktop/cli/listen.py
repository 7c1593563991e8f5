"""`overtitle listen`: captions calls that remote peers stream to this computer."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.cli import dial_out, options
from desktop.cli.command import Command, Context

if TYPE_CHECKING:  # these load too much for `--help`
    from desktop.ingress.config import ListenerConfig
    from desktop.settings.schema import Settings

PROTOCOLS = ("pipecat", "voximplant", "twilio", "raw")


def configure(parser: ArgumentParser) -> None:
    """The command's arguments."""
    add = parser.add_argument
    add("--host", metavar="ADDRESS", help="where to listen (default: 127.0.0.1, this computer alone)")
    add("--port", metavar="N", type=port, help="0 for any that is free (default: 8765, or the next free one)")
    add("--protocol", metavar="NAME", action="append", choices=PROTOCOLS, help=f"one of {', '.join(PROTOCOLS)}")
    add("--clients", choices=("refuse", "replace", "mix"), help="what becomes of a second caller (default: refuse)")
    add("--stereo", choices=("mix", "split"), help="two channels as one lane or as two (default: mix)")
    add("--gate", choices=("off", "energy", "webrtc", "silero"), help="pass on silence where there is no voice")
    add("--certificate", metavar="FILE", type=Path, help="PEM file, for calls over a network")
    add("--key", metavar="FILE", type=Path, help="PEM file of the private key, when it is not in the same file")
    add("--insecure", action="store_true", help="allow other computers to call without encryption")
    add("--allow-host", metavar="NAME", action="append", default=[], help="a name callers use, such as the tunnel's")
    add("--allow-origin", metavar="URL", action="append", default=[], help="a web page that may call")
    add("--idle", metavar="N", type=options.seconds, help="send a caller away after N seconds without sound")
    add("--longest", metavar="N", type=options.seconds, help="end a call after N seconds")
    add("--new-token", action="store_true", help="make a new token; the old one is worthless from then on")
    options.add_service_options(parser)
    add("--fallback", metavar="ID|none", help="who captions while the provider is away")
    options.add_json_option(parser, "print one event per line")
    add("--seconds", metavar="N", type=options.seconds, help="stop after N seconds")
    dial_out.configure(parser)


def port(text: str) -> int:
    """A port number, or 0 for any."""
    if not text.isascii() or not text.isdigit() or int(text) > 65535:
        raise ArgumentTypeError(f"“{text}” is no port from 0 to 65535")
    return int(text)


def run(args: Namespace, context: Context) -> int:
    """Caption calls until the user stops."""
    from desktop.cli.captions import printer
    from desktop.cli.live import Show, caption, journal_plan
    from desktop.cli.remote import remote_plan
    from desktop.cli.run import Plan
    from desktop.ingress.config import check

    dial_out.check(args)
    settings = options.load_settings(context.out)
    config = listener_config(args, settings)
    check(config)
    service = options.service(args, settings)
    fallback = options.fallback(args.fallback, service, settings)
    if args.dial_out is not None:
        remote = dial_out.dial_out_plan(args, config, context.out)
    else:
        remote = remote_plan(config, context.out, as_json=args.json, rotate=args.new_token)
    journal = journal_plan(settings, "Remote call")
    plan = Plan((), service, journal, fallback, options.usage(settings), args.seconds, remote)
    return caption(
        plan,
        Show(
            printer(context.out, (), as_json=args.json),
            context.out,
            settings.transcripts.formats,
            options.tongue(settings),
        ),
    )


def listener_config(args: Namespace, settings: Settings) -> ListenerConfig:
    """The settings, and what the arguments say instead."""
    from dataclasses import replace

    from desktop.ingress.config import Clients, Protocol, from_settings
    from desktop.ingress.gate import GateKind
    from desktop.ingress.peer import Handling

    kept = from_settings(settings.listener)
    limits, handling = kept.limits, kept.handling
    return replace(
        kept,
        host=args.host or kept.host,
        port=kept.port if args.port is None else args.port,
        protocols=tuple(dict.fromkeys(map(Protocol, args.protocol))) if args.protocol else kept.protocols,
        clients=Clients(args.clients) if args.clients else kept.clients,
        handling=Handling(
            args.stereo == "split" if args.stereo else handling.split_stereo,
            GateKind(args.gate) if args.gate else handling.gate,
        ),
        certificate=args.certificate or kept.certificate,
        key=args.key or (None if args.certificate else kept.key),
        insecure=args.insecure or kept.insecure,
        hosts=kept.hosts | {name.lower() for name in args.allow_host},
        origins=kept.origins | set(args.allow_origin),
        limits=replace(limits, idle=args.idle or limits.idle, session=args.longest or limits.session),
    )


COMMAND = Command(
    "listen",
    "captions calls that remote peers stream to this computer",
    configure,
    run,
    examples="""\
  overtitle listen
  overtitle listen --protocol voximplant --allow-host calls.example.com
  overtitle listen --json --port 0 --clients mix
  overtitle listen --protocol voximplant --dial-out 1234567 --agent user:ann --caller user:bob
""",
)
