"""Addresses as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.core.errors import OptionInvalid
from desktop.core.provider import StreamConfig
from desktop.transport.address import host_and_port, is_on, listed, own_server, web_url, websocket_url
from desktop.transport.proxy import way_to
from desktop.transport.target import Target, require_encryption


@pytest.mark.parametrize(
    ("text", "url"),
    [
        (" ws://localhost:2700 ", "ws://localhost:2700"),
        ("localhost:2700", "ws://localhost:2700"),
        ("127.0.0.1:2700", "ws://127.0.0.1:2700"),
        ("[::1]:2700", "ws://[::1]:2700"),
        ("host.example:2700", "wss://host.example:2700"),
        ("HTTPS://host.example/asr/", "wss://host.example/asr"),
        ("http://10.0.0.1", "ws://10.0.0.1"),
    ],
)
def test_what_is_meant(text: str, url: str) -> None:
    assert websocket_url(text) == url


@pytest.mark.parametrize(
    "text",
    ["", "ftp://host", "wss://", "wss://host:port", "wss://host:99999", "wss://a b", "wss://host/a b", "wss://h/\u00e9",
     "wss://name:canary@host", "wss://host?key=canary", "wss://host#canary", "wss://[::1"],
)  # fmt: skip
def test_what_is_none_is_not_quoted(text: str) -> None:
    with pytest.raises(OptionInvalid) as found:
        websocket_url(text)
    assert "canary" not in str(found.value)


@given(st.text(max_size=40))
def test_any_text_is_an_address_that_can_be_checked_or_none(text: str) -> None:
    try:
        url = websocket_url(text)
    except OptionInvalid:
        return
    require_encryption(Target(url, insecure=True))
    host, port = host_and_port(url)
    assert (way_to(url).host, way_to(url).port) == (host, port)
    assert host
    assert 0 <= port < 65_536


def test_a_server_of_ones_own() -> None:
    assert own_server(StreamConfig("en-US"), "ws://localhost:2700") == Target("ws://localhost:2700")
    given = {"url": "https://host/vosk/", "insecure": "yes"}
    there = own_server(StreamConfig("en-US", credentials={"token": "canary"}, options=given), "ws://localhost:2700")
    assert there == Target("wss://host/vosk", {"Authorization": "Bearer canary"}, insecure=True)
    assert "canary" not in repr(there)


def test_the_rest() -> None:
    assert host_and_port("wss://host") == ("host", 443)
    assert host_and_port("http://host") == ("host", 80)
    assert web_url("wss://host/ws") == "https://host/ws"
    assert web_url("ws://host") == "http://host"
    assert is_on({"a": "yes"}, "a")
    assert is_on({"a": ""}, "a", "yes")
    assert not is_on({}, "a")
    assert listed(" a, b,,c ") == ["a", "b", "c"]
