"""A whole session over the strict server: what was said arrives once, whatever the service does on the way."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from desktop.core.audio import SPEECH, AudioChunk
from desktop.core.captions import CaptionEvent, Gap
from desktop.core.errors import AuthenticationFailed
from desktop.core.languages import LANGUAGES
from desktop.providers import discover
from desktop.session.events import ProblemRaised, SessionEvent
from desktop.session.recorder import JournalPlan
from desktop.session.service import LaneSpec, Service
from desktop.session.session import Session
from desktop.settings.usage import Usage
from desktop.transcripts.journal import read
from tests.support.amazon_parts import certificate
from tests.support.amazon_server import ACCESS, REGION, SECRET, WORDS, AmazonServer, Fault, start
from tests.support.beacon import BeaconSource, beacon_pcm

KEYS = {"access-key-id": ACCESS, "secret-access-key": SECRET}
COUNT = 5
SOUND = b"".join(beacon_pcm(number) for number in range(COUNT))


@pytest.fixture
async def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[AmazonServer]:
    monkeypatch.setattr("desktop.session.backoff.FIRST", 0.01)
    pem = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    async with start(pem) as running:
        running.fastest = 1.6
        yield running
        assert not running.complaints


def session(server: AmazonServer, language: str = "en-US", lanes: int = 1, plan: JournalPlan | None = None) -> Session:
    options = {"endpoint": server.url, "region": REGION}
    specs = [LaneSpec(f"lane-{at}", f"Lane {at}", BeaconSource(COUNT, id=f"beacon-{at}")) for at in range(lanes)]
    return Session(specs, Service(discover()["amazon-transcribe"], language, KEYS, options), plan)


def said(run: Session, lane: str = "lane-0") -> list[str]:
    assert all(segment.is_final for segment in run.document.segments)
    return [segment.text for segment in run.document.segments if segment.lane == lane]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_session_in_five_languages(server: AmazonServer, language: str, tmp_path: Path) -> None:
    server.last_wait = 0.2
    run = session(server, language, plan=JournalPlan([tmp_path / "journals"]))
    await run.run()
    expected = [WORDS[language].format(n=number) for number in range(COUNT)]
    assert said(run) == expected
    assert bytes(server.streams[0].sound) == SOUND
    assert run.journal is not None
    assert [entry.text for entry in read(run.journal).entries if isinstance(entry, CaptionEvent)] == expected


async def test_two_lanes(server: AmazonServer) -> None:
    run = session(server, lanes=2)
    await run.run()
    assert said(run, "lane-0") == said(run, "lane-1") == [f"color number {number}." for number in range(COUNT)]
    assert [bytes(heard.sound) for heard in server.streams] == [SOUND, SOUND]


@pytest.mark.parametrize(
    "faults",
    [
        [Fault("drop", 1.3)],
        [Fault("clean_close", 1.3)],
        [Fault("damaged", 1.3)],
        [Fault("error", 0.7), Fault("drop", 0.7)],
        [Fault("exception", 1.1, body="", headers={"kind": "InternalFailureException"})],
        [Fault("refuse", status=503), Fault("refuse", status=500)],
    ],
    ids=["drop", "clean close", "damaged", "error and drop", "exception", "refused twice"],
)
async def test_no_word_is_lost_or_doubled(server: AmazonServer, faults: list[Fault | None]) -> None:
    server.faults = faults
    run = session(server)
    told: list[SessionEvent] = []
    run.subscribe(told.append)
    await run.run()
    assert [int(found) for text in said(run) for found in re.findall(r"\d+", text)] == list(range(COUNT))
    assert not run.document.marks
    problems = [event.problem.error for event in told if isinstance(event, ProblemRaised)]
    assert len(problems) == len(faults)
    assert server.attempts == len(faults) + 1


async def test_refused_credentials_end_the_session_at_once(server: AmazonServer) -> None:
    run = session(server)
    server.keys.clear()
    with pytest.raises(AuthenticationFailed):
        await run.run()
    assert server.attempts == 1


async def test_the_time_limit_is_no_end(server: AmazonServer, monkeypatch: pytest.MonkeyPatch) -> None:
    from importlib import import_module

    codec = import_module("desktop.providers.amazon_transcribe.codec")
    monkeypatch.setattr(codec, "LIMIT", 1.2)
    monkeypatch.setattr(codec, "ROLL_EARLY", 0.2)
    monkeypatch.setattr(codec, "ROLL_LATE", 0.1)
    monkeypatch.setattr(codec, "ROLL_NOW", 0.05)
    run = session(server)
    told: list[SessionEvent] = []
    run.subscribe(told.append)
    await run.run()
    assert said(run) == [f"color number {number}." for number in range(COUNT)]
    assert server.attempts > 1
    assert not [event for event in told if isinstance(event, ProblemRaised)], "nobody is bothered with it"


class Pause(BeaconSource):
    """One number, seven seconds in which nobody speaks, and another."""

    @asynccontextmanager
    async def open(self, epoch: float) -> AsyncIterator[AsyncIterator[AudioChunk]]:
        pcm = beacon_pcm(0) + bytes(SPEECH.size(7.0)) + beacon_pcm(1)

        async def chunks() -> AsyncIterator[AudioChunk]:
            size = SPEECH.size(0.05)
            for at in range(0, len(pcm), size):
                yield AudioChunk(pcm[at : at + size], SPEECH, SPEECH.seconds(at))

        yield chunks()


async def test_silence_is_not_sent_again(server: AmazonServer) -> None:
    server.faults = [Fault("drop", 7.3)]
    options = {"endpoint": server.url, "region": REGION}
    lanes = [LaneSpec("lane-0", "Lane", Pause(2))]
    run = Session(lanes, Service(discover()["amazon-transcribe"], "en-US", KEYS, options), None)
    await run.run()
    assert said(run) == ["color number 0.", "color number 1."]
    assert not run.document.marks
    first, second = (SPEECH.seconds(len(heard.sound)) for heard in server.streams)
    assert first >= 7.3
    assert second < 3.0


async def test_both_sides_in_one_stream_of_two_channels(server: AmazonServer, tmp_path: Path) -> None:
    options = {"endpoint": server.url, "region": REGION, "channel-identification": "yes"}
    lanes = [
        LaneSpec("you", "You", BeaconSource(COUNT, id="you")),
        LaneSpec("them", "Them", BeaconSource(COUNT, id="them", first=50)),
    ]
    server.faults = [Fault("drop", 1.3)]
    usage = Usage(tmp_path / "usage.json")
    run = Session(lanes, Service(discover()["amazon-transcribe"], "en-US", KEYS, options), meter=usage)
    await run.run()
    assert said(run, "you") == [f"color number {number}." for number in range(COUNT)]
    assert said(run, "them") == [f"color number {number}." for number in range(50, 50 + COUNT)]
    assert len(server.streams) == 2, "the first one was dropped"
    assert {heard.parameters["number-of-channels"] for heard in server.streams} == {"2"}
    assert not [mark for mark in run.document.marks if isinstance(mark, Gap)]
