"""A session with a real bot whose network breaks: nothing is lost, also while the bot holds on to the old client."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest

from desktop.core.errors import ServiceUnavailable
from desktop.providers import discover
from desktop.session.events import ProblemRaised, SessionEvent
from desktop.session.service import LaneSpec, Service
from desktop.session.session import Session
from tests.peers.conftest import Peers
from tests.support.beacon import BeaconSource

pytestmark = pytest.mark.peers

Wires = tuple[asyncio.StreamWriter, asyncio.StreamWriter]


class Cable:
    """Carries connections to a bot, and can be cut on either side."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.wires: list[Wires] = []

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        bot_reader, bot_writer = await asyncio.open_connection("127.0.0.1", self.port)
        self.wires.append((writer, bot_writer))
        try:
            await asyncio.gather(pump(reader, bot_writer), pump(bot_reader, writer, ends=True))
        finally:
            writer.transport.abort()

    def cut(self) -> asyncio.StreamWriter:
        """Cut the newest connection on this program's side; returns the bot's side, which notices nothing yet."""
        ours, bots = self.wires[-1]
        ours.transport.abort()
        return bots


async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, ends: bool = False) -> None:
    with suppress(OSError):
        while data := await reader.read(65_536):
            writer.write(data)
    if ends:
        writer.close()


@asynccontextmanager
async def cable(port: int) -> AsyncIterator[tuple[Cable, str]]:
    carrying = Cable(port)
    server = await asyncio.start_server(carrying.carry, "127.0.0.1", 0)
    try:
        yield carrying, f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for _, bots in carrying.wires:
            bots.transport.abort()
        await server.wait_closed()


@pytest.mark.parametrize("hold", [0.0, 2.0], ids=["noticed at once", "held for 2 s"])
async def test_a_session_survives_a_broken_network(peers: Peers, port: int, hold: float) -> None:
    told: list[SessionEvent] = []
    with peers.run("pipecat_bot.py", str(port)):
        async with cable(port) as (wire, url), asyncio.timeout(60):
            source = BeaconSource(16, pause=0.05, live=True)
            session = Session(
                [LaneSpec("you", "You", source)], Service(discover()["pipecat"], "fr-FR", options={"url": url})
            )
            session.subscribe(told.append)
            running = asyncio.ensure_future(session.run())
            await asyncio.sleep(2.75)  # in the middle of a number
            bots_side = wire.cut()
            await asyncio.sleep(hold)
            bots_side.transport.abort()
            await running
    texts = [segment.text for segment in session.document.segments]
    assert list(dict.fromkeys(texts)) == [f"café número {number}, d’accord ?" for number in range(16)]
    assert len(texts) <= 17, "one break repeats one number at most"
    assert not session.document.marks
    problems = [event.problem.error for event in told if isinstance(event, ProblemRaised)]
    if hold:
        assert any(isinstance(error, ServiceUnavailable) for error in problems), "the bot still had its old client"
