"""A disk that is really full ends the sound, and the transcript beside it goes on as far as there is room."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

LIMITED = """
import asyncio, random, resource, sys
from pathlib import Path
from desktop.core.audio import SPEECH, AudioChunk
from desktop.audio.flac import FlacReader
from desktop.session.tape import Tape
from desktop.transcripts.sound import sounds_of

async def main():
    journal = Path(sys.argv[1]) / "Call.jsonl"
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    tape = Tape("0a", limit=1.0)
    at, noise = 0, random.Random(1)
    while tape.trouble is None and at < 600:
        tape.hear(journal, "you", AudioChunk(noise.randbytes(3200), SPEECH, at / 10))
        await tape.keep_up()
        await asyncio.sleep(0)
        at += 1
    await tape.close(journal)
    print(tape.trouble)
    (sound,) = sounds_of(journal, "0a")
    reader = FlacReader.open(sound.path)
    print(reader.samples, reader.read(0, 10).any(), reader.read(reader.samples - 10, 10).any())

asyncio.run(main())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="platform: no limit of sizes there")
def test_a_file_that_may_not_grow_ends_the_sound_and_can_be_heard(tmp_path: Path) -> None:
    """In a program of its own: the limit holds for a whole process."""
    command = [sys.executable, "-c", LIMITED, str(tmp_path)]
    said = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2])
    assert said.returncode == 0, said.stderr
    trouble, heard = said.stdout.splitlines()
    assert trouble.startswith(f"The sound is no longer kept in {tmp_path}: the disk reports “File too large”.")
    samples, begin, end = heard.split()
    assert 20_000 < int(samples) < 60_000
    assert (begin, end) == ("True", "True")
    assert not said.stderr
