"""`overtitle providers`: who can caption, and why one can't run here."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from desktop.cli import options
from desktop.cli.command import Command, Context

if TYPE_CHECKING:  # loads too much for `--help`
    from desktop.core.provider import Provider
    from desktop.settings.schema import Settings
    from desktop.settings.usage import Usage


def configure(parser: ArgumentParser) -> None:
    """The command's arguments."""
    options.add_json_option(parser)


def run(args: Namespace, context: Context) -> int:
    """List the providers."""
    settings = options.load_settings(context.out)
    counted = options.usage(settings)
    counted.load()
    rows = [{**_row(provider), **_use(provider, settings, counted)} for provider in options.offered().values()]
    if args.json:
        context.out.json_array(rows)
        return 0
    context.out.table(
        ("ID", "NAME", "RUNS HERE", "LANGUAGES", "SOUND GOES", "THIS MONTH"),
        [
            (
                str(row["id"]),
                f"{row['title']} ({row['note']})" if row["note"] else str(row["title"]),
                "yes" if row["available"] else f"no: {row['reason']}",
                ", ".join(provider.capabilities.languages),
                str(row["privacy"]),
                _month(row),
            )
            for row, provider in zip(rows, options.offered().values(), strict=True)
        ],
    )
    return 0


def _use(provider: Provider, settings: Settings, counted: Usage) -> dict[str, object]:
    """What it was sent this month; nothing but the minutes where the price is unknown."""
    captions = settings.captions
    minutes = counted.minutes(provider.id)
    price = captions.prices.get(provider.id) or provider.capabilities.price
    return {
        "minutes_used": round(minutes, 1),
        "minutes_limit": captions.limits.get(provider.id) or None,
        "price_per_minute": price,
        "estimated_cost": None if price is None else round(minutes * price, 2),
    }


def _month(row: dict[str, object]) -> str:
    if not row["needs_network"]:
        return "-"
    limit = "" if row["minutes_limit"] is None else f" of {row['minutes_limit']}"
    cost = f", about ${row['estimated_cost']:.2f}" if row["estimated_cost"] else ""
    return f"{row['minutes_used']:.0f}{limit} min{cost}"


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
