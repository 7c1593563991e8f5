"""What the refusals of a Symbl-compatible server mean, and what helps."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from desktop.core.errors import (
    AuthenticationFailed,
    ConnectionLost,
    LanguageUnsupported,
    OptionInvalid,
    ProtocolViolation,
    ProviderError,
    RateLimited,
    ServiceUnavailable,
    StreamStalled,
)
from desktop.core.message import say
from desktop.providers.symbl.reading import Fields, fields, text
from desktop.transport.target import Refusal
from desktop.transport.websocket import explain_refusal

_QUOTED = 160
"""Characters of the server's own words that are shown."""
_SECRET = re.compile(r"[\w.~+/=-]{20,}")
"""What may be a token, and is not shown."""


def discontinued(url: str) -> OptionInvalid | None:
    """For an address of Symbl.ai itself, which can't be reached for a reason of its own."""
    host = (urlsplit(url).hostname or "").lower()
    if host != "symbl.ai" and not host.endswith(".symbl.ai"):
        return None
    return OptionInvalid(
        say("Symbl", "Symbl.ai's own service was discontinued; {host} can't be reached.", host=host),
        say("Symbl", "Set the option url to another server that speaks Symbl's realtime protocol."),
    )


def refused(refusal: Refusal) -> ProviderError:
    """Why the server did not open the WebSocket."""
    if refusal.status in (401, 403):
        return AuthenticationFailed(
            say("Symbl", "The server does not accept the access token (HTTP status {status}).", status=refusal.status),
            say("Symbl", "It may have run out: enter a new one, or an app id and its secret."),
        )
    if refusal.status == 404:
        return OptionInvalid(
            say("Symbl", "The server has no streams at this path (HTTP status 404)."),
            say("Symbl", "Check the options url and path."),
        )
    if refusal.status == 429:
        return RateLimited(
            say("Symbl", "The account has reached its number of streams at a time (HTTP status 429)."),
            say("Symbl", "Close other streams: each side of a call takes one."),
        )
    return explain_refusal(refusal)


def complaint(body: Fields) -> ProviderError:
    """An error of the protocol, whose form was never documented: any of its texts is looked at."""
    said = " ".join(_texts(body, 3))
    lowered = said.lower()
    quoted = " ".join(_SECRET.sub("…", said).split())[:_QUOTED]
    if any(word in lowered for word in ("unauthorized", "access token", "authentication", "not authorized", "jwt")):
        return AuthenticationFailed(
            say("Symbl", "The server does not accept the access token: {reason}", reason=quoted),
            say("Symbl", "It may have run out: enter a new one, or an app id and its secret."),
        )
    if any(word in lowered for word in ("too many", "concurren", "rate limit", "limit exceeded", "quota")):
        return RateLimited(
            say("Symbl", "The account has reached a limit of the server: {reason}", reason=quoted),
            say("Symbl", "Close other streams: each side of a call takes one."),
        )
    if "language" in lowered:
        return LanguageUnsupported(
            say("Symbl", "The server does not caption this language: {reason}", reason=quoted),
            say("Symbl", "Choose another language, or another one in the option language-code."),
        )
    if any(word in lowered for word in ("invalid", "validation", "bad request", "must be", "required")):
        return OptionInvalid(
            say("Symbl", "The server does not accept the request: {reason}", reason=quoted),
            say("Symbl", "Check the options of this provider."),
        )
    return ServiceUnavailable(say("Symbl", "The server reports an error: {reason}", reason=quoted or "-"))


def _texts(body: Fields, depth: int) -> Iterator[str]:
    for key in ("message", "details", "detail", "error", "reason", "data", "payload"):
        value = body.get(key)
        if isinstance(value, str):
            yield text(value)[:500]
        elif depth:
            yield from _texts(fields(value), depth - 1)


def not_started() -> StreamStalled:
    """The WebSocket is open, and the server does not begin to listen."""
    return StreamStalled(
        say("Symbl", "The server did not begin to listen in time."),
        say("Symbl", "Check that it speaks Symbl's realtime protocol, and its own log."),
    )


def ended(code: int | None, *, started: bool) -> ConnectionLost:
    """The connection ended, and nobody had asked for it."""
    if not started:
        return ConnectionLost(
            say("Symbl", "The server closed the connection before it listened (code {code}).", code=code or "-"),
            say("Symbl", "Check the options of this provider, and the server's own log."),
        )
    return ConnectionLost(
        say("Symbl", "The server ended the stream before the sound was over (code {code}).", code=code or "-")
    )


def not_symbl() -> ProtocolViolation:
    """What answers is something else."""
    return ProtocolViolation(
        say("Symbl", "What answers at this address does not speak Symbl's realtime protocol."),
        say("Symbl", "Check the options url and path."),
    )
