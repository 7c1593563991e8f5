"""Trying Amazon Transcribe out step by step: directly, and through a proxy of this computer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from desktop.core.audio import SPEECH
from desktop.core.provider import StreamConfig
from desktop.providers import discover
from tests.support.amazon_parts import certificate
from tests.support.amazon_server import ACCESS, REGION, SECRET, AmazonServer, Fault, start
from tests.support.connect_proxy import ConnectProxy, start_proxy

KEYS = {"access-key-id": ACCESS, "secret-access-key": SECRET}
ELSEWHERE = "amazon.test"
"""A name that only the proxy knows: this computer itself is never reached through one."""


@pytest.fixture
async def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[AmazonServer]:
    pem = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    async with start(pem) as running:
        yield running
        assert not running.complaints


@pytest.fixture
async def proxy(server: AmazonServer, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[ConnectProxy]:
    async with start_proxy(int(server.url.rpartition(":")[2])) as running:
        for name in ("HTTPS_PROXY", "https_proxy"):
            monkeypatch.setenv(name, running.url)
        yield running


def provider() -> Any:
    kind: Any = type(discover()["amazon-transcribe"])
    return kind()


def config(server: AmazonServer, **options: str) -> StreamConfig:
    return StreamConfig("en-US", SPEECH, KEYS, {"endpoint": server.url, "region": REGION, **options})


async def test_probing_walks_through_every_step(server: AmazonServer) -> None:
    steps = [step async for step in provider().probe(config(server))]
    titles = [str(step.title) for step in steps]
    port = server.url.rpartition(":")[2]
    assert titles == [
        "name resolution", f"port {port}", "encryption (TLS)", "clock", "credentials", "permission to stream",
        "half a second of silence",
    ]  # fmt: skip
    assert not [step for step in steps if step.error]
    assert "keys given to Overtitle" in str(steps[4].detail)
    assert bytes(server.streams[0].sound) == bytes(SPEECH.size(0.5))


@pytest.mark.parametrize(
    ("keys", "options", "faults", "step"),
    [
        ({}, {"endpoint": "wss://transcribe.invalid:8443"}, [], "name resolution"),
        ({}, {"endpoint": "wss://127.0.0.1:1"}, [], "port 1"),
        ({}, {"fips": "yes"}, [], "options"),
        ({"secret-access-key": "wrong"}, {}, [], "permission to stream"),
        ({}, {}, [Fault("exception", 0.1, body="x is not authorized", headers={"kind": "AccessDeniedException"})],
         "permission to stream"),
        ({}, {}, [Fault("drop", 0.1)], "half a second of silence"),
    ],
)  # fmt: skip
async def test_probing_ends_with_the_step_that_fails(
    server: AmazonServer, keys: dict[str, str], options: dict[str, str], faults: list[Fault | None], step: str
) -> None:
    server.faults = faults
    given = {"endpoint": server.url, "region": REGION, **options}
    steps = [each async for each in provider().probe(StreamConfig("en-US", SPEECH, {**KEYS, **keys}, given))]
    assert [str(each.title) for each in steps if each.error] == [step]
    assert steps[-1].error


async def test_probing_without_trust(server: AmazonServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    steps = [step async for step in provider().probe(config(server))]
    assert [str(step.title) for step in steps if step.error] == ["encryption (TLS)"]


async def test_probing_through_a_proxy(server: AmazonServer, proxy: ConnectProxy) -> None:
    settings = config(server, endpoint=f"wss://{ELSEWHERE}:8443")
    steps = [step async for step in provider().probe(settings)]
    assert [(str(step.title), step.error) for step in steps] == [
        ("proxy", None), ("port 8443 through the proxy", None), ("encryption (TLS)", None), ("clock", None),
        ("credentials", None), ("permission to stream", None), ("half a second of silence", None),
    ]  # fmt: skip
    assert "looks up the address of the service" in str(steps[0].detail)
    assert proxy.asked == [f"{ELSEWHERE}:8443"] * 3
    assert server.streams[0].host == f"{ELSEWHERE}:8443"


async def test_a_clock_is_seen_through_a_proxy(server: AmazonServer, proxy: ConnectProxy) -> None:
    server.skew = 3600.0
    steps = [step async for step in provider().probe(config(server, endpoint=f"wss://{ELSEWHERE}:8443"))]
    assert "off by 60 min" in str(steps[3].detail)


@pytest.mark.parametrize(
    ("status", "words"),
    [(407, "wants a name and a password"), (403, "lets nothing through to this service"), (502, "status 502")],
)
async def test_a_proxy_that_refuses(server: AmazonServer, proxy: ConnectProxy, status: int, words: str) -> None:
    proxy.status = status
    steps = [step async for step in provider().probe(config(server, endpoint=f"wss://{ELSEWHERE}:8443"))]
    assert [str(step.title) for step in steps] == ["proxy", "port 8443 through the proxy"]
    assert words in str(steps[-1].error)
    assert server.attempts == 0


async def test_a_proxy_that_wants_a_name_gets_it(
    server: AmazonServer, proxy: ConnectProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy.account = "kim:p@ss"
    monkeypatch.setenv("https_proxy", proxy.url.replace("http://", "http://kim:p%40ss@"))
    steps = [step async for step in provider().probe(config(server, endpoint=f"wss://{ELSEWHERE}:8443"))]
    assert not [step for step in steps if step.error]
    proxy.account = "another:one"
    steps = [step async for step in provider().probe(config(server, endpoint=f"wss://{ELSEWHERE}:8443"))]
    assert "407" in str(steps[-1].error)
    assert "p@ss" not in "".join(str(step) for step in steps)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("http://127.0.0.1:1", "127.0.0.1 refuses connections on port 1"),
        ("http://proxy.invalid:8080", "proxy.invalid can't be found"),
        ("socks5://127.0.0.1:1080", "SOCKS proxies are not supported"),
        ("ftp://127.0.0.1:1", "The proxy's address is none"),
    ],
)
async def test_a_proxy_that_is_not_there(
    server: AmazonServer, monkeypatch: pytest.MonkeyPatch, address: str, words: str
) -> None:
    monkeypatch.setenv("https_proxy", address)
    steps = [step async for step in provider().probe(config(server, endpoint=f"wss://{ELSEWHERE}:8443"))]
    assert [str(step.title) for step in steps] == ["proxy"]
    assert words in str(steps[0].error)


async def test_a_certificate_that_nobody_knows_behind_a_proxy(
    server: AmazonServer, proxy: ConnectProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    steps = [step async for step in provider().probe(config(server, endpoint=f"wss://{ELSEWHERE}:8443"))]
    assert [str(step.title) for step in steps if step.error] == ["encryption (TLS)"]


async def test_the_certificate_has_to_be_the_services_not_the_proxys(server: AmazonServer, proxy: ConnectProxy) -> None:
    steps = [step async for step in provider().probe(config(server, endpoint="wss://another.test:8443"))]
    assert [str(step.title) for step in steps if step.error] == ["encryption (TLS)"]
    assert "another.test" in str(steps[-1].error)
