"""`overtitle listen` as a program of its own: its announcements, a call, its captions, and what it refuses."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from tests.e2e.conftest import Program

LINE = b"\x00\x10" * 1600  # 0.1 s at 16 kHz


def announced(running: subprocess.Popen[str]) -> dict[str, Any]:
    assert running.stdout is not None
    first: dict[str, Any] = json.loads(running.stdout.readline())
    assert first["event"] == "listening"
    return first


async def call(url: str, token: str, seconds: float, wanted: int) -> list[dict[str, Any]]:
    """Send sound until so many captions came back."""
    headers = {"Authorization": f"Bearer {token}"}
    async with connect(url, additional_headers=headers, proxy=None) as connection:
        for _ in range(round(seconds * 10)):
            await connection.send(LINE)
        captions = [json.loads(await connection.recv()) for _ in range(wanted)]
        await connection.send('{"event": "stop"}')
    return captions


@pytest.mark.skipif("sys.platform == 'win32'", reason="platform: signals of POSIX")
def test_a_call_is_captioned_saved_and_told_its_captions(program: Program, replay: list[str]) -> None:
    running = program.start("listen", "--json", "--port", "0", *replay)
    at = announced(running)
    assert at["url"].startswith("ws://127.0.0.1:")
    assert set(at["urls"]) == {"pipecat", "voximplant", "twilio", "raw"}
    assert len(at["token"]) == 43
    captions = asyncio.run(call(f"{at['urls']['raw']}?name=Ann", at["token"], 2.2, 3))
    assert [(each["event"], each["text"]) for each in captions] == [
        ("partial", "hello"),
        ("final", "hello the\u0301re [2J"),
        ("final", "how are you"),
    ]
    running.send_signal(signal.SIGINT)
    out, said = running.communicate(timeout=60)
    assert running.returncode == 130, said
    assert at["token"] not in said
    rows = [json.loads(line) for line in out.splitlines()]
    assert {"event": "lane", "lane": "Ann", "label": "Ann"} in rows
    assert [row["kind"] for row in rows if row["event"] == "peer"] == ["connected", "disconnected"]
    saved = next(row for row in rows if row["event"] == "saved" and row["complete"])
    journal = Path(saved["path"]).read_text(encoding="utf-8")
    assert '"how are you"' in journal
    assert at["token"] not in journal


def test_a_person_reads_address_and_token_once_on_standard_error(program: Program, replay: list[str]) -> None:
    done = program.run("listen", "--port", "0", "--seconds", "0.5", "--protocol", "voximplant", *replay)
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    assert "voximplant: ws://127.0.0.1:" in done.stderr
    (token,) = [line.split()[1] for line in done.stderr.splitlines() if line.startswith("  token: ")]
    assert done.stderr.count(token) == 1
    assert "this run only" in done.stderr  # there is no keyring in this test


def test_other_computers_need_encryption_or_consent(program: Program, replay: list[str]) -> None:
    refused = program.refused("listen", "--host", "0.0.0.0", *replay, status=5)  # noqa: S104 - to be refused
    assert "not be encrypted" in refused


@pytest.mark.parametrize(
    "arguments", [("--port", "65536"), ("--port", "x"), ("--protocol", "sip"), ("--gate", "loud"), ("--idle", "0")]
)
def test_impossible_arguments(program: Program, arguments: tuple[str, str]) -> None:
    assert program.run("listen", *arguments).returncode == 2


def test_a_weak_token_of_the_environment_is_refused(program: Program, replay: list[str]) -> None:
    done = program.run("listen", "--port", "0", *replay, environment={"OVERTITLE_LISTENER_TOKEN": "hunter22"})
    assert done.returncode == 5
    assert "hunter22" not in done.stderr


@pytest.mark.skipif("sys.platform == 'win32'", reason="platform: signals of POSIX")
def test_live_takes_remote_calls_beside_other_sources(program: Program, recording: Path, replay: list[str]) -> None:
    running = program.start("live", "--json", "--source", f"Desk=file:{recording}", "--source", "remote", *replay)
    at = announced(running)
    asyncio.run(call(f"{at['urls']['raw']}?name=Ann", at["token"], 2.2, 3))
    running.send_signal(signal.SIGTERM)
    out, said = running.communicate(timeout=60)
    assert running.returncode == 130, said
    finals = [row for line in out.splitlines() if (row := json.loads(line))["event"] == "final"]
    assert {row["label"] for row in finals} == {"Desk", "Ann"}


@pytest.mark.skipif("sys.platform == 'win32'", reason="platform: signals of POSIX")
def test_no_log_holds_a_token_however_much_is_logged(program: Program, replay: list[str]) -> None:
    running = program.start("listen", "--json", "--log-level", "debug", "--port", "0", *replay)
    at = announced(running)

    async def knock(token: str) -> None:
        async with connect(f"{at['urls']['raw']}?name=Ann&token={token}", proxy=None) as connection:
            await connection.send(LINE)

    wrong = "canary-0123456789-canary-0123456789"
    with pytest.raises(InvalidStatus):
        asyncio.run(knock(wrong))
    asyncio.run(knock(at["token"]))
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=60)
    assert "desktop.ingress" in said
    assert at["token"] not in said
    assert wrong not in said
    assert "hello" not in said
