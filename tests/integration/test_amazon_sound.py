"""Compressed sound, renewal and long silence against the strict server, which decodes what it is sent."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from desktop.core.audio import SPEECH, AudioChunk
from desktop.core.captions import CaptionEvent, Progress, Renew, StreamEvent
from desktop.core.errors import ConnectionLost, OptionInvalid
from desktop.core.provider import StreamConfig
from desktop.providers import discover
from desktop.transport.websocket import Patience
from tests.support.amazon_parts import certificate
from tests.support.amazon_server import ACCESS, REGION, SECRET, AmazonServer, start
from tests.support.amazon_sound import bursts
from tests.support.beacon import beacon_pcm

KEYS = {"access-key-id": ACCESS, "secret-access-key": SECRET}


@pytest.fixture
async def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[AmazonServer]:
    pem = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    async with start(pem) as running:
        yield running
        assert not running.complaints


def provider(patience: Patience | None = None) -> Any:
    kind: Any = type(discover()["amazon-transcribe"])
    return kind(patience) if patience else kind()


def config(server: AmazonServer, **options: str) -> StreamConfig:
    return StreamConfig("en-US", SPEECH, KEYS, {"endpoint": server.url, "region": REGION, **options})


def chunks(pcm: bytes) -> list[AudioChunk]:
    size = SPEECH.size(0.05)
    return [AudioChunk(pcm[at : at + size], SPEECH, SPEECH.seconds(at)) for at in range(0, len(pcm), size)]


async def stream(settings: StreamConfig, pcm: bytes) -> list[StreamEvent]:
    async with asyncio.timeout(60), provider().connect(settings) as opened, asyncio.TaskGroup() as group:

        async def send() -> None:
            for chunk in chunks(pcm):
                await opened.send(chunk)
            await opened.finish()

        group.create_task(send())
        return [event async for event in opened]


def finals(events: list[StreamEvent]) -> list[str]:
    return [event.text for event in events if isinstance(event, CaptionEvent) and event.is_final]


async def test_flac_arrives_to_the_bit(server: AmazonServer) -> None:
    sound = b"".join(beacon_pcm(number) for number in range(6)) + b"\1\0" * 100
    events = await stream(config(server, encoding="flac"), sound)
    assert finals(events) == [f"color number {number}." for number in range(6)]
    (heard,) = server.streams
    assert heard.parameters["media-encoding"] == "flac"
    assert bytes(heard.sound) == sound
    assert events[-1] == Progress(SPEECH.seconds(len(sound)))
    assert heard.ended


async def test_opus_arrives_whole(server: AmazonServer) -> None:
    sound = bursts(6)
    events = await stream(config(server, encoding="ogg-opus"), sound)
    captions = [event for event in events if isinstance(event, CaptionEvent) and event.is_final]
    assert [event.text for event in captions] == [f"color number {number}." for number in range(6)]
    assert [event.start for event in captions] == pytest.approx([0.5 * number for number in range(6)], abs=0.02)
    (heard,) = server.streams
    assert heard.parameters["media-encoding"] == "ogg-opus"
    assert abs(len(heard.sound) - len(sound)) <= SPEECH.size(0.01)
    assert len(heard.received) < len(sound) / 4
    assert events[-1] == Progress(3.0)


@pytest.mark.parametrize("encoding", ["flac", "ogg-opus"])
async def test_silence_in_between_does_not_shift_the_times(server: AmazonServer, encoding: str) -> None:
    server.idle = 1.0
    sound = chunks(beacon_pcm(7) if encoding == "flac" else bursts(1))
    async with provider(Patience(keep_alive=0.2)).connect(config(server, encoding=encoding)) as opened:
        for chunk in sound:
            await opened.send(chunk)
        while SPEECH.seconds(len(server.streams[0].sound)) < 1.0:
            await asyncio.sleep(0.02)
        for chunk in sound:
            await opened.send(chunk)
        await opened.finish()
        events = [event async for event in opened]
    captions = [event for event in events if isinstance(event, CaptionEvent) and event.is_final]
    assert [event.start for event in captions[-1:]] == pytest.approx([0.5], abs=0.02)
    assert events[-1] == Progress(1.0)
    assert SPEECH.seconds(len(server.streams[0].sound)) > 1.4


@pytest.mark.parametrize("encoding", ["flac", "ogg-opus"])
async def test_without_the_library_nothing_is_opened(
    server: AmazonServer, encoding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "soundfile", None)
    with pytest.raises(OptionInvalid, match="no libsndfile"):
        await stream(config(server, encoding=encoding), bursts(1))
    steps = [step async for step in provider().probe(config(server, encoding=encoding))]
    assert [str(step.title) for step in steps if step.error] == ["options"]
    assert server.attempts == 0


async def test_a_new_stream_is_asked_for_once_and_the_old_one_ends_well(
    server: AmazonServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    codec = import_module("desktop.providers.amazon_transcribe.codec")
    monkeypatch.setattr(codec, "LIMIT", 4.0)
    monkeypatch.setattr(codec, "ROLL_EARLY", 2.0)
    monkeypatch.setattr(codec, "ROLL_LATE", 1.0)
    monkeypatch.setattr(codec, "ROLL_NOW", 0.5)
    sound = bytes(SPEECH.size(2.5))
    async with asyncio.timeout(60), provider().connect(config(server)) as opened:
        for chunk in chunks(sound):
            await opened.send(chunk)
        events = aiter(opened)
        assert await anext(events) == Renew()
        await opened.finish()
        assert [event async for event in events] == [Progress(2.5)]


async def test_a_session_that_renews_nothing_is_told(server: AmazonServer, monkeypatch: pytest.MonkeyPatch) -> None:
    codec = import_module("desktop.providers.amazon_transcribe.codec")
    monkeypatch.setattr(codec, "LIMIT", 1.0)
    monkeypatch.setattr(codec, "ROLL_NOW", 0.5)
    async with provider().connect(config(server)) as opened:
        with pytest.raises(ConnectionLost, match="four hours"):  # noqa: PT012 - it ends at some chunk
            for chunk in chunks(bytes(SPEECH.size(1.0))):
                await opened.send(chunk)


async def test_silence_is_answered_without_a_word_of_the_service(server: AmazonServer) -> None:
    async with asyncio.timeout(60), provider().connect(config(server)) as opened:
        for chunk in chunks(bytes(SPEECH.size(6.0))):
            await opened.send(chunk)
        progress = await anext(aiter(opened))
        assert isinstance(progress, Progress)
        assert 5.0 <= progress.end <= 5.5
