"""Which transcripts have become too old to be kept, where a person wants that."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from desktop.core.errors import TranscriptError
from desktop.transcripts.library import Library, SessionInfo
from desktop.transcripts.trash import Trash


def expired(sessions: Iterable[SessionInfo], days: int, now: datetime) -> list[SessionInfo]:
    """Those last changed more than `days` days before `now` (aware) and not kept by hand; none for 0 days."""
    if days <= 0:
        return []
    limit = now - timedelta(days=days)
    return [session for session in sessions if not session.kept and session.changed < limit]


def tidy(library: Library, trash: Trash, days: int, now: datetime) -> int:
    """Delete for good what has expired, in the trash as well; returns how many. Raises `TranscriptError`.

    What is being written, or can't be deleted, is left for the next time.
    """
    if days <= 0:
        return 0
    library.refresh()
    count = 0
    for session in expired(library.sessions(), days, now):
        try:
            library.delete(session.id)
        except TranscriptError:
            continue
        count += 1
    limit = now - timedelta(days=days)
    for each in trash.items():
        if each.started < limit:
            trash.remove(each.key)
            count += 1
    return count
