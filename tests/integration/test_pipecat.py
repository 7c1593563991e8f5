"""The provider and a whole session against a server that behaves as Pipecat's, and every fault there is."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from desktop.core import errors
from desktop.core.audio import SPEECH, AudioChunk
from desktop.core.captions import CaptionEvent, Notice, Progress, StreamEvent
from desktop.core.errors import ProviderError
from desktop.core.provider import StreamConfig
from desktop.providers.pipecat.opening import Manners
from desktop.providers.pipecat.provider import Pipecat
from desktop.session.service import LaneSpec, Service
from desktop.session.session import Session
from desktop.transport.websocket import Patience
from tests.support.amazon_parts import certificate
from tests.support.beacon import BeaconSource, beacon_pcm
from tests.support.hearing import said_while
from tests.support.pipecat_server import TOKEN, WORDS, Fault, PipecatServer, start

QUICK = Manners(greeting=0.3, settle=0.4)


@pytest.fixture
async def server() -> AsyncIterator[PipecatServer]:
    async with start() as running:
        yield running
        assert not running.complaints


def config(server: PipecatServer, token: str = "", **options: str) -> StreamConfig:
    credentials = {"token": token} if token else {}
    return StreamConfig("fr-FR", SPEECH, credentials, {"url": server.url, **options})


def chunks(count: int, pause: float = 0.5) -> list[AudioChunk]:
    pcm = b"".join(beacon_pcm(number) for number in range(count)) + bytes(SPEECH.size(pause))
    size = SPEECH.size(0.05)
    return [AudioChunk(pcm[at : at + size], SPEECH, SPEECH.seconds(at)) for at in range(0, len(pcm), size)]


async def stream(
    settings: StreamConfig, sound: list[AudioChunk] | None = None, manners: Manners = QUICK
) -> list[StreamEvent]:
    async with asyncio.timeout(60), Pipecat(manners).connect(settings) as opened:

        async def send() -> None:
            for chunk in chunks(4) if sound is None else sound:
                await opened.send(chunk)
                await asyncio.sleep(0)
            await opened.finish()

        return await said_while(send, opened)


async def failure(settings: StreamConfig, manners: Manners = QUICK) -> ProviderError:
    with pytest.raises(ProviderError) as found:
        await stream(settings, manners=manners)
    return found.value


def finals(events: list[StreamEvent], speaker: str = "") -> list[str]:
    captions = [event for event in events if isinstance(event, CaptionEvent) and event.is_final and event.text]
    return [event.text for event in captions if event.speaker == speaker]


def said(count: int) -> list[str]:
    return [WORDS.format(n=number) for number in range(count)]


@pytest.mark.parametrize(
    "ways",
    [
        ["input", "transcription"], ["transcription", "input"], ["transcription"], ["input"], ["frame"], ["text"],
        ["frame", "input", "transcription", "raw"], ["input", "transcription", "frame", "text"], ["text", "frame"],
    ],
)  # fmt: skip
async def test_each_caption_comes_once_whatever_brings_it(server: PipecatServer, ways: list[str]) -> None:
    server.ways = ways
    sound = chunks(4)
    events = await stream(config(server), sound)
    assert finals(events) == said(4)
    (heard,) = server.streams
    assert bytes(heard.sound).startswith(b"".join(chunk.pcm for chunk in sound))
    assert set(heard.sizes) == {640}
    assert len(heard.ready) == 1
    assert events[-1] == Progress(2.5)


async def test_a_bot_that_does_not_introduce_itself_captions_too(server: PipecatServer) -> None:
    server.introduces_itself = server.interims = False
    assert finals(await stream(config(server))) == said(4)


async def test_the_bots_side(server: PipecatServer) -> None:
    server.talks_back = True
    events = await stream(config(server))
    assert finals(events) == said(4)
    assert finals(events, "Bot") == [f"Reply {number}." for number in range(4)]
    server.faults = []
    assert finals(await stream(config(server, **{"bot-captions": "no"})), "Bot") == []


async def test_a_slow_bot_is_waited_for(server: PipecatServer) -> None:
    server.last_wait = 0.3
    assert finals(await stream(config(server), manners=Manners(greeting=0.3, settle=2.0))) == said(4)


@pytest.mark.parametrize("rate", [8000, 24_000, 48_000])
async def test_a_pipeline_with_another_rate(server: PipecatServer, rate: int) -> None:
    await stream(config(server, **{"sample-rate": str(rate)}))
    (heard,) = server.streams
    assert heard.rates == {rate}
    assert set(heard.sizes[:-51]) == {rate // 50 * 2}
    assert len(heard.sound) == pytest.approx(rate * 2 * 3.5, rel=0.01), "2.5 s and the silent tail"


async def test_token_headers_and_origin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pem = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    async with start(pem) as server:
        server.token, server.origins = TOKEN, ["https://bots.example"]
        origin = {"origin": "https://bots.example"}
        for way in ("header", "query", "both"):
            assert finals(await stream(config(server, TOKEN, **origin, **{"token-as": way}))) == said(4)
        wrong = await failure(config(server, "wrong", **origin))
        assert isinstance(wrong, errors.AuthenticationFailed)
        assert isinstance(await failure(config(server, TOKEN)), errors.AuthenticationFailed), "no origin"
        extra = StreamConfig("en-US", SPEECH, {"headers": f"Authorization: Bearer {TOKEN}; X-Team: blue"},
                             {"url": server.url, **origin})  # fmt: skip
        await stream(extra)
        assert server.streams[-1].headers["X-Team"] == "blue"
        assert TOKEN not in str(wrong)


async def test_nothing_of_a_secret_is_logged(server: PipecatServer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    server.token = TOKEN
    await stream(config(server, TOKEN, **{"token-as": "both"}))
    await failure(config(server, "wr0ng", **{"token-as": "both"}))
    ours = "\n".join(record.getMessage() for record in caplog.records if record.name != "websockets.server")
    assert not [text for text in ("s3cr3t", "wr0ng", "caf") if text in ours]


@pytest.mark.parametrize(
    ("fault", "error", "words"),
    [
        (Fault("refuse", status=403), errors.AuthenticationFailed, "403"),
        (Fault("refuse", status=404), errors.OptionInvalid, "no bot under this address"),
        (Fault("refuse", status=503), errors.ServiceUnavailable, "503"),
        (Fault("drop", after=1.0), errors.ConnectionLost, "broke"),
        (Fault("close", after=1.0), errors.ServiceUnavailable, "hung up"),
        (Fault("close", after=1.0, code=1001), errors.ServiceUnavailable, "hung up"),
        (Fault("close", after=1.0, code=1011), errors.ConnectionLost, "1011"),
        (Fault("close", code=1008), errors.AuthenticationFailed, "1008"),
        (Fault("garbage", after=1.0), errors.ConnectionLost, "damaged"),
        (Fault("fatal", after=1.0), errors.ServiceUnavailable, "has stopped"),
    ],
)
async def test_faults_are_explained(
    server: PipecatServer, fault: Fault, error: type[ProviderError], words: str
) -> None:
    server.faults = [fault]
    found = await failure(config(server))
    assert isinstance(found, error)
    assert words in str(found)
    assert not [text for text in ("sk-secret", "quoted", server.url) if text in str(found)]


@pytest.mark.parametrize("kind", ["garbage", "text"])
async def test_a_server_of_another_kind(server: PipecatServer, kind: str) -> None:
    server.introduces_itself = False
    server.ways = []
    server.faults = [Fault(kind)]
    assert isinstance(await failure(config(server)), errors.ProtocolViolation)


async def test_a_server_that_does_not_understand(server: PipecatServer) -> None:
    server.introduces_itself = False
    server.ways = []
    server.faults = [Fault("close", after=0.1)]
    assert "without having understood" in str(await failure(config(server)))


async def test_an_error_that_the_bot_survives_is_a_notice(server: PipecatServer) -> None:
    server.faults = [Fault("error", after=0.5)]
    events = await stream(config(server))
    assert finals(events) == said(4)
    assert len([event for event in events if isinstance(event, Notice)]) == 1


async def test_a_busy_bot_refuses_while_connecting(server: PipecatServer) -> None:
    server.single = True
    async with Pipecat(QUICK).connect(config(server)):
        with pytest.raises(errors.ServiceUnavailable, match="already has a client"):
            async with Pipecat(QUICK).connect(config(server)):
                raise AssertionError("the second client was let in")


async def test_a_bot_that_says_nothing_more_ends_after_a_while(server: PipecatServer) -> None:
    server.faults = [Fault("mute", after=0.2)]
    events = await stream(config(server))
    assert finals(events) == [WORDS.format(n=0)], "the open words stand"


async def test_no_server_at_all() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        url = f"ws://127.0.0.1:{nobody.getsockname()[1]}"
    error = await failure(StreamConfig("en-US", SPEECH, {}, {"url": url}))
    assert isinstance(error, errors.ConnectionLost)
    assert "refuses connections" in str(error)


@pytest.mark.parametrize(
    "faults",
    [
        [Fault("drop", after=1.3)],
        [Fault("close", after=1.1), Fault("refuse", status=503), Fault("drop", after=0.7)],
        [Fault("fatal", after=0.2), None],
        [Fault("close", code=1013), Fault("close", code=1013)],
    ],
)
async def test_a_session_comes_back_without_losing_a_number(
    server: PipecatServer, faults: list[Fault | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.session.backoff.FIRST", 0.01)
    server.faults = faults
    source = BeaconSource(5, pause=0.01)
    service = Service(Pipecat(QUICK), "fr-FR", options={"url": server.url})
    session = Session([LaneSpec("you", "You", source)], service)
    await session.run()
    texts = [segment.text for segment in session.document.segments]
    assert list(dict.fromkeys(texts)) == said(5), "none is lost"
    assert len(texts) <= 5 + len(faults), "and a break repeats one at most"
    assert all(segment.is_final for segment in session.document.segments)


async def steps(settings: StreamConfig) -> list[tuple[str, str]]:
    walked = [step async for step in Pipecat(QUICK).probe(settings)]
    return [(str(step.title), type(step.error).__name__ if step.error else str(step.detail)) for step in walked]


async def test_the_probe_names_the_step_that_fails(server: PipecatServer, monkeypatch: pytest.MonkeyPatch) -> None:
    door = "WebSocket and token"
    network = [("name resolution", ""), (f"port {server.url.split(':')[2].split('/')[0]}", "")]
    fine = [(door, ""), ("the bot's answer", "pipecat-ai 1.14.0, RTVI 2.2.0"), ("half a second of silence", "")]
    assert await steps(config(server)) == [*network, *fine]
    server.faults = [None, Fault("refuse", status=401), None, Fault("close", after=0.3)]
    assert await steps(config(server)) == [*network, (door, "AuthenticationFailed")]
    server.single = server.busy = True
    assert await steps(config(server)) == [*network, (door, "ServiceUnavailable")]
    server.single = False
    timeout = asyncio.timeout
    with monkeypatch.context() as patch:  # the bot hangs up within half a second, but for a busy computer
        patch.setattr(asyncio, "timeout", lambda _: timeout(60.0))
        *_, last = await steps(config(server))
    assert last == ("half a second of silence", "ServiceUnavailable")
    assert await steps(StreamConfig("en-US")) == [("options", "OptionInvalid")]
    assert await steps(config(server, url="ws://10.0.0.7")) == [("options", "ConnectionUntrusted")]
    server.introduces_itself = False
    assert "does not introduce itself" in (await steps(config(server)))[3][1]


async def test_a_bot_that_can_not_be_heard_is_captioned_all_the_same(
    server: PipecatServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_outputs() -> list[Any]:
        return []

    monkeypatch.setattr("desktop.audio.playback.list_outputs", no_outputs)
    notice, *events = await stream(config(server, **{"hear-bot": "yes"}))
    assert isinstance(notice, Notice)
    assert isinstance(notice.error, errors.DeviceNotFound)
    assert finals(events) == said(4)


async def test_silence_that_lasts_is_no_trouble(server: PipecatServer) -> None:
    manners = Manners(greeting=0.3, settle=0.3, network=Patience(ping=0.05, pong=0.2))
    assert finals(await stream(config(server), [*chunks(1), *chunks(0, 5.0)], manners)) == said(1)
