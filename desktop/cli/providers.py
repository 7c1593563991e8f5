"""`overtitle providers`: who can caption, and why one can't run here."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from desktop.cli import options
from desktop.cli.command import Command, Context

if TYPE_CHECKING:  # loads too much for `--help`
    from desktop.core.provider import Provider


def configure(parser: ArgumentParser) -> None:
    """The command's arguments."""
    options.add_json_option(parser)


def run(args: Namespace, context: Context) -> int:
    """List the providers."""
    rows = [_row(provider) for provider in options.offered().values()]
    if args.json:
        context.out.json_array(rows)
        return 0
    context.out.table(
        ("ID", "NAME", "RUNS HERE", "LANGUAGES", "SOUND GOES"),
        [
            (
                str(row["id"]),
                f"{row['title']} ({row['note']})" if row["note"] else str(row["title"]),
                "yes" if row["available"] else f"no: {row['reason']}",
                ", ".join(provider.capabilities.languages),
                str(row["privacy"]),
            )
            for row, provider in zip(rows, options.offered().values(), strict=True)
        ],
    )
    return 0


def _row(provider: Provider) -> dict[str, object]:
    from desktop.settings.credentials import variable

    reason = provider.availability()
    can = provider.capabilities
    return {
        "id": provider.id,
        "title": str(provider.title),
        "note": str(can.note),
        "available": reason is None,
        "reason": "" if reason is None else str(reason),
        "languages": list(can.languages),
        "needs_network": can.needs_network,
        "privacy": str(can.privacy),
        "options": [option.key for option in can.options],
        "credentials": [variable(provider.id, field.key) for field in provider.credential_fields],
    }


COMMAND = Command("providers", "list who can caption, and why one can't run here", configure, run)
