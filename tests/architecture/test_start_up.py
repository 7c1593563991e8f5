"""What a start must not load."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

HEAVY = {"PySide6", "qasync", "numpy", "soxr", "soundfile", "sounddevice", "pulsectl", "keyring", "websockets"}


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_a_word_about_the_program_loads_nothing_heavy(option: str) -> None:
    command = [sys.executable, "-X", "importtime", "-m", "desktop", option]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr[-2000:]
    loaded = set(re.findall(r"^import time:.*\| +(\w+)", done.stderr, re.MULTILINE))
    assert "sys" in loaded or "site" in loaded  # the list could be read
    assert not loaded & (HEAVY | {"moonshine_voice"})
