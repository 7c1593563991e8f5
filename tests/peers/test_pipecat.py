"""Our provider and a real Pipecat bot: transport, serialiser, RTVI and turn-taking of pipecat-ai, a stub recogniser."""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from desktop.core import errors
from desktop.core.audio import SPEECH, AudioChunk
from desktop.core.captions import CaptionEvent, Progress, StreamEvent
from desktop.core.provider import ProbeStep, StreamConfig
from desktop.providers import discover
from desktop.transport.websocket import WebSocketStream
from desktop.wire import rtvi
from desktop.wire.pipecat import AudioFrame, MessageFrame, TranscriptionFrame, decode, without_wav_header
from tests.peers.conftest import Peers
from tests.support.beacon import beacon_pcm
from tests.support.hearing import said_while

pytestmark = pytest.mark.peers

RECORD = os.environ.get("OVERTITLE_RECORD") == "1"  # `OVERTITLE_RECORD=1 ./dev test --peers` makes the recordings anew
RECORDINGS = Path(__file__).parents[1] / "conformance" / "pipecat"
SAID = [f"café número {number}, d’accord ?" for number in (7, 8, 9)]


def config(port: int, **options: str) -> StreamConfig:
    return StreamConfig("fr-FR", SPEECH, {}, {"url": f"ws://127.0.0.1:{port}", **options})


def speech(pause: float = 1.0) -> list[AudioChunk]:
    pcm = b"".join(beacon_pcm(number) for number in (7, 8, 9)) + bytes(SPEECH.size(pause))
    size = SPEECH.size(0.05)
    return [AudioChunk(pcm[at : at + size], SPEECH, SPEECH.seconds(at)) for at in range(0, len(pcm), size)]


class Tape:
    """Every message of the bot, with the seconds of sound that had been sent when it came."""

    def __init__(self) -> None:
        self.lines: list[tuple[float, bytes]] = []
        self.sent = 0.0

    @property
    def captions(self) -> list[object]:
        """Messages that carry something that a user said."""
        found: list[object] = []
        for _, data in self.lines:
            frame = decode(data)
            message = rtvi.read(frame.data) if isinstance(frame, MessageFrame) else frame
            if isinstance(message, rtvi.UserInput | rtvi.UserTranscription | TranscriptionFrame):
                found.append(message)
        return found

    def save(self, name: str) -> None:
        """Keep the recording, when that is asked for: it is part of the repository."""
        if RECORD:
            rows = [json.dumps({"after": round(sent, 3), "hex": data.hex()}) for sent, data in self.lines]
            (RECORDINGS / name).write_text("\n".join(rows) + "\n", encoding="utf-8")


@contextmanager
def taped() -> Iterator[Tape]:
    """Record what streams receive."""
    tape = Tape()
    wrapped = WebSocketStream.__init__

    def init(self: WebSocketStream, connection: Any, codec: Any, patience: Any) -> None:
        inner = codec.decode

        def listen(message: Any) -> Any:
            tape.lines.append((tape.sent, message))
            return inner(message)

        codec.decode = listen
        wrapped(self, connection, codec, patience)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WebSocketStream, "__init__", init)
        yield tape


async def stream(settings: StreamConfig, tape: Tape | None = None, pause: float = 1.0) -> list[StreamEvent]:
    """Stream the numbers at real time."""
    async with asyncio.timeout(40), discover()["pipecat"].connect(settings) as opened:

        async def send() -> None:
            for chunk in speech(pause):
                await opened.send(chunk)
                if tape is not None:
                    tape.sent = chunk.end
                await asyncio.sleep(chunk.duration)
            await opened.finish()

        return await said_while(send, opened)


def finals(events: list[StreamEvent], speaker: str = "") -> list[str]:
    captions = [event for event in events if isinstance(event, CaptionEvent) and event.is_final]
    return [event.text for event in captions if event.speaker == speaker and event.text]


async def test_33_messages_are_3_captions(peers: Peers, port: int) -> None:
    with peers.run("pipecat_bot.py", str(port), "frames"), taped() as tape:
        events = await stream(config(port), tape)
    tape.save("frames.jsonl")
    assert len(tape.captions) == 33
    assert finals(events) == SAID
    captions = [event for event in events if isinstance(event, CaptionEvent)]
    assert len({event.segment_id for event in captions}) == 3
    ends = [event.end for event in captions if event.is_final]
    assert ends == pytest.approx([0.5, 1.0, 1.5], abs=0.3)
    assert isinstance(events[-1], Progress)
    assert events[-1].end == pytest.approx(2.5)


async def test_the_bots_side_is_a_speaker_of_its_own(peers: Peers, port: int) -> None:
    with peers.run("pipecat_bot.py", str(port), "voice=0.08"), taped() as tape:
        events = await stream(config(port), tape)
    tape.save("voice.jsonl")
    assert finals(events) == SAID
    assert finals(events, "Bot") == [f"Reply {number}, d’accord." for number in (7, 8, 9)]


async def test_both_sides_of_a_call_with_a_bot_for_each(peers: Peers, port: int) -> None:
    """FastAPI's transport, which puts a WAV header before each piece of the bot's sound, as some bots are set up to."""
    settings = config(port, url=f"ws://127.0.0.1:{port}/ws")
    with peers.run("pipecat_fastapi.py", str(port)), taped() as tape:
        both = await asyncio.gather(stream(settings), stream(settings))
    for events in both:
        assert finals(events) == SAID
        assert finals(events, "Bot") == [f"Reply {number}, d’accord." for number in (7, 8, 9)]
    frames = [frame for _, data in tape.lines if isinstance(frame := decode(data), AudioFrame)]
    assert frames
    assert all(len(frame.pcm) == 1964 and len(without_wav_header(frame.pcm)) == 1920 for frame in frames)


async def test_a_second_client_is_told_that_there_is_a_first(peers: Peers, port: int) -> None:
    with peers.run("pipecat_bot.py", str(port)):
        first = asyncio.ensure_future(stream(config(port)))
        await asyncio.sleep(0.5)
        with pytest.raises(errors.ServiceUnavailable, match="already has a client"):
            await stream(config(port))
        assert finals(await first) == SAID, "the first is not disturbed"
        assert finals(await stream(config(port))) == SAID, "and makes room"


async def test_a_list_of_origins_wants_one_of_them(peers: Peers, port: int) -> None:
    with peers.run("pipecat_bot.py", str(port), "origins=https://bots.example"):
        with pytest.raises(errors.AuthenticationFailed, match="option origin"):
            await stream(config(port))
        assert finals(await stream(config(port, origin="https://bots.example"))) == SAID


async def test_a_bot_that_is_tired_of_waiting(peers: Peers, port: int) -> None:
    hung_up = pytest.raises(errors.ServiceUnavailable, match="hung up")
    with peers.run("pipecat_bot.py", str(port), "idle=1"), hung_up:
        await stream(config(port), pause=20.0)


async def test_the_probe_walks_through(peers: Peers, port: int) -> None:
    provider: Any = discover()["pipecat"]
    with peers.run("pipecat_bot.py", str(port)):
        steps: list[ProbeStep] = [step async for step in provider.probe(config(port))]
    assert not [step.error for step in steps if step.error]
    assert [str(step.detail) for step in steps if step.detail] == ["pipecat-ai 1.14.0, RTVI 2.2.0"]


@pytest.mark.desktop
async def test_the_bot_is_heard(peers: Peers, port: int) -> None:
    from desktop.audio.convert import level
    from desktop.audio.devices import open_source

    loud = 0.0
    with peers.run("pipecat_bot.py", str(port), "voice=0.5"):
        async with open_source("pulse:ci_out.monitor").open(time.monotonic()) as chunks:
            streaming = asyncio.ensure_future(stream(config(port, **{"hear-bot": "yes", "output-device": "ci_out"})))
            with suppress(StopAsyncIteration):
                while not streaming.done():
                    chunk = await anext(chunks)
                    loud += chunk.duration if level(chunk.pcm, chunk.format) > -30 else 0.0
            assert finals(await streaming) == SAID
    assert loud == pytest.approx(1.5, abs=0.3), "three answers of half a second"
