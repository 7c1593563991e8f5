"""The server of the tests with what the official SDKs sent (tests/peers), played by a plain WebSocket client.

So that it stays the server which they were seen to understand, where they are not at hand.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from tests.support.beacon import beacon_pcm
from tests.support.symbl_server import SymblServer, start

PEERS = Path(__file__).resolve().parents[1] / "peers"


@pytest.fixture
async def server() -> AsyncIterator[SymblServer]:
    async with start() as running:
        yield running
        assert not running.complaints


async def told(connection: ClientConnection, until: str) -> list[dict[str, Any]]:
    """What the server says, up to and with the message of this type."""
    bodies: list[dict[str, Any]] = []
    while not bodies or until not in (bodies[-1]["type"], bodies[-1].get("message", {}).get("type")):
        bodies.append(json.loads(await connection.recv()))
    return bodies


@pytest.mark.parametrize("name", ["js", "python"])
async def test_what_an_sdk_sends_is_answered(server: SymblServer, name: str) -> None:
    recorded = json.loads((PEERS / f"symbl_{name}.json").read_text(encoding="utf-8"))
    token = server.new_token()
    offered = [Subprotocol(token)] if recorded["offers_token"] else None
    url = f"{server.url}/v1/realtime/insights/0001?source={recorded['source']}"
    async with connect(
        url, subprotocols=offered, additional_headers={"x-api-key": token}, compression=None, proxy=None
    ) as client:
        assert client.subprotocol == (token if offered else None)
        request, *later = recorded["texts"]
        await client.send(request)
        await told(client, "started_listening")
        await client.send(beacon_pcm(3)[:8192])
        await client.send(bytes(3200))
        (message,) = (await told(client, "message_response"))[-1]["messages"]
        assert message["payload"]["content"] == "Number 3."
        assert message["from"] == {"userId": "peer@example.com", "name": "Peer"}
        for text in later:
            await client.send(text)
        await told(client, "conversation_completed")


async def test_tokens_are_wanted(server: SymblServer) -> None:
    from websockets.exceptions import InvalidStatus

    for path, status in (
        ("/v1/realtime/insights/1", 401),
        ("/v1/realtime/insights/1?access_token=x", 401),
        ("/x", 404),
    ):
        with pytest.raises(InvalidStatus) as found:
            async with connect(server.url + path, proxy=None):
                pass
        assert found.value.response.status_code == status
    async with connect(f"{server.url}/v1/streaming/1?access_token={server.new_token()}", proxy=None):
        assert server.streams[0].id == "1"
