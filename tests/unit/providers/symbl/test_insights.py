"""Insights of both shapes, each once, at the moment of the message they are about."""

from __future__ import annotations

from typing import Any

from desktop.core.captions import Insight, InsightKind
from desktop.providers.symbl.conversation import REMEMBERED, Conversation, Seen
from desktop.providers.symbl.insights import Insights


def finding(key: str, text: str, **more: object) -> dict[str, Any]:
    insight = {"id": key, "type": "action_item", "payload": {"content": text}, **more}
    return {"type": "insight_response", "insights": [insight]}


def test_an_action_item_says_who_and_when() -> None:
    made = Insights(Conversation())
    made.remember("m1", 12.5)
    body = finding(
        "i1", "Send it", assignee={"name": "Ann"}, dueBy={"value": "2026-11-21T00:00:00Z"}, confidence=0.9,
        messageReference={"id": "m1"}, **{"from": {"name": "Bob"}},
    )  # fmt: skip
    expected = Insight(InsightKind.ACTION_ITEM, "Send it (Ann, 2026-11-21)", "", "Bob", 12.5, 0.9)
    assert made.take(body, 99.0) == [expected]
    assert made.take(body, 99.0) == []


def test_what_points_nowhere_is_of_now() -> None:
    assert Insights(Conversation()).take(finding("i1", "Send it"), 7.0)[0].start == 7.0


def test_the_older_shape_and_what_was_dismissed() -> None:
    made = Insights(Conversation())
    older = {"id": "i1", "type": "question", "text": "When?"}
    gone = {"id": "i2", "type": "question", "text": "Where?", "dismissed": True}
    unknown = {"id": "i3", "type": "joke", "text": "Why?"}
    found = made.take({"type": "insight_response", "insights": [older, gone, unknown, None]}, 1.0)
    assert [(each.kind, each.text) for each in found] == [(InsightKind.QUESTION, "When?")]


def test_sound_heard_twice_says_the_same_under_another_id() -> None:
    conversation = Conversation()
    assert Insights(conversation).take(finding("i1", "Send it"), 1.0)
    assert not Insights(conversation).take(finding("i2", "send it"), 1.0)
    assert Insights(conversation).take(finding("i3", "Send more"), 1.0)


def test_topics_once() -> None:
    made = Insights(Conversation())
    made.remember("m2", 3.0)
    topic = {"id": "t", "phrases": "delivery", "score": 0.7, "messageReferences": [{"id": "m1"}, {"id": "m2"}]}
    body = {"type": "topic_response", "topics": [topic]}
    assert made.take(body, 9.0) == [Insight(InsightKind.TOPIC, "delivery", start=3.0, confidence=0.7)]
    assert made.take({"type": "topic_response", "topics": [{**topic, "id": "u"}]}, 9.0) == []


def test_trackers_at_each_mention_and_interim_ones_not() -> None:
    made = Insights(Conversation())
    references = [{"id": "m1", "offset": 3}, {"id": "m2", "offset": -1}]
    tracker = {"name": "Price", "matches": [{"type": "vocabulary", "value": "cost", "messageRefs": references}]}
    body = {"type": "tracker_response", "trackers": [tracker], "sequenceNumber": 1}
    assert made.take({**body, "isFinal": False}, 1.0) == []
    assert [each.text for each in made.take({**body, "isFinal": True}, 1.0)] == ["Price: cost"] * 2
    assert made.take({**body, "isFinal": True}, 1.0) == []


def test_what_is_remembered_has_an_end() -> None:
    seen = Seen()
    assert all(seen.add(str(number)) for number in range(REMEMBERED + 1))
    assert seen.add("0")
    assert not seen.add(str(REMEMBERED))


def test_conversations_have_ids_that_nobody_guesses() -> None:
    first, second = Conversation(), Conversation()
    assert first.id != second.id
    user = first.next_user()
    assert not first.is_stale(user)
    first.next_user()
    assert first.is_stale(user)
    assert not first.is_stale(second.next_user())
    assert not first.is_stale("")
    assert not first.is_stale("ann@example.com")
