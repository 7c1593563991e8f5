"""A whole session over Symbl's protocol: each number once, whatever the server does on the way."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from desktop.core import errors
from desktop.core.captions import CaptionEvent, Insight, InsightKind
from desktop.providers import discover
from desktop.session.events import ProblemRaised, SessionEvent
from desktop.session.recorder import JournalPlan
from desktop.session.service import LaneSpec, Service
from desktop.session.session import Session
from desktop.transcripts.export import render
from desktop.transcripts.journal import read
from tests.support.beacon import BeaconSource, beacon_pcm
from tests.support.symbl_server import APP_ID, SECRET, Fault, SymblServer, start

KEYS = {"app-id": APP_ID, "app-secret": SECRET}
COUNT = 5
SOUND = b"".join(beacon_pcm(number) for number in range(COUNT))


@pytest.fixture
async def server(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[SymblServer]:
    monkeypatch.setattr("desktop.session.backoff.FIRST", 0.01)
    async with start() as running:
        yield running
        assert not running.complaints
        assert not any(heard.early for heard in running.streams), "sound before the server listened is lost"


def session(server: SymblServer, lanes: int = 1, plan: JournalPlan | None = None, title: str = "") -> Session:
    kind: Any = type(discover()["symbl"])  # one of its own for each test, as it keeps tokens
    specs = [LaneSpec(f"lane-{at}", f"Lane {at}", BeaconSource(COUNT, id=f"beacon-{at}")) for at in range(lanes)]
    return Session(specs, Service(kind(), "en-US", KEYS, {"url": server.url, "meeting-title": title}), plan)


def said(run: Session, lane: str = "lane-0") -> list[int]:
    assert all(segment.is_final for segment in run.document.segments)
    texts = [segment.text for segment in run.document.segments if segment.lane == lane]
    return [int(found) for text in texts for found in re.findall(r"\d+", text)]


async def test_each_message_becomes_one_caption(server: SymblServer, tmp_path: Path) -> None:
    server.slow_start = 0.2
    run = session(server, plan=JournalPlan([tmp_path]))
    told: list[SessionEvent] = []
    run.subscribe(told.append)
    await run.run()
    assert [segment.text for segment in run.document.segments] == [f"Number {number}." for number in range(COUNT)]
    assert bytes(server.streams[0].sound) == SOUND
    assert server.streams[0].stopped
    assert run.journal is not None
    kept = [entry.text for entry in read(run.journal).entries if isinstance(entry, CaptionEvent)]
    assert kept == [f"Number {number}." for number in range(COUNT)]
    starts = [segment.start for segment in run.document.segments]
    assert starts == [pytest.approx(number * 0.5, abs=0.01) for number in range(COUNT)]
    assert {event.text for event in told if isinstance(event, CaptionEvent) and not event.is_final} >= {"number 0"}


@pytest.mark.parametrize(
    "faults",
    [
        [Fault("drop", 1.3)],
        [Fault("drop_and_remember", 1.3)],
        [Fault("drop_and_remember", 0.7), Fault("drop_and_remember", 0.7)],
        [Fault("close", 1.3)],
        [Fault("error", 1.3, text="Something broke.")],
        [Fault("refuse", status=503), Fault("refuse", status=429)],
    ],
    ids=["drop", "old message after a drop", "twice", "close", "error", "refused twice"],
)
async def test_no_word_is_lost_or_doubled(server: SymblServer, faults: list[Fault | None]) -> None:
    server.faults = faults
    run = session(server)
    told: list[SessionEvent] = []
    run.subscribe(told.append)
    await run.run()
    assert said(run) == list(range(COUNT))
    problems = [event.problem.error for event in told if isinstance(event, ProblemRaised)]
    assert len(problems) == len(faults)
    assert server.attempts == len(faults) + 1
    assert len({heard.id for heard in server.streams}) == 1, "the conversation goes on"
    assert server.tokens == 1
    assert not run.document.marks


async def test_two_lanes_are_two_conversations_and_ask_for_one_token(server: SymblServer) -> None:
    server.faults = [Fault("drop", 1.3), Fault("drop", 1.0)]
    run = session(server, lanes=2)
    await run.run()
    assert said(run, "lane-0") == said(run, "lane-1") == list(range(COUNT))
    assert len({heard.id for heard in server.streams}) == 2
    assert server.tokens == 1


async def test_messages_that_never_come_leave_what_was_recognised(server: SymblServer) -> None:
    server.held = asyncio.Event()
    run = session(server)
    await run.run()
    assert said(run) == list(range(COUNT))
    assert run.document.segments[0].text == "Number 0"


async def test_a_server_that_never_says_it_is_done(server: SymblServer) -> None:
    server.completes = False
    kind: Any = type(discover()["symbl"])
    from desktop.transport.websocket import Patience

    one = kind(Patience(answer=2.0))
    spec = LaneSpec("lane-0", "Lane", BeaconSource(2))
    run = Session([spec], Service(one, "en-US", KEYS, {"url": server.url}))
    await run.run()
    assert said(run) == [0, 1]
    assert server.attempts == 1


async def test_a_server_without_speakers(server: SymblServer) -> None:
    server.forgetful = True
    server.faults = [Fault("drop_and_remember", 1.3), Fault("drop", 0.7)]
    run = session(server)
    await run.run()
    assert said(run) == list(range(COUNT))


async def test_insights_are_kept_and_exported(server: SymblServer, tmp_path: Path) -> None:
    question = {"id": "i1", "type": "question", "payload": {"content": "When?"}, "confidence": 0.9}
    task = {"id": "i2", "type": "action_item", "text": "Send it", "assignee": {"name": "Ann"}, "dueBy": {}}
    topic = {"id": "t1", "phrases": "delivery", "score": 0.7, "type": "topic"}
    tracker = {"name": "Price", "matches": [{"type": "vocabulary", "value": "cost", "messageRefs": [{"id": "m"}]}]}
    server.extra = [
        {"type": "insight_response", "insights": [question, task, question]},
        {"type": "topic_response", "topics": [topic]},
        {"type": "topic_response", "topics": [topic]},
        {"type": "tracker_response", "trackers": [tracker], "isFinal": True, "sequenceNumber": 1},
        {"type": "unknown_response"},
    ]
    run = session(server, plan=JournalPlan([tmp_path]))
    await run.run()
    assert run.journal is not None
    transcript = read(run.journal)
    found = {(entry.kind, entry.text) for entry in transcript.entries if isinstance(entry, Insight)}
    assert found == {
        (InsightKind.QUESTION, "When?"),
        (InsightKind.ACTION_ITEM, "Send it (Ann)"),
        (InsightKind.TOPIC, "delivery"),
        (InsightKind.TRACKER, "Price: cost"),
    }
    assert len([entry for entry in run.document.marks if isinstance(entry, Insight)]) == 4
    for kind, shown in (
        ("txt", "[To do · Send it (Ann)]"),
        ("md", "To do · Send it (Ann)"),
        ("json", "Send it (Ann)"),
    ):
        assert shown in render(transcript, kind)
    assert "NOTE" in render(transcript, "vtt")


@pytest.mark.parametrize(
    ("keys", "error"),
    [
        ({"app-id": APP_ID, "app-secret": "wrong"}, errors.AuthenticationFailed),
        ({"access-token": "unknown"}, errors.AuthenticationFailed),
        ({"app-id": APP_ID}, errors.CredentialMissing),
    ],
)
async def test_refused_credentials_end_the_session_at_once(
    server: SymblServer, keys: dict[str, str], error: type[errors.ProviderError]
) -> None:
    specs = [LaneSpec("lane-0", "Lane", BeaconSource(2))]
    run = Session(specs, Service(discover()["symbl"], "en-US", keys, {"url": server.url}))
    with pytest.raises(error):
        await run.run()
    assert server.attempts <= 1


async def test_a_server_that_never_begins_to_listen(server: SymblServer) -> None:
    from desktop.core.provider import StreamConfig
    from desktop.transport.websocket import Patience

    kind: Any = type(discover()["symbl"])
    server.faults = [Fault("deaf"), Fault("mute")]
    config = StreamConfig("en-US", credentials=KEYS, options={"url": server.url})
    with pytest.raises(errors.StreamStalled, match="begin to listen"):
        async with kind(Patience(connect=1.0)).connect(config):
            pass
    with pytest.raises(errors.ConnectionLost, match="before it listened"):
        async with kind().connect(config):
            pass


async def test_no_secret_and_no_word_in_any_log_or_error(server: SymblServer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    server.faults = [Fault("drop", 1.3), Fault("error", 0.5, text="number 3"), Fault("refuse", status=503)]
    run = session(server, title="canary")
    told: list[SessionEvent] = []
    run.subscribe(told.append)
    await run.run()
    assert said(run) == list(range(COUNT))
    product = [record.getMessage() for record in caplog.records if not record.name.startswith("websockets.server")]
    problems = [str(event.problem.error) for event in told if isinstance(event, ProblemRaised)]
    everything = "\n".join([*product, *problems, repr(run)])
    assert len(problems) == 3
    assert SECRET not in everything
    assert not [token for token in server.valid if token in everything]
    assert "canary" not in everything
    assert "Number 1" not in everything
    assert server.streams[0].id not in everything
