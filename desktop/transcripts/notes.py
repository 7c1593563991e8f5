"""Sentences of the program's own between the captions: gaps, seams, marks and findings, for window and exports."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from desktop.core.captions import MICROPHONE_CHANGED, SYSTEM_CHANGED, Entry, Gap, Insight, InsightKind, Mark, Seam
from desktop.core.languages import LANGUAGES
from desktop.core.message import Message, Tongue, say

INSIGHTS: dict[InsightKind, Message] = {
    InsightKind.QUESTION: say("Notes", "Question"),
    InsightKind.ACTION_ITEM: say("Notes", "To do"),
    InsightKind.FOLLOW_UP: say("Notes", "Follow-up"),
    InsightKind.TOPIC: say("Notes", "Topic"),
    InsightKind.TRACKER: say("Notes", "Mentioned"),
}

AWAY = "the service is away"
"""The reason of a seam at which another one stands in."""
REASONS: dict[str, Message] = {
    "no sound from the device": say("Gap", "no sound from the device"),
    "captions too far behind": say("Gap", "captions too far behind"),
    "not captioned": say("Gap", "not captioned"),
    "connection lost": say("Gap", "connection lost"),
    "the disk lost the sound": say("Gap", "the disk lost the sound"),
    "the computer was asleep": say("Gap", "the computer was asleep"),
    "continued later": say("Gap", "continued later"),
    AWAY: say("Seam", "the service is away"),
    "the service is back": say("Seam", "the service is back"),
    "chosen": say("Seam", "as you chose"),
}
"""What the session writes into the journal, which stays in one language; another phrase is shown as it stands there."""

PAUSED = "paused"
"""The reason of a break that somebody wanted, of all sides at once."""
_PAUSED = say("Notes", "Paused: nothing was heard or sent")


def note(
    entry: Gap | Seam | Mark | Insight, labels: Mapping[str, str], providers: Mapping[str, str], tongue: Tongue
) -> str:
    """What a transcript says about `entry`; `labels` by lane id, `providers` are titles by id, where they are known."""
    if isinstance(entry, Gap):
        return _gap(entry, labels, tongue)
    if isinstance(entry, Seam):
        return _seam(entry, labels, providers, tongue)
    if isinstance(entry, Mark):
        marked = tongue.say(say("Notes", "Marked"))
        return f"{marked} · {entry.note}" if entry.note else marked
    return f"{tongue.say(INSIGHTS[entry.kind])} · {entry.text}"


def once(entries: Iterable[Entry]) -> Iterator[Entry]:
    """The entries, with a pause once for all lanes together."""
    paused: set[float] = set()
    for entry in entries:
        if isinstance(entry, Gap) and entry.reason == PAUSED:
            if entry.start in paused:
                continue
            paused.add(entry.start)
        yield entry


def gap_cue(gap: Gap, tongue: Tongue) -> str:
    """What a subtitle says about `gap`, with the time and the name of the lane beside it."""
    if gap.reason == PAUSED:
        return tongue.say(_PAUSED)
    missing = say("Notes", "interrupted") if gap.end <= gap.start else say("Notes", "words may be missing")
    return _with_reason(tongue.say(missing), gap.reason, tongue)


def _gap(gap: Gap, labels: Mapping[str, str], tongue: Tongue) -> str:
    if gap.reason == PAUSED:
        return tongue.say(_PAUSED)
    lane = labels.get(gap.lane, gap.lane)
    if gap.end <= gap.start:
        return _with_reason(tongue.say(say("Notes", "{lane}: interrupted", lane=lane)), gap.reason, tongue)
    seconds = f"{gap.end - gap.start:.1f}".replace(".", tongue.point)
    text = tongue.say(say("Notes", "{seconds} s of {lane} may be missing here", seconds=seconds, lane=lane))
    return _with_reason(text, gap.reason, tongue)


def _seam(seam: Seam, labels: Mapping[str, str], providers: Mapping[str, str], tongue: Tongue) -> str:
    lane = labels.get(seam.lane, seam.lane)
    if seam.reason.startswith(MICROPHONE_CHANGED):
        device = seam.reason.removeprefix(MICROPHONE_CHANGED)
        return tongue.say(say("Notes", "{lane}: microphone changed to {device}", lane=lane, device=device))
    if seam.reason.startswith(SYSTEM_CHANGED):
        device = seam.reason.removeprefix(SYSTEM_CHANGED)
        return tongue.say(say("Notes", "{lane}: system sound changed to {device}", lane=lane, device=device))
    provider = providers.get(seam.provider, seam.provider)
    language = tongue.say(LANGUAGES[seam.language]) if seam.language in LANGUAGES else seam.language
    values = {"lane": lane, "provider": provider, "language": language}
    text = tongue.say(say("Notes", "{lane}, from here on: {provider}, {language}", **values))
    return _with_reason(text, seam.reason, tongue)


def _with_reason(text: str, reason: str, tongue: Tongue) -> str:
    known = REASONS.get(reason)
    return f"{text} ({tongue.say(known) if known else reason})" if reason else text
