"""A call asked for from here: the HTTP API, our scenario in Node, and the lanes, together and when something fails."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.frames import Frame, Opcode
from websockets.protocol import Event

from desktop.core.errors import (
    AuthenticationFailed,
    ConnectionLost,
    ConnectionUntrusted,
    OptionInvalid,
    OvertitleError,
    ProtocolViolation,
    ServiceUnavailable,
)
from desktop.ingress import voximplant_api
from desktop.ingress.dialout import DialOut, DialOutConfig
from desktop.ingress.events import ListenerEventKind
from desktop.ingress.voximplant_api import Order
from tests.support.remote_desk import Desk, caption, heard, ramp
from tests.support.voximplant_cloud import ACCOUNT, KEY, RULE, Cloud, cloud
from tests.support.voximplant_stage import AGENT, CALLER, converse, stage

ORDER = Order(RULE, "user:ann", "tel:+15550100", "+15550199")
DETAILS = {"account-id": ACCOUNT, "api-key": KEY}


def config(api: Cloud, credentials: Mapping[str, str] = DETAILS, **changes: Any) -> DialOutConfig:
    return DialOutConfig(replace(ORDER, api=api.url), credentials, delays=(0.01,) * 5, **changes)


async def test_a_call_from_the_first_ring_to_the_end() -> None:
    desk = Desk()
    async with stage() as (standing, api), DialOut(config(api), desk):
        session = standing.session
        assert session is not None
        await converse(session)
        lanes = await desk.both()
        session.speak(CALLER, ramp(1))
        session.speak(AGENT, ramp(20_000))
        assert await heard(lanes["caller"], 6400) == ramp(1)
        assert await heard(lanes["agent"], 6400) == ramp(20_000)
        lanes["agent"].caption(caption("Bonjour !"), "2026-11-21T05:00:00Z")
        said = {"type": "caption", "tag": "agent", "text": "Bonjour !", "final": True}
        await session.until("message", leg=CALLER, text=said)

        session.do("left", leg=CALLER)
        assert (await desk.until(ListenerEventKind.OVER)).code == 1000
        assert {(await desk.ended.get()).label for _ in range(2)} == {"caller", "agent"}
        await session.ended()
    assert api.asked[0][""] == "POST /platform_api/StartScenarios"
    told = [str(event.message) for event in desk.events if event.kind is ListenerEventKind.PROGRESS]
    assert told == [
        "The scenario has started.",
        "Calling: agent.",
        "On the line: agent.",
        "Calling: caller.",
        "On the line: caller.",
    ]  # fmt: skip
    assert any(each["on"] == "untraced" for each in session.told)


async def test_nobody_is_called_and_nothing_is_sent_without_the_key() -> None:
    async with stage() as (standing, _):
        standing.scale = 0.1
        await standing.launch('{"key":"0123456789abcdefghij","agent":"user:ann","caller":"user:bob"}')
        session = standing.session
        assert session is not None
        for message in ('{"customEvent":"hello","key":"wrong"}', '{"customEvent":"hello"}', "[]", "no JSON"):
            async with connect(standing.url.replace("http", "ws"), proxy=None) as socket:
                await socket.send(message)
                with pytest.raises(ConnectionClosed):
                    await socket.recv()
        async with connect(standing.url.replace("http", "ws"), proxy=None) as silent:
            with pytest.raises(ConnectionClosed):
                await silent.recv()
        await session.log("no desktop came")
        await session.until("terminate")
    assert not [each for each in session.told if each["on"] == "call"]


async def test_a_lost_connection_is_found_again_and_the_call_goes_on() -> None:
    desk = Desk()
    async with stage() as (standing, api), DialOut(config(api), desk) as line:
        session = standing.session
        assert session is not None
        await converse(session)
        await desk.both()
        assert line._connection is not None
        line._connection.transport.abort()  # the network's fault: neither side says a word
        await desk.until(ListenerEventKind.CONNECTED, times=2)
        await session.until("streaming", tag="caller")
        session.speak(CALLER, ramp(7))
        session.do("left", leg=AGENT)
        await desk.until(ListenerEventKind.OVER)
    assert [event.kind for event in desk.events].count(ListenerEventKind.DISCONNECTED) == 1


async def test_leaving_hangs_nobody_up() -> None:
    desk = Desk()
    async with stage() as (standing, api):
        async with DialOut(config(api), desk):
            session = standing.session
            assert session is not None
            await converse(session)
            await desk.both()
        await session.log("the desktop is gone, code 1000; the call goes on")
        session.do("speak", leg=CALLER, pcm="")
    assert not [each for each in session.told if each["on"] in ("hangup", "terminate")]


async def test_hanging_up_ends_the_call_for_both_sides() -> None:
    desk = Desk()
    async with stage() as (standing, api), DialOut(config(api), desk) as line:
        session = standing.session
        assert session is not None
        await converse(session)
        await desk.both()
        assert await line.end_call(patience=60.0)
        assert (await desk.until(ListenerEventKind.OVER)).code == 1000
        await session.ended()
    assert {each["leg"] for each in session.told if each["on"] == "hangup"} == {CALLER, AGENT}


async def test_a_scenario_that_does_not_hang_up_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk()
    async with stage() as (standing, api), DialOut(config(api), desk) as line:
        session = standing.session
        assert session is not None
        await converse(session)
        monkeypatch.setattr(line._peer.answers, "put", lambda _message: None)  # as a version that knows no such word
        assert not await line.end_call(patience=0.05)


async def test_a_session_that_ended_unseen_is_over() -> None:
    desk = Desk()
    async with stage() as (standing, api), DialOut(config(api), desk) as line:
        session = standing.session
        assert session is not None
        await converse(session)
        session.end()
        assert (await desk.until(ListenerEventKind.OVER)).code != 1000
        assert line.url == ""


class Counting(ServerConnection):
    """Knows how often it was pinged."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._pings = 0
        self.second_ping = asyncio.Event()

    def process_event(self, event: Event) -> None:
        super().process_event(event)
        if isinstance(event, Frame) and event.opcode is Opcode.PING:
            self._pings += 1
            if self._pings == 2:
                self.second_ping.set()


@contextlib.asynccontextmanager
async def session_of(handler: Callable[[ServerConnection], Awaitable[None]]) -> AsyncIterator[Cloud]:
    """A cloud whose session is one of our own making."""
    async with serve(handler, "127.0.0.1", 0, create_connection=Counting) as server:
        port = server.sockets[0].getsockname()[1]

        async def launch(_data: str) -> str:
            return f"http://127.0.0.1:{port}/request/1"

        async with cloud(launch) as api:
            yield api


async def test_a_dead_connection_is_noticed() -> None:
    connections: asyncio.Queue[ServerConnection] = asyncio.Queue()

    async def handler(connection: ServerConnection) -> None:
        await connection.recv()
        connections.put_nowait(connection)
        await connection.wait_closed()

    desk = Desk()
    async with session_of(handler) as api, DialOut(config(api, ping=0.02, pong=0.2), desk):
        first = await connections.get()
        assert isinstance(first, Counting)
        await first.second_ping.wait()  # the first one was answered
        first.transport.pause_reading()
        second = await connections.get()
        assert second is not first
        first.transport.abort()
    assert ListenerEventKind.DISCONNECTED in {event.kind for event in desk.events}


async def test_a_session_that_sends_what_cant_be_taken_is_left_for_good(expect_log: Callable[..., None]) -> None:
    expect_log("desktop.ingress.dialout", "The session was left")
    count = 0

    async def handler(connection: ServerConnection) -> None:
        nonlocal count
        count += 1
        await connection.recv()
        await connection.send(b"sound")
        await connection.wait_closed()

    desk = Desk()
    async with session_of(handler) as api, DialOut(config(api), desk):
        assert (await desk.until(ListenerEventKind.OVER)).code == 1003
    assert count == 1


async def test_a_session_that_drops_everyone_is_given_up() -> None:
    count = 0

    async def handler(connection: ServerConnection) -> None:
        nonlocal count
        count += 1
        await connection.close(1011)

    desk = Desk()
    async with session_of(handler) as api, DialOut(config(api), desk):
        assert (await desk.until(ListenerEventKind.OVER)).code == 1011
    assert count == 6


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"answer": {"error": {"code": 100, "msg": f"key {KEY} is wrong"}}}, AuthenticationFailed),
        ({"answer": {"error": {"code": 104, "msg": "no rule"}}}, ProtocolViolation),
        ({"answer": {"error": {"code": {"a": 1}}}}, ProtocolViolation),
        ({"answer": {"result": 1}}, ProtocolViolation),
        ({"answer": {"media_session_access_secure_url": "http://203.0.113.1/request/1"}}, ConnectionUntrusted),
        ({"answer": {"media_session_access_secure_url": "ftp://127.0.0.1/"}}, OptionInvalid),
        ({"answer": {"media_session_access_secure_url": "https://[::1"}}, OptionInvalid),
        ({"answer": {"result": 1}, "status": 503}, ServiceUnavailable),
        ({"answer": {"result": 1}, "status": 401}, AuthenticationFailed),
        ({"answer": {"result": 1}, "status": 302}, ProtocolViolation),
    ],
)
async def test_what_the_api_refuses(changes: dict[str, Any], kind: type[OvertitleError]) -> None:
    async with stage() as (_, api):
        for name, value in changes.items():
            setattr(api, name, value)
        with pytest.raises(kind) as caught:
            await DialOut(config(api), Desk()).__aenter__()
        assert KEY not in str(caught.value)
        assert len(api.asked) == 1


async def test_an_api_that_is_not_there_or_not_encrypted() -> None:
    async with stage() as (_, api):
        pass
    with pytest.raises(ConnectionLost):
        await voximplant_api.start(replace(ORDER, api=api.url), DETAILS, "k" * 22)
    with pytest.raises(ConnectionUntrusted):
        await voximplant_api.start(replace(ORDER, api="http://203.0.113.1"), DETAILS, "k" * 22)


@pytest.mark.parametrize(
    "order",
    [
        replace(ORDER, agent="ann"),
        replace(ORDER, agent="user: "),
        replace(ORDER, caller="tel:+1555\n0100"),
        replace(ORDER, shown=""),
        replace(ORDER, agent="sip:" + "x" * 150),
    ],
)
def test_orders_that_can_be_no_call(order: Order) -> None:
    with pytest.raises(OptionInvalid):
        voximplant_api.check(order)


def test_custom_data_is_what_the_scenario_reads() -> None:
    data = voximplant_api.custom_data(ORDER, "k" * 22)
    assert json.loads(data) == {"key": "k" * 22, "agent": "user:ann", "caller": "tel:+15550100", "from": "+15550199"}
    assert len(data) <= voximplant_api.MOST_DATA
    assert len(voximplant_api.make_key()) == 22
