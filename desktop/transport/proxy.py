"""The HTTP proxy on the way to a service: which one it is, and what its refusals mean.

Streams, requests and trials all go the way that is found here. Nothing quotes the proxy's address: it may hold a
password.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from websockets.datastructures import Headers
from websockets.exceptions import InvalidProxy, InvalidProxyStatus
from websockets.proxy import Proxy, get_proxy, parse_proxy
from websockets.uri import parse_uri

from desktop.core.errors import ConnectionLost, OptionInvalid, ProviderError
from desktop.core.message import say
from desktop.transport.address import host_and_port
from desktop.transport.target import is_loopback

BASIC = "Basic"
_QUOTED = re.compile(r'"(?:\\.|[^"\\])*"')
_SCHEME = re.compile(r"\s*([A-Za-z][A-Za-z0-9-]{0,19})(?!\s*=)(?:\s|$)")
"""The name at the head of a challenge (RFC 9110, 11.6.1); a parameter has `=` after its name."""


@dataclass(frozen=True, slots=True)
class Way:
    """How a service is reached."""

    host: str
    port: int
    encrypted: bool = False
    proxy: Proxy | None = field(default=None, repr=False)
    address: str | None = field(default=None, repr=False)
    """The proxy's, as it was set."""


def way_to(url: str) -> Way:
    """The way to a URL of WebSockets or HTTP; this computer itself is never reached through a proxy.

    Raises `OptionInvalid` for a proxy that can't be used.
    """
    host, port = host_and_port(url)
    encrypted = urlsplit(url).scheme in ("wss", "https")
    service = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    address = None if is_loopback(host) else get_proxy(parse_uri(f"{'wss' if encrypted else 'ws'}://{service}"))
    if address is None:
        return Way(host, port, encrypted)
    try:
        proxy = parse_proxy(address)
    except (InvalidProxy, ValueError):  # the latter for a port that is no number, or bytes that are no text
        raise OptionInvalid(
            say("Network", "The proxy's address is none."), say("Network", "Set HTTPS_PROXY to http://host:port.")
        ) from None
    if proxy.scheme.startswith("socks"):
        raise OptionInvalid(
            say("Network", "SOCKS proxies are not supported."), say("Network", "Set an HTTP proxy in HTTPS_PROXY.")
        )
    return Way(host, port, encrypted, proxy, address)


def explain_proxy(error: Exception, proxy: Proxy | None) -> ProviderError:
    """Why the proxy makes no connection to the service."""
    status = error.response.status_code if isinstance(error, InvalidProxyStatus) else 0
    if isinstance(error, InvalidProxyStatus) and status == 407:
        return _explain_sign_in(error.response.headers, proxy)
    if not status:
        return ConnectionLost(
            say("Network", "The proxy's answer can't be understood."), say("Network", "Check HTTPS_PROXY.")
        )
    return ConnectionLost(
        say("Network", "The proxy lets nothing through to this service (status {status}).", status=status),
        say("Network", "Ask who runs the network, or check HTTPS_PROXY."),
    )


def _explain_sign_in(headers: Headers, proxy: Proxy | None) -> OptionInvalid:
    kinds = wanted(headers)
    if kinds and BASIC.lower() not in map(str.lower, kinds):
        return OptionInvalid(
            say("Network", "The proxy wants {kinds} (status 407), and Overtitle can sign in with Basic alone: a name "
                "and a password in the proxy's address.", kinds=", ".join(kinds[:4])),
            say("Network", "Run a relay on this computer that signs in for you, such as Px or Cntlm, and set "
                "HTTPS_PROXY to its address."),
        )  # fmt: skip
    if proxy is not None and proxy.username:
        return OptionInvalid(
            say("Network", "The proxy does not accept the name and the password in its address (status 407)."),
            say("Network", "Correct HTTPS_PROXY; characters such as @ and : are written as %40 and %3A in a password."),
        )
    return OptionInvalid(
        say("Network", "The proxy wants a name and a password (status 407)."),
        say("Network", "Set HTTPS_PROXY to http://name:password@host:port."),
    )


def wanted(headers: Headers) -> list[str]:
    """The kinds of signing in that a proxy offers, each once."""
    parts = ",".join(_QUOTED.sub("", line) for line in headers.get_all("Proxy-Authenticate")).split(",")
    return list(dict.fromkeys(found[1] for part in parts if (found := _SCHEME.match(part))))
