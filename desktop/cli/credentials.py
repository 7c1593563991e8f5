"""`overtitle credentials`: the account details of providers, in the system's keyring."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from typing import TYPE_CHECKING

from desktop.cli import options
from desktop.cli.command import Command, Context
from desktop.cli.output import Output
from desktop.core.errors import UsageError
from desktop.core.message import say

if TYPE_CHECKING:  # these load too much for `--help`
    from desktop.cli.checks import Finding
    from desktop.core.provider import Account
    from desktop.settings.credentials import Resolved


def configure(parser: ArgumentParser) -> None:
    """The command's arguments."""
    below = parser.add_subparsers(title="actions", metavar="ACTION", dest="action", required=True)
    _action(below.add_parser("set", help="enter them, in place of what is saved"), _set)
    one = _action(below.add_parser("list", help="which are known, and where from; never their values"), _list, many="?")
    one = _action(below.add_parser("test", help="try them out, step by step"), _test)
    one.add_argument("--language", metavar="TAG", help="spoken language, say en-US")
    options.add_option(one)
    one = _action(below.add_parser("delete", help="remove them from the keyring"), _delete)
    one.add_argument("--yes", action="store_true", help="do not ask")


def _action(
    parser: ArgumentParser, act: Callable[[Namespace, Context], int], many: str | None = None
) -> ArgumentParser:
    parser.add_argument("provider", metavar="PROVIDER", nargs=many, help="see: overtitle providers")
    options.add_log_level(parser)
    options.add_json_option(parser)
    parser.set_defaults(act=act)
    return parser


def run(args: Namespace, context: Context) -> int:
    """Do one of the actions."""
    status: int = args.act(args, context)
    return status


def _set(args: Namespace, context: Context) -> int:
    from desktop.cli.entry import read_fields

    provider = _with_account(args.provider)
    store = options.credential_store()
    store.save(provider, read_fields(provider, context.out))
    known = store.resolve(provider)
    if args.json:
        context.out.json_array(_rows(provider, known))
    else:
        context.out.note(
            f"Saved in the keyring for {provider.title}. Try it out: overtitle credentials test {provider.id}"
        )
    _note_variables(provider, known, context.out)
    return 0


def _list(args: Namespace, context: Context) -> int:
    from desktop.core.errors import NoKeyring

    chosen = [_with_account(args.provider)] if args.provider else _with_accounts()
    store = options.credential_store()
    found = [(provider, store.resolve(provider)) for provider in chosen]
    rows = [row for provider, known in found for row in _rows(provider, known)]
    if args.json:
        context.out.json_array(rows)
    elif rows:
        titles = ("PROVIDER", "FIELD", "KNOWN FROM", "VARIABLE")
        context.out.table(titles, [_cells(row) for row in rows])
    else:
        context.out.note("No provider here needs an account.")
    trouble = next((known.trouble for _, known in found if known.trouble is not None), None)
    if trouble is None:
        return 0
    if isinstance(trouble, NoKeyring):
        context.out.note(str(trouble))  # the list is complete all the same: what is not there hides nothing
        return 0
    context.out.trouble(trouble)
    return trouble.exit_status


def _rows(provider: Account, known: Resolved) -> list[dict[str, str | bool]]:
    from desktop.settings.credentials import variable

    return [
        {
            "provider": provider.id,
            "field": field.key,
            "label": str(field.label),
            "secret": field.secret,
            "optional": field.optional,
            "set": field.key in known.sources,
            "source": known.sources[field.key].value if field.key in known.sources else "",
            "variable": variable(provider.id, field.key),
        }
        for field in provider.credential_fields
    ]


def _cells(row: dict[str, str | bool]) -> tuple[str, str, str, str]:
    source = str(row["source"]) or ("not set, optional" if row["optional"] else "not set")
    return (str(row["provider"]), str(row["field"]), source, str(row["variable"]))


def _test(args: Namespace, context: Context) -> int:
    from desktop.cli.doctor import print_finding, row
    from desktop.cli.probing import check_probing, probe, probe_config

    provider = options.find_provider(args.provider)
    probing = check_probing(provider)
    config = probe_config(provider, options.load_settings(context.out), args.language, dict(args.option))
    found: list[Finding] = []

    def show(finding: Finding) -> None:
        found.append(finding)
        if not args.json:
            print_finding(finding, context)

    probe(probing, config, show)
    if args.json:
        context.out.json_array(row(finding) for finding in found)
    return max((finding.status for finding in found), default=0)


def _delete(args: Namespace, context: Context) -> int:

    provider = _with_account(args.provider)
    if not args.yes and not _confirmed(provider, context.out):
        return 0
    store = options.credential_store()
    deleted = store.delete(provider)
    known = store.resolve(provider)
    if args.json:
        context.out.json_array(_rows(provider, known))
    else:
        context.out.note(f"Deleted from the keyring: {provider.title}" if deleted else "Nothing was saved.")
    _note_variables(provider, known, context.out)
    return 0


def _confirmed(provider: Account, out: Output) -> bool:
    if not (sys.stdin.isatty() and out.stderr.isatty()):
        raise UsageError(
            say("CommandLine", "Deleting asks first, and there is nobody to ask."), say("CommandLine", "Add --yes.")
        )
    out.stderr.write(f"Delete the account details of {provider.title}? [y/N] ")
    out.stderr.flush()
    return sys.stdin.readline().strip().lower() in {"y", "yes"}


def _note_variables(provider: Account, known: Resolved, out: Output) -> None:
    """Say what goes on winning over the keyring."""
    from desktop.settings.credentials import Source, variable

    held = [variable(provider.id, key) for key, source in known.sources.items() if source is Source.ENVIRONMENT]
    if held:
        out.note(f"Still set in the environment, which wins: {', '.join(held)}")


def _with_account(wanted: str) -> Account:
    from desktop.ingress.voximplant_api import ACCOUNT

    provider = ACCOUNT if wanted == ACCOUNT.id else options.find_provider(wanted)
    if not provider.credential_fields:
        raise UsageError(say("CommandLine", "“{provider}” needs no account.", provider=provider.title))
    return provider


def _with_accounts() -> list[Account]:
    """Providers, and services that calls come from."""
    from desktop.ingress.voximplant_api import ACCOUNT

    return [*(provider for provider in options.offered().values() if provider.credential_fields), ACCOUNT]


COMMAND = Command(
    "credentials",
    "save, list, try out and delete account details of providers",
    configure,
    run,
    examples="""\
  overtitle credentials set amazon-transcribe
  overtitle credentials test amazon-transcribe
  printf '%s\\n' "$ID" "$SECRET" | overtitle credentials set PROVIDER
""",
)
