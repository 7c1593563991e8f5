"""Who may come in: decides about a request before any WebSocket is opened. Pure, but for the count of wrong tokens."""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from desktop.ingress.dialect import name
from desktop.ingress.limits import Failures

SHOWN_BELOW = "/twilio"
"""Twilio drops the query and sets no header of ours (its errors 31920, 31922), so its token may follow this path."""
MOST_FIELDS = 16
"""Fields of a query."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a request says, as far as it decides."""

    target: str = field(repr=False)
    """Path and query, as sent."""
    host: tuple[str, ...]
    """Every `Host` header."""
    origin: tuple[str, ...] = ()
    """Every `Origin` header."""
    authorization: tuple[str, ...] = field(default=(), repr=False)
    """Every `Authorization` header."""


@dataclass(frozen=True, slots=True)
class Admission:
    """The way in."""

    path: str
    query: Mapping[str, str] = field(repr=False)
    """Without the token."""


@dataclass(frozen=True, slots=True)
class Refused:
    """No way in."""

    status: int
    reason: str
    """One line for the other side, the same whatever was wrong with a token."""
    quiet: bool = False
    """It has been told often enough."""


class Door:
    """Checks requests in this order: Host, Origin, path, token."""

    def __init__(self, token: str, paths: frozenset[str], hosts: frozenset[str], origins: frozenset[str]) -> None:
        self._token = token.encode()
        self._paths = paths
        self._hosts = hosts
        self._origins = origins

    def change_token(self, token: str) -> None:
        """Ask for another token from now on."""
        self._token = token.encode()

    def admit(self, request: Request, address: str, failures: Failures, now: float) -> Admission | Refused:
        """Whether the request may become a connection."""
        if not self._known_host(request.host):
            return Refused(421, "This name is not served here.")
        if any(origin not in self._origins for origin in request.origin):
            return Refused(403, "Web pages may not connect.")
        path, query = self._split(request.target)
        if path not in self._paths:
            return Refused(404, "There is nothing at this path.")
        if not self._right_token(request, query):
            # A right token is let in however many wrong ones came before: 256 bits can't be guessed, and behind a
            # tunnel every peer has the same address, so locking that out would let anyone shut the door on all.
            return (
                Refused(401, "A token is needed.")
                if failures.count(address, now)
                else Refused(429, "Too many wrong tokens.", quiet=True)
            )
        return Admission(path, {key: values[0] for key, values in query.items() if key != "token"})

    def _split(self, target: str) -> tuple[str, dict[str, list[str]]]:
        """Path and query, with the token among its fields wherever it stood."""
        path, query = _split(target)
        above, _, last = path.rpartition("/")
        if above == SHOWN_BELOW and above in self._paths:
            query.setdefault("token", []).append(last)
            return above, query
        return path, query

    def _known_host(self, given: tuple[str, ...]) -> bool:
        """Addresses can't be rebound to another computer; names can, so only those that are listed are known."""
        if len(given) != 1:
            return False
        try:
            host = urlsplit(f"//{given[0]}").hostname or ""
        except ValueError:
            return False
        if host == "localhost" or host in self._hosts:
            return True
        try:
            ipaddress.ip_address(host)
        except ValueError:
            return False
        return True

    def _right_token(self, request: Request, query: Mapping[str, list[str]]) -> bool:
        if request.authorization:
            scheme, _, shown = request.authorization[0].partition(" ")
            if len(request.authorization) != 1 or scheme.lower() != "bearer":
                return False
        else:
            given = query.get("token", [])
            shown = given[0] if len(given) == 1 else ""
        return hmac.compare_digest(shown.strip().encode(errors="replace"), self._token)


def _split(target: str) -> tuple[str, dict[str, list[str]]]:
    """Path and query; an unreadable target has the path of nothing."""
    path, _, text = target.partition("?")
    query: dict[str, list[str]] = {}
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        return "", {}
    for key, value in pairs:
        query.setdefault(name(key), []).append(value)
    return path.rstrip("/") or "/", query
