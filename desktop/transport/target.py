"""Where a WebSocket goes, what may refuse it, and that it is encrypted."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from desktop.core.errors import ConnectionUntrusted, OptionInvalid
from desktop.core.message import say


@dataclass(frozen=True, slots=True)
class Target:
    """Where to connect."""

    url: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    origin: str | None = None
    subprotocols: tuple[str, ...] = ()
    insecure: bool = False
    """Plain `ws://` to another computer was asked for."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """What the service answered instead of opening the WebSocket."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    """Names in lower case."""
    body: str = field(repr=False)
    """The first 16 KiB; may quote the request, so it is never logged or shown as it is."""


def is_loopback(host: str) -> bool:
    """Whether a host of a URL is this computer."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def require_encryption(target: Target) -> None:
    """Plain WebSockets stay on this computer unless they were asked for; raises `ProviderError`."""
    try:
        parts = urlsplit(target.url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        host, parts = "", urlsplit("")
    if parts.scheme not in ("ws", "wss") or not host:
        raise OptionInvalid(
            say("Network", "The address of the service is none."),
            say("Network", "Give an address such as wss://host:8443."),
        )
    if parts.scheme == "ws" and not target.insecure and not is_loopback(host):
        raise ConnectionUntrusted(
            say("Network", "The connection to {host} would not be encrypted.", host=host),
            say("Network", "Use an address that begins with wss://, or set the option insecure=yes."),
        )
