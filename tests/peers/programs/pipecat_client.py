"""A real Pipecat client: its own WebSocket transport and serialiser, sending the sound that it is told.

    python pipecat_client.py URL WAV

Plays 16-bit mono WAV through Pipecat's client transport, as a bot that calls out would, and prints each message frame
that comes back as one line of JSON. Prints READY once its pipeline runs, and ends when its standard input is closed.
"""

from __future__ import annotations

import asyncio
import json
import sys
import wave
from typing import Any

from loguru import logger
from pipecat.frames.frames import EndFrame, Frame, InputTransportMessageFrame, OutputAudioRawFrame
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineParams, PipelineWorker
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor
from pipecat.serializers.protobuf import ProtobufFrameSerializer
from pipecat.transports.websocket.client import WebsocketClientParams, WebsocketClientTransport
from pipecat.workers.runner import WorkerRunner

STEP = 0.04
"""Seconds of one frame."""


class Printer(FrameProcessor):
    """Prints messages."""

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        await super().process_frame(frame, direction)
        if isinstance(frame, InputTransportMessageFrame):
            sys.stdout.write(json.dumps(frame.message) + "\n")
            sys.stdout.flush()
        await self.push_frame(frame, direction)


async def play(worker: Any, path: str) -> None:
    with wave.open(path) as file:
        rate, size = file.getframerate(), round(file.getframerate() * STEP)
        while pcm := file.readframes(size):
            await worker.queue_frame(OutputAudioRawFrame(pcm, rate, 1))


async def main(url: str, path: str) -> None:
    params = WebsocketClientParams(
        serializer=ProtobufFrameSerializer(),
        audio_out_enabled=True,
        audio_in_enabled=True,
        audio_out_sample_rate=16_000,
    )
    transport = WebsocketClientTransport(url, params)
    worker = PipelineWorker(
        Pipeline([transport.input(), Printer(), transport.output()]),
        params=PipelineParams(audio_in_sample_rate=16_000, audio_out_sample_rate=16_000),
        idle_timeout_secs=None,
    )

    @transport.event_handler("on_connected")
    async def connected(_transport: object, _client: object) -> None:
        print("READY", flush=True)
        await play(worker, path)

    runner = WorkerRunner(handle_sigint=False)
    await runner.add_workers(worker)
    running = asyncio.ensure_future(runner.run())
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    await worker.queue_frame(EndFrame())
    await running


if __name__ == "__main__":
    logger.remove()
    asyncio.run(main(sys.argv[1], sys.argv[2]))
