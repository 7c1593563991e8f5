"""Presigned WebSocket URLs: AWS Signature Version 4 with everything in the query.

Rules and test vector: docs/decisions/0006-amazon.md. The host is signed with its port, the body is the empty one, and
the query that was signed is the query that is sent.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote, urlsplit

from desktop.core.message import NOTHING, Message

SERVICE = "transcribe"
LIFE = 300
"""Seconds that a URL can be used to open a stream, the longest that the service takes; an open one outlives it."""
ALGORITHM = "AWS4-HMAC-SHA256"
EMPTY_BODY = hashlib.sha256(b"").hexdigest()


@dataclass(frozen=True, slots=True)
class Keys:
    """What signs a request."""

    access_key_id: str
    secret_access_key: str = field(repr=False)
    session_token: str = field(default="", repr=False)
    origin: Message = NOTHING
    """Where they came from, in few words."""


def host_header(url: str) -> str:
    """The `Host` that a WebSocket client sends for a URL: with its port, unless it is the scheme's own."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    standard = 443 if parts.scheme == "wss" else 80
    return host if parts.port in (None, standard) else f"{host}:{parts.port}"


def presign(url: str, parameters: Mapping[str, str], keys: Keys, region: str, moment: datetime) -> str:
    """The URL that opens a stream within `LIFE` seconds of `moment` (UTC); `url` has a path and no query."""
    stamp = moment.strftime("%Y%m%dT%H%M%SZ")
    scope = f"{stamp[:8]}/{region}/{SERVICE}/aws4_request"
    query = {
        **parameters,
        "X-Amz-Algorithm": ALGORITHM,
        "X-Amz-Credential": f"{keys.access_key_id}/{scope}",
        "X-Amz-Date": stamp,
        "X-Amz-Expires": str(LIFE),
        "X-Amz-SignedHeaders": "host",
    }
    if keys.session_token:
        query["X-Amz-Security-Token"] = keys.session_token
    pairs = sorted((_encode(name), _encode(value)) for name, value in query.items())
    signed = "&".join(f"{name}={value}" for name, value in pairs)
    canonical = f"GET\n{urlsplit(url).path}\n{signed}\nhost:{host_header(url)}\n\nhost\n{EMPTY_BODY}"
    to_sign = f"{ALGORITHM}\n{stamp}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    key = f"AWS4{keys.secret_access_key}".encode()
    for step in scope.split("/"):
        key = hmac.digest(key, step.encode(), "sha256")
    return f"{url}?{signed}&X-Amz-Signature={hmac.digest(key, to_sign.encode(), 'sha256').hex()}"


def _encode(text: str) -> str:
    return quote(text, safe="-_.~")
