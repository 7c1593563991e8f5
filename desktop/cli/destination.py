"""Where the text of a recording goes, known to work before the work is done."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.cli.output import Output
from desktop.core.errors import ExportFailed, UsageError
from desktop.core.message import Tongue, say

if TYPE_CHECKING:  # loads too much for `--help`
    from desktop.transcripts.transcript import Transcript

FORMATS = ("txt", "md", "srt", "vtt", "json", "jsonl", "docx")
STANDARD_OUTPUT = "-"


@dataclass(frozen=True, slots=True)
class Destination:
    """One recording and what becomes of it."""

    recording: Path
    format: str
    path: Path | None
    """None for standard output."""
    in_folder: bool = False
    """The output is a folder, which is made when it is missing."""


def destinations(recordings: Sequence[Path], output: str, wanted: str | None) -> list[Destination]:
    """One destination for each recording; raises `UsageError` for what does not fit together."""
    if output == STANDARD_OUTPUT:
        return [Destination(recording, wanted or "txt", None) for recording in recordings]
    path = Path(output)
    if path.is_symlink():  # what it points to is what the user means, say by /dev/stdout
        path = path.resolve()
    if path.is_dir() or output.endswith(("/", os.sep)):
        into = wanted or "txt"
        found = [Destination(recording, into, path / f"{recording.stem}.{into}", True) for recording in recordings]
    elif len(recordings) > 1:
        raise UsageError(
            say("CommandLine", "Several recordings can't go into the one file {path}.", path=path),
            say("CommandLine", "Give a folder: --output FOLDER/"),
        )
    else:
        found = [Destination(recordings[0], wanted or format_of(path), path)]
    _refuse_collisions(found)
    return found


def format_of(path: Path | None) -> str:
    """What the name asks for, or else `txt`."""
    ending = "" if path is None else path.suffix.lower().lstrip(".")
    return ending if ending in FORMATS else "txt"


def _refuse_collisions(found: Sequence[Destination]) -> None:
    taken = {each.recording.absolute() for each in found}
    for each in found:
        if each.path is None:
            continue
        if each.path.absolute() in taken:
            raise UsageError(
                say("CommandLine", "{path} would be written twice, or over a recording.", path=each.path),
                say("CommandLine", "Choose another name with --output."),
            )
        taken.add(each.path.absolute())


def check_writable(to: Destination) -> None:
    """Raise `ExportFailed` or `UsageError` now when the result could not be written later."""
    if to.path is None and to.format == "docx":
        raise UsageError(
            say("CommandLine", "A Word document is no text for standard output."),
            say("CommandLine", "Add --output FILE.docx."),
        )
    if to.path is None:
        return
    try:
        if to.path.exists() and not to.path.is_file():
            if not os.access(to.path, os.W_OK):
                raise PermissionError(None, "Permission denied")
            return
        from tempfile import TemporaryFile

        if to.in_folder:
            to.path.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=to.path.parent) as probe:
            probe.write(b" ")
    except OSError as error:
        raise unwritable(to.path, error) from error


def deliver(transcript: Transcript, to: Destination, out: Output, tongue: Tongue) -> None:
    """Write the result; raises `ExportFailed`."""
    from desktop.transcripts.export import render, rendered, write_export

    if to.path is None:
        out.text(render(transcript, to.format, tongue))
    elif to.path.exists() and not to.path.is_file():  # a pipe or a device must not be replaced by a file
        _write_into(to.path, rendered(transcript, to.format, tongue))
    else:
        write_export(transcript, to.format, to.path, tongue)


def _write_into(path: Path, data: bytes) -> None:
    try:
        with path.open("wb") as stream:
            stream.write(data)
    except OSError as error:
        raise unwritable(path, error) from error


def unwritable(path: Path, error: OSError) -> ExportFailed:
    """The sentence for an output that can't be written."""
    return ExportFailed(
        say("CommandLine", "{path} can't be written: {reason}.", path=path, reason=error.strerror or error),
        say("CommandLine", "Choose another folder with --output, or free some space."),
    )
