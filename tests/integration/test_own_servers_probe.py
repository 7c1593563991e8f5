"""Trying the three out: every step in its order, and the step that fails is the last."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest

from desktop.core.audio import SPEECH
from desktop.core.provider import ProbeStep, Probing, StreamConfig
from desktop.providers import discover
from tests.support import symbl_server, vosk_server, whisper_live_server
from tests.support.own_server import Fault
from tests.support.symbl_server import APP_ID, SECRET

KEYS = {"symbl": {"app-id": APP_ID, "app-secret": SECRET}}


@asynccontextmanager
async def running(provider: str) -> AsyncIterator[Any]:
    starts: dict[str, Any] = {
        "symbl": symbl_server.start,
        "vosk": vosk_server.start,
        "whisper-live": whisper_live_server.start,
    }
    async with starts[provider]() as server:
        yield server
        assert not server.complaints


async def probe(provider: str, keys: Mapping[str, str] | None = None, **options: str) -> list[ProbeStep]:
    one = type(discover()[provider])()
    assert isinstance(one, Probing)
    config = StreamConfig("en-US", SPEECH, KEYS.get(provider, {}) if keys is None else keys, options)
    return [step async for step in one.probe(config)]


@pytest.mark.parametrize("provider", ["symbl", "vosk", "whisper-live"])
async def test_every_step(provider: str) -> None:
    async with running(provider) as server:
        steps = await probe(provider, url=server.url)
        port = server.url.rpartition(":")[2]
        token = ["access token"] if provider == "symbl" else []
        expected = ["name resolution", f"port {port}", *token, "WebSocket", "half a second of silence"]
        assert [str(step.title) for step in steps] == expected
        assert not [str(step.error) for step in steps if step.error]
        assert len(server.streams) == 1


@pytest.mark.parametrize(
    ("provider", "options", "step"),
    [
        ("symbl", {}, "options"),
        ("symbl", {"confidence-threshold": "7"}, "options"),
        ("vosk", {"url": "ftp://x"}, "options"),
        ("whisper-live", {"repeats": "0"}, "options"),
        ("vosk", {"url": "ws://10.0.0.7"}, "options"),
        ("vosk", {"url": "wss://nowhere.invalid"}, "name resolution"),
        ("whisper-live", {"url": "ws://127.0.0.1:1"}, "port 1"),
        ("symbl", {"url": "wss://127.0.0.1:1"}, "port 1"),
    ],
)
async def test_without_a_server(provider: str, options: dict[str, str], step: str) -> None:
    steps = await probe(provider, None, **options)
    assert [str(each.title) for each in steps if each.error] == [step]
    assert steps[-1].error


@pytest.mark.parametrize(
    ("provider", "fault", "step"),
    [
        ("symbl", symbl_server.Fault("refuse", status=401), "WebSocket"),
        ("symbl", symbl_server.Fault("error", 0.1, text="boom"), "half a second of silence"),
        ("vosk", Fault("refuse"), "WebSocket"),
        ("vosk", Fault("garbage", 0.1), "half a second of silence"),
        ("whisper-live", Fault("full"), "WebSocket"),
        ("whisper-live", Fault("disconnect", 0.1), "half a second of silence"),
    ],
)
async def test_servers_with_a_fault(provider: str, fault: Any, step: str) -> None:
    async with running(provider) as server:
        server.faults = [fault, fault]
        steps = await probe(provider, url=server.url)
        assert [str(each.title) for each in steps if each.error] == [step]
        assert steps[-1].error


async def test_a_secret_that_is_wrong_ends_with_the_token() -> None:
    async with running("symbl") as server:
        steps = await probe("symbl", {"app-id": APP_ID, "app-secret": "canary"}, url=server.url)
    assert str(steps[-1].title) == "access token"
    assert steps[-1].error
    assert "canary" not in str(steps[-1].error)


async def test_a_token_that_was_entered_is_said_to_be_used_as_it_is() -> None:
    async with running("symbl") as server:
        steps = await probe("symbl", {"access-token": server.new_token()}, url=server.url)
    assert [str(step.detail) for step in steps if step.detail] == ["The one that was entered, as it is."]


async def test_a_refused_token_is_made_anew_once() -> None:
    async with running("symbl") as server:
        one: Any = type(discover()["symbl"])()
        config = StreamConfig("en-US", SPEECH, KEYS["symbl"], {"url": server.url})
        async with one.connect(config) as stream:
            await stream.finish()
        server.valid.clear()
        async with one.connect(config) as stream:
            await stream.finish()
        assert server.tokens == 2
        assert server.attempts == 3


async def test_the_vendors_own_address_is_explained() -> None:
    from importlib import import_module

    discontinued = import_module("desktop.providers.symbl.failures").discontinued
    assert "discontinued" in str(discontinued("wss://api.symbl.ai"))
    assert discontinued("wss://symbl.ai.example.com") is None
