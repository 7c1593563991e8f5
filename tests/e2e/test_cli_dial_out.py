"""The program asks for a call, captions both sides in the terminal, and ends with the call."""

from __future__ import annotations

import asyncio
import json
from asyncio.subprocess import DEVNULL, PIPE
from typing import Any

from tests.e2e.conftest import Program
from tests.support.voximplant_cloud import ACCOUNT, KEY, RULE
from tests.support.voximplant_stage import AGENT, CALLER, converse, stage

CALL = ("--dial-out", str(RULE), "--agent", "user:ann", "--caller", "tel:+15550100", "--caller-id", "+15550199")


async def listen(program: Program, *arguments: str, **environment: str) -> asyncio.subprocess.Process:
    command = program.command("listen", "--protocol", "voximplant", *CALL, *arguments)
    everything = {**program.environment, **environment}
    return await asyncio.create_subprocess_exec(
        *command, cwd=program.home, env=everything, stdin=DEVNULL, stdout=PIPE, stderr=PIPE
    )


def rows_of(said: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in said.splitlines()]


async def test_a_call_is_captioned_and_its_end_is_the_end(program: Program, replay: list[str]) -> None:
    known = {"OVERTITLE_VOXIMPLANT_ACCOUNT_ID": ACCOUNT, "OVERTITLE_VOXIMPLANT_API_KEY": KEY}
    async with stage() as (standing, api):
        running = await listen(program, "--api", api.url, "--json", *replay, **known)
        await standing.began.wait()
        session = standing.session
        assert session is not None
        await converse(session)
        for leg in (AGENT, CALLER):
            session.speak(leg, bytes(2 * 16_000 * 3))
        said = {"type": "caption", "tag": "caller", "text": "how are you", "final": True}
        await session.until("message", leg=CALLER, text=said)
        session.do("left", leg=CALLER)
        out, err = await running.communicate()
    assert running.returncode == 0, err.decode()
    rows = rows_of(out)
    assert {row["lane"] for row in rows if row["event"] == "final"} == {"agent", "caller"}
    kinds = [row["kind"] for row in rows if row["event"] == "peer"]
    assert kinds == ["connected", *["progress"] * 5, "over"]
    assert next(row for row in reversed(rows) if row["event"] == "saved")["complete"] is True
    assert KEY.encode() not in out + err


async def test_a_wrong_key_is_said(program: Program, replay: list[str]) -> None:
    known = {"OVERTITLE_VOXIMPLANT_ACCOUNT_ID": ACCOUNT, "OVERTITLE_VOXIMPLANT_API_KEY": "0" * 20}
    async with stage() as (_, api):
        running = await listen(program, "--api", api.url, *replay, **known)
        _, err = await running.communicate()
    assert running.returncode == 4
    assert "error 100" in err.decode()
    assert "Traceback" not in err.decode()


def test_what_does_not_fit_together(program: Program) -> None:
    first = ("listen", "--dial-out", "1")
    assert "Voximplant alone" in program.refused(*first, status=2)
    assert "whom to call" in program.refused(*first, "--protocol", "voximplant", status=2)
    assert "needs --dial-out" in program.refused("listen", "--agent", "user:ann", status=2)


def test_the_account_is_needed_and_has_its_place(program: Program, replay: list[str]) -> None:
    whom = ("listen", "--protocol", "voximplant", *CALL, *replay)
    assert "OVERTITLE_VOXIMPLANT_ACCOUNT_ID" in program.refused(*whom, status=4)
    rows = json.loads(program.run("credentials", "list", "voximplant", "--json").stdout)
    assert [(row["field"], row["secret"]) for row in rows] == [("account-id", False), ("api-key", True)]
