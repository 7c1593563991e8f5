"""Our listener and a real Pipecat client: its transport and serialiser, WAV headers and all."""

from __future__ import annotations

import asyncio
import json
import threading
import wave
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from desktop.core.captions import CaptionEvent
from desktop.ingress.events import ListenerEventKind
from desktop.wire import rtvi
from tests.peers.conftest import PATIENCE, Peers
from tests.support.beacon import beacon_pcm
from tests.support.callers import TOKEN, listening

pytestmark = [pytest.mark.peers, pytest.mark.timeout(300)]


@pytest.fixture
def spoken(tmp_path: Path) -> tuple[Path, bytes]:
    """A recording, and its samples."""
    pcm = b"".join(beacon_pcm(number) for number in (3, 4))
    path = tmp_path / "spoken.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(pcm)
    return path, pcm


def read_line(pipe: Any) -> asyncio.Future[str]:
    """The next line of a pipe, without holding the loop or a pool's thread."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[str] = loop.create_future()

    def put(line: str) -> None:
        if not future.done():
            future.set_result(line)

    def read() -> None:
        line = pipe.readline()
        with suppress(RuntimeError):  # the test is over
            loop.call_soon_threadsafe(put, line)

    threading.Thread(target=read, daemon=True).start()
    return future


async def test_a_client_is_heard_whole_and_takes_our_captions(peers: Peers, spoken: tuple[Path, bytes]) -> None:
    path, pcm = spoken
    async with listening() as (listener, owner), asyncio.timeout(PATIENCE + 30):
        url = f"{listener.urls['pipecat']}?token={TOKEN}&name=Bot"
        client = peers.start("pipecat_client.py", url, str(path))
        try:
            assert (await read_line(client.stdout)).strip() == "READY"
            await owner.until(lambda: owner.seconds("Bot") >= len(pcm) / 32_000)
            heard = owner.sound("Bot")
            assert pcm in heard + bytes(len(pcm))  # the client adds silence of its own; no header is among the samples
            owner.lanes[0].caption(CaptionEvent("bot", "1-1", 1, "numéro", False, 0.0, 1.0), "2026-11-21T10:00:00Z")
            owner.lanes[0].caption(CaptionEvent("bot", "1-1", 2, "numéro 3", True, 0.0, 1.0), "2026-11-21T10:00:00Z")
            messages = [rtvi.read(json.dumps(json.loads(await read_line(client.stdout)))) for _ in range(4)]
        finally:
            assert client.stdin is not None
            client.stdin.close()
            await asyncio.to_thread(client.wait, 30)
            assert client.stdout is not None
            client.stdout.close()
    shown = [(type(each).__name__, each.text, each.final) for each in messages if _is_caption(each)]  # type: ignore[union-attr]  # by `_is_caption`
    assert shown == [
        ("UserInput", "numéro", False),
        ("UserTranscription", "numéro", False),
        ("UserInput", "numéro 3", True),
        ("UserTranscription", "numéro 3", True),
    ]


def _is_caption(message: object) -> bool:
    return isinstance(message, rtvi.UserInput | rtvi.UserTranscription)


async def test_a_client_without_the_token_stays_outside(peers: Peers, spoken: tuple[Path, bytes]) -> None:
    async with listening() as (listener, owner), asyncio.timeout(PATIENCE + 30):
        client = peers.start("pipecat_client.py", listener.urls["pipecat"], str(spoken[0]))
        try:
            await owner.until(lambda: ListenerEventKind.AUTHENTICATION_FAILED in owner.kinds(), PATIENCE)
        finally:
            client.kill()
            await asyncio.to_thread(client.communicate)
        assert not owner.lanes
