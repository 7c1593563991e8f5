"""Capture, device list and device loss against a real sound server."""

from __future__ import annotations

import asyncio
import os
import subprocess
import time
import wave
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack
from itertools import count, pairwise
from pathlib import Path
from uuid import uuid4

import numpy as np
import pytest

from desktop.audio import portaudio, pulse
from desktop.audio.convert import SILENCE, level
from desktop.audio.devices import list_devices, open_source, watch_devices
from desktop.audio.meter import LevelMonitor
from desktop.core.audio import SPEECH, AudioChunk, AudioFormat, AudioSource, Device, SourceKind
from desktop.core.errors import DeviceLost, DeviceNotFound
from tests.support.desktop import wait_until

pytestmark = [
    pytest.mark.desktop,
    pytest.mark.skipif(
        "PULSE_SERVER" not in os.environ, reason="platform: ./dev test starts a sound server of its own"
    ),
]

Play = Callable[[str, float], None]


def pactl(*words: str) -> str:
    return subprocess.run(["pactl", *words], check=True, capture_output=True, text=True).stdout.strip()


class Sink:
    """A sound output that exists only for one test."""

    def __init__(self) -> None:
        self.name = f"test_{uuid4().hex[:8]}"
        self.module = ""

    @property
    def device(self) -> str:
        return f"pulse:{self.name}.monitor"

    def plug(self) -> None:
        described = f"sink_properties=device.description={self.name}_speaker"
        self.module = pactl("load-module", "module-null-sink", f"sink_name={self.name}", described)

    def unplug(self) -> None:
        if self.module:
            pactl("unload-module", self.module)
        self.module = ""


@pytest.fixture
def sinks() -> Iterator[tuple[Sink, Sink]]:
    before = pactl("get-default-sink"), pactl("get-default-source")
    pair = Sink(), Sink()
    for sink in pair:
        sink.plug()
    yield pair
    for sink in pair:
        sink.unplug()
    pactl("set-default-sink", before[0])
    pactl("set-default-source", before[1])


@pytest.fixture
def play(tmp_path: Path) -> Iterator[Play]:
    players: list[subprocess.Popen[bytes]] = []

    def start(sink: str, hertz: float) -> None:
        path = tmp_path / f"{hertz}.wav"
        samples = 16_000 * np.sin(2 * np.pi * hertz * np.arange(48_000 * 60) / 48_000)
        with wave.open(str(path), "wb") as file:
            file.setparams((1, 2, 48_000, 0, "NONE", ""))
            file.writeframes(samples.astype("<i2").tobytes())
        players.append(subprocess.Popen(["paplay", "--latency-msec=250", "-d", sink, str(path)]))

    yield start
    for player in players:
        player.kill()
        player.wait()


async def listen(chunks: AsyncIterator[AudioChunk], seconds: float) -> list[AudioChunk]:
    """That much sound from the first that is not silence on."""
    heard: list[AudioChunk] = []
    async with asyncio.timeout(60):
        async for chunk in chunks:
            if heard or level(chunk.pcm, chunk.format) > SILENCE:
                heard.append(chunk)
            if sum(one.duration for one in heard) >= seconds:
                break
    return heard


def loudest(chunks: list[AudioChunk]) -> float:
    samples = np.frombuffer(b"".join(chunk.pcm for chunk in chunks), dtype="<i2")
    return float(np.argmax(np.abs(np.fft.rfft(samples))) * SPEECH.sample_rate / len(samples))


async def wait_for_lists(lists: AsyncIterator[list[Device]], wanted: Callable[[list[Device]], bool]) -> list[Device]:
    async with asyncio.timeout(60):
        async for devices in lists:
            if wanted(devices):
                return devices
    raise AssertionError("the watcher ended")


async def run_dry(chunks: AsyncIterator[AudioChunk]) -> None:
    """Iterate until it ends with DeviceLost."""
    async with asyncio.timeout(60):
        with pytest.raises(DeviceLost) as caught:
            async for _ in chunks:
                pass
    assert caught.value.retryable


async def test_two_lanes_hear_their_own_source_at_the_same_time(sinks: tuple[Sink, Sink], play: Play) -> None:
    first, second = sinks
    play(first.name, 440)
    play(second.name, 1000)
    epoch = time.monotonic()
    async with AsyncExitStack() as stack:
        lanes = [await stack.enter_async_context(open_source(sink.device).open(epoch)) for sink in sinks]
        heard = await asyncio.gather(*(listen(lane, 1.0) for lane in lanes))
        now = time.monotonic() - epoch
    assert loudest(heard[0]) == pytest.approx(440, abs=2)
    assert loudest(heard[1]) == pytest.approx(1000, abs=2)
    for lane in heard:
        assert {chunk.format for chunk in lane} == {SPEECH}
        assert all(after.start == pytest.approx(before.end, abs=0.002) for before, after in pairwise(lane))
        assert lane[-1].end < now + 0.25, "its times are the session's, but for the smoothing"


async def test_microphone_and_system_sound_are_the_defaults(sinks: tuple[Sink, Sink], play: Play) -> None:
    them, _ = sinks
    pactl("set-default-sink", them.name)
    play(them.name, 700)
    play("ci_micfeed", 300)
    epoch = time.monotonic()
    async with open_source("mic").open(epoch) as mic, open_source("system").open(epoch) as system:
        heard = await asyncio.gather(listen(mic, 1.0), listen(system, 1.0))
    assert loudest(heard[0]) == pytest.approx(300, abs=2)
    assert loudest(heard[1]) == pytest.approx(700, abs=2)


async def test_a_device_that_is_unplugged_ends_the_lane_and_no_other_is_heard_instead(
    sinks: tuple[Sink, Sink], play: Play
) -> None:
    gone, stays = sinks
    play(gone.name, 440)
    async with AsyncExitStack() as stack:
        lost = await stack.enter_async_context(open_source(gone.device).open(time.monotonic()))
        kept = await stack.enter_async_context(open_source(stays.device).open(time.monotonic()))
        await listen(lost, 0.2)
        gone.unplug()
        await run_dry(lost)
        assert (await anext(kept)).format == SPEECH
    with pytest.raises(DeviceNotFound):
        open_source(gone.device)


async def test_a_device_that_comes_back_under_its_name_was_lost_all_the_same(sinks: tuple[Sink, Sink]) -> None:
    sink, _ = sinks
    source = open_source(sink.device)
    async with source.open(time.monotonic()) as chunks:
        sink.unplug()
        sink.plug()
        await run_dry(chunks)
    async with source.open(time.monotonic()) as chunks, asyncio.timeout(60):
        await anext(chunks)


async def test_a_source_opened_after_its_device_went_is_not_found(sinks: tuple[Sink, Sink]) -> None:
    source = open_source(sinks[0].device)
    sinks[0].unplug()
    with pytest.raises(DeviceNotFound, match=f"{sinks[0].name}_speaker is not connected"):
        async with source.open(time.monotonic()):
            pass


@pytest.mark.parametrize(("spec", "command", "suffix"), [("system", "sink", ""), ("mic", "source", "_mic")])
async def test_a_changed_default_ends_the_lane_and_the_next_opening_follows(
    sinks: tuple[Sink, Sink], play: Play, spec: str, command: str, suffix: str
) -> None:
    if spec == "mic":
        for sink in sinks:
            pactl("load-module", "module-remap-source", f"master={sink.name}.monitor", f"source_name={sink.name}_mic")
    play(sinks[1].name, 600)
    pactl(f"set-default-{command}", sinks[0].name + suffix)
    source = open_source(spec)
    async with source.open(time.monotonic()) as chunks:
        pactl(f"set-default-{command}", sinks[1].name + suffix)
        await run_dry(chunks)
    async with source.open(time.monotonic()) as chunks:
        assert loudest(await listen(chunks, 0.5)) == pytest.approx(600, abs=3)


async def test_a_named_device_stays_when_the_default_changes(sinks: tuple[Sink, Sink], play: Play) -> None:
    play(sinks[0].name, 600)
    async with open_source(sinks[0].device).open(time.monotonic()) as chunks:
        await listen(chunks, 0.1)
        pactl("set-default-sink", sinks[1].name)
        pactl("set-default-sink", sinks[0].name)
        assert loudest(await listen(chunks, 1.0)) == pytest.approx(600, abs=2)


async def test_devices_that_come_and_go_are_in_the_list(sinks: tuple[Sink, Sink]) -> None:
    del sinks
    sink = Sink()
    async with watch_devices() as lists:
        await wait_for_lists(lists, bool)
        sink.plug()
        devices = await wait_for_lists(lists, lambda devices: any(one.id == sink.device for one in devices))
        sink.unplug()
        await wait_for_lists(lists, lambda devices: all(one.id != sink.device for one in devices))
    entry = next(one for one in devices if one.id == sink.device)
    assert (entry.name, entry.kind, entry.available) == (f"{sink.name}_speaker", SourceKind.SYSTEM, True)


def test_the_list_has_microphones_first_and_each_default_at_the_head(sinks: tuple[Sink, Sink]) -> None:
    pactl("set-default-sink", sinks[1].name)
    devices = list_devices()
    kinds = [one.kind for one in devices]
    assert kinds == sorted(kinds, key=lambda kind: kind is SourceKind.SYSTEM)
    assert [one.id for one in devices if one.default] == ["pulse:ci_mic", sinks[1].device]
    assert devices[kinds.index(SourceKind.SYSTEM)].default
    assert list_devices() == devices
    assert isinstance(open_source(f"{sinks[0].name}_speaker").id, str)


def tamper(monkeypatch: pytest.MonkeyPatch, passes: Callable[[int], bool]) -> None:
    """Let only those blocks of a device through, counted from 0, that `passes` says."""
    original = portaudio.open_stream

    def open_stream(
        which: portaudio.Input, audio_format: AudioFormat, callback: portaudio.Callback
    ) -> portaudio.Stream:
        numbers = count()
        return original(which, audio_format, lambda *block: callback(*block) if passes(next(numbers)) else None)

    monkeypatch.setattr(portaudio, "open_stream", open_stream)


async def test_lost_blocks_show_as_one_gap_of_their_length(
    sinks: tuple[Sink, Sink], monkeypatch: pytest.MonkeyPatch
) -> None:
    tamper(monkeypatch, lambda number: not 20 <= number < 60)
    epoch = time.monotonic()
    async with open_source(sinks[0].device).open(epoch) as queue, asyncio.timeout(60):
        chunks = [await anext(queue) for _ in range(90)]
    holes = [after.start - before.end for before, after in pairwise(chunks)]
    assert [round(hole, 1) for hole in holes if hole > 0.05] == [0.8]


async def test_a_callback_that_is_slow_for_a_while_loses_nothing(
    sinks: tuple[Sink, Sink], monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(number: int) -> bool:
        time.sleep(0.05 if 20 <= number < 50 else 0)  # in PortAudio's thread
        return True

    tamper(monkeypatch, slow)
    epoch = time.monotonic()
    async with open_source(sinks[0].device).open(epoch) as queue, asyncio.timeout(60):
        chunks = [await anext(queue) for _ in range(170)]
    assert max(abs(after.start - before.end) for before, after in pairwise(chunks)) < 0.002


async def test_a_device_that_stops_delivering_is_lost(
    sinks: tuple[Sink, Sink], monkeypatch: pytest.MonkeyPatch
) -> None:
    tamper(monkeypatch, lambda number: number < 5)
    async with open_source(sinks[0].device).open(time.monotonic()) as chunks:
        await run_dry(chunks)


async def test_leaving_a_source_stops_it_and_threads_end(sinks: tuple[Sink, Sink]) -> None:
    async with open_source(sinks[0].device).open(time.monotonic()) as chunks:
        await anext(chunks)
        assert "ALSA plug-in" in pactl("list", "source-outputs")
    assert "ALSA plug-in" not in pactl("list", "source-outputs")
    async with asyncio.timeout(60):
        assert len([chunk async for chunk in chunks]) < 50


async def test_cancelling_an_opening_leaves_nothing_open(sinks: tuple[Sink, Sink]) -> None:
    async def use(source: AudioSource) -> None:
        async with source.open(time.monotonic()):
            await asyncio.Event().wait()

    for turns in (1, 3, 10, 100):
        task = asyncio.create_task(use(open_source(sinks[0].device)))
        for _ in range(turns):
            await asyncio.sleep(0.0005)
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled()
    await asyncio.to_thread(wait_until, lambda: "ALSA plug-in" not in pactl("list", "source-outputs"), "the end of all")


async def test_the_meter_shows_the_level_of_the_system_sound_and_its_loss(sinks: tuple[Sink, Sink], play: Play) -> None:
    play(sinks[0].name, 440)
    levels: asyncio.Queue[float] = asyncio.Queue()
    async with LevelMonitor(open_source(sinks[0].device), levels.put_nowait) as meter, asyncio.timeout(60):
        while await levels.get() < -15:
            pass
        sinks[0].unplug()
        while await levels.get() > SILENCE:
            pass
        assert isinstance(meter.error, DeviceLost)


async def test_environment_is_as_before_after_opening(sinks: tuple[Sink, Sink]) -> None:
    async with open_source(sinks[0].device).open(time.monotonic()):
        assert "PULSE_SOURCE" not in os.environ
    assert pulse.read_state().find(f"{sinks[0].name}.monitor") is not None


async def test_a_device_that_the_system_mutes_is_marked_and_its_sink_s_monitor_too() -> None:
    async def marked(device: str, muted: bool) -> None:
        async for devices in lists:
            if any(each.id == device and each.muted is muted for each in devices):
                return

    async with watch_devices() as lists, asyncio.timeout(60):
        for kind, name, device in (("source", "ci_mic", "pulse:ci_mic"), ("sink", "ci_out", "pulse:ci_out.monitor")):
            try:
                await marked(device, False)
                pactl(f"set-{kind}-mute", name, "1")
                await marked(device, True)
            finally:
                pactl(f"set-{kind}-mute", name, "0")
