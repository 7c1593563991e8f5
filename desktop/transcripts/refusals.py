"""What to say when the system refuses to write a transcript, or the sound beside it."""

from __future__ import annotations

import errno
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from desktop.core.message import Message, say

_BACK = say("Transcripts", "Put it back, or choose another folder in the settings.")
_ELSEWHERE = say("Transcripts", "Choose another folder in the settings.")
_ROOM = say("Transcripts", "Free some space; saving goes on as soon as there is room.")
_FULL = say("Transcripts", "The transcript can't be saved in {folder}: the disk is full.")
_GONE = say("Transcripts", "The transcript can't be saved in {folder}: the folder is no longer there.")
_DENIED = say("Transcripts", "The transcript can't be saved in {folder}: this account may not write there.")
_READ_ONLY = say("Transcripts", "The transcript can't be saved in {folder}: the disk is read-only.")
_NO_FOLDER = say("Transcripts", "The transcript can't be saved in {folder}: it is a file, not a folder.")
_TOO_LARGE = say("Transcripts", "The transcript can't be saved in {folder}: the file may not grow any larger there.")
_LONG_NAME = say("Transcripts", "The transcript can't be saved in {folder}: the name is too long for this disk.")
_STILL = say("Transcripts", "The transcript can't be saved in {folder}: the disk does not answer.")
_LATER = say("Transcripts", "Captions go on; saving goes on as soon as it answers.")
_FAILED = say("Transcripts", "The transcript can't be saved in {folder}: the disk reports “{cause}”.")

_GO_ON = say("Transcripts", "Captions and transcript go on. Choose another folder before the next session.")
_MAKE_ROOM = say("Transcripts", "Captions and transcript go on. Free some space before the next session.")
_SOUND_FULL = say("Transcripts", "The sound is no longer kept in {folder}: the disk is full.")
_SOUND_GONE = say("Transcripts", "The sound is no longer kept in {folder}: the folder or the file is no longer there.")
_SOUND_SLOW = say("Transcripts", "The sound is no longer kept in {folder}: the disk is too slow.")
_SOUND_FAILED = say("Transcripts", "The sound is no longer kept in {folder}: the disk reports “{cause}”.")


@dataclass(frozen=True, slots=True)
class Refusals:
    """What the numbers of errors mean for one kind of file."""

    known: Mapping[int, tuple[Message, Message]]
    other: tuple[Message, Message]

    def explain(self, error: OSError, folder: Path) -> tuple[Message, Message]:
        """What `error` means in `folder`, and what to do; names the folder, never the title."""
        what, hint = self.known.get(error.errno or 0, self.other)
        cause = error.strerror or type(error).__name__
        return replace(what, values={"folder": str(folder), "cause": cause}), hint


OF_TRANSCRIPT = Refusals(
    {
        errno.ENOSPC: (_FULL, _ROOM),
        errno.EDQUOT: (_FULL, _ROOM),
        errno.EFBIG: (_TOO_LARGE, _ELSEWHERE),
        errno.ENOENT: (_GONE, _BACK),
        errno.ESTALE: (_GONE, _BACK),
        errno.EACCES: (_DENIED, _ELSEWHERE),
        errno.EPERM: (_DENIED, _ELSEWHERE),
        errno.EROFS: (_READ_ONLY, _ELSEWHERE),
        errno.ETIMEDOUT: (_STILL, _LATER),
        errno.ENOTDIR: (_NO_FOLDER, _ELSEWHERE),
        errno.ENAMETOOLONG: (_LONG_NAME, say("Transcripts", "Choose a shorter title.")),
    },
    (_FAILED, _ELSEWHERE),
)
OF_SOUND = Refusals(
    {
        errno.ENOSPC: (_SOUND_FULL, _MAKE_ROOM),
        errno.EDQUOT: (_SOUND_FULL, _MAKE_ROOM),
        errno.ENOENT: (_SOUND_GONE, _GO_ON),
        errno.ESTALE: (_SOUND_GONE, _GO_ON),
        errno.ETIMEDOUT: (_SOUND_SLOW, _GO_ON),
    },
    (_SOUND_FAILED, _GO_ON),
)
