"""What a hostile peer can do to the listener, and what a good peer notices of it: nothing."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import psutil
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from desktop.ingress.config import Clients
from desktop.ingress.events import ListenerEventKind
from desktop.ingress.server import Listener
from desktop.wire.pipecat import AudioFrame, encode
from tests.support.callers import BEARER, FRAME, TOKEN, Owner, calling, close_of, listening, media, start, status_of


@pytest.mark.parametrize("path", ["/pipecat", "/voximplant", "/twilio", "/pcm"])
async def test_nothing_is_accepted_without_the_token(path: str) -> None:
    async with listening() as (listener, owner):
        url = listener.url + path
        assert await status_of(url) == 401
        assert await status_of(f"{url}?token=") == 401
        assert await status_of(f"{url}?token=wrong") == 401
        assert await status_of(f"{url}?token={TOKEN}&token={TOKEN}") == 401
        assert await status_of(f"{url}?Token={TOKEN}") == 401
        assert await status_of(url, additional_headers={"X-Token": TOKEN}) == 401
        assert await status_of(url, additional_headers={"Authorization": TOKEN}) == 401
        assert await status_of(url, additional_headers={"Authorization": f"Basic {TOKEN}"}) == 401
        assert await status_of(f"{url}?token={TOKEN}", additional_headers={"Authorization": "Bearer wrong"}) == 401
        assert await status_of(url, subprotocols=[TOKEN]) == 401
        assert await status_of(f"{url}/{TOKEN}") == (101 if path == "/twilio" else 404)  # Twilio has no other place
        assert not owner.lanes
        assert TOKEN not in str(owner.events)
        assert await status_of(f"{url}?token={TOKEN}") == 101
        assert await status_of(url, additional_headers=BEARER) == 101


async def test_wrong_tokens_are_told_only_so_often_and_lock_nobody_out() -> None:
    async with listening() as (listener, owner):
        answers = [await status_of(f"{listener.url}/pcm?token=wrong") for _ in range(14)]
        assert answers == [401] * 10 + [429] * 4
        assert owner.kinds().count(ListenerEventKind.AUTHENTICATION_FAILED) == 10
        assert await status_of(f"{listener.url}/pcm?token={TOKEN}") == 101


async def test_web_pages_and_rebound_names_are_refused() -> None:
    async with listening(origins=frozenset({"https://listed.example"}), hosts=frozenset({"calls.example"})) as (at, _):
        url = f"{at.url}/pcm?token={TOKEN}"
        assert await status_of(url, origin="https://evil.example") == 403
        assert await status_of(url, origin="null") == 403
        assert await status_of(url, origin="https://listed.example") == 101
        for host in ("evil", "evil.example:80", "localhost.evil.example", "127.0.0.1.evil.example", ""):
            assert await raw_status(at, host) == 421, host
        for host in ("calls.example", "127.0.0.1:1", "[::1]:8765", "LOCALHOST", "192.0.2.1"):
            assert await raw_status(at, host) == 101, host
        assert await raw_status(at, "localhost\r\nHost: evil") == 421


def handshake(target: str, host: str) -> bytes:
    key = "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    upgrade = "Upgrade: websocket\r\nConnection: Upgrade\r\n"
    return f"GET {target} HTTP/1.1\r\nHost: {host}\r\n{upgrade}{key}\r\n".encode()


async def raw_status(listener: Listener, host: str) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", listener.port)
    writer.write(handshake(f"/pcm?token={TOKEN}", host))
    answer = await reader.readline()
    writer.close()
    return int(answer.split()[1])


@pytest.mark.parametrize("query", ["rate=0", "rate=NaN", "rate=1000000000", "rate=-1", "channels=0", "encoding=opus"])
async def test_impossible_formats_are_refused_before_the_upgrade(query: str) -> None:
    async with listening() as (listener, _):
        assert await status_of(f"{listener.url}/pcm?token={TOKEN}&{query}") == 400


TWILIO_LIKE = '{"event":"media","media":{"track":"inbound","payload":"AAAA"}}'
NUMBER_FOR_PAYLOAD = '{"event":"media","media":{"tag":"caller","payload":7}}'
DEEP = '{"event":' + "[" * 30_000 + "]" * 30_000 + "}"
ATTACKS: dict[str, tuple[str, list[str | bytes], int]] = {
    "text where sound belongs": ("/pipecat", ["hello"], 1003),
    "sound where text belongs": ("/voximplant", [b"hello"], 1003),
    "no JSON": ("/voximplant", ["{"], 1007),
    "no object": ("/voximplant", ["[1]"], 1007),
    "deep JSON": ("/voximplant", [DEEP], 1007),
    "not a number": ("/voximplant", ['{"event": NaN}'], 1007),
    "endless number": ("/voximplant", ['{"event": ' + "9" * 5000 + "}"], 1007),
    "rate 0": ("/voximplant", [start(sampleRate=0)], 1007),
    "rate 10^9": ("/voximplant", [start(sampleRate=10**9)], 1007),
    "rate that is no number": ("/voximplant", [start(sampleRate="NaN")], 1007),
    "no channels": ("/voximplant", [start(channels=0)], 1007),
    "many channels": ("/voximplant", [start(channels=9)], 1007),
    "OPUS": ("/voximplant", [start(encoding="OPUS")], 1003),
    "garbage in base64": ("/voximplant", [start(), media(0).replace("ABAAEA", "!!\\u0000")], 1007),
    "payload that is no text": (
        "/voximplant",
        [start(), '{"event":"media","media":{"tag":"caller","payload":7}}'],
        1007,
    ),
    "media before start": ("/voximplant", [media(0)], 1007),
    "media before start, Twilio": ("/twilio", [TWILIO_LIKE], 1007),
    "too many tags": ("/voximplant", [start(tag=str(n)) for n in range(9)], 1008),
    "big text": ("/voximplant", [json.dumps({"event": "x", "x": "x" * 70_000})], 1009),
    "big frame": ("/pipecat", [bytes(1024 * 1024 + 1)], 1009),
    "length beyond the frame": ("/pipecat", [b"\x12\xff\xff\xff\xff\x0f"], 1007),
    "number of eleven bytes": ("/pipecat", [b"\x12" + b"\xff" * 11], 1007),
    "endless fields": ("/pipecat", [b"\x08\x01" * 500_000], 1007),
    "endless fields inside": ("/pipecat", [b"\x12\xc0\x84\x3d" + b"\x08\x01" * 500_000], 1007),
    "group": ("/pipecat", [b"\x13\x14"], 1007),
    "sound at 10^9 Hz": ("/pipecat", [encode(AudioFrame(FRAME, 10**9, 1))], 1007),
    "sound at 0 Hz": ("/pipecat", [encode(AudioFrame(FRAME, 0, 1))], 1007),
    "sound without channels": ("/pipecat", [encode(AudioFrame(FRAME, 16_000, 0))], 1007),
    "WAV of nothing": ("/pcm", [b"RIFF\0\0\0\0WAVEfmt \xff\xff\xff\xff"], 1007),
    "WAV of floats": (
        "/pcm",
        [b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x03\0\x01\0\x80>\0\0\0\xfa\0\0\x04\0\x20\0data\0\0\0\0" + FRAME],
        1003,
    ),
    "unknown command": ("/pcm", ['{"event":"shutdown"}'], 1007),
}


@pytest.mark.parametrize("name", ATTACKS)
async def test_what_breaks_the_rules_is_closed_with_a_reason(name: str) -> None:
    path, messages, code = ATTACKS[name]
    async with listening(clients=Clients.MIX) as (listener, owner), good_peer(listener, owner) as undisturbed:
        async with calling(listener, path) as bad:
            with suppress(ConnectionClosed):
                for message in messages:
                    await bad.send(message)
            closed, reason = await close_of(bad)
        assert closed == code
        assert reason is None or len(reason.encode()) <= 123
        if path != "/pipecat" or code != 1009:  # the library's own words there
            assert reason
        await undisturbed()


@asynccontextmanager
async def good_peer(listener: Listener, owner: Owner) -> AsyncIterator[Callable[[], Awaitable[None]]]:
    """A peer that behaves; what is given out returns when sound that it sends now is heard."""
    async with calling(listener, "/pcm?name=good") as connection:

        async def undisturbed() -> None:
            before = owner.seconds("good")
            await connection.send(FRAME * 5)
            await owner.until(lambda: owner.seconds("good") >= before + 0.1)

        await undisturbed()
        yield undisturbed


async def test_slow_handshakes_are_ended_and_keep_nobody_out() -> None:
    async with listening(limits={"handshake": 0.3, "connections": 8}) as (listener, owner):
        slow = [await asyncio.open_connection("127.0.0.1", listener.port) for _ in range(6)]
        for _, writer in slow:
            writer.write(b"GET /pcm HTTP/1.1\r\nHost: ")
        async with good_peer(listener, owner) as undisturbed:
            assert [await reader.read() for reader, _ in slow] == [b""] * 6
            await undisturbed()
        for _, writer in slow:
            writer.close()


async def test_more_connections_than_allowed_are_dropped() -> None:
    few = listening(clients=Clients.MIX, limits={"connections": 4})
    async with few as (listener, owner), good_peer(listener, owner) as undisturbed:
        held = [await asyncio.open_connection("127.0.0.1", listener.port) for _ in range(3)]
        held.append(await asyncio.open_connection("127.0.0.1", listener.port))
        assert await held[0][0].read() == b"", "the oldest that has asked for nothing yet"
        await undisturbed()
        for _, each in held:
            each.close()


async def flood(bad: ClientConnection, message: bytes | str, times: int) -> None:
    with suppress(ConnectionClosed):
        for _ in range(times):
            await bad.send(message)


FLOODS: dict[str, tuple[str, bytes | str, int]] = {
    "tiny frames": ("/pcm?name=bad", b"\x00", 100_000),
    "empty frames": ("/pcm?name=bad", b"", 100_000),
    "fast sound": ("/pcm?name=bad", FRAME * 50, 2_000),
    "big frames without sound": ("/pipecat", b"\x32" + b"\xfc\xff\x3f" + bytes(1024 * 1024 - 4), 100),
    "unknown events": ("/voximplant", '{"event": "x"}', 100_000),
}


@pytest.mark.parametrize("name", FLOODS)
async def test_a_flood_takes_no_memory_and_no_time_from_others(name: str) -> None:
    path, message, times = FLOODS[name]
    process = psutil.Process()
    async with listening(clients=Clients.MIX) as (listener, owner), good_peer(listener, owner) as undisturbed:
        async with calling(listener, path, ping_interval=None, max_queue=None) as bad:
            before = process.memory_info().rss
            flooding = asyncio.ensure_future(flood(bad, message, times))
            until = time.monotonic() + 0.7
            most = 0
            while time.monotonic() < until:
                await undisturbed()
                most = max(most, process.memory_info().rss - before)
            flooding.cancel()
            await asyncio.gather(flooding, return_exceptions=True)
            bad.transport.abort()
        assert owner.seconds("bad") < 30.0
        # both sides are in this process: some 10 MB are the flooding client's own buffers
        assert most < 40e6


async def test_a_peer_that_never_reads_costs_little_and_is_let_go() -> None:
    async with listening(clients=Clients.MIX, limits={"close": 0.3}) as (listener, owner):
        reader, writer = await asyncio.open_connection("127.0.0.1", listener.port)
        writer.write(handshake(f"/pipecat?token={TOKEN}", "localhost"))
        await reader.readuntil(b"\r\n\r\n")
        assert "connected" in [kind.value for kind in owner.kinds()]
        peer = next(iter(listener._sockets._peers.values()))  # type: ignore[union-attr]  # it is open
        for _ in range(10_000):
            peer.answers.put(bytes(4096))
        assert peer.answers.dropped == 10_000 - 64
        await asyncio.sleep(0)
    writer.close()


async def test_a_slow_owner_loses_the_oldest_sound_and_is_told() -> None:
    async with listening(limits={"head_start": 60.0}) as (listener, owner):
        async with connect(f"{listener.url}/pcm?token={TOKEN}&name=fast", proxy=None) as fast:
            await fast.send(FRAME)
            await owner.until(lambda: bool(owner.lanes))
            lane = owner.lanes[0]
            lane.source._queue._hold = 2_000_000  # µs
            for _ in range(8):
                await fast.send(FRAME * 50)
            await owner.until(lambda: owner.seconds("fast") > 0.1)
        await owner.until(lambda: len(owner.ended) == 1)
        assert owner.seconds("fast") + lane.source.dropped == pytest.approx(8.02, abs=0.05)
