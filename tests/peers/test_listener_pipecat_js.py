"""Our listener and Pipecat's JavaScript client under Node: client-ready, sound, and captions as its own transcripts."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
from pathlib import Path

import pytest

from desktop.core.captions import CaptionEvent
from tests.peers.conftest import PATIENCE, Peers
from tests.support.callers import TOKEN, Owner, listening

pytestmark = [pytest.mark.peers, pytest.mark.timeout(400)]

PACKAGES = ["@pipecat-ai/client-js@1.13.1", "@pipecat-ai/websocket-transport@1.7.1", "ws@8.23.0"]


@pytest.fixture(scope="module")
def packages(peers: Peers) -> Path:
    """The folder of the client's packages; npm is asked once."""
    if shutil.which("npm") is None:
        pytest.skip("platform: there is no Node on this computer")
    folder = peers.folder / "pipecat-js"
    if not (folder / "complete").exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        command = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", *PACKAGES]
        subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=300)
        (folder / "complete").touch()
    return folder


def of_us(line: bytes) -> dict[str, object] | None:
    """What our program printed; the client prints much of its own."""
    return json.loads(line) if line.startswith(b'{"') else None


async def test_the_javascript_client_is_heard_and_shows_our_captions(peers: Peers, packages: Path) -> None:
    program = str(peers.program("pipecat_client.js"))
    async with listening() as (listener, owner), asyncio.timeout(PATIENCE):
        command = ["node", program, listener.urls["pipecat"], TOKEN]
        client = await asyncio.create_subprocess_exec(
            *command, cwd=packages, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        try:
            assert client.stdin is not None
            assert client.stdout is not None
            await owner.until(lambda: heard(owner) >= 0.5, PATIENCE)
            owner.lanes[0].caption(CaptionEvent("x", "1", 1, "café", False, 0.0, 1.0), "2026-11-21T10:00:00Z")
            owner.lanes[0].caption(CaptionEvent("x", "1", 2, "café noir", True, 0.0, 1.0), "2026-11-21T10:00:00Z")
            said: list[dict[str, object]] = []
            while {"text": "café noir", "final": True} not in said:
                row = of_us(await client.stdout.readline())
                said += [row] if row else []
            client.stdin.close()
            await client.wait()
        finally:
            if client.returncode is None:
                client.kill()
                await client.wait()
    assert said == [{"ready": "2.1.0"}, {"text": "café", "final": False}, {"text": "café noir", "final": True}]


def heard(owner: Owner) -> float:
    return sum(owner.seconds(label) for label in owner.heard)
