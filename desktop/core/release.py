"""What the newest version is: comparing versions, and reading the small document that names it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

_VERSION = re.compile(r"([0-9]{1,5})\.([0-9]{1,5})(?:\.([0-9]{1,5}))?((?:a|b|rc|\.dev)[0-9]{1,5})?")
_LONGEST_PAGE = 300


@dataclass(frozen=True, slots=True)
class Release:
    """A version that is out, and the page that tells about it."""

    version: str
    """Two or three numbers with dots between them, nothing else."""
    page: str
    """An `https` address at the host that named it."""


def is_newer(offered: str, running: str) -> bool:
    """Whether `offered` is out and comes after `running`; raises `ValueError` when either is no version."""
    there, here = _order(offered), _order(running)
    return there[-1] == 1 and there > here


def read_release(document: bytes, host: str) -> Release:
    """The release in an object such as `{"version": "0.2.0", "page": "https://..."}`; other members are left alone.

    The page has to be at `host`: a document that somebody else got hold of can lead nobody elsewhere. Raises
    `ValueError`, which quotes nothing of the document.
    """
    try:
        found = json.loads(document)
    except (ValueError, RecursionError):
        raise ValueError("the answer is no JSON") from None
    if not isinstance(found, dict):
        raise ValueError("the answer is no JSON object")  # noqa: TRY004 - whoever asks needs one kind of refusal
    version, page = found.get("version"), found.get("page")
    if not isinstance(version, str) or not isinstance(page, str):
        raise ValueError("the answer names no version or no page")  # noqa: TRY004 - as above
    _order(version)
    if not is_web_address(page) or urlsplit(page).hostname != host:
        raise ValueError("the answer's page is somewhere else")
    return Release(version, page)


def is_web_address(text: str) -> bool:
    """Whether `text` is an `https` address of plain characters, without a name or a password in it."""
    if len(text) > _LONGEST_PAGE or not re.fullmatch(r"https://[!-~]+", text) or re.search(r"[\\\"<>`]", text):
        return False
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return False
    return bool(parts.hostname) and port != 0 and parts.username is None and parts.password is None


def _order(version: str) -> tuple[int, int, int, int]:
    """Numbers that stand in the order of versions; the last is 0 before a version is out."""
    found = _VERSION.fullmatch(version)
    if found is None:
        raise ValueError("that is no version")
    major, minor, patch, early = found.groups()
    return int(major), int(minor), int(patch or 0), 0 if early else 1
