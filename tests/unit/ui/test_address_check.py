"""Addresses are judged while they are typed, in plain words."""

from __future__ import annotations

import pytest

from desktop.ui.address_check import address_fault, address_remark


@pytest.mark.parametrize(
    "text",
    ["", "w", "wss:/", "wss://", "https://", "wss://a.example", "host:8443", "localhost", "ws://127.0.0.1:2700/x",
     "wss://[::1]:9/", "WSS://A.example", "  wss://a.example  "],
)  # fmt: skip
def test_what_can_be_an_address_or_become_one_is_left_alone(text: str) -> None:
    assert address_fault(text) == ""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("wss://a b.example", "no spaces"),
        ("ftp://a.example", "begins with wss://"),
        ("wss://a.example:99999", "port has to be a number"),
        ("a.example:x", "port has to be a number"),
        ("wss://me:pw@a.example", "Leave name and password out"),
        ("wss:///path", "name of the server is missing"),
    ],
)
def test_what_can_not_be_one_is_told_why(text: str, words: str) -> None:
    assert words in address_fault(text)


def test_a_connection_that_is_not_encrypted_is_told_unless_it_was_agreed_to() -> None:
    assert "Not encrypted" in address_remark("ws://a.example", allowed=False)
    assert "Not encrypted" in address_remark("http://192.0.2.1:80", allowed=False)
    for text in ("ws://localhost:2700", "wss://a.example", "a.example", "", "ws://", "ws://a:b:c"):
        assert address_remark(text, allowed=False) == ""
    assert address_remark("ws://a.example", allowed=True) == ""
