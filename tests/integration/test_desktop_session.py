"""The desktop that the other desktop tests stand on."""

from __future__ import annotations

import array
import math
import subprocess
import sys
import wave
from pathlib import Path

import pytest

pytestmark = pytest.mark.desktop

RATE = 16_000  # Hz
LOUD = 3_000  # of 32,767; the tone has 10,000


@pytest.fixture
def tone(tmp_path: Path) -> Path:
    """Two seconds of 440 Hz."""
    path = tmp_path / "tone.wav"
    samples = array.array("h", (round(10_000 * math.sin(math.tau * 440 * n / RATE)) for n in range(2 * RATE)))
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.tobytes())
    return path


@pytest.mark.parametrize(
    ("sink", "source"),
    [("ci_micfeed", "@DEFAULT_SOURCE@"), ("@DEFAULT_SINK@", "@DEFAULT_MONITOR@")],
    ids=["microphone", "system sound"],
)
def test_what_is_played_is_heard(tone: Path, sink: str, source: str) -> None:
    form = ["--raw", "--format=s16le", f"--rate={RATE}", "--channels=1", "--latency-msec=20"]
    with subprocess.Popen(["parec", "-d", source, *form], stdout=subprocess.PIPE) as recorder:
        assert recorder.stdout
        recorder.stdout.read(640)  # it records from here on
        with subprocess.Popen(["paplay", "--latency-msec=20", "-d", sink, str(tone)]) as player:
            while max(array.array("h", recorder.stdout.read(640))) < LOUD:
                assert player.poll() is None, "nothing was heard while it played"
            player.terminate()
        recorder.terminate()


def test_the_keyring_keeps_a_secret_without_asking() -> None:
    script = """
import keyring
keyring.set_password("overtitle/test", "key", "a secret")
assert keyring.get_password("overtitle/test", "key") == "a secret"
keyring.delete_password("overtitle/test", "key")
print(type(keyring.get_keyring()).__module__)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "keyring.backends.SecretService", done.stderr


def test_a_window_manager_runs() -> None:
    done = subprocess.run(["xprop", "-root", "_NET_SUPPORTING_WM_CHECK"], capture_output=True, text=True, check=True)
    assert "window id" in done.stdout
