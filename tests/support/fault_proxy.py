"""A TCP proxy between any client and any server that breaks the line in every way a network can.

    async with fault_proxy(host, port) as proxy:   # clients connect to proxy.port
        proxy.apply(Fault.BLACK_HOLE)               # now; `heal` ends it
        await proxy.play(schedule(seed, ...))       # or by a schedule made from a seed

A fault holds for the connections that are open and for those that come while it lasts.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import random
import socket
import struct
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

BITE = 16_384
"""Bytes that are forwarded at once, and that each buffer on the way may hold."""


class Fault(StrEnum):
    """What is wrong with the line."""

    DROP = "drop"
    """Every connection is closed in order (FIN); new ones are closed at once while it lasts."""
    RESET = "reset"
    """Every connection is reset (RST), as are new ones while it lasts."""
    BLACK_HOLE = "black hole"
    """Nothing goes through in either direction, and nobody is told. New connections hang.

    What was on the way arrives once it is over, as TCP promises; a client that gave up meanwhile will not see it.
    """
    STALL = "stall"
    """What the client sends arrives; nothing of the server comes back."""
    SLOW_READER = "slow reader"
    """The server takes `rate` bytes a second."""
    FLIP = "byte flip"
    """One bit of one byte in each direction is turned over, once on each connection that is open."""
    DELAY = "delay"
    """Everything comes late, by `delay` seconds or a little more."""
    REFUSE = "refuse"
    """Open connections live on; new ones are refused by the system."""
    RESTART = "restart"
    """Every connection is reset, and the port is closed until the fault is over."""


LASTING = tuple(fault for fault in Fault if fault not in (Fault.FLIP, Fault.DELAY, Fault.REFUSE))
"""What stops the captions for as long as it lasts: the list of the promise."""


@dataclass(frozen=True, slots=True)
class Planned:
    """One fault of a schedule."""

    after: float
    """Seconds since the end of the one before."""
    fault: Fault
    lasts: float
    """Seconds."""


def schedule(
    seed: int, count: int, kinds: Sequence[Fault] = LASTING, *, pause: tuple[float, float] = (2.0, 10.0),
    shortest: float = 0.1, longest: float = 30.0,
) -> list[Planned]:  # fmt: skip
    """Random faults, the same for the same seed.

    Durations are spread evenly over the orders of magnitude, because short breaks are the common ones.
    """
    chance = random.Random(seed)  # noqa: S311 - the same faults every time, nothing secret
    span = math.log(shortest), math.log(longest)
    return [
        Planned(chance.uniform(*pause), chance.choice(kinds), math.exp(chance.uniform(*span))) for _ in range(count)
    ]


class FaultProxy:
    """Forwards connections to one server while it is well, and mistreats them while it is not."""

    def __init__(self, host: str, port: int, seed: int = 0) -> None:
        self._host, self._target = host, port
        self._chance = random.Random(seed)  # noqa: S311 - as above
        self._listening: asyncio.Server | None = None
        self._links: set[_Link] = set()
        self._well = asyncio.Event()
        self._well.set()
        self.fault: Fault | None = None
        self.rate = 8_000.0
        """Bytes a second of a slow reader: a quarter of the sound's own rate."""
        self.delay = 0.4
        """Seconds."""
        self.port = 0
        self.connections = 0
        """Connections that were ever accepted."""
        self.played = 0
        """Faults of `play` that have begun and ended."""

    def url(self, scheme: str = "ws") -> str:
        """What a WebSocket client connects to."""
        return f"{scheme}://127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Listen; on the same port as before when it is not the first time."""
        self._listening = await asyncio.start_server(self._accept, "127.0.0.1", self.port, limit=BITE)
        self.port = self._listening.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """End everything."""
        self._stop_listening()
        for link in tuple(self._links):
            link.cut(reset=True)
        await asyncio.gather(*(link.done.wait() for link in tuple(self._links)))

    def _stop_listening(self) -> None:
        if self._listening is not None:
            self._listening.close()
            self._listening = None

    def apply(self, fault: Fault) -> None:
        """From now on this is wrong, until `heal`."""
        self.fault = fault
        self._well.clear()
        if fault in (Fault.DROP, Fault.RESET, Fault.RESTART):
            for link in tuple(self._links):
                link.cut(reset=fault is not Fault.DROP)
        if fault in (Fault.REFUSE, Fault.RESTART):
            self._stop_listening()
        if fault is Fault.FLIP:
            for link in self._links:
                link.flips = {"up", "down"}

    async def heal(self) -> None:
        """The line is well again; what was held goes on its way, as packets do that are sent again."""
        self.fault = None
        if self._listening is None:
            await self.start()
        self._well.set()

    async def play(self, planned: Sequence[Planned]) -> None:
        """One fault after the other."""
        for each in planned:
            await asyncio.sleep(each.after)
            self.apply(each.fault)
            await asyncio.sleep(each.lasts)
            await self.heal()
            self.played += 1

    async def well(self) -> None:
        """Return once nothing is wrong."""
        await self._well.wait()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        link = _Link(self, writer)
        self._links.add(link)
        try:
            with contextlib.suppress(OSError):
                await self._serve(link, reader, writer)
        finally:
            link.cut()
            self._links.discard(link)
            link.done.set()

    async def _serve(self, link: _Link, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.fault in (Fault.DROP, Fault.RESET):
            link.cut(reset=self.fault is Fault.RESET)
            return
        if self.fault is Fault.BLACK_HOLE:
            await self._until_well(link)
        far_reader, far_writer = await asyncio.open_connection(self._host, self._target, limit=BITE)
        link.add(far_writer)
        ways = [
            asyncio.ensure_future(self._carry(link, "up", reader, far_writer)),
            asyncio.ensure_future(self._carry(link, "down", far_reader, writer)),
        ]
        closing = asyncio.ensure_future(link.closed.wait())
        try:
            await asyncio.wait({*ways, closing}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            link.cut()
            for each in (*ways, closing):
                each.cancel()
            await asyncio.gather(*ways, closing, return_exceptions=True)

    async def _carry(self, link: _Link, way: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(self._bite(way)):
            await self._hold(link, way, len(data))
            if way in link.flips:
                link.flips.discard(way)
                data = self._flipped(data)
            writer.write(data)
            await writer.drain()

    def _bite(self, way: str) -> int:
        return max(64, round(self.rate / 10)) if self.fault is Fault.SLOW_READER and way == "up" else BITE

    async def _hold(self, link: _Link, way: str, size: int) -> None:
        """Wait as long as the fault holds this direction back."""
        if self.fault is Fault.BLACK_HOLE or (self.fault is Fault.STALL and way == "down"):
            await self._until_well(link)
        elif self.fault is Fault.SLOW_READER and way == "up":
            await asyncio.sleep(size / self.rate)
        elif self.fault is Fault.DELAY:
            await asyncio.sleep(self.delay)

    async def _until_well(self, link: _Link) -> None:
        waiting = {asyncio.ensure_future(self.well()), asyncio.ensure_future(link.closed.wait())}
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in waiting:
                each.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)

    def _flipped(self, data: bytes) -> bytes:
        at = self._chance.randrange(len(data))
        return data[:at] + bytes([data[at] ^ (1 << self._chance.randrange(8))]) + data[at + 1 :]


class _Link:
    """One connection on both its sides."""

    def __init__(self, proxy: FaultProxy, near: asyncio.StreamWriter) -> None:
        self._writers = [near]
        self.closed = asyncio.Event()
        self.done = asyncio.Event()
        self.flips: set[str] = set()
        _small_buffers(near)

    def add(self, far: asyncio.StreamWriter) -> None:
        self._writers.append(far)
        _small_buffers(far)

    def cut(self, *, reset: bool = False) -> None:
        """End both sides: in order, or with a reset."""
        self.closed.set()
        for writer in self._writers:
            if reset:
                raw: socket.socket | None = writer.get_extra_info("socket")
                with contextlib.suppress(OSError, AttributeError):
                    # SO_LINGER of 0 s: close() sends RST, socket(7)
                    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # type: ignore[union-attr]  # suppressed
                writer.transport.abort()
            else:
                writer.close()


def _small_buffers(writer: asyncio.StreamWriter) -> None:
    """By default a system swallows two minutes of sound for a peer that reads nothing; a faulty line must not."""
    raw = writer.get_extra_info("socket")
    if raw is not None:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BITE)
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BITE)
    writer.transport.set_write_buffer_limits(high=BITE)


@contextlib.asynccontextmanager
async def fault_proxy(host: str, port: int, seed: int = 0) -> AsyncIterator[FaultProxy]:
    """A proxy in front of a server, for as long as the context lasts."""
    proxy = FaultProxy(host, port, seed)
    await proxy.start()
    try:
        yield proxy
    finally:
        await proxy.close()


def outage(planned: Sequence[Planned]) -> float:
    """Seconds of faults in a schedule."""
    return sum(each.lasts for each in planned)


def length(planned: Sequence[Planned]) -> float:
    """Seconds that a schedule takes."""
    return sum(each.after + each.lasts for each in planned)


def of_every_kind(seed: int, kinds: Sequence[Fault] = LASTING, **more: float) -> Iterator[Planned]:
    """One fault of each kind in a random order."""
    chance = random.Random(seed)  # noqa: S311 - as above
    for kind in chance.sample(kinds, len(kinds)):
        yield schedule(chance.randrange(1 << 30), 1, [kind], **more)[0]  # type: ignore[arg-type]  # `pause` is for schedules
