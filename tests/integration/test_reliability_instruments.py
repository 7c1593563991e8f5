"""The instruments themselves: a proxy that breaks nothing when it should, or counts that see nothing, prove nothing."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from desktop.core.captions import CaptionEvent, Gap
from desktop.transcripts.journal import Journal
from desktop.transcripts.transcript import JournalHeader
from tests.support.beacon import beacon_pcm
from tests.support.beacon_server import Ear, PlainAdapter, Said, beacon_server
from tests.support.fault_proxy import BITE, LASTING, Fault, FaultProxy, fault_proxy, length, outage, schedule
from tests.support.trials import LiveBeacon, count

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@asynccontextmanager
async def echo(seed: int = 0) -> AsyncIterator[FaultProxy]:
    """A proxy in front of a server that sends back what it gets."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while data := await reader.read(BITE):
                writer.write(data)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with fault_proxy("127.0.0.1", server.sockets[0].getsockname()[1], seed) as proxy:
        yield proxy
    server.close()


async def dial(proxy: FaultProxy) -> Streams:
    return await asyncio.open_connection("127.0.0.1", proxy.port)


async def say(streams: Streams, text: bytes) -> bytes:
    streams[1].write(text)
    return await streams[0].readexactly(len(text))


async def silent(streams: Streams, text: bytes = b"anyone?") -> None:
    """Nothing comes back, and the connection stays open."""
    streams[1].write(text)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3):
            await streams[0].readexactly(1)


async def test_a_line_that_is_well_changes_nothing() -> None:
    async with echo() as proxy:
        streams = await dial(proxy)
        assert await say(streams, bytes(range(256)) * 1000) == bytes(range(256)) * 1000
        streams[1].close()


async def test_drop_and_reset() -> None:
    async with echo() as proxy:
        first, second = await dial(proxy), await dial(proxy)
        await say(first, b"1")
        await say(second, b"2")
        proxy.apply(Fault.DROP)
        assert await first[0].read() == b""
        await proxy.heal()
        third = await dial(proxy)
        await say(third, b"3")
        proxy.apply(Fault.RESET)
        with pytest.raises(ConnectionResetError):
            await third[0].read()
        refused = await dial(proxy)
        with pytest.raises(ConnectionResetError):
            await refused[0].read()
        await proxy.heal()
        again = await dial(proxy)
        assert await say(again, b"4") == b"4"
        for _, writer in (first, second, again):
            writer.close()


async def test_a_black_hole_holds_what_it_was_given() -> None:
    async with echo() as proxy:
        old = await dial(proxy)
        await say(old, b"1")
        proxy.apply(Fault.BLACK_HOLE)
        new = await dial(proxy)
        await silent(old)
        await silent(new)
        await proxy.heal()
        assert await old[0].readexactly(7) == await new[0].readexactly(7) == b"anyone?"
        old[1].close()
        new[1].close()


async def test_a_stall_is_one_way() -> None:
    heard = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(7)
        heard.set()
        writer.write(b"me")
        with suppress(ConnectionError):
            await reader.read()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with fault_proxy("127.0.0.1", server.sockets[0].getsockname()[1]) as proxy:
        streams = await dial(proxy)
        proxy.apply(Fault.STALL)
        await silent(streams)
        assert heard.is_set()
        await proxy.heal()
        assert await streams[0].readexactly(2) == b"me"
        streams[1].close()
    server.close()


async def test_a_slow_reader_and_a_late_line() -> None:
    async with echo() as proxy:
        streams = await dial(proxy)
        proxy.rate, proxy.delay = 4_000.0, 0.3
        for fault, least in ((Fault.SLOW_READER, 0.5), (Fault.DELAY, 0.6)):
            proxy.apply(fault)
            began = time.monotonic()
            await say(streams, bytes(4_000))
            assert time.monotonic() - began > least
            await proxy.heal()
        streams[1].close()


async def test_one_bit_each_way_is_turned_over() -> None:
    async with echo(seed=3) as proxy:
        streams = await dial(proxy)
        proxy.apply(Fault.FLIP)
        back = await say(streams, bytes(1000))
        assert sum(byte.bit_count() for byte in back) == 2
        assert await say(streams, bytes(1000)) == bytes(1000)
        streams[1].close()


@pytest.mark.parametrize("fault", [Fault.REFUSE, Fault.RESTART])
async def test_a_closed_port_opens_again(fault: Fault) -> None:
    async with echo() as proxy:
        streams = await dial(proxy)
        await say(streams, b"1")
        proxy.apply(fault)
        with pytest.raises(ConnectionRefusedError):
            await dial(proxy)
        if fault is Fault.REFUSE:
            assert await say(streams, b"still here") == b"still here"
        else:
            with pytest.raises(ConnectionResetError):
                await streams[0].read()
        await proxy.heal()
        again = await dial(proxy)
        assert await say(again, b"2") == b"2"
        streams[1].close()
        again[1].close()


def test_a_seed_is_a_schedule() -> None:
    planned = schedule(5, 400)
    assert planned == schedule(5, 400) != schedule(6, 400)
    assert {each.fault for each in planned} == set(LASTING)
    assert all(0.1 <= each.lasts <= 30.0 for each in planned)
    assert max(each.lasts for each in planned) > 20.0
    assert length(planned) > outage(planned)


def test_the_ear_hears_numbers_in_any_portions() -> None:
    sound = bytes(3200) + b"".join(beacon_pcm(number) for number in (7, 8, 8, 30)) + bytes(3200)
    for portion in (1, 333, 3200, len(sound)):
        ear = Ear()
        said = [one for at in range(0, len(sound), portion) for one in ear.hear(sound[at : at + portion])]
        said += ear.end()
        finals = [(one.number, round(one.start, 3), round(one.end, 3)) for one in said if one.is_final]
        assert finals == [(7, 0.1, 0.6), (8, 0.6, 1.6), (30, 1.6, 2.1)]
        assert [one.number for one in said if not one.is_final] == [7, 8, 30]


def test_an_adapter_is_four_methods() -> None:
    said = Said(4, 0.5, 1.0, is_final=True)
    row = json.loads(PlainAdapter.say(PlainAdapter.__new__(PlainAdapter), said))
    assert row == {"id": "0.500", "text": "4", "start": 0.5, "end": 1.0, "final": True}


async def test_a_client_that_breaks_the_protocol_is_closed_and_named() -> None:
    from websockets.asyncio.client import connect
    from websockets.exceptions import ConnectionClosed

    async with beacon_server(PlainAdapter) as server, connect(server.url) as client:
        await client.send("text")
        with pytest.raises(ConnectionClosed):
            await client.recv()
        assert server.complaints == ["text message"]


def test_words_that_are_lost_doubled_or_invented_are_seen(tmp_path: Path) -> None:
    header = JournalHeader(datetime(2026, 11, 21, 14, 3, tzinfo=UTC), "Counted", (("you", "You"),))
    source = LiveBeacon(10, origin=0.25, spoken=8)
    with Journal.create(tmp_path, header) as journal:
        for number in (0, 1, 1, 3, 4, 99):
            text = f"color number {number}."
            journal.append(CaptionEvent("you", f"{number}-{text}", 0, text, True, number / 2, number / 2 + 0.5))
        journal.append(CaptionEvent("you", "again", 0, "number 3.", True, 1.5, 2.0))
        journal.append(Gap("you", 2.75, 3.75, "connection lost"))
        journal.close(4.0)
    counted = count(journal.path, source, 1)
    assert counted.lost == ["1:2", "1:7"]
    assert counted.marked == 2
    assert counted.doubled == ["1:3"]
    assert counted.invented == ["1:99"]
    assert not counted.clean
