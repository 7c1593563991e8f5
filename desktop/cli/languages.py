"""`overtitle languages`: the languages that can be captioned."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from desktop.cli import options
from desktop.cli.command import Command, Context
from desktop.core.languages import LANGUAGES


def configure(parser: ArgumentParser) -> None:
    """The command's arguments."""
    options.add_json_option(parser)


def run(args: Namespace, context: Context) -> int:
    """List the languages, and who can caption them here."""
    able = {
        tag: [provider.id for provider in options.offered().values() if tag in provider.capabilities.languages]
        for tag in LANGUAGES
    }
    if args.json:
        context.out.json_array(
            {"tag": tag, "name": str(name), "providers": able[tag]} for tag, name in LANGUAGES.items()
        )
        return 0
    rows = [(tag, str(name), ", ".join(able[tag]) or "none yet") for tag, name in LANGUAGES.items()]
    context.out.table(("TAG", "NAME", "PROVIDERS"), rows)
    return 0


COMMAND = Command("languages", "list the languages that can be captioned", configure, run)
