"""A cloud that runs our scenario in Node when it is asked to start one."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

from tests.support.voxengine import Scenario, scenario
from tests.support.voximplant_cloud import Cloud, cloud

AGENT, CALLER = "L1", "L2"
"""The stand-in's names for the one who is called first, and for the one who is called then."""


class Stage:
    """The cloud, and the session that it started."""

    def __init__(self) -> None:
        self.session: Scenario | None = None
        self.url = ""
        self.data = ""
        self.scale = 0.5
        """Of the scenario's timers."""
        self.began = asyncio.Event()
        self.stack = contextlib.AsyncExitStack()

    async def launch(self, custom_data: str) -> str:
        """Run our scenario with this custom data."""
        self.data = custom_data
        self.session = await self.stack.enter_async_context(scenario(customData=custom_data, scale=self.scale))
        self.session.do("started")
        self.url = (await self.session.until("listening"))["url"]
        self.began.set()
        return self.url


@contextlib.asynccontextmanager
async def stage() -> AsyncIterator[tuple[Stage, Cloud]]:
    standing = Stage()
    async with standing.stack, cloud(standing.launch) as api:
        yield standing, api


async def converse(session: Scenario) -> None:
    """Both answer, both are told, and the conversation begins."""
    assert (await session.until("call"))["to"] == "ann"
    session.do("connected", leg=AGENT)
    assert await session.until("call") == {
        "on": "call", "leg": CALLER, "kind": "tel", "to": "+15550100", "from": "+15550199",
    }  # fmt: skip
    session.do("connected", leg=CALLER)
    for leg in (AGENT, CALLER):
        session.do("told", leg=leg)
    await session.until("bridge")
