"""What a network does to the chunks of a call on their way, as a script of faults by chunk number."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

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
