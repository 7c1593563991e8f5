from __future__ import annotations

import io
import logging
from collections.abc import Callable, Iterator

import pytest

from desktop.settings.logs import HIDDEN, RedactingFormatter, hide, log_to


@pytest.mark.parametrize(
    ("line", "redacted"),
    [
        ("open wss://host:8443/path?token=abc&x=1 now", "open wss://host:8443/path?*** now"),
        ("wss://host/path#token=abc", "wss://host/path?***"),
        ("https://user:pw@host/x", "https://***@host/x"),
        ("> GET /v1/x?access_token=abc HTTP/1.1", "> GET /v1/x?*** HTTP/1.1"),
        ("> Authorization: Bearer abc.def", "> Authorization: ***"),
        ("{'Authorization': 'Basic abcdefgh'}", "{'Authorization': ***"),
        ("x-amz-security-token: abc", "x-amz-security-token: ***"),
        ('{"accessToken": "abc", "n": 1}', '{"accessToken": ***, "n": 1}'),
        ("api_key=abc done", "api_key=*** done"),
        ("sent Bearer abcdefgh12", "sent Bearer ***"),
        ("lane you is live, 3 s behind https://host/path", "lane you is live, 3 s behind https://host/path"),
    ],
)
def test_what_looks_like_a_secret_is_hidden(line: str, redacted: str) -> None:
    assert RedactingFormatter("%(message)s").redact(line) == redacted


def test_known_secrets_are_hidden_wherever_they_stand() -> None:
    formatter = RedactingFormatter("%(message)s", ["hunter2", "hunter2-long", "abc"])
    assert formatter.redact("xhunter2-longx hunter2 abc") == f"x{HIDDEN}x {HIDDEN} abc"


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    level, websockets = root.level, logging.getLogger("websockets").level
    stream = io.StringIO()
    handler = log_to(stream, "debug")
    yield stream
    root.removeHandler(handler)
    root.setLevel(level)
    logging.getLogger("websockets").setLevel(websockets)


def refuse() -> None:
    raise ValueError("refused correct horse at wss://h/?signature=1")


def test_tracebacks_are_redacted_too(stream: io.StringIO, expect_log: Callable[..., None]) -> None:
    expect_log("desktop.x", "failed for")
    hide(["correct horse"])
    try:
        refuse()
    except ValueError:
        logging.getLogger("desktop.x").exception("failed for %s", "correct horse")
    assert "Traceback" in stream.getvalue()
    assert "correct horse" not in stream.getvalue()
    assert "signature" not in stream.getvalue()


def test_websockets_never_prints_frames(stream: io.StringIO) -> None:
    logging.getLogger("websockets.client").debug("< TEXT 'hello'")
    logging.getLogger("desktop.x").debug("seen")
    assert stream.getvalue() == "DEBUG desktop.x: seen\n"


def test_level_holds_for_websockets_as_well(stream: io.StringIO) -> None:
    quiet = io.StringIO()
    handler = log_to(quiet, "warning")
    logging.getLogger("websockets.client").info("connected")
    logging.getLogger().removeHandler(handler)
    assert quiet.getvalue() == ""


def test_foreign_text_in_the_log_commands_no_terminal(stream: io.StringIO) -> None:
    logging.getLogger("desktop.test").info("engine: %s", "\x1b]0;owned\x07 \u202egnp.exe \ud800\tend")
    assert stream.getvalue() == "INFO desktop.test: engine: \\u001b]0;owned\\u0007 \\u202egnp.exe \\ud800\tend\n"
