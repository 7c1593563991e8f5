"""What a network does to the chunks of a call on their way, as a script of faults by chunk number."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from websockets.asyncio.client import ClientConnection

Encoder = Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True)
class Faults:
    """Chunks are counted from 0 in the order in which they were spoken."""

    lost: frozenset[int] = frozenset()
    late: frozenset[int] = frozenset()
    """Each of these arrives after its successor."""
    twice: frozenset[int] = frozenset()


NONE = Faults()


def pieces(pcm: bytes, size: int) -> Iterator[bytes]:
    """`pcm` in chunks of `size` bytes; the last one filled up with silence, as a telephone's clock does."""
    for start in range(0, len(pcm), size):
        yield pcm[start : start + size].ljust(size, b"\0")


def travel(messages: Iterable[str], faults: Faults) -> Iterator[str]:
    """The messages in the order of their arrival."""
    held: list[str] = []
    for number, message in enumerate(messages):
        if number in faults.lost:
            continue
        if number in faults.late:
            held.append(message)
            continue
        yield from [message] * (2 if number in faults.twice else 1)
        yield from held
        held.clear()
    yield from held


async def interleave(socket: ClientConnection, ways: Sequence[Iterator[str]], step: float, speed: float) -> None:
    """Send a message of each way in turn, every `step` seconds; `speed` 1 is real time, 0 as fast as it goes."""
    loop = asyncio.get_running_loop()
    begun, steps, open_ways = loop.time(), 0, list(ways)
    while open_ways:
        for way in list(open_ways):
            message = next(way, None)
            if message is None:
                open_ways.remove(way)
            else:
                await socket.send(message)
        steps += 1
        if speed:
            await asyncio.sleep(begun + steps * step / speed - loop.time())
