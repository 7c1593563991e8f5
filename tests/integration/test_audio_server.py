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

from desktop.audio.devices import open_source, watch_devices
from desktop.core.audio import Device
from tests.integration import test_audio_pulse
from tests.integration.test_audio_pulse import run_dry, wait_for_lists

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


OUTLIVE = """
import asyncio, os, sys
from tests.integration.test_audio_server import outlive, servers
with servers(sys.argv[1]) as start:
    asyncio.run(outlive(start))
print("well", flush=True)
os._exit(0)
"""


def test_a_sound_server_that_dies_ends_the_lane_and_both_come_back(tmp_path: Path) -> None:
    """In a process of its own: closing a stream of a dead server hangs at times, and the program leaves it behind."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    command = [sys.executable, "-c", OUTLIVE, str(tmp_path)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=110, check=False)
    assert done.stdout == "well\n", done.stderr
