"""kill -9 at random moments leaves sound that any program plays, with every time where it belongs."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
import soundfile

from desktop.audio.flac import FlacReader
from desktop.session.tape import LIMIT
from desktop.transcripts.sound import sounds_of

KILLS = int(os.environ.get("OVERTITLE_TEST_KILLS", "2"))
WRITER = Path(__file__).with_name("sound_writer.py")
RATE = 16_000


def killed(journal: Path, first: float, seconds: int) -> int:
    """Keep sound from `first` on and be killed after about so many seconds of it; the last second handed over."""
    command = [sys.executable, str(WRITER), str(journal), str(first)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(seconds)]
        process.kill()
        lines += process.stdout.readlines()
    return max(int(line) for line in lines if line.endswith(b"\n"))


@pytest.mark.timeout(120)
def test_what_was_kept_before_a_kill_can_be_heard(tmp_path: Path) -> None:
    chance = random.Random(3)  # noqa: S311  # the same moments every time, nothing secret
    for number in range(KILLS):
        journal = tmp_path / f"{number}.jsonl"
        first = number * 10.0
        last = killed(journal, first, chance.randrange(60, 200))
        (sound,) = sounds_of(journal, "0a0b0c0d")
        reader = FlacReader.open(sound.path)
        assert reader.samples / RATE > last - LIMIT - 5, "all but what waited"
        for at in [round(first * RATE), *(chance.randrange(round(first * RATE), reader.samples) for _ in range(20))]:
            assert int(reader.read(at, 1)[0]) == 1 + at // 160 % 30_000
        reader.close()
        whole, rate = soundfile.read(sound.path, dtype="int16")  # to the very end, as another program does
        assert rate == RATE
        assert int(whole[-1]) == 1 + (len(whole) - 1) // 160 % 30_000
        assert not whole[: round(first * RATE)].any()
