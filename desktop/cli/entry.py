"""Account details as a person types them or a script pipes them in; never from arguments, which every user can read."""

from __future__ import annotations

import getpass
import sys
from typing import TYPE_CHECKING

from desktop.cli.output import Output, plain
from desktop.core.errors import UsageError
from desktop.core.message import say

if TYPE_CHECKING:  # loads too much for `--help`
    from desktop.core.provider import Account, CredentialField


def read_fields(provider: Account, out: Output) -> dict[str, str]:
    """A value for every field in the declared order, empty for an optional one that is left out.

    From a prompt on a terminal, else one per line. Raises `CredentialMissing` or `UsageError`.
    """
    return _ask_all(provider, out) if sys.stdin is not None and sys.stdin.isatty() else _read_lines(provider)


def _read_lines(provider: Account) -> dict[str, str]:
    from desktop.settings.credentials import missing

    lines = [] if sys.stdin is None else [line.strip() for line in sys.stdin.read().splitlines()]
    fields = provider.credential_fields
    if any(lines[len(fields) :]):
        raise UsageError(
            say("CommandLine", "Standard input has more lines than “{provider}” has fields.", provider=provider.title),
            say("CommandLine", "One per line: {fields}.", fields=", ".join(field.key for field in fields)),
        )
    lines += [""] * (len(fields) - len(lines))
    values = {field.key: line for field, line in zip(fields, lines, strict=False)}
    for field in fields:
        if not (values[field.key] or field.optional):
            raise missing(provider, field)
    return values


def _ask_all(provider: Account, out: Output) -> dict[str, str]:
    out.note(f"Account details for {provider.title}; they are saved in the keyring. {provider.capabilities.privacy}")
    return {field.key: _ask(provider, field, out) for field in provider.credential_fields}


def _ask(provider: Account, field: CredentialField, out: Output) -> str:
    """Ask until the answer can be right."""
    from desktop.settings.credentials import fault, missing

    if field.help:
        out.note(str(field.help), indent="  ")
    while True:
        value = _prompt(field, out).strip()
        trouble = fault(field, value)
        if trouble:
            out.note(str(trouble), indent="  ")
        elif value or field.optional:
            return value
        else:
            out.note(str(missing(provider, field).what), indent="  ")


def _prompt(field: CredentialField, out: Output) -> str:
    text = f"{plain(str(field.label))}{' (optional)' if field.optional else ''}: "
    try:
        if field.secret:
            return getpass.getpass(text, stream=out.stderr)
        out.stderr.write(text)
        out.stderr.flush()
        line = sys.stdin.readline()
    except EOFError:
        raise KeyboardInterrupt from None  # Ctrl-D says what Ctrl-C says
    if not line:
        raise KeyboardInterrupt
    return line
