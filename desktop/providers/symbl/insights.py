"""Questions, action items, follow-ups, topics and trackers as the program's insights, each once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator

from desktop.core.captions import Insight, InsightKind
from desktop.providers.symbl.conversation import Conversation
from desktop.providers.symbl.reading import Fields, fields, items, share, text

MOST_MOMENTS = 5000
_KINDS = {
    "question": InsightKind.QUESTION,
    "action_item": InsightKind.ACTION_ITEM,
    "follow_up": InsightKind.FOLLOW_UP,
}


class Insights:
    """The insights of one connection."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation
        self._moments: OrderedDict[str, float] = OrderedDict()
        """By message, when it was said."""

    def remember(self, message: str, start: float) -> None:
        """A message that insights may point to."""
        if message:
            self._moments[message] = start
            if len(self._moments) > MOST_MOMENTS:
                self._moments.popitem(last=False)

    def take(self, body: Fields, now: float) -> list[Insight]:
        """What is new in a response; `now` is the moment for what points nowhere."""
        kind = body.get("type")
        if kind == "insight_response":
            found = self._findings(body, now)
        elif kind == "topic_response":
            found = self._topics(body, now)
        else:
            found = self._trackers(body, now)
        return [insight for key, insight in found if insight.text and self._is_new(key, insight)]

    def _is_new(self, key: str, insight: Insight) -> bool:
        """By its id, and by its words: sound that is heard twice after a reconnect gives the same under another id."""
        words = f"{insight.kind}:{insight.text.casefold()}"
        known = self._conversation.insights
        if insight.kind is InsightKind.TRACKER:
            return known.add(f"{words}:{key}")
        fresh = known.add(f"{insight.kind}#{key}") if key else True
        return known.add(words) and fresh

    def _findings(self, body: Fields, now: float) -> Iterator[tuple[str, Insight]]:
        for each in items(body.get("insights")):
            kind = _KINDS.get(str(each.get("type")))
            if kind is None or each.get("dismissed") is True:
                continue
            said = text(fields(each.get("payload")).get("content")) or text(each.get("text"))
            moment = self._moment([fields(each.get("messageReference"))], now)
            speaker = text(fields(each.get("from")).get("name"))
            yield (
                text(each.get("id")),
                Insight(kind, _with_details(said, each), "", speaker, moment, share(each.get("confidence"))),
            )

    def _topics(self, body: Fields, now: float) -> Iterator[tuple[str, Insight]]:
        for each in items(body.get("topics")):
            phrases = each.get("phrases")
            said = text(" ".join(map(str, phrases)) if isinstance(phrases, list) else phrases)
            moment = self._moment(list(items(each.get("messageReferences"))), now)
            yield text(each.get("id")), Insight(InsightKind.TOPIC, said, "", "", moment, share(each.get("score")))

    def _trackers(self, body: Fields, now: float) -> Iterator[tuple[str, Insight]]:
        if body.get("isFinal") is False:
            return
        for tracker in items(body.get("trackers")):
            name = text(tracker.get("name"))
            for match in items(tracker.get("matches")):
                value = text(match.get("value"))
                said = f"{name}: {value}" if name and value else name or value
                for reference in list(items(match.get("messageRefs"))) or [Fields()]:
                    moment = self._moment([reference], now)
                    yield text(reference.get("id")), Insight(InsightKind.TRACKER, said, start=moment)

    def _moment(self, references: list[Fields], now: float) -> float:
        known = (self._moments.get(text(each.get("id"))) for each in references)
        return next((moment for moment in known if moment is not None), now)


def _with_details(said: str, each: Fields) -> str:
    """Who is to do it and when, unless the sentence says so."""
    details = [text(fields(each.get("assignee")).get("name")), text(fields(each.get("dueBy")).get("value"))[:10]]
    missing = [detail for detail in details if detail and detail.casefold() not in said.casefold()]
    return f"{said} ({', '.join(missing)})" if said and missing else said
