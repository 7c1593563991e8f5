"""The sound beside a journal: one FLAC file for each lane and run, which all begin at second 0 of the session."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from desktop.transcripts.clean import clean_label, file_name
from desktop.wire.flac import HEAD_SIZE, comment

ENDING = ".flac"
_SESSION, _LANE = "overtitle-session:", "; lane:"


@dataclass(frozen=True, slots=True)
class LaneSound:
    """One file of sound."""

    lane: str
    """The lane's id."""
    path: Path
    size: int
    """Bytes."""


def sound_mark(session: str, lane: str) -> str:
    """What stands as a comment in the sound of a lane, so that it can be told from a person's own files."""
    return f"{_SESSION}{clean_label(session)}{_LANE}{clean_label(lane)}"


def sound_names(journal: Path, lane: str) -> Iterator[Path]:
    """Names for the sound of a lane, the first one first; a session that goes on needs another one."""
    stem = f"{journal.stem}.{file_name(lane, 40)}"
    for number in count(1):
        yield journal.with_name(f"{stem}{ENDING}" if number == 1 else f"{stem}.{number}{ENDING}")


def sounds_of(journal: Path, session: str) -> tuple[LaneSound, ...]:
    """The sound that belongs to a session, by name; raises `OSError`."""
    begin = f"{journal.stem}."
    found = []
    for entry in os.scandir(journal.parent):
        ours = entry.name.startswith(begin) and entry.name.endswith(ENDING)
        if ours and entry.is_file(follow_symlinks=False):
            lane = _lane_in(Path(entry.path), session)
            if lane is not None:
                found.append(LaneSound(lane, Path(entry.path), entry.stat().st_size))
    return tuple(sorted(found, key=lambda sound: sound.path.name))


def _lane_in(path: Path, session: str) -> str | None:
    """The lane whose sound is in this file; None when it is not of this session."""
    with path.open("rb") as file:
        mark, separator, lane = comment(file.read(HEAD_SIZE)).partition(_LANE)
    return lane if separator and mark == f"{_SESSION}{clean_label(session)}" else None
