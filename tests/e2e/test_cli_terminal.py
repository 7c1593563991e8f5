"""On a terminal: the redrawn line, the progress bar, the question before deleting."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.conftest import Program

if sys.platform == "win32":
    pytest.skip("platform: terminals of POSIX", allow_module_level=True)

import pty


def on_terminal(program: Program, *arguments: str | Path, typed: str = "", streams: str = "ioe") -> tuple[int, str]:
    """Exit status, and everything that the terminal got; `streams` says which of the three are the terminal."""
    ours, theirs = pty.openpty()
    running = subprocess.Popen(
        program.command(*arguments),
        cwd=program.home,
        env={**program.environment, "TERM": "xterm", "COLUMNS": "60"},
        stdin=theirs if "i" in streams else subprocess.DEVNULL,
        stdout=theirs if "o" in streams else subprocess.DEVNULL,
        stderr=theirs if "e" in streams else subprocess.DEVNULL,
    )
    os.close(theirs)
    os.write(ours, typed.encode())
    got = b""
    try:
        while piece := os.read(ours, 65536):
            got += piece
    except OSError:  # how Linux says that nobody holds the other end any more
        pass
    os.close(ours)
    return running.wait(timeout=60), got.decode()


def test_live_redraws_partials_and_cleans_captions(program: Program, recording: Path, replay: list[str]) -> None:
    status, shown = on_terminal(program, "live", "--source", f"Ann=file:{recording}", *replay)
    assert status == 0
    assert "\r\x1b[K" in shown
    assert "\x1b[2mhello" in shown
    assert "how are you" in shown
    assert "\x1b[2J" not in shown
    assert "Saved: " in shown


def test_progress_is_drawn_on_a_terminal_alone(program: Program, recording: Path, replay: list[str]) -> None:
    status, shown = on_terminal(program, "transcribe", recording, *replay, streams="e")
    assert status == 0
    assert "talk.wav  [" in shown
    assert "of 0:02" in shown
    assert program.run("transcribe", recording, *replay).stderr == ""


@pytest.mark.parametrize(("typed", "left"), [("n\n", 1), ("\n", 1), ("y\n", 0)])
def test_deleting_asks(program: Program, saved: str, typed: str, left: int) -> None:
    status, shown = on_terminal(program, "transcripts", "delete", saved, typed=typed)
    assert status == 0
    assert "Delete for good? [y/N]" in shown
    assert len(json.loads(program.run("transcripts", "list", "--json").stdout)) == left


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="platform: a device of Linux")
def test_full_disk_behind_standard_output(program: Program, recording: Path, replay: list[str]) -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(
            program.command("live", "--source", f"file:{recording}", *replay),
            cwd=program.home,
            env=program.environment,
            stdout=full,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
    assert done.returncode == 6
    assert "Standard output can't be written" in done.stderr
    assert "Traceback" not in done.stderr
    assert "Exception" not in done.stderr


def test_closed_standard_output(program: Program) -> None:
    done = subprocess.run(
        ["sh", "-c", 'exec "$@" >&-', "sh", *program.command("languages")],
        cwd=program.home,
        env=program.environment,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
