"""Options and credentials become an address with headers, or a refusal that says what to do."""

from __future__ import annotations

import pytest

from desktop.core.audio import SPEECH, AudioFormat
from desktop.core.errors import ConnectionUntrusted, CredentialMissing, LanguageUnsupported, OptionInvalid
from desktop.core.provider import StreamConfig
from desktop.providers.pipecat.options import LANGUAGES_OF_BOTS, Settings, settings
from desktop.transport.target import require_encryption

URL = "wss://bots.example/ws"


def checked(options: dict[str, str], credentials: dict[str, str] | None = None) -> Settings:
    return settings(StreamConfig("en-US", SPEECH, credentials or {}, {"url": URL, **options}))


def test_what_is_meant_by_nothing() -> None:
    plain = checked({})
    assert (plain.target.url, plain.target.headers, plain.target.origin) == (URL, {}, None)
    assert (plain.format, plain.bot_captions, plain.hear_bot, plain.output) == (AudioFormat(16_000), True, False, "")


def test_every_option() -> None:
    full = checked(
        {"sample-rate": "8000", "bot-captions": "no", "hear-bot": "YES", "output-device": " Headset ",
         "origin": "https://bots.example", "insecure": "yes", "url": "http://10.0.0.7:7860/ws?room=1"},
    )  # fmt: skip
    assert full.target.url == "ws://10.0.0.7:7860/ws?room=1"
    assert (full.target.origin, full.target.insecure) == ("https://bots.example", True)
    assert (full.format, full.bot_captions, full.hear_bot, full.output) == (AudioFormat(8000), False, True, "Headset")
    require_encryption(full.target)


@pytest.mark.parametrize(
    ("way", "url", "headers"),
    [
        ("header", URL, {"Authorization": "Bearer a/b+c="}),
        ("query", URL + "?token=a%2Fb%2Bc%3D", {}),
        ("both", URL + "?token=a%2Fb%2Bc%3D", {"Authorization": "Bearer a/b+c="}),
    ],
)
def test_where_the_token_goes(way: str, url: str, headers: dict[str, str]) -> None:
    target = checked({"token-as": way}, {"token": "a/b+c="}).target
    assert (target.url, target.headers) == (url, headers)
    assert "a/b+c=" not in repr(checked({"token-as": way}, {"token": "a/b+c="}))


def test_a_token_joins_a_query_that_is_there() -> None:
    target = checked({"token-as": "query", "url": URL + "?room=a%20b"}, {"token": "t"}).target
    assert target.url == URL + "?room=a%20b&token=t"


def test_further_headers() -> None:
    text = "X-Api-Key: abc; Cookie: a=1; b=2;X-Team:blue: sky\nX-Empty:"
    headers = checked({}, {"headers": text, "token": "t"}).target.headers
    assert headers == {
        "X-Api-Key": "abc", "Cookie": "a=1; b=2", "X-Team": "blue: sky", "X-Empty": "", "Authorization": "Bearer t",
    }  # fmt: skip
    assert checked({}, {"headers": " ; "}).target.headers == {}


@pytest.mark.parametrize(
    "text",
    ["nonsense", "Host: evil", "Sec-WebSocket-Key: x", "upgrade: h2c", "X-A: \u00e9", ": x", "Origin: https://x"],
)
def test_headers_that_are_refused(text: str) -> None:
    with pytest.raises(CredentialMissing, match="further headers") as refusal:
        checked({}, {"headers": text})
    assert text not in str(refusal.value)


def test_two_authorizations_are_refused() -> None:
    both = {"headers": "authorization: Basic x", "token": "t"}
    with pytest.raises(CredentialMissing, match="two Authorization"):
        checked({}, both)
    assert checked({"token-as": "query"}, both).target.headers == {"authorization": "Basic x"}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("token-as", "cookie"),
        ("sample-rate", "11025"),
        ("hear-bot", "perhaps"),
        ("nonsense", "1"),
        ("url", "bots.example"),
        ("url", "ftp://bots.example"),
        ("url", "ws://"),
        ("url", "ws://host:port"),
        ("url", "ws://[::1"),
        ("url", "wss://name:password@bots.example"),
    ],
)
def test_options_that_are_refused(key: str, value: str) -> None:
    with pytest.raises(OptionInvalid, match=f"option {key}"):
        checked({key: value})


def test_a_second_token_in_the_address_is_refused() -> None:
    with pytest.raises(OptionInvalid, match="token of its own"):
        checked({"token-as": "query", "url": URL + "?token=x"}, {"token": "t"})
    assert checked({"url": URL + "?token=x"}, {"token": "t"}).target.url == URL + "?token=x"


def test_there_is_no_default_server() -> None:
    with pytest.raises(OptionInvalid, match="where the bot listens"):
        settings(StreamConfig("en-US"))


def test_plain_addresses_are_for_this_computer() -> None:
    require_encryption(checked({"url": "ws://localhost:8765"}).target)
    with pytest.raises(ConnectionUntrusted):
        require_encryption(checked({"url": "ws://10.0.0.7:8765"}).target)


def test_languages() -> None:
    assert len(set(LANGUAGES_OF_BOTS)) == len(LANGUAGES_OF_BOTS)
    with pytest.raises(LanguageUnsupported):
        settings(StreamConfig("zz-ZZ", options={"url": URL}))
