"""Bad networks and rude peers: a place is not held by the dead, by the slow, or by who only knocks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from desktop.ingress.events import ListenerEventKind
from desktop.ingress.server import Listener
from tests.support.callers import FRAME, TOKEN, calling, close_of, listening, start, status_of, stop

K = ListenerEventKind
HANDSHAKE = (
    f"GET /pcm?name=lost&token={TOKEN} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
).encode()


@asynccontextmanager
async def dead(listener: Listener) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A peer behind a network that broke: connected, and answering nothing, pings included."""
    reader, writer = await asyncio.open_connection("127.0.0.1", listener.port)
    writer.write(HANDSHAKE)
    assert b" 101 " in await reader.readuntil(b"\r\n\r\n")
    try:
        yield reader, writer
    finally:
        writer.close()


def frame(payload: bytes) -> bytes:
    """A binary message of a client, with a mask that changes nothing."""
    return b"\x82\xfe" + len(payload).to_bytes(2, "big") + bytes(4) + payload


async def gone(reader: asyncio.StreamReader) -> None:
    """Return once the other side has let go."""
    async with asyncio.timeout(30):
        try:
            while await reader.read(4096):
                pass
        except ConnectionResetError:
            pass


async def test_who_comes_back_finds_the_place_of_the_lost_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop.ingress.sockets.JUST_NOW", -1.0)
    async with listening(limits={"close": 0.2}) as (listener, owner), dead(listener) as (reader, _):
        async with calling(listener, "/pcm?name=back") as back:
            await back.send(FRAME * 5)
            await owner.until(lambda: owner.seconds("back") > 0.09)
            await gone(reader)
        assert K.REFUSED not in owner.kinds()


async def test_who_is_there_is_not_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop.ingress.sockets.JUST_NOW", -1.0)
    async with listening(limits={"close": 30.0}) as (listener, owner), calling(listener, "/pcm?name=first") as first:
        async with calling(listener, "/pcm?name=second") as second:
            assert (await close_of(second))[0] == 1013
        await first.send(FRAME * 5)
        await owner.until(lambda: owner.seconds("first") > 0.09)


async def test_a_connection_that_answers_nothing_is_dropped() -> None:
    async with listening(limits={"ping": 0.1}) as (listener, owner), dead(listener) as (reader, writer):
        writer.write(frame(FRAME * 5))
        await owner.until(lambda: len(owner.lanes) == 1)
        await gone(reader)
        await owner.until(lambda: len(owner.ended) == 1 and K.DISCONNECTED in owner.kinds())
        assert K.TIMED_OUT in owner.kinds()


async def test_who_is_made_to_wait_is_not_taken_for_lost() -> None:
    limits = {"ping": 0.1, "head_start": 0.1, "speed": 2.0}
    async with listening(limits=limits) as (listener, owner), dead(listener) as (_, writer):
        for _ in range(2):
            writer.write(frame(FRAME * 50))
        await owner.until(lambda: owner.seconds("lost") > 1.95)


async def test_slow_handshakes_keep_nobody_out() -> None:
    async with listening(limits={"connections": 4, "handshake": 60.0}) as (listener, _):
        slow = [await asyncio.open_connection("127.0.0.1", listener.port) for _ in range(6)]
        assert await status_of(f"{listener.url}/pcm?token={TOKEN}") == 101
        await gone(slow[0][0])
        for _, writer in slow:
            writer.close()


async def test_knocking_fills_no_log() -> None:
    async with listening() as (listener, owner):
        assert [await status_of(f"{listener.url}/nowhere") for _ in range(14)] == [404] * 14
        assert owner.kinds().count(K.REFUSED) == 10


async def test_opus_is_refused_in_words_on_both_sides() -> None:
    async with listening() as (listener, owner):
        assert await status_of(f"{listener.url}/pcm?token={TOKEN}&encoding=opus") == 400
        async with calling(listener, "/voximplant") as call:
            await call.send(start(encoding="OPUS"))
            assert await close_of(call) == (1003, "OPUS is not supported; send PCM16 or ULAW")
        await owner.until(lambda: K.DISCONNECTED in owner.kinds())
    told = [str(event.message) for event in owner.events if event.kind is K.REFUSED]
    assert len(told) == 2
    assert all("coding that is not supported" in each for each in told)
    assert "OPUS is not supported; send PCM16 or ULAW" in told[1]


async def test_other_broken_rules_are_told_with_their_reason() -> None:
    async with listening() as (listener, owner):
        async with calling(listener, "/voximplant") as call:
            await call.send("{")
            await close_of(call)
        await owner.until(lambda: K.DISCONNECTED in owner.kinds())
    (told,) = (str(event.message) for event in owner.events if event.kind is K.REFUSED)
    assert told.endswith("was sent away (code 1007): the message is no JSON.")


async def test_tracks_that_come_and_go_without_end_are_stopped() -> None:
    async with listening(limits={"close": 0.2}) as (listener, owner), calling(listener, "/voximplant") as call:
        for _ in range(40):
            await call.send(start())
            await call.send(stop())
        assert await close_of(call) == (1008, "tracks begin too often")
        assert len(owner.lanes) < 30
