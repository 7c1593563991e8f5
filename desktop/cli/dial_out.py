"""`overtitle listen --dial-out`: a call that is asked for from here, in place of waiting for one."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from typing import TYPE_CHECKING

from desktop.cli import options
from desktop.core.errors import UsageError
from desktop.core.message import say

if TYPE_CHECKING:  # these load too much for `--help`
    from desktop.cli.output import Output
    from desktop.cli.run import RemotePlan
    from desktop.ingress.config import ListenerConfig

PROTOCOL = "voximplant"


def configure(parser: ArgumentParser) -> None:
    """The arguments beside those of `listen`."""
    group = parser.add_argument_group("a call asked for from here (--protocol voximplant)")
    group.add_argument("--dial-out", metavar="RULE", type=rule, help="start the scenario of this routing rule")
    group.add_argument("--agent", metavar="ADDRESS", help="who is called first: user:NAME, tel:+NUMBER or sip:ADDRESS")
    group.add_argument("--caller", metavar="ADDRESS", help="who is called then")
    group.add_argument("--caller-id", metavar="NUMBER", default="", help="the number that both see")
    group.add_argument("--api", metavar="URL", help="another address of the HTTP API")


def rule(text: str) -> int:
    """The number of a routing rule."""
    if not text.isascii() or not text.isdigit() or not 0 < len(text) <= 18:
        raise ArgumentTypeError(f"“{text}” is no number of a rule")
    return int(text)


def check(args: Namespace) -> None:
    """Raise `UsageError` for arguments that don't fit together."""
    given = [name for name in ("agent", "caller", "caller_id", "api") if getattr(args, name)]
    if args.dial_out is None:
        if given:
            raise UsageError(say("CommandLine", "--{name} needs --dial-out.", name=given[0].replace("_", "-")))
        return
    if args.protocol != [PROTOCOL]:
        raise UsageError(
            say("CommandLine", "--dial-out works with Voximplant alone."),
            say("CommandLine", "Add --protocol voximplant."),
        )
    if not args.agent or not args.caller:
        raise UsageError(
            say("CommandLine", "--dial-out needs to know whom to call."),
            say("CommandLine", "Add --agent ADDRESS and --caller ADDRESS."),
        )


def dial_out_plan(args: Namespace, config: ListenerConfig, out: Output) -> RemotePlan:
    """The call of a command; raises `OptionInvalid`, `CredentialMissing` or `CredentialStoreError`."""
    from desktop.cli.remote import Announcer
    from desktop.cli.run import RemotePlan
    from desktop.ingress import voximplant_api
    from desktop.ingress.dialout import DialOutConfig
    from desktop.ingress.token import Token

    api = args.api or voximplant_api.API
    order = voximplant_api.Order(args.dial_out, args.agent, args.caller, args.caller_id, api)
    voximplant_api.check(order)
    credentials = options.credential_store().for_session(voximplant_api.ACCOUNT)
    announcer = Announcer(out, Token(""), as_json=args.json)
    dialled = DialOutConfig(order, credentials, config.handling, config.limits)
    return RemotePlan(dialled, "", announcer.opened, announcer.told)
