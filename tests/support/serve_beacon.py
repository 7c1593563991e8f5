"""The number-reading server as a program of its own, so that its work is not done by the program under test.

    python -m tests.support.serve_beacon amazon|plain FLOOD SIZE

Prints its port. FLOOD partials come with each number; each text is made SIZE characters long.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


async def main(protocol: str, flood: int, size: int) -> None:
    """Serve until standard input is closed."""
    from tests.support.beacon_server import Message, PlainAdapter, Said, amazon_beacon, beacon_server

    class Wordy(PlainAdapter):
        def say(self, said: Said) -> Message:
            message = super().say(said)
            filler = "word " * ((size - len(message)) // 5)
            return str(message).replace(f'"{said.number}"', f'"{said.number} {filler.strip()}"') if filler else message

    async with amazon_beacon() if protocol == "amazon" else beacon_server(Wordy) as server:
        server.flood = flood
        sys.stdout.write(f"{server.port}\n")
        sys.stdout.flush()
        await asyncio.to_thread(sys.stdin.read)


def serving(protocol: str = "plain", flood: int = 0, size: int = 0) -> AbstractContextManager[int]:
    """The port of a server in a process of its own."""
    return served("tests.support.serve_beacon", protocol, flood, size)


@contextmanager
def served(module: str, *arguments: object) -> Iterator[int]:
    """The port that a server prints, which is a module run as a program until its standard input is closed."""
    command = [sys.executable, "-m", module, *map(str, arguments)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdin=pipe, stdout=pipe) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        yield int(process.stdout.readline())
        process.stdin.close()
        process.wait(10)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
