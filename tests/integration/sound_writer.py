"""A program for test_sound_kill: keeps numbered sound and tells each second once it was handed over."""

import asyncio
import sys
from array import array
from pathlib import Path

from desktop.core.audio import SPEECH, AudioChunk
from desktop.session.tape import Tape


async def main(journal: Path, first: float) -> None:
    tape = Tape("0a0b0c0d")
    at = round(first * SPEECH.sample_rate)
    while True:
        samples = array("h", (1 + sample // 160 % 30_000 for sample in range(at, at + 1600)))
        tape.hear(journal, "you", AudioChunk(samples.tobytes(), SPEECH, at / SPEECH.sample_rate))
        await tape.keep_up()
        at += 1600
        if at % SPEECH.sample_rate == 0:
            sys.stdout.write(f"{at // SPEECH.sample_rate}\n")
            sys.stdout.flush()
        await asyncio.sleep(0)


asyncio.run(main(Path(sys.argv[1]), float(sys.argv[2])))
