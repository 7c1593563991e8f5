"""The real engine in its real child process."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from desktop.core.audio import SPEECH, AudioChunk
from desktop.core.captions import CaptionEvent, Notice, Progress, StreamEvent
from desktop.core.errors import EngineFailed, LanguageUnsupported
from desktop.core.provider import StreamConfig, TranscriptionStream
from desktop.providers.on_device import PROVIDER
from desktop.providers.on_device.engine import PACKAGE

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared" / "speech"
CONFIG = StreamConfig("en-US")

pytestmark = [
    pytest.mark.engine,
    pytest.mark.skipif(
        PROVIDER.availability() is not None, reason="platform: the engine is not available on this computer"
    ),
]
shared = [pytest.mark.shared]


@pytest.fixture(autouse=True)
def no_child_stays() -> Iterator[None]:
    yield
    assert psutil.Process().children() == []


def read(path: Path, seconds: float | None = None) -> bytes:
    """A recording as 16 kHz mono PCM."""
    import numpy as np
    import soundfile
    import soxr

    samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    mono = soxr.resample(samples.mean(axis=1), rate, 16_000)[: None if seconds is None else int(seconds * 16_000)]
    return bytes((np.clip(mono, -1, 1) * 32767).astype("<i2").tobytes())


@pytest.fixture(scope="module")
def tale() -> bytes:
    """Ten seconds of a reading that the engine's own package brings along."""
    import importlib.util

    spec = importlib.util.find_spec(PACKAGE)
    assert spec is not None
    assert spec.submodule_search_locations
    return read(Path(spec.submodule_search_locations[0]) / "assets" / "two_cities.wav", 10.0)


async def feed(stream: TranscriptionStream, pcm: bytes, finish: bool = True) -> None:
    for at in range(0, len(pcm), 3200):
        await stream.send(AudioChunk(pcm[at : at + 3200], SPEECH, at / 32_000))
    if finish:
        await stream.finish()


async def caption(pcm: bytes, language: str = "en-US") -> list[StreamEvent]:
    async with PROVIDER.connect(StreamConfig(language)) as stream, asyncio.TaskGroup() as tasks:
        tasks.create_task(feed(stream, pcm))
        return [event async for event in stream]


def finals(events: list[StreamEvent]) -> list[CaptionEvent]:
    return [event for event in events if isinstance(event, CaptionEvent) and event.is_final and event.text]


def plain(events: list[StreamEvent]) -> str:
    text = " ".join(final.text for final in finals(events)).lower()
    return "".join(letter for letter in text if letter.isalpha() or letter == " ")


async def test_speech_becomes_sentences_with_word_times(tale: bytes) -> None:
    events = await caption(tale, "en-GB")

    assert "it was the best of times" in plain(events)
    assert "it was the age of wisdom" in plain(events)
    for final in finals(events):
        assert final.language == "en-GB"
        assert " ".join(word.text for word in final.words) == final.text
        assert all(final.start <= word.start <= word.end <= final.end <= 10.0 for word in final.words)
    assert [event.end for event in events if isinstance(event, Progress)][-1] == 10.0


async def test_silence_has_no_words_and_is_answered() -> None:
    events = await caption(bytes(32_000 * 5))

    assert all(isinstance(event, Progress) for event in events)
    assert events[-1] == Progress(5.0)


async def test_a_stream_without_any_sound_ends() -> None:
    assert await caption(b"") == [Progress(0.0)]


async def test_two_lanes_share_one_process_and_do_not_disturb_each_other(tale: bytes) -> None:
    alone = plain(await caption(tale))
    async with PROVIDER.warm():
        pair = await asyncio.gather(caption(tale), caption(bytes(32_000) + tale))
        assert len(psutil.Process().children()) == 1

    assert plain(pair[0]) == alone
    assert "it was the best of times" in plain(pair[1])


async def test_a_killed_engine_is_reported_and_the_next_stream_has_a_new_one(
    tale: bytes,
    expect_log: Callable[..., None],
) -> None:
    expect_log("desktop.transport.worker", "ended with status")
    async with PROVIDER.connect(CONFIG) as stream, PROVIDER.connect(CONFIG) as other:
        await feed(stream, tale[:32_000], finish=False)
        (child,) = psutil.Process().children()
        child.kill()
        with pytest.raises(EngineFailed):
            _ = [event async for event in stream]
        with pytest.raises(EngineFailed):
            _ = [event async for event in other]
        with pytest.raises(EngineFailed):
            await feed(stream, tale)
        assert "best of times" in plain(await caption(tale))


async def test_cancellation_leaves_nothing_behind(tale: bytes) -> None:
    for moment in (0, 3, 30, 300):
        task = asyncio.create_task(caption(tale))
        for _ in range(moment):
            await asyncio.sleep(0.001)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert psutil.Process().children() == []


async def test_leaving_early_drops_the_stream_at_once(tale: bytes) -> None:
    async with PROVIDER.warm():
        async with PROVIDER.connect(CONFIG) as stream:
            await feed(stream, tale[:64_000], finish=False)
        assert "best of times" in plain(await caption(tale))


HOLD = """
import asyncio, psutil
from desktop.core.provider import StreamConfig
from desktop.providers.on_device import PROVIDER
async def main():
    async with PROVIDER.connect(StreamConfig("en-US")):
        print(psutil.Process().children()[0].pid, flush=True)
        await asyncio.sleep(60)
asyncio.run(main())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="platform: no SIGKILL there")
def test_an_engine_whose_program_is_killed_ends_too() -> None:
    with subprocess.Popen([sys.executable, "-c", HOLD], stdout=subprocess.PIPE, text=True, cwd=ROOT) as program:
        assert program.stdout is not None
        child = psutil.Process(int(program.stdout.readline()))
        program.send_signal(signal.SIGKILL)
        gone, left = psutil.wait_procs([child], timeout=20)
    assert left == []
    assert gone


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent differently there")
async def test_the_engine_leaves_ctrl_c_to_its_program(tale: bytes) -> None:
    async with PROVIDER.warm():
        (child,) = psutil.Process().children()
        child.send_signal(signal.SIGINT)
        assert "best of times" in plain(await caption(tale))


async def test_the_engine_has_no_numpy_and_is_modest() -> None:
    async with PROVIDER.warm():
        (child,) = psutil.Process().children()
        mapped = {Path(region.path).name for region in child.memory_maps()} if hasattr(child, "memory_maps") else set()
        assert not any("multiarray" in name for name in mapped)
        assert child.nice() != psutil.Process().nice()


QASYNC = """
import asyncio, sys
from PySide6.QtCore import QCoreApplication
from desktop.app.loop import WindowLoop
from desktop.core.provider import StreamConfig
from desktop.core.audio import SPEECH, AudioChunk
from desktop.core.captions import CaptionEvent
from desktop.providers.on_device import PROVIDER
pcm = sys.stdin.buffer.read()
async def main():
    async with PROVIDER.connect(StreamConfig("en-US")) as stream, asyncio.TaskGroup() as tasks:
        async def feed():
            for at in range(0, len(pcm), 3200):
                await stream.send(AudioChunk(pcm[at : at + 3200], SPEECH, at / 32000))
            await stream.finish()
        tasks.create_task(feed())
        async for event in stream:
            if isinstance(event, CaptionEvent) and event.is_final:
                print(event.text)
def run():
    app = QCoreApplication([])
    with WindowLoop(app) as loop:
        loop.run_until_complete(main())
run()
"""


def test_it_works_on_the_window_s_event_loop(tale: bytes) -> None:
    done = subprocess.run(
        [sys.executable, "-c", QASYNC], input=tale, capture_output=True, cwd=ROOT, timeout=60, check=True,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )  # fmt: skip
    assert b"best of times" in done.stdout


class TestRecordings:
    pytestmark = shared

    @pytest.mark.parametrize("name", ["noise_1", "noise_2", "music_synth", "silence_roomtone", "silence_digital"])
    async def test_there_are_no_words_in_what_is_no_speech(self, name: str) -> None:
        assert finals(await caption(read(SHARED / f"{name}.wav"))) == []

    @pytest.mark.parametrize("name", ["fr-FR_portal_1", "es-ES_portal_1"])
    async def test_another_language_is_noticed_once(self, name: str) -> None:
        events = await caption(read(SHARED / f"{name}.wav", 15.0))
        notices = [event for event in events if isinstance(event, Notice)]
        assert len(notices) == 1
        assert isinstance(notices[0].error, LanguageUnsupported)

    @pytest.mark.parametrize("name", ["en-US_portal_1", "en_sense_0890", "en-US_jfk"])
    async def test_english_is_not_taken_for_another_language(self, name: str) -> None:
        events = await caption(read(SHARED / f"{name}.wav"))
        assert not any(isinstance(event, Notice) for event in events)
