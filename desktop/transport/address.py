"""Addresses of servers of one's own, as people write them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from desktop.core.errors import OptionInvalid
from desktop.core.message import say
from desktop.core.provider import StreamConfig
from desktop.transport.target import Target, is_loopback

_SCHEMES = {"https": "wss", "http": "ws", "wss": "wss", "ws": "ws"}
_PATH = re.compile(r"[\w~!$&'()*+,;=:@%./-]*", re.ASCII)


def websocket_url(text: str) -> str:
    """Scheme (`ws` or `wss`), host, port and path of an address; a bare `host:port` of another computer is `wss`.

    Raises `OptionInvalid`, which never quotes the address: it may hold a password.
    """
    address = text.strip()
    if "://" not in address:
        host = urlsplit(f"//{address}").hostname if parses(f"//{address}") else None
        address = f"{'ws' if host and is_loopback(host) else 'wss'}://{address}"
    scheme, _, rest = address.partition("://")
    url = f"{_SCHEMES.get(scheme.lower(), '')}://{rest}"
    if not parses(url):
        raise no_address()
    parts = urlsplit(url)
    usable = not (parts.query or parts.fragment or parts.username or parts.password)
    if not parts.scheme or not parts.hostname or not usable or not _PATH.fullmatch(parts.path):
        raise no_address()
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


def parses(url: str) -> bool:
    """Whether a URL can be put into a request as it stands."""
    try:
        urlsplit(url).port  # noqa: B018 - a port that is no number is found by asking for it
    except ValueError:
        return False
    return url.isascii() and url.isprintable() and " " not in url


def own_server(config: StreamConfig, usual: str) -> Target:
    """What the options `url` (else `usual`) and `insecure` and the credential `token` say; raises `OptionInvalid`."""
    token = config.credentials.get("token", "")
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    url = websocket_url(config.options.get("url", "").strip() or usual)
    return Target(url, headers, insecure=is_on(config.options, "insecure"))


def no_address() -> OptionInvalid:
    """What was given can't be the address of a server."""
    return OptionInvalid(
        say("Network", "The option url is no address of a server."),
        say("Network", "Give an address such as wss://host:port, without a name, a password or a query."),
    )


def host_and_port(url: str) -> tuple[str, int]:
    """Where a WebSocket URL leads."""
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or (443 if parts.scheme in ("wss", "https") else 80)


def web_url(url: str) -> str:
    """The HTTP address of the same server."""
    return url.replace("ws", "http", 1)


def is_on(options: Mapping[str, str], key: str, default: str = "no") -> bool:
    """Whether a flag is set."""
    return (options.get(key, "").strip() or default).lower() in ("yes", "true", "on", "1")


def listed(text: str) -> list[str]:
    """What stands between commas."""
    return [part.strip() for part in text.split(",") if part.strip()]
