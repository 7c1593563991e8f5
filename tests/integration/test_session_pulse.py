"""Devices in the middle of a session, on a real sound server: changed by hand, made anew, put to sleep."""

from __future__ import annotations

import asyncio
import math
import os
import subprocess
import wave
from array import array
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import numpy as np
import pytest

from desktop.audio.devices import open_source
from desktop.core.audio import SPEECH, AudioChunk
from desktop.core.captions import Gap, Seam, StreamEvent
from desktop.core.errors import AudioError, ProviderError
from desktop.core.message import say
from desktop.core.provider import Capabilities, StreamConfig
from desktop.session.events import LevelChanged, SessionEvent
from desktop.session.recorder import JournalPlan
from desktop.session.service import LaneSpec, Service
from desktop.session.session import Session
from desktop.transcripts.journal import read

pytestmark = [
    pytest.mark.desktop,
    pytest.mark.skipif(
        "PULSE_SERVER" not in os.environ, reason="platform: ./dev test starts a sound server of its own"
    ),
]


def pactl(*words: str) -> str:
    return subprocess.run(["pactl", *words], check=True, capture_output=True, text=True).stdout.strip()


class Speaker:
    """A sound output that plays one tone for as long as it is plugged in."""

    def __init__(self, folder: Path, hertz: int) -> None:
        self.name = f"tone_{hertz}_{uuid4().hex[:8]}"
        self.device = f"pulse:{self.name}.monitor"
        self._tone = folder / f"{hertz}.wav"
        self._module = ""
        self._player: subprocess.Popen[bytes] | None = None
        second = array("h", (round(16_000 * math.sin(2 * math.pi * hertz * at / 16_000)) for at in range(16_000)))
        with wave.open(str(self._tone), "wb") as file:
            file.setparams((1, 2, 16_000, 0, "NONE", ""))
            file.writeframes(second.tobytes() * 120)

    def plug(self, rate: int = 48_000) -> None:
        words = f"sink_name={self.name}", f"rate={rate}", f"sink_properties=device.description={self.name}"
        self._module = pactl("load-module", "module-null-sink", *words)
        self._player = subprocess.Popen(["paplay", "--latency-msec=20", "-d", self.name, str(self._tone)])

    def unplug(self) -> None:
        if self._player is not None:
            self._player.kill()
            self._player.wait()
            pactl("unload-module", self._module)
        self._player = None


@pytest.fixture
def speakers(tmp_path: Path) -> Iterator[tuple[Speaker, Speaker]]:
    pair = Speaker(tmp_path, 400), Speaker(tmp_path, 1000)
    for one in pair:
        one.plug()
    yield pair
    for one in pair:
        one.unplug()


class Gathering:
    """A provider that keeps what it hears and says nothing."""

    id = "gathering"
    title = say("Test", "Gathering")
    capabilities = Capabilities(languages=("en-US",), privacy=say("Test", "Stays here."), needs_network=False)
    credential_fields = ()

    def __init__(self) -> None:
        self.sound = b""
        self._over = asyncio.Event()

    def availability(self) -> ProviderError | None:
        return None

    @asynccontextmanager
    async def connect(self, config: StreamConfig) -> AsyncIterator[Gathering]:
        yield self

    async def send(self, chunk: AudioChunk) -> None:
        self.sound += chunk.pcm

    async def finish(self) -> None:
        self._over.set()

    async def __aiter__(self) -> AsyncIterator[StreamEvent]:
        await self._over.wait()
        for event in list[StreamEvent]():
            yield event

    def tones(self) -> list[int]:
        """The loudest tone of every tenth of a second, in Hz rounded to 200; 0 for silence."""
        blocks = len(self.sound) // SPEECH.size(0.1)
        samples = np.frombuffer(self.sound[: blocks * SPEECH.size(0.1)], dtype="<i2").reshape(
            blocks, SPEECH.size(0.1) // 2
        )
        loudest = np.argmax(np.abs(np.fft.rfft(samples, axis=1)), axis=1) * 10
        return [
            round(float(hz) / 200) * 200 if np.abs(block).max() > 500 else 0
            for hz, block in zip(loudest, samples, strict=True)
        ]

    def hears(self, hertz: int) -> bool:
        """Whether this is what it has heard lately, apart from a hole that a busy machine makes."""
        return self.tones()[-5:].count(hertz) >= 3


async def until(true: Callable[[], object]) -> None:
    async with asyncio.timeout(60):
        while not true():
            await asyncio.sleep(0.05)


@asynccontextmanager
async def listening(device: str, folder: Path) -> AsyncIterator[tuple[Session, Gathering]]:
    provider = Gathering()
    lane = LaneSpec("them", "Them", await asyncio.to_thread(open_source, device))
    session = Session([lane], Service(provider, "en-US"), JournalPlan([folder]))
    running = asyncio.ensure_future(session.run())
    try:
        yield session, provider
    finally:
        session.stop()
        await running


def marks(session: Session) -> tuple[list[Seam], list[Gap]]:
    assert session.journal is not None
    entries = read(session.journal).entries
    return [one for one in entries if isinstance(one, Seam)], [one for one in entries if isinstance(one, Gap)]


async def test_another_device_is_heard_without_a_hole(speakers: tuple[Speaker, Speaker], tmp_path: Path) -> None:
    first, second = speakers
    async with listening(first.device, tmp_path) as (session, heard):
        await until(lambda: heard.hears(400))
        session.hear("them", await asyncio.to_thread(open_source, second.device))
        await until(lambda: heard.hears(1000))
        assert pactl("list", "source-outputs").count("ALSA plug-in") == 1  # the old one is closed
    tones = heard.tones()
    joint = tones.index(1000)
    assert 400 in tones[:joint]
    assert 400 not in tones[joint + 1 :]
    assert [one.reason for one in marks(session)[0]] == [f"system sound changed to {second.name}"]


async def test_a_device_that_comes_back_with_another_rate_is_heard_as_before(
    speakers: tuple[Speaker, Speaker], tmp_path: Path
) -> None:
    """What a Bluetooth headset does when its profile changes: it goes and comes back under its name."""
    first, _ = speakers
    async with listening(first.device, tmp_path) as (session, heard):
        await until(lambda: heard.hears(400))
        first.unplug()
        await until(lambda: any(isinstance(one.error, AudioError) for one in session.problems))
        heard.sound = b""
        first.plug(rate=16_000)
        await until(lambda: heard.hears(400))
        await until(lambda: not session.problems)
    assert "no sound from the device" in [one.reason for one in marks(session)[1]]


async def test_a_device_that_the_server_puts_to_sleep_is_heard_when_it_wakes(
    speakers: tuple[Speaker, Speaker], tmp_path: Path
) -> None:
    first, _ = speakers
    async with listening(first.device, tmp_path) as (session, heard):
        await until(lambda: heard.hears(400))
        pactl("suspend-sink", first.name, "1")
        await until(lambda: "SUSPENDED" in pactl("list", "short", "sinks"))
        heard.sound = b""
        pactl("suspend-sink", first.name, "0")
        await until(lambda: heard.hears(400))
        await until(lambda: not session.problems)


async def test_two_devices_that_go_at_once_and_come_back_again_and_again_are_both_heard(
    speakers: tuple[Speaker, Speaker], tmp_path: Path
) -> None:
    sources = [await asyncio.to_thread(open_source, one.device) for one in speakers]
    lanes = [LaneSpec(lane, lane, source) for lane, source in zip(("you", "them"), sources, strict=True)]
    session = Session(lanes, Service(Gathering(), "en-US"), JournalPlan([tmp_path]))
    loud: dict[str, bool] = {}

    def note(event: SessionEvent) -> None:
        if isinstance(event, LevelChanged):
            loud[event.lane] = event.voiced

    session.subscribe(note)
    running = asyncio.ensure_future(session.run())
    try:
        await until(lambda: loud == {"you": True, "them": True})
        for _ in range(3):
            for one in speakers:
                await asyncio.to_thread(one.unplug)
            await until(lambda: {problem.lane for problem in session.problems} == {"you", "them"})
            assert loud == {"you": False, "them": False}
            for one in speakers:
                await asyncio.to_thread(one.plug)
            await until(lambda: loud == {"you": True, "them": True})
        await until(lambda: not session.problems)
    finally:
        session.stop()
        await running
    holes = [(one.lane, one.reason) for one in marks(session)[1]]
    for lane in ("you", "them"):
        assert holes.count((lane, "no sound from the device")) >= 3
