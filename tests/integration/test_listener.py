"""The listener over real sockets: dialects, policies, clocks, and the way back."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import ssl
from pathlib import Path

import pytest
from websockets.asyncio.client import connect

from desktop.core.audio import SPEECH, AudioFormat
from desktop.core.captions import CaptionEvent
from desktop.core.errors import ConnectionUntrusted, ListenerError
from desktop.ingress.config import DEFAULT_PORT, Clients, ListenerConfig, Protocol
from desktop.ingress.events import ListenerEventKind
from desktop.ingress.gate import GateKind
from desktop.ingress.peer import Handling
from desktop.ingress.server import Listener
from desktop.wire.pipecat import AudioFrame, encode
from tests.support.amazon_parts import certificate
from tests.support.callers import (
    BEARER,
    FRAME,
    TOKEN,
    Owner,
    calling,
    close_of,
    listening,
    media,
    start,
    status_of,
    stop,
)

K = ListenerEventKind


def said(text: str, *, final: bool = True) -> CaptionEvent:
    return CaptionEvent("lane", "1-1", 1, text, final, 0.5, 1.0)


async def test_two_tags_are_two_lanes_and_captions_go_back_to_their_own() -> None:
    async with listening() as (listener, owner), calling(listener, "/voximplant", subprotocols=["chat"]) as call:
        assert call.subprotocol == "chat"
        await call.send(start("caller", "PCM16"))
        await call.send(start("agent", "ULAW"))
        for number in range(5):
            await call.send(media(number, FRAME, "caller"))
            await call.send(media(number, b"\x80" * 160, "agent", 160 * number))
        await owner.until(lambda: owner.seconds("caller") > 0.09 and owner.seconds("agent") > 0.09)
        assert owner.sound("caller") == FRAME * 5
        assert owner.heard["agent"][0].format == SPEECH
        assert owner.sound("agent").endswith((32124).to_bytes(2, "little") * 1400)
        agent = next(lane for lane in owner.lanes if lane.label == "agent")
        agent.caption(said("hello"), "2026-11-21T10:00:00Z")
        assert json.loads(await call.recv())["tag"] == "agent"


async def test_stop_ends_the_lane_and_start_begins_another_on_the_same_socket() -> None:
    async with listening() as (listener, owner), calling(listener, "/voximplant") as call:
        for round_ in range(2):
            await call.send(start())
            await call.send(media(0))
            await call.send(stop())
            await owner.until(lambda wanted=round_ + 1: len(owner.ended) == wanted)  # type: ignore[misc]  # its default
            owner.ended[-1].caption(said("late final"), "")
            assert json.loads(await call.recv())["text"] == "late final"
        assert owner.sound("caller") == FRAME * 2


async def test_start_twice_goes_on_in_the_same_lane() -> None:
    async with listening() as (listener, owner), calling(listener, "/voximplant") as call:
        await call.send(start())
        await call.send(media(0))
        await call.send(start("caller", "PCM8"))
        await call.send(media(0, FRAME[:320]))
        await owner.until(lambda: len(owner.heard.get("caller", ())) == 2)
        assert len(owner.lanes) == 1
        assert K.FORMAT_CHANGED in owner.kinds()


async def test_lost_and_reordered_chunks_over_the_wire() -> None:
    async with listening() as (listener, owner), calling(listener, "/voximplant") as call:
        await call.send(start())
        for number in (0, 1, 3, 2, 6, 7, 8, 9, 10):
            await call.send(media(number, bytes([number + 1, 0]) * 320))
        await call.send(stop())
        await owner.until(lambda: bool(owner.ended))
        expected = [1, 2, 3, 4, 0, 0, 7, 8, 9, 10, 11]
        await owner.until(lambda: owner.seconds("caller") > 0.21)
        assert owner.sound("caller") == b"".join(bytes([each, 0]) * 320 for each in expected)


async def test_pipecat_sound_is_named_after_the_query() -> None:
    async with listening() as (listener, owner), calling(listener, "/pipecat?name=Bot%20caller") as call:
        await call.send(encode(AudioFrame(FRAME, 16_000, 1)))
        await call.send(encode(AudioFrame(FRAME * 3, 24_000, 2)))
        await owner.until(lambda: len(owner.heard.get("Bot caller", ())) == 2)
        assert owner.heard["Bot caller"][1].format == AudioFormat(24_000, 2)
        assert K.FORMAT_CHANGED in owner.kinds()


async def test_channels_may_be_lanes_of_their_own() -> None:
    split = listening(handling=Handling(split_stereo=True))
    async with split as (listener, owner), calling(listener, "/pcm?name=Desk&channels=2") as call:
        await call.send(b"\1\0\2\0" * 320)
        await owner.until(lambda: len(owner.heard) == 2)
        assert owner.sound("Desk 1") == b"\1\0" * 320
        assert owner.sound("Desk 2") == b"\2\0" * 320


async def test_the_gate_passes_silence_of_the_same_length() -> None:
    gated = listening(handling=Handling(gate=GateKind.ENERGY), limits={"head_start": 60.0})
    async with gated as (listener, owner):
        async with calling(listener, "/pcm?name=Ann") as call:
            await call.send(b"\1\0" * 16_000)
            await call.send(FRAME * 50)
            await owner.until(lambda: owner.seconds("Ann") > 1.9)
        await owner.until(lambda: bool(owner.ended))
        assert owner.seconds("Ann") == pytest.approx(2.0)
        assert owner.sound("Ann").startswith(bytes(16_000))
        assert owner.sound("Ann").endswith(FRAME * 50)


async def test_a_second_client_is_refused() -> None:
    async with listening() as (listener, owner), calling(listener, "/pcm") as first:
        await first.send(FRAME)
        async with calling(listener, "/pcm") as second:
            assert await close_of(second) == (1013, "this listener already has a client")
        await first.send(FRAME)
        await owner.until(lambda: sum(map(len, owner.heard.values())) == 2)
        assert K.REFUSED in owner.kinds()


async def test_a_second_client_replaces_the_first() -> None:
    async with listening(clients=Clients.REPLACE) as (listener, owner), calling(listener, "/pcm?name=a") as first:
        await first.send(FRAME)
        await owner.until(lambda: len(owner.lanes) == 1)
        async with calling(listener, "/pcm?name=b") as second:
            assert (await close_of(first))[0] == 4001
            await second.send(FRAME)
            await owner.until(lambda: owner.seconds("b") > 0)
            await owner.until(lambda: [lane.label for lane in owner.ended] == ["a"])


async def test_clients_may_be_mixed() -> None:
    async with listening(clients=Clients.MIX) as (listener, owner):
        async with calling(listener, "/pcm?name=a") as first, calling(listener, "/pcm?name=b") as second:
            await first.send(FRAME)
            await second.send(FRAME)
            await owner.until(lambda: owner.seconds("a") > 0 and owner.seconds("b") > 0)
        assert K.REFUSED not in owner.kinds()


async def test_silence_of_the_line_is_timed_and_messages_are_no_sound() -> None:
    async with listening(limits={"idle": 0.3}) as (listener, owner), calling(listener, "/voximplant") as call:
        await call.send(start())
        talking = asyncio.ensure_future(close_of(call))
        while not talking.done():
            await call.send('{"customEvent": "still here"}')
            await asyncio.wait({talking}, timeout=0.05)
        assert await talking == (4002, "no sound for 0.3 seconds")
        assert K.TIMED_OUT in owner.kinds()


async def test_sound_keeps_the_line_open_until_the_longest_session() -> None:
    limits = {"idle": 0.2, "session": 0.7}
    async with listening(limits=limits) as (listener, owner), calling(listener, "/pcm") as call:
        talking = asyncio.ensure_future(close_of(call))
        while not talking.done():
            await call.send(FRAME)
            await asyncio.wait({talking}, timeout=0.02)
        assert await talking == (4003, "the longest session is over")
        assert K.TIMED_OUT in owner.kinds()


async def test_events_of_a_call_in_their_order(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "desktop.ingress")
    async with listening() as (listener, owner):
        async with connect(f"{listener.url}/pcm?token={TOKEN}", proxy=None) as call:
            await call.send(FRAME)
        await owner.until(lambda: K.DISCONNECTED in owner.kinds())
        await status_of(f"{listener.url}/pcm?token=wrong-{TOKEN}")
        assert owner.kinds() == [K.READY, K.CONNECTED, K.DISCONNECTED, K.AUTHENTICATION_FAILED]
        assert owner.events[2].code == 1000
        assert owner.events[1].peer.startswith("127.0.0.1:")
    assert "connected" in caplog.text
    assert TOKEN not in caplog.text


async def test_a_port_that_is_taken() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        with pytest.raises(ListenerError, match="in use"):
            async with Listener(ListenerConfig(port=held.getsockname()[1]), TOKEN, Owner()):
                pass


async def test_the_usual_port_gives_way_to_the_next() -> None:
    async with listening(port=None) as (first, _), listening(port=None) as (second, _):
        assert DEFAULT_PORT <= first.port < second.port < DEFAULT_PORT + 10


async def test_an_open_door_to_the_network_needs_consent() -> None:
    with pytest.raises(ConnectionUntrusted):
        async with Listener(ListenerConfig("0.0.0.0", 0), TOKEN, Owner()):  # noqa: S104 - to be refused
            pass


async def test_calls_over_tls(tmp_path: Path) -> None:
    pem = certificate(tmp_path)
    context = ssl.create_default_context(cafile=pem)
    async with listening(host="localhost", certificate=pem, protocols=(Protocol.RAW,)) as (listener, owner):
        assert listener.url.startswith("wss://localhost:")
        async with connect(f"{listener.url}?name=Ann", additional_headers=BEARER, ssl=context, proxy=None) as call:
            await call.send(FRAME)
            await owner.until(lambda: owner.seconds("Ann") > 0)
        reader, writer = await asyncio.open_connection("localhost", listener.port)
        writer.write(b"GET / HTTP/1.1\r\n\r\n")
        assert b"HTTP" not in await reader.read()
        writer.close()


async def test_only_what_is_asked_for_is_served() -> None:
    async with listening(protocols=(Protocol.TWILIO,)) as (listener, _):
        assert listener.url.endswith("/twilio")
        base = listener.url.removesuffix("/twilio")
        assert await status_of(f"{base}/pcm?token={TOKEN}") == 404
        assert await status_of(f"{base}/?token={TOKEN}") == 101


async def test_the_end_of_the_listener_is_told_and_last_captions_arrive() -> None:
    async with listening() as (listener, owner):
        call = await calling(listener, "/pcm?name=Ann")
        await call.send(FRAME)
        await owner.until(lambda: owner.seconds("Ann") > 0)
        listener.hang_up()
        await owner.until(lambda: bool(owner.ended))
        owner.lanes[0].caption(said("the very last"), "")
        listener.close_door()
    assert json.loads(await call.recv())["text"] == "the very last"
    assert await close_of(call) == (1001, "captions have ended")
