"""Each guard of tests/support has been seen to fail: a planted test breaks its rule."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

PLANTED = """
import asyncio, logging, os, socket, subprocess, sys, threading, warnings
from pathlib import Path
import pytest

def test_clean(home, expect_log):
    assert Path.home() == home
    logging.getLogger("desktop.audio").warning("as expected")
    expect_log("desktop.audio", "as expected")

def test_late_thread():
    threading.Timer(0.1, int).start()

def test_unclosed():
    kept = socket.socket()
    test_unclosed.cycle = [kept]
    test_unclosed.cycle.append(test_unclosed.cycle)
    del test_unclosed.cycle

async def test_clean_task():
    await asyncio.create_task(asyncio.sleep(0))

def test_warning():
    warnings.warn("something is old")

def test_log():
    logging.getLogger("desktop.audio").warning("a surprise")

def test_missing_log(expect_log):
    expect_log("desktop.audio", "never said")

def test_thread():
    threading.Thread(target=threading.Event().wait, daemon=True, name="forgotten").start()

async def test_task():
    asyncio.get_running_loop().kept = asyncio.create_task(asyncio.sleep(60))

def test_process():
    test_process.kept = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])

def test_connection():
    with socket.socket() as one, pytest.raises(OSError):
        one.connect(("192.0.2.1", 80))

def test_lookup():
    with pytest.raises(OSError):
        socket.getaddrinfo("example.com", 80)

def test_skip():
    pytest.skip("not today")

def test_allowed_skip():
    pytest.skip("platform: only elsewhere")

@pytest.mark.desktop
def test_desktop():
    pass
"""
EXPECTED = {
    "test_warning": "something is old",
    "test_unclosed": "unclosed <socket",
    "test_log": "unexpected WARNING from desktop.audio: a surprise",
    "test_missing_log": "never logged: 'never said'",
    "test_thread": "left over: thread forgotten",
    "test_task": "tasks left over",
    "test_process": "left over: process",
    "test_connection": "left this computer: connection to 192.0.2.1",
    "test_lookup": "left this computer: look-up of example.com",
    "test_skip": "may not be skipped in CI for this reason: Skipped: not today",
    "test_desktop": "The test desktop is missing",
}


@pytest.fixture(scope="module")
def summary(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The closing lines of a run over the planted tests."""
    planted = tmp_path_factory.mktemp("planted") / "test_planted.py"
    planted.write_text(PLANTED)
    env = {name: value for name, value in os.environ.items() if name != "OVERTITLE_DESKTOP"}
    env |= {"CI": "true", "COLUMNS": "400", "OVERTITLE_TEST_GRACE": "0.5"}
    options = ["-p", "tests.conftest", "-c", str(ROOT / "pyproject.toml"), "--tb=short", "-q"]
    command = [sys.executable, "-m", "pytest", *options, "-rA", str(planted)]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


@pytest.mark.parametrize("name", EXPECTED)
def test_a_broken_rule_fails_its_test(summary: str, name: str) -> None:
    lines = [line for line in summary.splitlines() if re.match(rf"(FAILED|ERROR) \S*::{name}\b", line)]
    assert lines, summary
    assert EXPECTED[name] in summary


def test_a_clean_test_passes(summary: str) -> None:
    assert "::test_clean\n" in summary
    assert re.search(r"PASSED \S*::test_clean_task", summary)
    assert not re.search(r"(FAILED|ERROR) \S*::test_(clean|late_thread|allowed_skip)\b", summary)
