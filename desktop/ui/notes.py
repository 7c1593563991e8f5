"""Sentences of the program's own between the captions: gaps, seams, marks and findings."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QLocale

from desktop.core.captions import MICROPHONE_CHANGED, SYSTEM_CHANGED, Gap, Insight, InsightKind, Mark, Seam
from desktop.core.languages import LANGUAGES
from desktop.core.message import Message, say
from desktop.ui.text import localise
from desktop.ui.transcript_rows import RowKind

INSIGHTS: dict[InsightKind, Message] = {
    InsightKind.QUESTION: say("Notes", "Question"),
    InsightKind.ACTION_ITEM: say("Notes", "To do"),
    InsightKind.FOLLOW_UP: say("Notes", "Follow-up"),
    InsightKind.TOPIC: say("Notes", "Topic"),
    InsightKind.TRACKER: say("Notes", "Mentioned"),
}

REASONS: dict[str, Message] = {
    "no sound from the device": say("Gap", "no sound from the device"),
    "captions too far behind": say("Gap", "captions too far behind"),
    "not captioned": say("Gap", "not captioned"),
    "connection lost": say("Gap", "connection lost"),
    "the disk lost the sound": say("Gap", "the disk lost the sound"),
    "the computer was asleep": say("Gap", "the computer was asleep"),
    "continued later": say("Gap", "continued later"),
    "the service is away": say("Seam", "the service is away"),
    "the service is back": say("Seam", "the service is back"),
    "chosen": say("Seam", "as you chose"),
}
"""What the session writes into the journal, which stays in one language; another phrase is shown as it stands there."""


PAUSED = "paused"
"""The reason of a break that somebody wanted, of all sides at once."""


def note_of(
    entry: Gap | Seam | Mark | Insight, labels: Mapping[str, str], providers: Mapping[str, str]
) -> tuple[str, RowKind]:
    """What the transcript says about `entry`; `labels` by lane id, `providers` are titles by id."""
    if isinstance(entry, Gap):
        return _gap(entry, labels), RowKind.NOTE
    if isinstance(entry, Seam):
        return _seam(entry, labels, providers), RowKind.NOTE
    if isinstance(entry, Mark):
        marked = localise(say("Notes", "Marked"))
        return f"{marked} · {entry.note}" if entry.note else marked, RowKind.MARK
    return f"{localise(INSIGHTS[entry.kind])} · {entry.text}", RowKind.MARK


def _gap(gap: Gap, labels: Mapping[str, str]) -> str:
    if gap.reason == PAUSED:
        return localise(say("Notes", "Paused: nothing was heard or sent"))
    if gap.end <= gap.start:
        lane = labels.get(gap.lane, gap.lane)
        return _with_reason(localise(say("Notes", "{lane}: interrupted", lane=lane)), gap.reason)
    seconds = QLocale().toString(float(max(gap.end - gap.start, 0.0)), "f", 1)
    lane = labels.get(gap.lane, gap.lane)
    text = localise(say("Notes", "{seconds} s of {lane} may be missing here", seconds=seconds, lane=lane))
    return _with_reason(text, gap.reason)


def _seam(seam: Seam, labels: Mapping[str, str], providers: Mapping[str, str]) -> str:
    lane = labels.get(seam.lane, seam.lane)
    if seam.reason.startswith(MICROPHONE_CHANGED):
        device = seam.reason.removeprefix(MICROPHONE_CHANGED)
        return localise(say("Notes", "{lane}: microphone changed to {device}", lane=lane, device=device))
    if seam.reason.startswith(SYSTEM_CHANGED):
        device = seam.reason.removeprefix(SYSTEM_CHANGED)
        return localise(say("Notes", "{lane}: system sound changed to {device}", lane=lane, device=device))
    provider = providers.get(seam.provider, seam.provider)
    language = localise(LANGUAGES[seam.language]) if seam.language in LANGUAGES else seam.language
    values = {"lane": lane, "provider": provider, "language": language}
    text = localise(say("Notes", "{lane}, from here on: {provider}, {language}", **values))
    return _with_reason(text, seam.reason)


def _with_reason(text: str, reason: str) -> str:
    known = REASONS.get(reason)
    return f"{text} ({localise(known) if known else reason})" if reason else text
