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
    acknowledged: list[int] = []
    first = 0
    for _ in range(KILLS):
        last = killed(tmp_path, first, chance)
        acknowledged += range(first, last + 1)
        (path,) = tmp_path.glob("*.jsonl")
        transcript = read(path)
        found = [int(segment.segment_id) for segment in transcript.segments]
        assert not set(acknowledged) - set(found)
        assert all(segment.text.startswith(f"final number {segment.segment_id}") for segment in transcript.segments)
        assert transcript.header.title == "Killed"
        first = max(found) + 1
    assert len(acknowledged) >= KILLS
