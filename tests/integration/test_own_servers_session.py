"""Whole sessions over a Vosk and a WhisperLive server: each number once, whatever happens on the way."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest

from desktop.core import errors
from desktop.providers import discover
from desktop.session.events import ProblemRaised, SessionEvent
from desktop.session.service import LaneSpec, Service
from desktop.session.session import Session
from tests.support import vosk_server, whisper_live_server
from tests.support.beacon import BeaconSource, beacon_pcm
from tests.support.own_server import Fault
from tests.support.vosk_server import VoskServer
from tests.support.whisper_live_server import WhisperLiveServer

COUNT = 5
SOUND = b"".join(beacon_pcm(number) for number in range(COUNT))


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop.session.backoff.FIRST", 0.01)


@pytest.fixture
async def vosk() -> AsyncIterator[VoskServer]:
    async with vosk_server.start() as running:
        yield running
        assert not running.complaints


@pytest.fixture
async def whisper() -> AsyncIterator[WhisperLiveServer]:
    async with whisper_live_server.start() as running:
        yield running
        assert not running.complaints


async def run_session(
    provider: str, url: str, problems: list[errors.OvertitleError] | None = None, **options: str
) -> Session:
    specs = [LaneSpec("lane", "Lane", BeaconSource(COUNT))]
    run = Session(specs, Service(discover()[provider], "en-GB", {}, {"url": url, **options}))

    def on_event(event: SessionEvent) -> None:
        if isinstance(event, ProblemRaised) and problems is not None:
            problems.append(event.problem.error)

    run.subscribe(on_event)
    await run.run()
    return run


def said(run: Session) -> list[int]:
    assert all(segment.is_final for segment in run.document.segments)
    return [int(found) for segment in run.document.segments for found in re.findall(r"\d+", segment.text)]


@pytest.mark.parametrize("alternatives", [False, True])
async def test_vosk_hears_everything(vosk: VoskServer, alternatives: bool) -> None:
    vosk.alternatives = alternatives
    run = await run_session("vosk", vosk.url, phrases="yes, no")
    assert said(run) == list(range(COUNT))
    (heard,) = vosk.streams
    assert bytes(heard.sound) == SOUND
    assert heard.ended
    assert heard.config == {
        "sample_rate": 16000,
        "words": True,
        "max_alternatives": 0,
        "phrase_list": ["yes", "no", "[unk]"],
    }
    words = [word for segment in run.document.segments for word in segment.words]
    assert [word.text for word in words[:2]] == ["number", "0"]
    assert [word.start for word in words] == sorted(word.start for word in words)
    assert all(segment.language == "en-GB" for segment in run.document.segments)


@pytest.mark.parametrize(
    "faults",
    [
        [Fault("drop", 1.3)],
        [Fault("close", 1.3), Fault("drop", 0.1)],
        [Fault("refuse", status=503)],
    ],
    ids=["drop", "close and drop", "refused"],
)
async def test_vosk_breaks(vosk: VoskServer, faults: list[Fault | None]) -> None:
    vosk.faults = faults
    problems: list[errors.OvertitleError] = []
    run = await run_session("vosk", vosk.url, problems)
    assert said(run) == list(range(COUNT))
    assert len(problems) == len(faults)
    assert not run.document.marks


async def test_vosk_speaks_something_else(vosk: VoskServer) -> None:
    vosk.faults = [Fault("garbage", 0.5)]
    with pytest.raises(errors.ProtocolViolation):
        await run_session("vosk", vosk.url)


@pytest.mark.parametrize("old", [False, True])
async def test_whisper_live_hears_everything(whisper: WhisperLiveServer, old: bool) -> None:
    whisper.old = old
    run = await run_session("whisper-live", whisper.url, model="large-v3-turbo", hotwords="Overtitle")
    assert said(run) == list(range(COUNT))
    (heard,) = whisper.streams
    assert heard.ended
    sent = [round(sample * 32768) for sample in heard.samples]
    assert sent[: len(SOUND) // 2] == memoryview(SOUND).cast("h").tolist()
    assert not any(sent[len(SOUND) // 2 :])
    assert heard.hello["language"] == "en"
    assert heard.hello["task"] == "transcribe"
    assert heard.hello["model"] == "large-v3-turbo"
    assert heard.hello["use_vad"] is True
    assert heard.hello["hotwords"] == "Overtitle"


@pytest.mark.parametrize(
    "faults",
    [
        [Fault("drop", 1.3)],
        [Fault("disconnect", 1.3), Fault("drop", 1.1)],
        [Fault("full")],
    ],
    ids=["drop", "time limit and drop", "full"],
)
async def test_whisper_live_breaks(whisper: WhisperLiveServer, faults: list[Fault | None]) -> None:
    whisper.faults = faults
    problems: list[errors.OvertitleError] = []
    run = await run_session("whisper-live", whisper.url, problems)
    assert said(run) == list(range(COUNT))
    assert len(problems) == len(faults)
    assert not run.document.marks


@pytest.mark.parametrize(
    ("fault", "error", "words"),
    [
        (Fault("no_model"), errors.ModelMissing, "small"),
        (Fault("refuse"), errors.AuthenticationFailed, "access key"),
    ],
)
async def test_whisper_live_refuses(
    whisper: WhisperLiveServer, fault: Fault, error: type[errors.ProviderError], words: str
) -> None:
    whisper.faults = [fault]
    with pytest.raises(error, match=words):
        await run_session("whisper-live", whisper.url)
    assert whisper.attempts == 1


async def test_whisper_live_that_never_gets_ready(whisper: WhisperLiveServer) -> None:
    from importlib import import_module

    from desktop.core.provider import StreamConfig

    kind: Any = type(discover()["whisper-live"])
    waits = import_module("desktop.providers.whisper_live.stream").Waits(ready=0.2)
    whisper.faults = [Fault("never_ready")]
    with pytest.raises(errors.StreamStalled, match="ready"):
        async with kind(None, waits).connect(StreamConfig("en-US", options={"url": whisper.url})):
            pass
