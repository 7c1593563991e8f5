"""Voximplant's HTTP API on this computer: takes StartScenarios as the reference describes it, and answers as told.

Shapes: docs.voximplant.ai/api-reference/management-api, StartScenarios: a form by POST; refusals with status 200.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from tests.support.serving import serving

ACCOUNT, KEY, RULE = "1234567", "0a1b2c3d-0000-4000-8000-00000000cafe", 4711
METHOD, WHO = "/platform_api/StartScenarios", "/platform_api/GetAccountInfo"

Launch = Callable[[str], Awaitable[str]]
"""Starts a session with this custom data; returns where it is reached."""


@dataclass
class Cloud:
    """What the API was asked, and how it answers."""

    launch: Launch
    status: int = 200
    answer: dict[str, Any] | None = None
    """In place of the right one."""
    asked: list[dict[str, str]] = field(default_factory=list)
    url: str = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request, one answer."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        method, path, _ = first.split(" ")
        form = dict(parse_qsl(body.decode(), keep_blank_values=True))
        self.asked.append({"": f"{method} {path}", **form})
        payload = json.dumps(await self.respond(path, form)).encode()
        extra = "Location: /elsewhere\r\n" if self.status in (301, 302, 307) else ""
        writer.write(
            f"HTTP/1.1 {self.status} X\r\n{extra}Content-Type: application/json\r\n"
            f"Content-Length: {len(payload)}\r\nConnection: close\r\n\r\n".encode()
        )
        writer.write(payload)
        await writer.drain()

    async def respond(self, path: str, form: dict[str, str]) -> dict[str, Any]:
        """The answer to one form."""
        if self.answer is not None:
            return self.answer
        if path not in (METHOD, WHO):
            return {"error": {"code": 101, "msg": "no such method"}}
        if (form.get("account_id"), form.get("api_key")) != (ACCOUNT, KEY):
            return {"error": {"code": 100, "msg": "Authorization failed"}}
        if path == WHO:
            return {"result": {"account_id": int(ACCOUNT), "account_name": "captions"}, "api_address": "api"}
        if form.get("rule_id") != str(RULE):
            return {"error": {"code": 104, "msg": "The rule isn't found."}}
        url = await self.launch(form.get("script_custom_data", ""))
        return {
            "result": 1,
            "call_session_history_id": 1,
            "media_session_access_url": url,
            "media_session_access_secure_url": url.replace("http://", "https://") if "127.0.0.1" not in url else url,
        }


@contextlib.asynccontextmanager
async def cloud(launch: Launch) -> AsyncIterator[Cloud]:
    """The API on a free port of this computer, without TLS."""
    standing = Cloud(launch)
    async with serving(standing.serve) as port:
        standing.url = f"http://127.0.0.1:{port}"
        yield standing
