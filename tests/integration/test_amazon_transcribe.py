"""The provider and a whole session against the strict server: five languages, every fault that can be made here."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from desktop.core import errors
from desktop.core.audio import SPEECH, AudioChunk
from desktop.core.captions import CaptionEvent, Notice, Progress, StreamEvent
from desktop.core.errors import ProviderError
from desktop.core.languages import LANGUAGES
from desktop.core.provider import StreamConfig
from desktop.providers import discover
from desktop.transport.websocket import Patience
from tests.support.amazon_parts import certificate
from tests.support.amazon_server import ACCESS, REGION, REQUEST_ID, SECRET, TOKEN, WORDS, AmazonServer, Fault, start
from tests.support.beacon import beacon_pcm
from tests.support.hearing import said_while

KEYS = {"access-key-id": ACCESS, "secret-access-key": SECRET}


@pytest.fixture(scope="module")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
async def server(pem: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[AmazonServer]:
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    async with start(pem) as running:
        yield running
        assert not running.complaints


def provider(patience: Patience | None = None) -> Any:
    """One of its own for each test, as it remembers clocks and credentials; its class is found, not named."""
    kind: Any = type(discover()["amazon-transcribe"])
    return kind(patience) if patience else kind()


def config(server: AmazonServer, language: str = "en-US", **options: str) -> StreamConfig:
    return StreamConfig(language, SPEECH, KEYS, {"endpoint": server.url, "region": REGION, **options})


def chunks(count: int, first: int = 0) -> list[AudioChunk]:
    pcm = b"".join(beacon_pcm(number) for number in range(first, first + count))
    size = SPEECH.size(0.05)
    return [AudioChunk(pcm[at : at + size], SPEECH, SPEECH.seconds(at)) for at in range(0, len(pcm), size)]


async def stream(one: Any, settings: StreamConfig, sound: list[AudioChunk]) -> list[StreamEvent]:
    async with asyncio.timeout(60), one.connect(settings) as opened:

        async def send() -> None:
            for chunk in sound:
                await opened.send(chunk)
                await asyncio.sleep(0)
            await opened.finish()

        return await said_while(send, opened)


def finals(events: list[StreamEvent]) -> list[str]:
    return [event.text for event in events if isinstance(event, CaptionEvent) and event.is_final]


async def failure(one: Any, settings: StreamConfig, sound: list[AudioChunk] | None = None) -> ProviderError:
    with pytest.raises(ProviderError) as found:
        await stream(one, settings, chunks(2) if sound is None else sound)
    return found.value


@pytest.mark.parametrize("language", LANGUAGES)
async def test_five_languages_arrive_whole(server: AmazonServer, language: str) -> None:
    server.last_wait = 0.3
    sound = chunks(6)
    events = await stream(provider(), config(server, language), sound)
    assert finals(events) == [WORDS[language].format(n=number) for number in range(6)]
    (heard,) = server.streams
    assert bytes(heard.sound) == b"".join(chunk.pcm for chunk in sound)
    assert heard.ended
    assert set(heard.sizes) == {3200}
    assert heard.parameters["language-code"] == language
    assert isinstance(events[-1], Progress)
    assert events[-1].end == pytest.approx(3.0)
    partials = [event for event in events if isinstance(event, CaptionEvent) and not event.is_final]
    assert all(event.stable_chars for event in partials)


async def test_the_query_that_is_sent_is_in_order(server: AmazonServer) -> None:
    await stream(provider(), config(server, **{"show-speaker-label": "yes", "vocabulary-name": "Mine"}), chunks(1))
    names = [pair.split("=")[0] for pair in server.streams[0].raw_query.split("&")]
    assert names == [*sorted(names[:-1]), "X-Amz-Signature"]
    assert server.streams[0].host == server.url.removeprefix("wss://")


async def test_temporary_credentials(server: AmazonServer) -> None:
    keys = {"access-key-id": "ASIAEXAMPLE", "secret-access-key": SECRET, "session-token": TOKEN}
    settings = StreamConfig("en-US", SPEECH, keys, {"url": server.url, "region": REGION})
    assert finals(await stream(provider(), settings, chunks(1))) == ["color number 0."]


@pytest.mark.parametrize(
    ("keys", "region", "error", "words"),
    [
        ({"secret-access-key": "wrong"}, REGION, errors.AuthenticationFailed, "does not belong"),
        ({"access-key-id": "AKIAUNKNOWN"}, REGION, errors.AuthenticationFailed, "does not know"),
        ({"session-token": "stale"}, REGION, errors.AuthenticationFailed, "does not know"),
        ({}, "eu-west-1", errors.OptionInvalid, "another AWS region"),
        ({"secret-access-key": ""}, REGION, errors.CredentialMissing, "needed both"),
    ],
)
async def test_credentials_that_are_refused(
    server: AmazonServer, keys: dict[str, str], region: str, error: type[ProviderError], words: str
) -> None:
    settings = StreamConfig("en-US", SPEECH, {**KEYS, **keys}, {"endpoint": server.url, "region": region})
    found = await failure(provider(), settings)
    assert type(found) is error
    assert words in str(found)
    assert not found.retryable
    assert server.attempts <= 1


async def test_a_request_that_changes_on_the_way_is_named(server: AmazonServer) -> None:
    server.tampered = {"language-code": "fr-FR"}
    found = await failure(provider(), config(server))
    assert isinstance(found, errors.ProtocolViolation)
    assert "what differs: query parameter language-code." in str(found)
    assert server.attempts == 1


async def test_unexplained_failures_carry_what_support_needs(
    server: AmazonServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    server.faults = [
        Fault("close", 0.1),
        Fault("refuse", status=503),
        Fault("error", 0.1, body="Sorry"),
        Fault("drop", 0.1),
    ]
    for _ in range(4):
        assert REQUEST_ID in str((await failure(provider(), config(server))).hint)
    assert caplog.text.count(f"Stream opened, request id {REQUEST_ID}") == 3
    assert f"Refused with status 503, request id {REQUEST_ID}" in caplog.text


async def test_renewed_settings_are_read_once_more_when_keys_are_refused(server: AmazonServer, home: Path) -> None:
    text = "[default]\naws_access_key_id = {}\naws_secret_access_key = {}\n"
    (home / ".aws").mkdir()
    settings = StreamConfig("en-US", SPEECH, {}, {"endpoint": server.url, "region": REGION})
    one = provider()
    (home / ".aws" / "credentials").write_text(text.format("AKIAREVOKED", "old"))
    assert isinstance(await failure(one, settings), errors.AuthenticationFailed)
    assert server.attempts == 1
    await one.chain.keys("")
    (home / ".aws" / "credentials").write_text(text.format(ACCESS, SECRET))
    assert finals(await stream(one, settings, chunks(1))) == ["color number 0."]
    assert server.attempts == 3


@pytest.mark.parametrize("skew", [-3600.0, 3600.0])
async def test_a_wrong_clock_is_measured_corrected_and_told(server: AmazonServer, skew: float) -> None:
    server.skew = skew
    one = provider()
    events = await stream(one, config(server), chunks(1))
    assert finals(events) == ["color number 0."]
    (notice,) = [event for event in events if isinstance(event, Notice)]
    assert "off by 60 min" in str(notice.error)
    assert server.attempts == 2
    await stream(one, config(server), chunks(1))
    assert server.attempts == 3
    server.skew = 0.0  # as if this computer's clock had been set right
    events = await stream(one, config(server), chunks(1))
    assert server.attempts == 5
    assert not [event for event in events if isinstance(event, Notice)]


async def test_a_clock_that_stays_wrong_is_tried_once_more_only(server: AmazonServer) -> None:
    body = '{"Message": "Signature expired: it is too late"}'
    date = "Fri, 02 Jan 2026 03:04:05 GMT"
    server.faults = [Fault("refuse", status=403, body=body, headers={"Date": date})] * 5
    assert isinstance(await failure(provider(), config(server)), errors.ClockSkew)
    assert server.attempts == 2


@pytest.mark.parametrize(
    ("fault", "error", "retryable", "words"),
    [
        (Fault("drop", 0.5), errors.ConnectionLost, True, "broke without a reason"),
        (Fault("clean_close", 0.2), errors.ConnectionLost, True, "understood any sound|before the sound was over"),
        (Fault("clean_close", 1.0), errors.ConnectionLost, True, "before the sound was over"),
        (Fault("close", 0.5), errors.ConnectionLost, True, "code 1011"),
        (Fault("damaged", 0.8), errors.ConnectionLost, True, "damaged"),
        (Fault("error", 0.5, body="sorry"), errors.ServiceUnavailable, True, "fault of its own"),
        (Fault("exception", 0.5, headers={"kind": "ConflictException"}), errors.ConnectionLost, True, "session id"),
        (Fault("exception", 0.5, body="Your stream is too big.", headers={"kind": "BadRequestException"}),
         errors.ConnectionLost, True, "too big"),
        (Fault("exception", 0.1, body="You have reached your limit of concurrent streams, 5",
               headers={"kind": "LimitExceededException"}), errors.RateLimited, True, "at a time"),
        (Fault("exception", 0.1, body="The security token included in the request is invalid.",
               headers={"kind": "UnrecognizedClientException"}), errors.AuthenticationFailed, False, "does not know"),
        (Fault("refuse", status=403, body='{"Message": "User: x is not authorized to perform: y"}'),
         errors.PermissionMissing, False, "StartStreamTranscriptionWebSocket"),
        (Fault("refuse", status=503, body="busy"), errors.ServiceUnavailable, True, "503"),
        (Fault("refuse", status=302, headers={"Location": "https://other.invalid/"}), errors.ProtocolViolation, False,
         "302"),
    ],
)  # fmt: skip
async def test_faults(
    server: AmazonServer, fault: Fault, error: type[ProviderError], *, retryable: bool, words: str
) -> None:
    server.faults = [fault] * 3
    found = await failure(provider(), config(server), chunks(8))
    assert type(found) is error
    assert found.retryable is retryable
    assert server.attempts == 1
    with pytest.raises(error, match=words):
        raise found


async def test_a_peer_that_stands_still_is_noticed(server: AmazonServer) -> None:
    server.faults = [Fault("stall", 0.5)]
    clock = asyncio.get_running_loop().time
    patience = Patience(ping=0.2, pong=0.3, stall=0.5, close=0.2)
    one = provider(patience)
    async with one.connect(config(server)) as opened:
        began = clock()
        reading = asyncio.ensure_future(anext(_silent(opened)))
        with pytest.raises(errors.ConnectionLost, match="nothing comes back"):  # noqa: PT012 - it breaks at some chunk
            while clock() - began < 15:
                for chunk in chunks(1):
                    await opened.send(chunk)
                    await asyncio.sleep(0.05)
        with pytest.raises(errors.ConnectionLost, match="nothing comes back"):
            await reading
    server.released.set()


async def _silent(opened: Any) -> AsyncIterator[None]:
    async for _ in opened:
        pass
    yield


async def test_silence_is_sent_when_there_is_no_sound(server: AmazonServer) -> None:
    server.idle = 0.6
    async with provider(Patience(keep_alive=0.2)).connect(config(server)) as opened:
        await opened.send(chunks(1)[0])
        while len(server.streams[0].sizes) < 6:
            await asyncio.sleep(0.02)
        for chunk in chunks(2):
            await opened.send(chunk)
        await opened.finish()
        events = [event async for event in opened]
    captions = [event for event in events if isinstance(event, CaptionEvent) and event.is_final]
    assert captions[-1].end == pytest.approx(1.05, abs=0.02)
    assert set(server.streams[0].sizes) == {3200}


async def test_without_sound_the_service_says_why_it_stops(server: AmazonServer) -> None:
    server.idle = 0.2
    async with provider(Patience(keep_alive=None)).connect(config(server)) as opened:
        with pytest.raises(errors.ConnectionLost, match="no sound for 15 seconds"):
            await anext(aiter(opened))


async def test_strange_messages_are_survived(server: AmazonServer) -> None:
    from tests.support.amazon_parts import frame, transcript

    server.preface = lambda heard: [
        transcript(),
        frame({":message-type": "event", ":event-type": "Unheard"}, b"?"),
        frame({":message-type": "event", ":event-type": "TranscriptEvent"}, b'{"Transcript": null}'),
    ]
    assert finals(await stream(provider(), config(server), chunks(1))) == ["color number 0."]


async def test_a_certificate_that_nobody_knows(server: AmazonServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    found = await failure(provider(), config(server))
    assert isinstance(found, errors.ConnectionUntrusted)
    assert "SSL_CERT_FILE" in str(found)


async def test_nobody_listens(server: AmazonServer) -> None:
    settings = StreamConfig("en-US", SPEECH, KEYS, {"endpoint": "wss://127.0.0.1:1", "region": REGION})
    found = await failure(provider(), settings)
    assert isinstance(found, errors.ConnectionLost)
    assert "refuses connections on port 1" in str(found)


async def test_a_name_that_does_not_exist() -> None:
    settings = StreamConfig("en-US", SPEECH, KEYS, {"endpoint": "wss://transcribe.invalid:8443"})
    found = await failure(provider(), settings)
    assert isinstance(found, errors.ConnectionLost)
    assert "transcribe.invalid can't be found" in str(found)


async def test_plain_connections_stay_on_this_computer() -> None:
    settings = StreamConfig("en-US", SPEECH, KEYS, {"endpoint": "http://transcribe.invalid:80"})
    assert isinstance(await failure(provider(), settings), errors.ConnectionUntrusted)
    asked = StreamConfig("en-US", SPEECH, KEYS, {"endpoint": "http://transcribe.invalid:80", "insecure": "yes"})
    assert isinstance(await failure(provider(), asked), errors.ConnectionLost)


async def test_a_region_without_streaming(monkeypatch: pytest.MonkeyPatch) -> None:
    async def look_up(host: str, *_: object, **__: object) -> list[Any]:
        if "us-east-1" in host:
            return [(2, 1, 6, "", ("127.0.0.1", 1))]
        import socket

        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", look_up)
    found = await failure(provider(), StreamConfig("en-US", SPEECH, KEYS, {"region": "us-west-1"}))
    assert isinstance(found, errors.OptionInvalid)
    assert "us-west-1" in str(found)


async def test_the_endpoint_of_the_environment(server: AmazonServer, monkeypatch: pytest.MonkeyPatch) -> None:
    address = server.url.replace("wss://", "https://")
    monkeypatch.setenv("AWS_ENDPOINT_URL_TRANSCRIBE_STREAMING", address)
    monkeypatch.setenv("AWS_REGION", REGION)
    assert finals(await stream(provider(), StreamConfig("en-US", SPEECH, KEYS), chunks(1))) == ["color number 0."]


async def test_no_secret_in_any_log_or_error(
    server: AmazonServer, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets = ["canary-secret-key", "canary-token", "canary-vocabulary"]
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIACANARY")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", secrets[0])
    monkeypatch.setenv("AWS_SESSION_TOKEN", secrets[1])
    options = {"endpoint": server.url, "region": REGION, "vocabulary-name": secrets[2]}
    one = provider()
    found = [await failure(one, StreamConfig("en-US", SPEECH, {}, options))]
    server.faults = [None] * server.attempts + [Fault("drop", 0.2), Fault("refuse", status=500)]
    ours = {"access-key-id": "AKIDEXAMPLE", "secret-access-key": SECRET}
    settings = StreamConfig("en-US", SPEECH, ours, options)
    found += [await failure(one, settings), await failure(one, settings)]
    product = [record for record in caplog.records if not record.name.startswith("websockets.server")]
    everything = "".join(
        [*(record.getMessage() for record in product), *("".join(traceback.format_exception(each)) for each in found)]
    )
    assert "canary" not in everything
    assert SECRET not in everything
    assert "X-Amz" not in everything
