"""kill -9 at random moments takes no final that was acknowledged, and leaves the journal readable."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from desktop.transcripts.journal import read

KILLS = int(os.environ.get("OVERTITLE_TEST_KILLS", "60"))
A_JOURNAL = 20
"""Kills that one journal survives before the next begins; reading it after each takes the longer the longer it is."""
WRITER = Path(__file__).with_name("journal_writer.py")


def killed(folder: Path, first: int, chance: random.Random) -> int:
    """Run the writer from `first` on, kill it somewhere after a few acknowledgements; the last acknowledged number."""
    command = [sys.executable, str(WRITER), str(folder), str(first)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(chance.randrange(1, 40))]
        time.sleep(chance.random() * 0.002)  # where in the next append the kill falls is the point of the test
        process.kill()
        lines += process.stdout.readlines()
    return max(int(line) for line in lines if line.endswith(b"\n"))


@pytest.mark.timeout(300)
def test_no_acknowledged_final_is_lost(tmp_path: Path) -> None:
    chance = random.Random(2)  # noqa: S311  # the same moments every time, nothing secret
    total = 0
    for number in range(KILLS):
        if number % A_JOURNAL == 0:
            folder, first = tmp_path / str(number), 0
            acknowledged: list[int] = []
        last = killed(folder, first, chance)
        total += last + 1 - first
        acknowledged += range(first, last + 1)
        (path,) = folder.glob("*.jsonl")
        transcript = read(path)
        found = [int(segment.segment_id) for segment in transcript.segments]
        assert not set(acknowledged) - set(found)
        assert all(segment.text.startswith(f"final number {segment.segment_id}") for segment in transcript.segments)
        assert transcript.header.title == "Killed"
        first = max(found) + 1
    assert total >= KILLS
