"""What a Pipecat bot needs to be reached, checked before anything is opened."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, urlsplit, urlunsplit

from desktop.core.audio import AudioFormat
from desktop.core.errors import CredentialMissing, LanguageUnsupported, OptionInvalid
from desktop.core.languages import LANGUAGES
from desktop.core.message import Message, say
from desktop.core.provider import CredentialField, Option, OptionKind, StreamConfig
from desktop.transport.target import Target

_OTHERS = """
ar-SA bg-BG ca-ES cs-CZ da-DK de-AT de-CH de-DE el-GR en-AU en-IN es-ES es-MX et-EE fi-FI fr-BE fr-CH he-IL hi-IN hr-HR
hu-HU id-ID it-IT ja-JP ko-KR lt-LT lv-LV ms-MY nl-BE nl-NL no-NO pl-PL pt-BR pt-PT ro-RO ru-RU sk-SK sl-SI sr-RS sv-SE
th-TH tr-TR uk-UA vi-VN zh-CN zh-TW
"""
LANGUAGES_OF_BOTS: tuple[str, ...] = (*LANGUAGES, *_OTHERS.split())
"""What captions are marked as; which language is understood is decided where the bot was set up."""

FIELDS = (
    CredentialField(
        "token",
        say("Pipecat", "Token"),
        say("Pipecat", "What the server asks for to let you in; empty when it asks for nothing."),
        pattern=r"[\x21-\x7e]{0,4096}",
        optional=True,
    ),
    CredentialField(
        "headers",
        say("Pipecat", "Further headers"),
        say("Pipecat", "HTTP headers for the connection, such as X-Api-Key: abc; X-Team: blue."),
        optional=True,
    ),
)
OPTIONS: tuple[Option, ...] = (
    Option(
        "url",
        say("Pipecat", "Address"),
        say("Pipecat", "Where the bot listens, such as wss://bots.example/ws."),
        OptionKind.ADDRESS,
    ),
    Option(
        "token-as",
        say("Pipecat", "Token goes into"),
        say("Pipecat", "The header Authorization: Bearer, the query ?token=, or both."),
        OptionKind.CHOICE,
        "header",
        ("header", "query", "both"),
        (say("Pipecat", "The header"), say("Pipecat", "The address"), say("Pipecat", "Both")),
    ),
    Option(
        "origin",
        say("Pipecat", "Origin"),
        say("Pipecat", "For servers with a list of allowed origins, such as https://bots.example."),
    ),
    Option(
        "sample-rate",
        say("Pipecat", "Sample rate"),
        say("Pipecat", "In Hz; the rate that the bot's pipeline expects."),
        OptionKind.CHOICE,
        "16000",
        ("16000", "8000", "24000", "48000"),
        (
            say("Pipecat", "16 kHz, the usual rate"),
            say("Pipecat", "8 kHz, as a telephone"),
            say("Pipecat", "24 kHz"),
            say("Pipecat", "48 kHz"),
        ),
    ),
    Option(
        "bot-captions",
        say("Pipecat", "Caption the bot"),
        say("Pipecat", "Show what the bot says, as a speaker of its own."),
        OptionKind.FLAG,
        "yes",
    ),
    Option(
        "hear-bot",
        say("Pipecat", "Hear the bot"),
        say("Pipecat", "Play what the bot says. Use a headset, or the bot hears itself."),
        OptionKind.FLAG,
        "no",
    ),
    Option(
        "output-device",
        say("Pipecat", "Hear the bot on"),
        say("Pipecat", "Name of a sound output; empty for the system's own choice."),
    ),
    Option(
        "insecure",
        say("Pipecat", "Allow no encryption"),
        say("Pipecat", "Allow a ws:// address on another computer: anyone on the way can listen."),
        OptionKind.FLAG,
        "no",
    ),
)
_ON, _OFF = ("yes", "true", "on", "1"), ("no", "false", "off", "0")
_HEADER = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+)[ \t]*:[ \t]*([\x20-\x7e]*)")
_NEXT_HEADER = re.compile(r"[;\r\n]+[ \t]*(?=[!#$%&'*+.^_`|~0-9A-Za-z-]+[ \t]*:)")
_OUR_HEADERS = re.compile(r"host|connection|upgrade|origin|content-length|transfer-encoding|sec-websocket-.*")


@dataclass(frozen=True, slots=True)
class Settings:
    """A stream that can be opened: everything about its configuration is checked."""

    target: Target
    language: str
    format: AudioFormat
    """What the bot is sent."""
    bot_captions: bool
    hear_bot: bool
    output: str


def settings(config: StreamConfig) -> Settings:
    """Check a configuration; raises `ProviderError`."""
    if config.language not in LANGUAGES_OF_BOTS:
        raise LanguageUnsupported(
            say("Pipecat", "The language {language} can't be given to captions of a bot.", language=config.language),
            say("Pipecat", "Choose another language or another provider."),
        )
    given = {key: value.strip() for key, value in config.options.items() if value.strip()}
    known = {option.key: option for option in OPTIONS}
    for key, value in given.items():
        if key not in known:
            raise _no(key, say("Pipecat", "There is no such option; see docs/providers/pipecat.md."))
        _check(known[key], value)
    values = {option.key: given.get(option.key, option.default) for option in OPTIONS}
    return Settings(
        _target(values, config.credentials),
        config.language,
        AudioFormat(int(values["sample-rate"])),
        _is_on(values["bot-captions"]),
        _is_on(values["hear-bot"]),
        values["output-device"],
    )


def _is_on(value: str) -> bool:
    return value.lower() in _ON


def _check(option: Option, value: str) -> None:
    if option.kind is OptionKind.CHOICE and value not in option.choices:
        raise _no(option.key, say("Pipecat", "Give one of {choices}.", choices=", ".join(option.choices)))
    if option.kind is OptionKind.FLAG and value.lower() not in (*_ON, *_OFF):
        raise _no(option.key, say("Pipecat", "Give yes or no."))


def _target(values: Mapping[str, str], credentials: Mapping[str, str]) -> Target:
    if not values["url"]:
        raise OptionInvalid(
            say("Pipecat", "It is not known where the bot listens."),
            say("Pipecat", "Set the option url to its address, such as ws://localhost:8765."),
        )
    token = credentials.get("token", "").strip()
    headers = _headers(credentials.get("headers", ""))
    if token and values["token-as"] in ("header", "both"):
        if any(name.lower() == "authorization" for name in headers):
            raise CredentialMissing(
                say("Pipecat", "There are two Authorization headers: the token and one of the further headers."),
                say("Pipecat", "Leave one of them out, or set the option token-as to query."),
            )
        headers["Authorization"] = f"Bearer {token}"
    url = _address(values["url"], token if values["token-as"] in ("query", "both") else "")
    return Target(url, headers, values["origin"] or None, insecure=_is_on(values["insecure"]))


def _address(url: str, token: str) -> str:
    """A WebSocket address, with the token in its query where it is wanted there."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise _no("url", say("Pipecat", "Give an address such as wss://bots.example/ws.")) from None
    scheme = {"http": "ws", "https": "wss"}.get(parts.scheme, parts.scheme)
    if scheme not in ("ws", "wss") or not parts.hostname or parts.username is not None:
        raise _no("url", say("Pipecat", "Give an address such as wss://bots.example/ws."))
    query = parts.query
    if token:
        if any(name == "token" for name, _ in parse_qsl(query, keep_blank_values=True)):
            raise _no("url", say("Pipecat", "It has a token of its own already; leave one of them out."))
        query = f"{query}&token={quote(token, safe='')}".removeprefix("&")
    return urlunsplit((scheme, parts.netloc, parts.path, query, ""))


def _headers(text: str) -> dict[str, str]:
    """`Name: value` pairs, separated by lines or by semicolons with a name behind them; others belong to a value."""
    headers: dict[str, str] = {}
    for part in _NEXT_HEADER.split(text.strip()):
        pair = part.strip(" \t;")
        if not pair:
            continue
        match = _HEADER.fullmatch(pair)
        if match is None or _OUR_HEADERS.fullmatch(match[1].lower()):
            raise CredentialMissing(
                say("Pipecat", "The further headers can't be read, or name one that belongs to the connection itself."),
                say("Pipecat", "Give them as Name: value; Name: value."),
            )
        headers[match[1]] = match[2].strip()
    return headers


def _no(key: str, hint: Message) -> OptionInvalid:
    return OptionInvalid(say("Pipecat", "The option {key} can't be used like this.", key=key), hint)
