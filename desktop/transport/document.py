"""One small document from the web: over verified TLS alone, as long and as late as it may be, naming nobody.

`urllib` follows the system's proxies. Redirects are followed by hand: it would read their bodies whole, and go on in
plain text where one says so.
"""

from __future__ import annotations

import ssl
import time
from http.client import HTTPException, HTTPResponse
from urllib.error import HTTPError, URLError
from urllib.parse import urljoin, urlsplit
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
)

MAX_DOCUMENT = 64 * 1024
"""Bytes."""
MAX_REDIRECTS = 3
_REDIRECTS = (301, 302, 303, 307, 308)


class NotFetched(Exception):
    """Says why without quoting the address or what was answered, so that it can be logged."""


def fetch(url: str, agent: str, patience: float) -> bytes:
    """The document at `url`, asked for as `agent` (the User-Agent); raises `NotFetched`.

    Blocks for about `patience` seconds at most, but for a server that sends one header forever: call it in a thread
    that nothing waits for.
    """
    deadline = time.monotonic() + patience
    opener = _opener()
    for _ in range(MAX_REDIRECTS + 1):
        if urlsplit(url).scheme != "https":
            raise NotFetched("it would not be encrypted")
        try:
            request = Request(url, headers={"User-Agent": agent})  # noqa: S310 - the scheme was just looked at
            with opener.open(request, timeout=max(0.1, deadline - time.monotonic())) as response:
                return _read(response, deadline)
        except HTTPError as error:
            url = _followed(error, url)
        except URLError as error:
            raise NotFetched(type(error.reason).__name__) from None
        except (OSError, HTTPException, ValueError) as error:
            raise NotFetched(type(error).__name__) from None
    raise NotFetched("it was sent on too often")


def _opener() -> OpenerDirector:
    """What speaks HTTPS and nothing else: no plain HTTP, no FTP, no files."""
    context = ssl.create_default_context()
    context.minimum_version = max(context.minimum_version, ssl.TLSVersion.TLSv1_2)
    opener = OpenerDirector()
    opener.addheaders = []
    for handler in (ProxyHandler(), HTTPSHandler(context=context), HTTPDefaultErrorHandler(), HTTPErrorProcessor()):
        opener.add_handler(handler)
    return opener


def _followed(error: HTTPError, url: str) -> str:
    with error:
        target = error.headers.get("Location") if error.code in _REDIRECTS else None
    if not target:
        raise NotFetched(f"status {error.code}") from None
    try:
        return urljoin(url, target)
    except ValueError:
        raise NotFetched("it was sent on to no address") from None


def _read(response: HTTPResponse, deadline: float) -> bytes:
    document = bytearray()
    while part := response.read1(8192):
        document += part
        if len(document) > MAX_DOCUMENT:
            raise NotFetched("the answer is too long")
        if time.monotonic() > deadline:
            raise NotFetched("the answer takes too long")
    return bytes(document)
