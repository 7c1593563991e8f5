"""Writes the reference pages that the code itself knows: commands, settings, providers, and what leaves the computer.

`python packaging/reference.py` writes docs/reference/{commands,settings,providers}.md and docs/privacy.md; with --check
it only says which of them are not what they should be.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from commandline import entries  # a file beside this one; it also puts the checkout in the way

if TYPE_CHECKING:
    from desktop.core.provider import Option, Provider

DOCS = Path(__file__).resolve().parent.parent / "docs"
MADE = "<!-- Made by packaging/reference.py from the code; changes here are lost. -->\n"
PRIVACY = """\
# Privacy

Overtitle has no account of its own, no telemetry and no server. What you say and hear stays on your computer unless
you choose a service, and then it goes to that service and to nobody else. While captions run the window says
where the sound goes.

## Where the sound goes

{table}

A service that you choose keeps what its own terms say; Overtitle can't see or change that. Only the lanes that are
captioned are sent, only while captions run, and over an encrypted connection unless you allow another
one for an address of your own.

## New versions

Nobody is asked for them unless you switch on “Tell me about new versions” under Settings, This computer. Then the page
of releases is asked once a day for the number of the newest version. The request holds the address of that page and the
name `Overtitle` with the first two numbers of your version; whoever answers it also sees the address your network has,
as with every web page. Nothing is downloaded or installed. Packages for Debian, Flatpak and Python have no such
setting: what installed them brings new versions.

## What stays on this computer

- **Sound** waits in memory. While a service is away for longer than a minute, up to ten minutes of it lie in a nameless
  file that nobody else can open and that vanishes with the program, however it ends.
- **Sound is kept** only when the setting *Keep the sound* or `live --keep-sound` asks for it, as FLAC files beside the
  transcript, not encrypted; the status line says so while it is kept. It goes where the transcript goes, to the trash
  or away for good, and can be deleted alone. Others may have to be asked before they are recorded.
- **Transcripts** are files of yours in `Documents/Overtitle`, which on Linux only you can read.
- **The library** is an index over them in the data folder; it can be deleted at any time.
- **Account details** are in the keyring of the operating system, or in memory until the program ends.
- **Logs** hold no speech, no transcript and no secret.

## What removing Overtitle leaves

Your transcripts and your settings. Nothing else is left by the package for Debian: this is tested with every build.
"""


def table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """A table of Markdown."""
    lines = [tuple(head)]
    lines += [("---",) * len(lines[0]), *(tuple(map(str, row)) for row in rows)]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)


def code(text: object) -> str:
    """`text` as code; nothing for nothing."""
    return f"`{text}`" if str(text) else ""


def commands() -> str:
    """Every command with what it takes."""
    parts = ["# Commands and their options\n\nWhat they mean for scripts is told in [Command line](command-line.md)."]
    for entry in entries():
        parts.append(f"## {entry.name}\n\n{entry.description}\n\n```\n{entry.usage}\n```")
        rows = [(code(called), meaning) for called, meaning in entry.arguments if called != "-h, --help"]
        if rows:
            parts.append(table(("takes", "which is"), rows))
        if entry.epilog:
            parts.append(f"```\n{entry.epilog.strip()}\n```")
    return "\n\n".join(parts) + "\n"


def settings() -> str:
    """Every setting, its default and what it allows."""
    from desktop.settings.schema import Settings
    from desktop.settings.values import FIELDS, GROUPS, allowed

    defaults = Settings()
    parts = ["# Settings\n\nThe dialog of the window and `config.toml` hold the same; where the file lies is told in"]
    parts[0] += " [File formats](file-formats.md). A value that can't be used is replaced by the default, and said."
    for group, kind in GROUPS.items():
        rows = []
        for key in (key for key in FIELDS if key.startswith(f"{group}.")):
            words = _words(FIELDS[key])
            default = getattr(getattr(defaults, group), key.partition(".")[2])
            rows.append((code(key), f"{words.label}: {words.help}", code(_toml(default)), _limits(allowed(key), key)))
        parts.append(f"## `[{group}]`\n\n{kind.__doc__}\n\n{table(('setting', 'meaning', 'default', 'allowed'), rows)}")
    return "\n\n".join(parts) + "\n"


def _words(kind: Any) -> Any:
    from desktop.settings.schema import Words

    return next(extra for extra in kind.__metadata__ if isinstance(extra, Words))


def _limits(sentence: object, key: str) -> str:
    return str(sentence).removeprefix(f"{key} is ").removeprefix(f"{key} holds ").rstrip(".")


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return f"[{', '.join(map(_toml, value))}]"
    return f'"{value}"' if isinstance(value, str) else str(value)


def providers() -> str:
    """Every provider with its languages, options and account fields."""
    parts = ["# Providers\n\nWho can caption. What each sends is on the page [Privacy](../privacy.md)."]
    return "\n\n".join([*parts, *(part for provider in _offered() for part in _provider(provider))]) + "\n"


def _offered() -> list[Provider]:
    from desktop.providers import discover

    return [provider for provider in discover().values() if not provider.capabilities.internal]


def _provider(provider: Provider) -> Iterator[str]:
    from desktop.settings.credentials import variable

    can = provider.capabilities
    yield f"## {provider.title}\n\n`--provider {provider.id}`. {can.privacy}"
    facts = {
        "needs the network": can.needs_network,
        "unfinished captions": can.partials,
        "times of words": can.word_times,
        "tells speakers apart": can.speakers,
    }
    rows = [(name, "yes" if truth else "no") for name, truth in facts.items()]
    if can.price is not None:
        rows.append(("list price of a minute, for estimates", f"${can.price:g}"))
    yield table(("", ""), rows)
    yield f"Languages: {', '.join(map(code, can.languages))}."
    if can.options:
        yield table(("option", "meaning", "default", "allowed"), map(_option, can.options))
    if provider.credential_fields:
        rows = [
            (field.label, field.help, code(variable(provider.id, field.key)), "may be empty" if field.optional else "")
            for field in provider.credential_fields
        ]
        yield table(("account detail", "meaning", "variable", ""), rows)


def _option(option: Option) -> tuple[str, str, str, str]:
    allowed = ", ".join(code(choice) for choice in option.choices if choice) or option.kind.value
    if option.minimum is not None or option.maximum is not None:
        allowed = f"{option.minimum:g} to {option.maximum:g}"
    return code(option.key), f"{option.label}: {option.help}".removesuffix(": "), code(option.default), allowed


def privacy() -> str:
    """What leaves the computer, by provider."""
    rows = [(provider.title, provider.capabilities.privacy) for provider in _offered()]
    return PRIVACY.format(table=table(("captions by", "what leaves this computer"), rows))


PAGES: dict[str, Callable[[], str]] = {
    "reference/commands.md": commands,
    "reference/settings.md": settings,
    "reference/providers.md": providers,
    "privacy.md": privacy,
}


def main() -> int:
    """Write the pages, or say which are out of date."""
    stale = 0
    for name, page in PAGES.items():
        path, text = DOCS / name, MADE + page()
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        stale += 1
        if "--check" in sys.argv[1:]:
            print(f"docs/{name} is out of date: run python packaging/reference.py")
        else:
            path.write_text(text, encoding="utf-8")
    return 1 if stale and "--check" in sys.argv[1:] else 0


if __name__ == "__main__":
    sys.exit(main())
