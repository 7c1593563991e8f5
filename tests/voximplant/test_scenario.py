"""Our scenario, run in Node, against the listener: both sides of a call, captions back, and every kind of trouble."""

from __future__ import annotations

import contextlib
import re
import tempfile
from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from desktop.ingress.config import ListenerConfig, Protocol
from desktop.ingress.events import ListenerEventKind
from desktop.ingress.server import Listener
from tests.support.remote_desk import Desk, caption, heard, ramp
from tests.support.voxengine import SCENARIO, Scenario, scenario

TOKEN = "t0ken-" + "x" * 40
CALLER, AGENT = "L1", "L2"


@contextlib.asynccontextmanager
async def listening(desk: Desk, token: str = TOKEN, port: int = 0) -> AsyncIterator[Listener]:
    async with Listener(ListenerConfig(port=port, protocols=(Protocol.VOXIMPLANT,)), token, desk) as listener:
        yield listener


def secrets(port: int, token: str = TOKEN) -> dict[str, str]:
    return {"overtitle_url": f"ws://127.0.0.1:{port}/voximplant", "overtitle_token": token}


async def talk(session: Scenario) -> None:
    """A call comes in, the agent answers, both are told, and the conversation begins."""
    session.do("alerting", to="desk", **{"from": "+15550100"})
    await session.until("answer", leg=CALLER)
    session.do("connected", leg=CALLER)
    assert await session.until("call") == {
        "on": "call", "leg": AGENT, "kind": "user", "to": "desk", "from": "+15550100",
    }  # fmt: skip
    session.do("connected", leg=AGENT)
    for leg in (CALLER, AGENT):
        session.do("told", leg=leg)
    await session.until("bridge", legs=[CALLER, AGENT])


async def test_both_sides_reach_their_lanes_and_captions_reach_both_sides() -> None:
    desk = Desk()
    async with listening(desk) as listener, scenario(secrets=secrets(listener.port)) as session:
        await talk(session)
        lanes = await desk.both()
        assert set(lanes) == {"caller", "agent"}
        session.speak(CALLER, ramp(1))
        session.speak(AGENT, ramp(20_000))
        assert await heard(lanes["caller"], 6400) == ramp(1)
        assert await heard(lanes["agent"], 6400) == ramp(20_000)

        lanes["caller"].caption(caption("¿Qué tal?"), "2026-11-21T05:00:00Z")
        said = {"type": "caption", "tag": "caller", "text": "¿Qué tal?", "final": True}
        for leg in (CALLER, AGENT):
            assert (await session.until("message", leg=leg, text=said))["leg"] == leg

        session.do("left", leg=CALLER)
        assert (await session.until("hangup"))["leg"] == AGENT
        assert {(await desk.ended.get()).label for _ in range(2)} == {"caller", "agent"}
        lanes["agent"].caption(caption("after the end"), "2026-11-21T05:00:00Z")  # nobody is there to be told
        await session.until("terminate")
        await session.ended()
    assert "¿Qué" not in session.logged()


async def test_nothing_is_streamed_before_both_sides_were_told() -> None:
    desk = Desk()
    async with listening(desk) as listener, scenario(secrets=secrets(listener.port)) as session:
        session.do("alerting", to="desk", **{"from": "+15550100"})
        await session.log("connected to the listener")
        session.do("connected", leg=CALLER)
        await session.until("call")
        session.do("connected", leg=AGENT)
        assert "captioned" in (await session.until("say", leg=AGENT))["text"]
        session.do("told", leg=AGENT)
        session.do("told", leg=CALLER)
        await session.until("bridge")
        await session.until("streaming", tag="agent")
    order = [each["on"] for each in session.told if each["on"] in ("say", "bridge", "streaming")]
    assert order == ["say", "say", "bridge", "streaming", "streaming"]
    on = [each for each in session.told if each["on"] == "message"]
    assert {each["leg"] for each in on} <= {CALLER, AGENT}


@pytest.mark.parametrize("store", ["secrets", "storage"])
async def test_the_token_travels_in_a_header_and_shows_nowhere(store: str) -> None:
    desk = Desk()
    async with listening(desk) as listener:
        given: dict[str, Any] = {"secrets": None, store: secrets(listener.port)}
        async with scenario(**given) as session:
            await talk(session)
            await desk.both()
            dialling = next(each for each in session.told if each["on"] == "dialling")
            assert dialling == {"on": "dialling", "headers": ["Authorization"], "trace": False}
    everything = str(session.told)
    assert TOKEN not in everything
    assert str(listener.port) not in session.logged()
    assert "+15550100" not in session.logged()


async def test_a_wrong_token_costs_the_captions_and_not_the_call() -> None:
    desk = Desk()
    async with listening(desk) as listener, scenario(secrets=secrets(listener.port, "wrong")) as session:
        await talk(session)
        await session.log("no captions any more")
        session.do("left", leg=AGENT)
        assert (await session.until("hangup"))["leg"] == CALLER
        await session.until("terminate")
    assert sum(each["on"] == "dialling" for each in session.told) == 7
    assert desk.lanes.empty()
    assert {event.kind for event in desk.events} >= {ListenerEventKind.AUTHENTICATION_FAILED}


async def test_who_could_not_be_told_is_not_captioned() -> None:
    desk = Desk()
    async with listening(desk) as listener, scenario(secrets=secrets(listener.port)) as session:
        session.do("alerting", to="desk", **{"from": "+15550100"})
        await session.log("connected to the listener")
        session.do("connected", leg=CALLER)
        await session.until("call")
        session.do("told", leg=CALLER)
        await session.until("tone", leg=CALLER)
        session.do("connected", leg=AGENT)
        session.do("told", leg=AGENT, error="no voice")
        await session.until("bridge")
        session.do("left", leg=CALLER)
        await session.until("terminate")
        await session.ended()
    assert "could not be said to agent" in session.logged()
    assert not [each for each in session.told if each["on"] in ("streaming", "message")]
    assert desk.lanes.empty()


async def test_an_address_that_is_none_costs_the_captions_alone() -> None:
    async with scenario(secrets={"overtitle_url": "calls.example.com", "overtitle_token": TOKEN}) as session:
        await talk(session)
        assert "no address that can be dialled" in session.logged()


async def test_without_secrets_the_call_takes_place() -> None:
    async with scenario(secrets={}) as session:
        await talk(session)
        assert "overtitle_token is missing" in session.logged()
    assert not [each for each in session.told if each["on"] == "dialling"]


async def test_a_listener_that_comes_late_and_goes_is_found_again() -> None:
    desk = Desk()
    async with listening(desk) as first:
        port = first.port
    async with scenario(secrets=secrets(port), scale=0.2) as session:
        await talk(session)
        await session.log("the listener is out of reach")
        async with listening(desk, port=port):
            await session.log("connected to the listener")
            lanes = await desk.both()
            session.speak(CALLER, ramp(1))
            assert await heard(lanes["caller"], 6400) == ramp(1)
        assert (await session.until("closed"))["code"] == 1001
        await session.until("message", leg=AGENT, text={"type": "captions", "on": False})
        async with listening(desk, port=port):
            lanes = await desk.both()
            await session.until("message", leg=AGENT, text={"type": "captions", "on": True})
            session.speak(AGENT, ramp(7000))
            assert await heard(lanes["agent"], 6400) == ramp(7000)
    assert not [each for each in session.told if each["on"] in ("hangup", "terminate")]


async def test_attempts_are_counted_and_their_delays_grow() -> None:
    async with listening(Desk()) as gone:
        port = gone.port
    async with scenario(secrets=secrets(port)) as session:
        await talk(session)
        await session.log("no captions any more")
    delays = [int(found) for found in re.findall(r"next attempt in (\d+) ms", session.logged())]
    assert len(delays) == 6
    assert all(one < other for one, other in pairwise(delays))


async def test_a_listener_that_means_its_goodbye_is_left_alone() -> None:
    """Sound of a kind it can't take: the listener closes with 1003 and will do so again."""
    desk = Desk()
    altered = SCENARIO.read_text(encoding="utf-8").replace(
        "WebSocketAudioEncoding.PCM16", "WebSocketAudioEncoding.OPUS"
    )
    async with listening(desk) as listener, altered_scenario(altered, secrets=secrets(listener.port)) as session:
        await talk(session)
        assert "code 1003, 0 attempts" in await session.log("no captions any more")


@contextlib.asynccontextmanager
async def altered_scenario(text: str, **options: Any) -> AsyncIterator[Scenario]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "scenario.js"
        file.write_text(text, encoding="utf-8")
        async with scenario(file, **options) as session:
            yield session


def test_the_scenario_holds_no_address_and_no_secret() -> None:
    text = SCENARIO.read_text(encoding="utf-8")
    code = "\n".join(line for line in text.splitlines() if not line.startswith("//"))
    assert "://" not in code
    assert "Modules.WebSocket" not in code
    assert "trace: true" not in code
