"""Capture outlives the sound server."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from desktop.audio.devices import open_source, watch_devices
from desktop.core.audio import Device
from desktop.core.captions import Gap
from desktop.session.events import LevelChanged, ProblemRaised, SessionEvent
from desktop.session.service import LaneSpec, Service
from desktop.session.session import Session
from tests.integration import test_audio_pulse
from tests.integration.test_audio_pulse import run_dry, wait_for_lists
from tests.integration.test_session_pulse import Gathering
from tests.support.desktop import wait_until

pytestmark = test_audio_pulse.pytestmark


@contextmanager
def servers(folder: str) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Starts sound servers of one's own, which may die without harm to others."""
    os.environ["PULSE_SERVER"] = f"unix:{folder}/server"
    running: list[subprocess.Popen[bytes]] = []
    options = ["-n", "--daemonize=no", "--use-pid-file=no", "--exit-idle-time=-1", "--log-target=null"]
    protocol = f"--load=module-native-protocol-unix auth-anonymous=1 socket={folder}/server"
    command = ["pulseaudio", *options, protocol, "--load=module-null-sink sink_name=own"]
    # PulseAudio's name on the session's bus belongs to the desktop's own server
    env = {**os.environ, "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent"}

    def start() -> subprocess.Popen[bytes]:
        running.append(subprocess.Popen(command, env=env))
        return running[-1]

    try:
        yield start
    finally:
        for server in running:
            server.kill()
            server.wait()


async def outlive(start_server: Callable[[], subprocess.Popen[bytes]]) -> None:
    """Capture while the sound server dies, and again from the next one."""

    def there(devices: list[Device]) -> bool:
        return any(one.id == "pulse:own.monitor" for one in devices)

    async with watch_devices() as lists:
        await wait_for_lists(lists, lambda devices: not any(one.available for one in devices))
        server = start_server()
        await wait_for_lists(lists, there)
        source = open_source("system")
        async with source.open(time.monotonic()) as chunks:
            await anext(chunks)
            server.kill()
            await run_dry(chunks)
        await wait_for_lists(lists, lambda devices: not any(one.available for one in devices))
        server.wait()
        start_server()
        await wait_for_lists(lists, there)
        async with source.open(time.monotonic()) as chunks, asyncio.timeout(60):
            await anext(chunks)


async def outlive_in_session(start_server: Callable[[], subprocess.Popen[bytes]]) -> None:
    """A session whose sound server dies says so once, and hears the device again by itself."""
    told: list[SessionEvent] = []

    async def until(true: Callable[[], object]) -> None:
        async with asyncio.timeout(60):
            while not true():
                await asyncio.sleep(0.02)

    server = start_server()
    await asyncio.to_thread(wait_until, lambda: "own" in devices(), "the server")
    session = Session([LaneSpec("them", "Them", open_source("system"))], Service(Gathering(), "en-US"))
    session.subscribe(told.append)
    running = asyncio.ensure_future(session.run())
    await until(lambda: any(isinstance(event, LevelChanged) for event in told))
    server.kill()
    server.wait()
    await until(lambda: session.problems)
    start_server()
    await until(lambda: not session.problems)
    session.stop()
    await running
    sentences = [str(event.problem.error) for event in told if isinstance(event, ProblemRaised)]
    assert len(sentences) == 1, sentences
    assert "sound server has stopped" in sentences[0]
    assert [mark.reason for mark in session.document.marks if isinstance(mark, Gap)] == ["no sound from the device"]


def devices() -> str:
    return subprocess.run(["pactl", "list", "short", "sinks"], capture_output=True, text=True, check=False).stdout


OUTLIVE = """
import asyncio, os, sys
from tests.integration import test_audio_server
with test_audio_server.servers(sys.argv[1]) as start:
    asyncio.run(getattr(test_audio_server, sys.argv[2])(start))
print("well", flush=True)
os._exit(0)
"""


@pytest.mark.parametrize("case", ["outlive", "outlive_in_session"])
def test_a_sound_server_that_dies_ends_the_lane_and_both_come_back(tmp_path: Path, case: str) -> None:
    """In a process of its own: closing a stream of a dead server hangs at times, and the program leaves it behind."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    command = [sys.executable, "-c", OUTLIVE, str(tmp_path), case]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=110, check=False)
    assert done.stdout == "well\n", done.stderr
