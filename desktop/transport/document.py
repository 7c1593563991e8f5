"""One small document from the web: over verified TLS alone, as long and as late as it may be, naming nobody.

Redirects are followed here, and never out of encryption.
"""

from __future__ import annotations

import asyncio
from urllib.parse import urljoin

from desktop.core.errors import ProviderError
from desktop.transport.address import parses
from desktop.transport.target import Target, require_encryption
from desktop.transport.web import MAX_BODY, get

MAX_DOCUMENT = MAX_BODY
"""Bytes."""
MAX_REDIRECTS = 3
_REDIRECTS = (301, 302, 303, 307, 308)


class NotFetched(Exception):
    """Says why without quoting the address or what was answered, so that it can be logged."""


async def fetch(url: str, patience: float) -> bytes:
    """The document at `url`; raises `NotFetched`, after `patience` seconds at the latest."""
    try:
        async with asyncio.timeout(patience):
            return await _follow(url, patience)
    except ProviderError as error:
        raise NotFetched(str(error)) from None
    except TimeoutError:
        raise NotFetched("the answer takes too long") from None


async def _follow(url: str, patience: float) -> bytes:
    for _ in range(MAX_REDIRECTS + 1):
        scheme, separator, rest = url.partition("://")
        if scheme.lower() != "https":
            raise NotFetched("it would not be encrypted")
        require_encryption(Target("wss" + separator + rest))
        answer = await get(scheme + separator + rest, patience)
        if answer.status in _REDIRECTS and answer.location:
            url = _joined(url, answer.location)
        elif not 200 <= answer.status < 300:
            raise NotFetched(f"status {answer.status}")
        elif len(answer.content) > MAX_DOCUMENT:
            raise NotFetched("the answer is too long")
        else:
            return answer.content
    raise NotFetched("it was sent on too often")


def _joined(url: str, target: str) -> str:
    try:
        joined = urljoin(url, target)
    except ValueError:
        joined = ""
    if not parses(joined):
        raise NotFetched("it was sent on to no address")
    return joined
