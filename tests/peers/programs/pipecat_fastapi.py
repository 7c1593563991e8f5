"""A real Pipecat server that starts a bot for each connection: FastAPI's transport, WAV headers before the bot's sound.

    python pipecat_fastapi.py PORT

The bots are those of `pipecat_bot.py`, with a voice. Prints READY once it listens.
"""

from __future__ import annotations

import asyncio
import sys

import uvicorn
from fastapi import FastAPI, WebSocket
from loguru import logger
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineParams, PipelineWorker
from pipecat.serializers.protobuf import ProtobufFrameSerializer
from pipecat.transports.websocket.fastapi import FastAPIWebsocketParams, FastAPIWebsocketTransport
from pipecat.workers.runner import WorkerRunner
from pipecat_bot import Recogniser, Voice

app = FastAPI()


@app.websocket("/ws")
async def converse(websocket: WebSocket) -> None:
    await websocket.accept()
    transport = FastAPIWebsocketTransport(
        websocket,
        FastAPIWebsocketParams(
            serializer=ProtobufFrameSerializer(), audio_in_enabled=True, audio_out_enabled=True, add_wav_header=True
        ),
    )
    parts = [transport.input(), Recogniser(answers=True), Voice(0.2), transport.output()]
    worker = PipelineWorker(
        Pipeline(parts),
        params=PipelineParams(audio_in_sample_rate=16_000, audio_out_sample_rate=24_000),
        idle_timeout_secs=None,
    )

    @transport.event_handler("on_client_disconnected")
    async def on_gone(_transport: object, _websocket: object) -> None:
        await worker.cancel()

    runner = WorkerRunner(handle_sigint=False)
    await runner.add_workers(worker)
    await runner.run()


class Server(uvicorn.Server):
    """Says when it listens."""

    async def startup(self, *arguments: object, **options: object) -> None:
        await super().startup(*arguments, **options)
        print("READY", flush=True)


if __name__ == "__main__":
    logger.remove()
    logger.add(sys.stderr, level="WARNING")
    asyncio.run(Server(uvicorn.Config(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning")).serve())
