"""A real Pipecat bot on this computer: its own transport, serialiser and RTVI, and stand-ins for the speech services.

    python pipecat_bot.py PORT [frames] [voice=SECONDS] [origins=ORIGIN] [idle=SECONDS]

It hears the numbers of `tests.support.beacon` and says them back: an interim every 100 ms of a number, the final at its
end. With `frames` it writes each final to the socket as a transcription frame too, as bots with a way of their own do.
With `voice=SECONDS` it answers each final with a sentence and so much of a 440 Hz tone. Prints READY once it listens.
"""

from __future__ import annotations

import asyncio
import math
import sys
from array import array
from collections.abc import AsyncGenerator
from typing import Any

from loguru import logger
from pipecat.frames.frames import (
    Frame,
    InputAudioRawFrame,
    InterimTranscriptionFrame,
    LLMFullResponseEndFrame,
    LLMFullResponseStartFrame,
    LLMTextFrame,
    TranscriptionFrame,
    TTSAudioRawFrame,
)
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineParams, PipelineWorker
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor
from pipecat.serializers.protobuf import ProtobufFrameSerializer
from pipecat.services.settings import TTSSettings
from pipecat.services.tts_service import TTSService
from pipecat.transports.websocket.server import (
    SingleClientWebsocketServerParams,
    SingleClientWebsocketServerTransport,
)
from pipecat.utils.time import time_now_iso8601
from pipecat.workers.runner import WorkerRunner

BASE = 2000
"""As in tests.support.beacon."""
WORDS = "café número {n}, d’accord ?"


class Recogniser(FrameProcessor):
    """Reads the numbers of the sound."""

    def __init__(self, *, answers: bool) -> None:
        super().__init__()
        self._answers = answers
        self._number: int | None = None
        self._steps = 0

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        await super().process_frame(frame, direction)
        if isinstance(frame, InputAudioRawFrame):
            await self._hear(frame)
        else:
            await self.push_frame(frame, direction)

    async def _hear(self, frame: InputAudioRawFrame) -> None:
        samples = array("h", frame.audio)
        for offset in range(0, len(samples), frame.sample_rate // 200):
            number = samples[offset] - BASE if samples[offset] > BASE - 1 else None
            if number != self._number:
                await self._turn_to(number)
            elif number is not None:
                self._steps += 1
                if self._steps % 20 == 0:  # every 100 ms
                    await self._interim(WORDS.format(n=number)[: 4 + self._steps // 4])

    async def _turn_to(self, number: int | None) -> None:
        if self._number is not None:
            text = WORDS.format(n=self._number)
            await self.push_frame(TranscriptionFrame(text, "user-1", time_now_iso8601()))
            if self._answers:
                await self._answer(f"Reply {self._number}, d’accord.")
        self._number, self._steps = number, 0

    async def _interim(self, text: str) -> None:
        await self.push_frame(InterimTranscriptionFrame(text, "user-1", time_now_iso8601()))

    async def _answer(self, text: str) -> None:
        await self.push_frame(LLMFullResponseStartFrame())
        await self.push_frame(LLMTextFrame(text))
        await self.push_frame(LLMFullResponseEndFrame())


class Voice(TTSService):
    """So many seconds of 440 Hz for each sentence."""

    def __init__(self, seconds: float) -> None:
        super().__init__(settings=TTSSettings(model=None, voice=None, language=None))
        self._seconds = seconds

    async def run_tts(self, text: str, context_id: str) -> AsyncGenerator[Frame | None, None]:
        rate = self.sample_rate
        samples = (round(8000 * math.sin(2 * math.pi * 440 * at / rate)) for at in range(round(rate * self._seconds)))
        yield TTSAudioRawFrame(array("h", samples).tobytes(), rate, 1, context_id=context_id)

    def can_generate_metrics(self) -> bool:
        return False


class Relay(FrameProcessor):
    """Writes finals to the socket as transcription frames, which a stock bot does not."""

    def __init__(self, output: Any) -> None:
        super().__init__()
        self._output = output

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        await super().process_frame(frame, direction)
        if isinstance(frame, TranscriptionFrame):
            await self._output._write_frame(frame)
        await self.push_frame(frame, direction)


async def main(port: int, *words: str) -> None:
    logger.remove()
    logger.add(sys.stderr, level="WARNING")
    given = dict(word.partition("=")[::2] for word in words)
    transport = SingleClientWebsocketServerTransport(
        SingleClientWebsocketServerParams(
            serializer=ProtobufFrameSerializer(),
            audio_in_enabled=True,
            audio_out_enabled="voice" in given,
            allowed_origins=[given["origins"]] if "origins" in given else [],
        ),
        host="127.0.0.1",
        port=port,
    )
    parts: list[FrameProcessor] = [transport.input(), Recogniser(answers="voice" in given)]
    parts += [Relay(transport.output())] if "frames" in given else []
    parts += [Voice(float(given["voice"]))] if "voice" in given else []
    worker = PipelineWorker(
        Pipeline([*parts, transport.output()]),
        params=PipelineParams(audio_in_sample_rate=16_000, audio_out_sample_rate=24_000),
        idle_timeout_secs=float(given["idle"]) if "idle" in given else None,
    )

    @transport.event_handler("on_websocket_ready")
    async def on_ready(_transport: Any) -> None:
        print("READY", flush=True)

    runner = WorkerRunner(handle_sigint=False)
    await runner.add_workers(worker)
    await runner.run()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), *sys.argv[2:]))
