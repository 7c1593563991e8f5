"""What a signature was made of, as we made it and as AWS echoes it when it refuses one: which parts differ.

AWS writes the canonical request and the string to sign into the body of a refusal. Only the names of parts leave this
module: values of the query are a credential.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from desktop.providers.amazon_transcribe.signing import ALGORITHM, EMPTY_BODY, host_header

MOST = 5
"""Parts that are named."""
_CANONICAL = re.compile(
    r"\b(?P<method>[A-Z]{3,7})\n(?P<path>/[^\n]*)\n(?P<query>[^\n]*)\n(?P<headers>(?:[\w-]+:[^\n]*\n)+)"
    r"\n(?P<signed>[\w;-]+)\n(?P<body>[\w-]+)"
)
_TO_SIGN = re.compile(rf"\b{ALGORITHM}\n(?P<date>\w+)\n(?P<scope>[^\n]+)\n[0-9a-f]{{64}}")
_NAME = re.compile(r"[A-Za-z0-9-]{1,60}")


@dataclass(frozen=True, slots=True)
class Request:
    """A canonical request, part by part."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = field(repr=False)
    """Names and values as they were encoded, in order, without the signature."""
    headers: Mapping[str, str] = field(repr=False)
    signed_headers: str
    body: str


def differences(url: str, answer: str) -> list[str] | None:
    """Names of the parts in which the request of `answer` differs from a presigned `url`; None when it echoes none."""
    found = _CANONICAL.search(answer)
    if found is None:
        return None
    theirs = Request(
        found["method"],
        found["path"],
        _pairs(found["query"]),
        dict(line.partition(":")[::2] for line in found["headers"].splitlines()),
        found["signed"],
        found["body"],
    )
    ours = _of(url)
    parts = [*_differing(ours, theirs), *_date_and_scope(dict(ours.query), _TO_SIGN.search(answer))]
    return list(dict.fromkeys(part for part in parts if part))[:MOST]


def _of(url: str) -> Request:
    parts = urlsplit(url)
    return Request("GET", parts.path, _pairs(parts.query), {"host": host_header(url)}, "host", EMPTY_BODY)


def _pairs(query: str) -> tuple[tuple[str, str], ...]:
    pairs = (pair.partition("=") for pair in query.split("&"))
    return tuple((name, value) for name, _, value in pairs if name != "X-Amz-Signature")


def _differing(ours: Request, theirs: Request) -> Iterator[str]:
    if ours.method != theirs.method:
        yield "method"
    if ours.path != theirs.path:
        yield "path"
    for name in _changed(ours.headers, theirs.headers):
        yield "host" if name == "host" else f"header {name}"
    changed = _changed(dict(ours.query), dict(theirs.query))
    for name in changed:
        yield "date" if name == "X-Amz-Date" else f"query parameter {name}"
    if not changed and ours.query != theirs.query:
        yield "order of the query parameters"
    if ours.signed_headers != theirs.signed_headers:
        yield "list of signed headers"
    if ours.body != theirs.body:
        yield "checksum of the body"


def _changed(ours: Mapping[str, str], theirs: Mapping[str, str]) -> list[str]:
    names = [name for name in {**ours, **theirs} if ours.get(name) != theirs.get(name)]
    return [name if _NAME.fullmatch(name) else "of another name" for name in names]


def _date_and_scope(query: Mapping[str, str], to_sign: re.Match[str] | None) -> Iterator[str]:
    if to_sign is None:
        return
    if to_sign["date"] != query.get("X-Amz-Date"):
        yield "date"
    if not query.get("X-Amz-Credential", "").endswith(to_sign["scope"].replace("/", "%2F")):
        yield "scope (day, region or service)"
