"""Writes the man page and the shells' completions from the parser of the command line.

    python packaging/manual.py FOLDER      overtitle.1, overtitle.bash, _overtitle, overtitle.fish

The man page is ours (decision 0014); completions are made by shtab, which knows the three shells better.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from commandline import Entry, entries  # a file beside this one

FILES = """\
.SH FILES
.TP
.I ~/Documents/Overtitle
Transcripts: one journal of plain lines per session, and beside it the formats that were chosen.
.TP
.I ~/.config/Overtitle/config.toml
Settings.
.TP
.I ~/.local/share/Overtitle
The library's index, which can be deleted, and models.
.SH ENVIRONMENT
.TP
.B OVERTITLE_PROVIDER_FIELD
Account details of a provider for this run, in capitals and with underscores, say
.BR OVERTITLE_SYMBL_APP_ID .
They win over the keyring and are never saved.
.TP
.B NO_COLOR
Captions without colours.
.TP
.B SSL_CERT_FILE
Certificates to trust.
"""


def roff(text: str) -> str:
    """Text as troff takes it: hyphens that can be copied, and no line that is read as a request."""
    safe = text.replace("\\", "\\e").replace("-", "\\-")
    return "\n".join("\\&" + line if line.startswith((".", "'")) else line for line in safe.splitlines())


def man_page() -> str:
    """The whole page."""
    from desktop import __version__

    program, *commands = entries()
    moment = datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH", "0")) or datetime.now(UTC).timestamp(), UTC)
    lines = [
        f'.TH OVERTITLE 1 "{moment:%Y-%m-%d}" "Overtitle {__version__}" "User Commands"',
        ".SH NAME",
        "overtitle \\- live captions for both sides of a call",
        ".SH SYNOPSIS",
        *_synopsis(program),
        ".SH DESCRIPTION",
        roff(program.description),
        *_arguments(program),
        ".SH COMMANDS",
    ]
    for command in commands:
        lines += [f'.SS "{roff(command.name.removeprefix("overtitle "))}"', *_synopsis(command), ".PP"]
        lines += [roff(command.description), *_arguments(command), *_epilog(command)]
    return "\n".join([*lines, FILES.rstrip(), *_sections(program.epilog)]) + "\n"


def _synopsis(entry: Entry) -> Iterator[str]:
    yield f".B {roff(entry.name)}"
    yield roff(entry.usage.removeprefix(entry.name).strip())


def _arguments(entry: Entry) -> Iterator[str]:
    for called, meaning in entry.arguments:
        if called != "-h, --help":
            yield from (".TP", f".B {roff(called)}", roff(meaning))


def _epilog(entry: Entry) -> Iterator[str]:
    if entry.epilog:
        yield from (".PP", ".nf", roff(entry.epilog.rstrip()), ".fi")


def _sections(epilog: str) -> Iterator[str]:
    """The program's epilog: each block of it becomes a section of the page."""
    for block in epilog.strip().split("\n\n"):
        title, _, text = block.partition(":\n")
        yield from (f".SH {title.upper()}", ".nf", roff(text), ".fi")


def completion(shell: str) -> str:
    """The completions of one shell."""
    import shtab

    from desktop.cli.main import parser

    return str(shtab.complete(parser(), shell))


def write(folder: Path) -> None:
    """All of it into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "overtitle.1").write_text(man_page(), encoding="utf-8")
    for shell, name in (("bash", "overtitle.bash"), ("zsh", "_overtitle"), ("fish", "overtitle.fish")):
        (folder / name).write_text(completion(shell), encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
