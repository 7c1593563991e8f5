"""The transport with a codec of nothing: dead peers, proxies, limits, and sentences without the URL."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from desktop.core import errors
from desktop.core.audio import SPEECH, AudioChunk
from desktop.core.captions import Progress, StreamEvent
from desktop.core.errors import ConnectionLost, ProviderError
from desktop.transport import dialing
from desktop.transport.target import Refusal, Target
from desktop.transport.websocket import Ending, Patience, Pongs, WireMessage, connect, explain_refusal

CHUNK = AudioChunk(bytes(3200), SPEECH, 0.0)


class Plain:
    """Sound as it is; every answer is a moment."""

    def __init__(self) -> None:
        self.complete = False
        self.endings: list[Ending] = []

    def opening(self) -> Sequence[WireMessage]:
        return ["hello"]

    def encode(self, chunk: AudioChunk) -> Sequence[WireMessage]:
        return [chunk.pcm]

    def keep_alive(self) -> Sequence[WireMessage]:
        return ["still here"]

    def closing(self) -> Sequence[WireMessage]:
        return ["bye"]

    def decode(self, message: WireMessage) -> Sequence[StreamEvent]:
        self.complete = message == "done"
        return [Progress(float(len(message)))]

    def ended(self, ending: Ending) -> Sequence[StreamEvent]:
        self.endings.append(ending)
        if not ending.asked:
            raise ConnectionLost(explain_refusal(Refusal(500, {}, "")).what)
        return []

    def refused(self, refusal: Refusal) -> ProviderError:
        return explain_refusal(refusal)


@asynccontextmanager
async def server(behave: Callable[[ServerConnection], Awaitable[None]]) -> AsyncIterator[str]:
    async def quietly(connection: ServerConnection) -> None:
        with contextlib.suppress(ConnectionClosed):
            await behave(connection)

    async with serve(quietly, "127.0.0.1", 0, compression=None, ping_interval=None, close_timeout=0.2) as running:
        port = running.sockets[0].getsockname()[1]
        try:
            yield f"ws://127.0.0.1:{port}/path?secret=canary"
        finally:
            for connection in list(running.connections):
                connection.transport.abort()


async def received(connection: ServerConnection, into: list[WireMessage]) -> None:
    async for message in connection:
        into.append(message)
        if message == "bye":
            await connection.close()


async def test_messages_go_out_in_order_and_answers_come_back() -> None:
    got: list[WireMessage] = []

    async def behave(connection: ServerConnection) -> None:
        await connection.send("12345")
        await received(connection, got)

    codec = Plain()
    async with server(behave) as url, connect(Target(url), codec) as stream:
        await stream.send(CHUNK)
        await stream.finish()
        await stream.finish()
        events = [event async for event in stream]
    assert got == ["hello", CHUNK.pcm, "bye"]
    assert events == [Progress(5.0)]
    assert codec.endings == [Ending(1000, "", asked=True)]


async def test_a_codec_may_know_that_it_is_over() -> None:
    async def behave(connection: ServerConnection) -> None:
        await connection.send("done")
        await connection.wait_closed()

    codec = Plain()
    async with server(behave) as url, connect(Target(url), codec) as stream:
        await stream.finish()
        assert [event async for event in stream] == [Progress(4.0)]
    assert codec.endings == [Ending(1000, "", asked=True)]


async def test_silence_is_filled() -> None:
    got: list[WireMessage] = []
    patience = Patience(keep_alive=0.05)
    async with server(lambda connection: received(connection, got)) as url, connect(Target(url), Plain(), patience):
        while "still here" not in got:
            await asyncio.sleep(0.01)


async def feed(stream: object, until: float) -> None:
    """Sound at real time until the stream breaks, which has to happen within `until` seconds."""
    async with asyncio.timeout(until):
        while True:
            await stream.send(CHUNK)  # type: ignore[attr-defined] # a stream
            await asyncio.sleep(0.1)


async def test_a_dead_link_is_noticed() -> None:
    """With the default times within 6 s: a ping every 2 s, an answer within 3 s."""
    silent, over = asyncio.Event(), asyncio.Event()

    async def behave(connection: ServerConnection) -> None:
        async for _ in connection:
            if silent.is_set():
                connection.transport.pause_reading()
                await over.wait()
                return

    patience = Patience(ping=0.1, pong=0.2)
    assert Patience().ping + Patience().pong < 6.0
    async with server(behave) as url, connect(Target(url), Plain(), patience) as stream:
        await asyncio.sleep(0.3)  # the first ping has been answered
        silent.set()
        with pytest.raises(ConnectionLost, match="nothing comes back"):
            await feed(stream, 60.0)
        over.set()


async def test_a_service_that_never_answers_pings_is_left_in_peace() -> None:
    patience = Patience(ping=0.05, pong=0.05, pongs=Pongs.ONCE_SEEN)

    async def behave(connection: ServerConnection) -> None:
        connection.transport.pause_reading()
        await asyncio.sleep(1.0)
        connection.transport.resume_reading()
        await received(connection, [])

    async with server(behave) as url, connect(Target(url), Plain(), patience) as stream:
        await asyncio.sleep(0.6)
        await stream.finish()
        assert [event async for event in stream] == []


async def test_promised_answers_are_expected_from_the_start() -> None:
    over = asyncio.Event()

    async def behave(connection: ServerConnection) -> None:
        connection.transport.pause_reading()
        await over.wait()

    patience = Patience(ping=0.05, pong=0.1, pongs=Pongs.PROMISED)
    async with server(behave) as url, connect(Target(url), Plain(), patience) as stream:
        with pytest.raises(ConnectionLost, match="nothing comes back"):
            await anext(aiter(stream))
        over.set()


async def test_last_captions_that_never_come() -> None:
    async def behave(connection: ServerConnection) -> None:
        async for _ in connection:
            pass

    async with server(behave) as url, connect(Target(url), Plain(), Patience(answer=0.3)) as stream:
        await stream.finish()
        with pytest.raises(errors.StreamStalled):
            await anext(aiter(stream))


async def test_a_message_that_is_too_long_ends_the_stream() -> None:
    async def behave(connection: ServerConnection) -> None:
        await connection.send(bytes(dialing.MAX_MESSAGE + 1))
        await connection.wait_closed()

    codec = Plain()
    async with server(behave) as url, connect(Target(url), codec) as stream:
        with pytest.raises(ConnectionLost):
            await anext(aiter(stream))


async def test_leaving_does_not_wait_for_a_peer_that_does_not_read() -> None:
    over = asyncio.Event()

    async def behave(connection: ServerConnection) -> None:
        connection.transport.pause_reading()
        await over.wait()

    async with server(behave) as url:
        async with asyncio.timeout(60):
            async with connect(Target(url), Plain(), Patience(close=0.1)) as stream:
                await stream.send(CHUNK)
        over.set()


@asynccontextmanager
async def raw_server(answer: bytes) -> AsyncIterator[tuple[str, list[bytes]]]:
    """Answers every connection with these bytes."""
    asked: list[bytes] = []

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            asked.append(await reader.readuntil(b"\r\n\r\n"))
            writer.write(answer)
            await writer.drain()
        writer.close()

    running = await asyncio.start_server(behave, "127.0.0.1", 0)
    async with running:
        yield f"127.0.0.1:{running.sockets[0].getsockname()[1]}", asked


async def trouble(url: str) -> ProviderError:
    with pytest.raises(ProviderError) as found:
        async with connect(Target(url), Plain(), Patience(connect=0.5)):
            pass
    assert "canary" not in str(found.value)
    return found.value


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (b"HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n", errors.AuthenticationFailed),
        (b"HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n", errors.ProtocolViolation),
        (b"HTTP/1.1 429 No\r\nContent-Length: 0\r\n\r\n", errors.RateLimited),
        (b"HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n", errors.ServiceUnavailable),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", errors.ProtocolViolation),
        (b"SSH-2.0-OpenSSH\r\n\r\n", errors.ProtocolViolation),
    ],
)
async def test_what_is_no_websocket(answer: bytes, kind: type[ProviderError]) -> None:
    async with raw_server(answer) as (address, _):
        assert type(await trouble(f"ws://{address}/?secret=canary")) is kind


async def test_a_port_that_does_not_answer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        found = await trouble(f"ws://127.0.0.1:{deaf.getsockname()[1]}/?secret=canary")
    assert isinstance(found, ConnectionLost)
    assert "firewall" in str(found)


async def test_no_encryption_where_it_was_expected() -> None:
    async with raw_server(b"plain\r\n\r\n") as (address, _):
        found = await trouble(f"wss://{address}/?secret=canary")
    assert isinstance(found, errors.ConnectionUntrusted | ConnectionLost)


@pytest.mark.parametrize("url", ["ftp://a.invalid", "ws://", "wss://a.invalid:port/", "nothing"])
async def test_what_is_no_address(url: str) -> None:
    assert isinstance(await trouble(url), errors.OptionInvalid)


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (b"HTTP/1.1 407 Who\r\nContent-Length: 0\r\n\r\n", errors.OptionInvalid, "a name and a password"),
        (b"HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n", ConnectionLost, "status 403"),
        (b"nonsense\r\n\r\n", ConnectionLost, "can't be understood"),
    ],
)
async def test_proxies(monkeypatch: pytest.MonkeyPatch, answer: bytes, kind: type[ProviderError], words: str) -> None:
    async with raw_server(answer) as (address, asked):
        monkeypatch.setenv("https_proxy", f"http://{address}")
        monkeypatch.delenv("no_proxy", raising=False)
        found = await trouble("wss://service.invalid:8443/?secret=canary")
    assert type(found) is kind
    assert words in str(found)
    assert asked[0].startswith(b"CONNECT service.invalid:8443")
    assert b"canary" not in asked[0]


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:1", "nonsense://x"])
async def test_proxies_that_can_not_be_used(monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    monkeypatch.setenv("https_proxy", proxy)
    assert isinstance(await trouble("wss://service.invalid:8443/"), errors.OptionInvalid)


async def test_no_proxy_for_this_computer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    got: list[WireMessage] = []
    async with server(lambda connection: received(connection, got)) as url, connect(Target(url), Plain()) as stream:
        await stream.finish()
        assert [event async for event in stream] == []


async def test_nothing_of_a_request_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    headers = {"Authorization": "Bearer canary"}
    async with (
        server(lambda connection: received(connection, [])) as url,
        connect(Target(url, headers), Plain()) as stream,
    ):
        await stream.finish()
        assert [event async for event in stream] == []
    ours = [record.getMessage() for record in caplog.records if not record.name.startswith("websockets.server")]
    assert "canary" not in "".join(ours)
    assert "canary" not in repr(Target(url, headers))


async def test_messages_that_wait_already_leave_the_loop_a_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop.transport.websocket.TURN", -1.0)
    turns, seen = 0, list[int]()

    async def tick() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    async def behave(connection: ServerConnection) -> None:
        for _ in range(200):
            await connection.send("12345")
        await connection.send("done")
        await connection.wait_closed()

    async with server(behave) as url, connect(Target(url), Plain()) as stream:
        await stream.finish()
        await asyncio.sleep(0.2)  # all of them wait now
        ticking = asyncio.ensure_future(tick())
        seen = [turns async for _ in stream]
        ticking.cancel()
        await asyncio.gather(ticking, return_exceptions=True)
    assert len(seen) == 201
    assert len(set(seen)) > 195, "the other task had a turn between the messages"
