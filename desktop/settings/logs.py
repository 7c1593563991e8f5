"""Logging to standard error, with everything secret taken out of every line."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from typing import TextIO

LEVELS = ("debug", "info", "warning")
HIDDEN = "***"

_PATTERNS = (
    # the query and fragment of a URL, and what stands before its host as user and password
    (re.compile(r"\b([a-z][a-z0-9+.-]*://[^\s?#\"'<>]*)[?#][^\s\"'<>]*", re.IGNORECASE), rf"\1?{HIDDEN}"),
    (re.compile(r"\b([a-z][a-z0-9+.-]*://)[^\s/@\"'<>]+@", re.IGNORECASE), rf"\1{HIDDEN}@"),
    # the request line of an HTTP handshake
    (re.compile(r"\b((?:GET|POST|PUT|HEAD|CONNECT) /[^\s?]*)\?\S*"), rf"\1?{HIDDEN}"),
    # headers, JSON members and keyword arguments that carry a secret
    (
        re.compile(
            r"((?:proxy-)?authorization|x-api-key|x-amz-security-token|cookie|set-cookie)([\"']?\s*[:=]\s*)[^\r\n]+",
            re.IGNORECASE,
        ),
        rf"\1\2{HIDDEN}",
    ),
    (
        re.compile(
            r"((?:access_?|refresh_?|session_?)?token|secret|password|api_?key)([\"']?\s*[:=]\s*)[^\s,;}]+",
            re.IGNORECASE,
        ),
        rf"\1\2{HIDDEN}",
    ),
    (re.compile(r"\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{8,}", re.IGNORECASE), rf"\1 {HIDDEN}"),
)
# what could command a terminal, turn a line around, or break UTF-8; line ends and tabs are those of a traceback
_UNSAFE = re.compile("(?![\n\t])[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_SHORTEST_SECRET = 4  # characters; hiding anything shorter would hide words


class RedactingFormatter(logging.Formatter):
    """Takes secrets out of the finished line, its traceback included."""

    def __init__(self, fmt: str, secrets: Iterable[str] = ()) -> None:
        super().__init__(fmt)
        self._secrets: set[str] = set()
        self.hide(secrets)

    def hide(self, secrets: Iterable[str]) -> None:
        """Never print these values."""
        self._secrets |= {secret for secret in secrets if len(secret) >= _SHORTEST_SECRET}

    def format(self, record: logging.LogRecord) -> str:
        """The line without secrets, and with nothing in it that a terminal would obey."""
        return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", self.redact(super().format(record)))

    def redact(self, text: str) -> str:
        """`text` without known secrets and without anything that looks like one."""
        for secret in sorted(self._secrets, key=len, reverse=True):  # one may hold another
            text = text.replace(secret, HIDDEN)
        for pattern, replacement in _PATTERNS:
            text = pattern.sub(replacement, text)
        return text


_formatter = RedactingFormatter("%(levelname)s %(name)s: %(message)s")


def hide(secrets: Iterable[str]) -> None:
    """Keep these values out of the log for the rest of this run."""
    _formatter.hide(secrets)


def log_to(stream: TextIO, level: str) -> logging.Handler:
    """Send the log to `stream` from `level` (one of `LEVELS`) on; the handler is for whoever takes it off again."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_formatter)
    handler.setLevel(level.upper())
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(level.upper())
    logging.getLogger("websockets").setLevel(logging.INFO)  # at DEBUG it prints frames: sound, captions, credentials
    return handler
