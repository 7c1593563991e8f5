"""Deleted transcripts that can be brought back: one folder for each, with its files and a note of where they were."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from desktop.core.errors import TranscriptError, TranscriptNotFound
from desktop.core.message import say
from desktop.disk import make_folder, replace_file
from desktop.transcripts.beside import refused
from desktop.transcripts.clean import clean_label

NOTE = "origin.json"


@dataclass(frozen=True, slots=True)
class Discarded:
    """One transcript in the trash."""

    key: str
    """Name of its folder in the trash."""
    id: str
    title: str
    started: datetime
    duration: float
    """Seconds."""
    lanes: tuple[str, ...]
    """Labels."""
    folder: Path
    """Where it was, and where it goes back to."""


class Trash:
    """A folder of deleted transcripts. Calls block on the disk."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, files: Sequence[Path], about: Discarded) -> str:
        """Move `files` here, the journal last; returns the key. Raises `TranscriptError`.

        When it can't be done to the end, what was moved is moved back.
        """
        key = f"{datetime.now(UTC):%Y%m%d-%H%M%S-%f}-{about.id}"
        into = self._folder / key
        moved: list[Path] = []
        try:
            make_folder(into)
            replace_file(into / NOTE, _note(about), through_links=False)
            for file in files:
                shutil.move(file, into / file.name)
                moved.append(file)
        except OSError as error:
            for file in moved:
                shutil.move(into / file.name, file)
            shutil.rmtree(into, ignore_errors=True)
            raise refused(error, about.folder) from error
        return key

    def items(self) -> list[Discarded]:
        """What is here, deleted last first."""
        if not self._folder.is_dir():
            return []
        names = sorted((each.name for each in os.scandir(self._folder) if each.is_dir()), reverse=True)
        return [about for name in names if (about := _read_note(self._folder / name)) is not None]

    def restore(self, key: str) -> Path:
        """Put one back where it was and return its journal; a name that is taken gets a number.

        Raises `TranscriptNotFound` and `TranscriptError`.
        """
        about = self.find(key)
        lies = self._folder / about.key
        try:
            make_folder(about.folder)
            files = sorted(each for each in lies.iterdir() if each.name != NOTE)
            old = _stem(files)
            stem = _free_stem(about.folder, old, files)
            for file in files:
                shutil.move(file, about.folder / f"{stem}{file.name.removeprefix(old)}")  # sound ends in .you.flac
            shutil.rmtree(lies)
        except OSError as error:
            cause = error.strerror or type(error).__name__
            raise TranscriptError(
                say("Transcripts", "The transcript can't be put back: {cause}.", cause=cause),
                say("Transcripts", "Check that this account may change the folder {folder}.", folder=about.folder),
            ) from error
        return about.folder / f"{stem}.jsonl"

    def find(self, key: str) -> Discarded:
        """The one of this key or session id, the last deleted first; raises `TranscriptNotFound`."""
        for about in self.items():
            if key in (about.key, about.id):
                return about
        raise TranscriptNotFound(
            say("Transcripts", "There is no transcript {key} in the trash.", key=clean_label(key)),
            say("Transcripts", "`overtitle transcripts list --trash` shows what is there."),
        )

    def remove(self, key: str) -> None:
        """Delete one for good; raises `TranscriptNotFound` and `TranscriptError`."""
        lies = self._folder / self.find(key).key
        try:
            shutil.rmtree(lies)
        except OSError as error:
            raise refused(error, self._folder) from error


def _note(about: Discarded) -> bytes:
    values = {"id": about.id, "title": about.title, "started": about.started.isoformat(), "duration": about.duration}
    note = {**values, "lanes": about.lanes, "folder": os.fsdecode(about.folder.absolute())}
    return json.dumps(note).encode()  # escapes what is not ASCII, also the bytes of a name that is no text


def _read_note(lies: Path) -> Discarded | None:
    """None for what is not ours."""
    try:
        note = json.loads((lies / NOTE).read_bytes())
        started = datetime.fromisoformat(note["started"])
        labels = tuple(str(each) for each in note["lanes"])
        about = str(note["id"]), str(note["title"]), started, float(note["duration"]), labels, Path(note["folder"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return Discarded(lies.name, *about)


def _stem(files: Sequence[Path]) -> str:
    return next((file.stem for file in files if file.suffix == ".jsonl"), files[0].stem if files else "Transcript")


def _free_stem(folder: Path, stem: str, files: Sequence[Path]) -> str:
    for name in _numbered(stem):
        if not any((folder / f"{name}{file.name.removeprefix(stem)}").exists() for file in files):
            return name
    raise AssertionError  # the numbers never end


def _numbered(stem: str) -> Iterator[str]:
    yield stem
    number = 2
    while True:
        yield f"{stem} {number}"
        number += 1
