"""One HTTP request at a time, for tokens and the like: a POST of JSON, off the loop's thread.

`urllib` follows the system's proxies. It is told to follow no redirect: what is sent is a secret for one host.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, HTTPSHandler, ProxyHandler, Request, build_opener

from desktop.core.errors import ConnectionLost
from desktop.core.message import say
from desktop.transport.address import host_and_port
from desktop.transport.target import is_loopback

MAX_BODY = 64 * 1024
"""Bytes of an answer that are read."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    body: Mapping[str, Any] = field(repr=False)
    """The JSON object; empty when it is none."""


class _NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *_args: object, **_named: object) -> None:
        """The redirect is the answer."""


async def post_json(url: str, values: Mapping[str, object], patience: float) -> Answer:
    """Send an object and return the answer, whatever its status; raises `ProviderError`, which never quotes the URL."""
    from desktop.transport.dialing import explain, tls_context

    host, port = host_and_port(url)
    handlers = [_NoRedirect(), HTTPSHandler(context=await tls_context())]
    if is_loopback(host):
        handlers.append(ProxyHandler({}))
    request = Request(url, json.dumps(values).encode(), {"Content-Type": "application/json"}, method="POST")  # noqa: S310 - the caller has checked the scheme

    def exchange() -> Answer:
        try:
            with build_opener(*handlers).open(request, timeout=patience) as response:
                return Answer(response.status, _object(response.read(MAX_BODY)))
        except HTTPError as error:
            with error:
                return Answer(error.code, _object(error.read(MAX_BODY)))

    try:
        async with asyncio.timeout(2 * patience):  # the one of the socket counts anew with every byte
            return await asyncio.to_thread(exchange)
    except URLError as error:
        cause = error.reason if isinstance(error.reason, Exception) else error
        raise explain(cause, host, port) from None
    except (OSError, ValueError) as error:
        raise explain(error, host, port) from None
    except HTTPException:
        raise not_web(host, port) from None


def not_web(host: str, port: int) -> ConnectionLost:
    """Something else answers."""
    return ConnectionLost(
        say("Network", "{host} does not speak HTTP on port {port}.", host=host, port=port),
        say("Network", "Check the address of the service."),
    )


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
