"""What is played is heard: on the sink that was chosen, recorded from its monitor, and no longer once it is cleared."""

from __future__ import annotations

import asyncio
import math
import os
import subprocess
import time
from array import array
from collections.abc import Iterator
from uuid import uuid4

import numpy as np
import pytest

from desktop.audio.convert import level
from desktop.audio.devices import open_source
from desktop.audio.playback import Playback, list_outputs, open_playback
from desktop.core.audio import SPEECH, AudioFormat
from desktop.core.errors import DeviceNotFound

pytestmark = [
    pytest.mark.desktop,
    pytest.mark.skipif(
        "PULSE_SERVER" not in os.environ, reason="platform: ./dev test starts a sound server of its own"
    ),
]

VOICE = AudioFormat(24_000)
LOUD = -30.0
"""dB; the tone is at -6, silence at -120."""


def tone(hertz: float, seconds: float) -> bytes:
    samples = (round(16_000 * math.sin(2 * math.pi * hertz * at / 24_000)) for at in range(round(24_000 * seconds)))
    return array("h", samples).tobytes()


@pytest.fixture
def sink() -> Iterator[str]:
    name = f"test_{uuid4().hex[:8]}"
    described = f"sink_properties=device.description={name}_speaker"
    command = ["pactl", "load-module", "module-null-sink", f"sink_name={name}", described]
    module = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
    yield name
    subprocess.run(["pactl", "unload-module", module], check=True)


async def heard(sink: str, playing: Playback, pcm: bytes, seconds: float) -> bytes:
    """What the monitor of a sink hears within `seconds` from the first sound on."""
    recorded = bytearray()
    async with asyncio.timeout(60), open_source(f"pulse:{sink}.monitor").open(time.monotonic()) as chunks:
        for at in range(0, len(pcm), 1920):  # 40 ms, as a bot sends it
            playing.play(pcm[at : at + 1920], VOICE)
        async for chunk in chunks:
            if recorded or level(chunk.pcm, chunk.format) > LOUD:
                recorded += chunk.pcm
            if SPEECH.seconds(len(recorded)) >= seconds:
                break
    return bytes(recorded)


def loudest(pcm: bytes) -> float:
    samples = np.frombuffer(pcm, dtype="<i2")
    return float(np.argmax(np.abs(np.fft.rfft(samples))) * SPEECH.sample_rate / len(samples))


async def test_a_voice_is_heard_on_the_chosen_output_alone(sink: str) -> None:
    before = dict(os.environ)
    async with open_playback(f"{sink}_speaker") as playing:
        assert playing.name == f"{sink}_speaker"
        recorded = await heard(sink, playing, tone(440, 2.0), 1.5)
    assert loudest(recorded) == pytest.approx(440, abs=2)
    quiet = [at for at in range(0, SPEECH.size(1.5), 640) if level(recorded[at : at + 640], SPEECH) < LOUD]
    assert not quiet, "no holes between the pieces"
    assert "PULSE_SINK" not in os.environ
    assert dict(os.environ).get("PULSE_SOURCE") == before.get("PULSE_SOURCE")


async def test_an_interruption_silences_what_waits(sink: str) -> None:
    async with open_playback(sink) as playing:
        recorded = await heard(sink, playing, tone(440, 10.0), 0.5)
        assert playing.held > 5.0
        playing.clear()
        assert playing.held == 0
        after = await heard(sink, playing, tone(1000, 1.0), 0.8)
    assert loudest(recorded) == pytest.approx(440, abs=2)
    # Half a second may still be on its way through the server.
    assert loudest(after[-SPEECH.size(0.3) :]) == pytest.approx(1000, abs=5)


async def test_an_output_that_is_not_there(sink: str) -> None:
    with pytest.raises(DeviceNotFound, match="called Lamp"):
        async with open_playback("Lamp"):
            pass
    assert sink in [output.pulse_sink for output in await asyncio.to_thread(list_outputs)]
