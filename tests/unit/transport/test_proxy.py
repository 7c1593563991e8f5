"""Which way is taken, and what kinds of signing in a proxy asks for."""

from __future__ import annotations

import pytest
from websockets.datastructures import Headers

from desktop.transport.proxy import wanted, way_to


@pytest.fixture(autouse=True)
def proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_PROXY", "no_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, "http://kim:canary@safe.test:3128")
    for name in ("HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(name, "http://plain.test")


@pytest.mark.parametrize(
    "url", ["wss://service.test/ws", "https://service.test/token", "wss://service.test:8443", "wss://[2001:db8::1]:443"]
)
def test_the_way_of_a_stream_and_of_a_request(url: str) -> None:
    way = way_to(url)
    assert way.proxy is not None
    assert (way.proxy.host, way.proxy.port, way.encrypted) == ("safe.test", 3128, True)
    assert "canary" not in repr(way)


@pytest.mark.parametrize("url", ["ws://service.test/ws", "http://service.test/token"])
def test_without_encryption_stream_and_request_go_the_same_way(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert way_to(url).address == "http://kim:canary@safe.test:3128"
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.delenv(name)
    assert way_to(url).address == "http://plain.test"
    assert way_to(url.replace("ws:", "wss:").replace("http:", "https:")).proxy is None


@pytest.mark.parametrize("url", ["wss://localhost:8443", "wss://127.0.0.1", "ws://[::1]:80", "https://127.0.0.9"])
def test_this_computer_is_reached_directly(url: str) -> None:
    assert way_to(url).proxy is None


@pytest.mark.parametrize("exempt", ["service.test", ".test", "*"])
def test_exemptions(exempt: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, exempt)
    assert way_to("wss://www.service.test" if exempt == ".test" else "wss://service.test").proxy is None


@pytest.mark.parametrize(
    ("lines", "kinds"),
    [
        ([], []),
        (["Negotiate", "NTLM"], ["Negotiate", "NTLM"]),
        (["Negotiate, NTLM"], ["Negotiate", "NTLM"]),
        (
            ['Basic realm="ours, NTLM ones", charset="UTF-8", Digest realm="b", nonce="c\\", Bearer d"'],
            ["Basic", "Digest"],
        ),
        (["NTLM TlRMTVNTUAACAAAA=="], ["NTLM"]),
        (["NTLM", "NTLM"], ["NTLM"]),
        (["<b>x</b>", "", ",,", 'realm = "x"', "A" * 21], []),
        (["a, b, c, d, Basic"], ["a", "b", "c", "d", "Basic"]),
    ],
)
def test_kinds_of_signing_in(lines: list[str], kinds: list[str]) -> None:
    assert wanted(Headers([("Proxy-Authenticate", line) for line in lines])) == kinds
