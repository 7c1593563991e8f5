"""32 remote lanes at real time through the listener and a session, beside bare WebSockets under the same load.

    python benchmarks/listener.py [--lanes 32] [--seconds 20]

The peers run in a process of their own and send 20 ms every 20 ms; every 100 ms an answer comes back. A peer measures
from sending the newest sound that an answer is about to having the answer. In the floor the server answers at once; in
the listener the sound goes through track, queue, session and a stand-in recogniser that answers at once. What the
listener adds is the difference. With the journal each final is on the disk before anything later of its lane is said,
so that row measures the disk too, and who else uses it.

So that the computer's other work is not taken for ours, one more peer runs beside those 32, in their process, and talks
to a bare WebSocket in a process of its own ("beside"): what delays it delayed the others too. "Round" is the longest
round of the listener's loop: processor time of its own, time in which it could run and others did, and of the garbage
collector.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from statistics import median
from typing import Any

import psutil
from _stalls import Stalls, watched
from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection, serve

from desktop.core.audio import AudioChunk
from desktop.core.captions import CaptionEvent, Progress, StreamEvent
from desktop.core.message import say
from desktop.core.provider import Capabilities, CredentialField, StreamConfig, TranscriptionStream
from desktop.ingress.config import Clients, ListenerConfig
from desktop.ingress.token import VARIABLE, make_token
from desktop.session.recorder import JournalPlan
from desktop.session.remote import RemoteCalls
from desktop.session.service import Service
from desktop.session.session import Session
from desktop.session.spare import spare_collections

STEP, ANSWER, SEGMENT = 0.02, 0.1, 5.0
"""Seconds of one chunk, between two answers, and of one segment, which ends with a final that is synced to disk."""
WARM_UP = 3.0
"""Seconds that are not counted: imports, and connections that begin all at once."""


# ---- the peers, in their own process


async def peer(url: str, token: str, number: int, encoding: str, seconds: float) -> list[float]:
    """Delays of the answers, in seconds."""
    size, rate = (640, 16_000) if encoding == "PCM16" else (160, 8_000)
    payload = base64.b64encode(os.urandom(size)).decode()
    sent: list[float] = []
    delays: list[tuple[float, float]] = []
    headers = {"Authorization": f"Bearer {token}"}
    async with connect(url, additional_headers=headers, compression=None, proxy=None) as call:
        form = {"encoding": encoding, "sampleRate": rate}
        await call.send(json.dumps({"event": "start", "start": {"tag": f"lane{number}", "mediaFormat": form}}))

        async def read() -> None:
            async for message in call:
                now = time.monotonic()
                at = min(max(round(float(json.loads(message)["text"]) / STEP) - 1, 0), len(sent) - 1)
                delays.append((sent[at], now - sent[at]))

        reading = asyncio.ensure_future(read())
        began = time.monotonic() + number * STEP / 32
        for at in range(int(seconds / STEP)):
            await asyncio.sleep(max(0.0, began + at * STEP - time.monotonic()))
            media = {"tag": f"lane{number}", "chunk": at, "timestamp": at * rate // 50, "payload": payload}
            sent.append(time.monotonic())
            await call.send(json.dumps({"event": "media", "sequenceNumber": at + 1, "media": media}))
        await asyncio.sleep(0.3)
        reading.cancel()
    return [delay for moment, delay in delays if moment > began + WARM_UP]


async def peers(url: str, token: str, alone: str, encoding: str, options: argparse.Namespace) -> None:
    lanes = (peer(url, token, number, encoding, options.seconds) for number in range(options.lanes))
    first, *every = await asyncio.gather(peer(alone, "none", 0, encoding, options.seconds), *lanes)
    print(json.dumps([[delay for delays in every for delay in delays], first]))


# ---- the floor


async def echo(connection: ServerConnection) -> None:
    heard = 0
    async for message in connection:
        if json.loads(message)["event"] == "media":
            heard += 1
            if heard % round(ANSWER / STEP) == 0:
                await connection.send(json.dumps({"text": f"{heard * STEP:.3f}"}))


async def stand_beside() -> None:
    """A bare WebSocket in a process of its own, until nobody reads what it says."""
    async with serve(echo, "127.0.0.1", 0, compression=None) as server:
        print(server.sockets[0].getsockname()[1], flush=True)
        await asyncio.to_thread(sys.stdin.read)


@asynccontextmanager
async def beside() -> AsyncIterator[str]:
    """Its address."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    child = await asyncio.create_subprocess_exec(sys.executable, __file__, "--echo", **pipes)
    assert child.stdin
    assert child.stdout
    try:
        yield f"ws://127.0.0.1:{int(await child.stdout.readline())}/"
    finally:
        child.stdin.close()
        await child.wait()


# ---- the stand-in recogniser


class Stream:
    def __init__(self, number: int) -> None:
        self._heard = 0.0
        self._due = ANSWER
        self._final_at = SEGMENT * (1 + number % 32 / 32)  # people do not end their sentences all at once
        self._segment = self._revision = 0
        self._begun = 0.0
        self._events: asyncio.Queue[StreamEvent | None] = asyncio.Queue()

    async def send(self, chunk: AudioChunk) -> None:
        self._heard += chunk.duration
        if self._heard < self._due - STEP / 2:
            return
        self._due += ANSWER
        self._revision += 1
        final = self._heard >= self._final_at
        text = f"{self._heard:.3f}"
        self._events.put_nowait(
            CaptionEvent("", str(self._segment), self._revision, text, final, self._begun, self._heard)
        )
        if final:
            self._events.put_nowait(Progress(self._heard))
            self._segment, self._begun, self._final_at = self._segment + 1, self._heard, self._heard + SEGMENT

    async def finish(self) -> None:
        self._events.put_nowait(None)

    async def __aiter__(self) -> AsyncIterator[StreamEvent]:
        while (event := await self._events.get()) is not None:
            yield event


class StandIn:
    id = "stand-in"
    title = say("Benchmark", "A stand-in")
    capabilities = Capabilities(languages=("en-US",), privacy=say("Benchmark", "None."), needs_network=False)
    credential_fields: tuple[CredentialField, ...] = ()

    def __init__(self) -> None:
        self._numbers = count()

    def availability(self) -> None:
        return None

    def connect(self, config: StreamConfig) -> AbstractAsyncContextManager[TranscriptionStream]:
        del config
        return self._open()

    @asynccontextmanager
    async def _open(self) -> AsyncIterator[TranscriptionStream]:
        yield Stream(next(self._numbers))


# ---- measuring


@dataclass
class Row:
    name: str
    delays: list[float]
    beside: list[float]
    cpu: float
    memory: float
    stalls: Stalls

    def quantile(self, share: float) -> float:
        return quantile(self.delays, share)


def quantile(delays: Sequence[float], share: float) -> float:
    ordered = sorted(delays)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)]


async def under_load(name: str, url: str, token: str, encoding: str, options: argparse.Namespace) -> Row:
    process = psutil.Process()
    memory, cpu, began = process.memory_info().rss, process.cpu_times(), time.monotonic()
    async with beside() as alone:
        command = [sys.executable, __file__, "--peers", url, alone, encoding]
        command += ["--lanes", str(options.lanes), "--seconds", str(options.seconds)]
        known = {**os.environ, VARIABLE: token}  # it may begin with a hyphen
        child = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE, env=known)
        await asyncio.sleep(WARM_UP)  # as the peers leave out what they see until then
        with watched(asyncio.get_running_loop()) as stalls:
            out, _ = await child.communicate()
    took, after = time.monotonic() - began, process.cpu_times()
    used = after.user + after.system - cpu.user - cpu.system
    delays, alone_delays = json.loads(out)
    memory = process.memory_info().rss - memory
    return Row(name, delays, alone_delays, used / took * 100, memory / 1e6, stalls)


async def floor(encoding: str, options: argparse.Namespace) -> Row:
    async with serve(echo, "127.0.0.1", 0, compression=None) as server:
        url = f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/voximplant"
        return await under_load(f"websockets, {encoding}", url, "none", encoding, options)


async def listener(encoding: str, options: argparse.Namespace, *, saved: bool = False) -> Row:
    token = make_token()
    config = ListenerConfig(port=0, clients=Clients.MIX)
    config = replace(config, limits=replace(config.limits, connections=2 * options.lanes))
    with tempfile.TemporaryDirectory() as folder:
        provider: Any = StandIn()
        plan = JournalPlan([Path(folder)]) if saved else None
        session = Session((), Service(provider, "en-US"), plan, open_ended=True)
        running = asyncio.ensure_future(session.run())
        async with RemoteCalls(session, config, token, lambda _event: None) as calls:
            spare_collections()  # as the program does between sessions
            url = calls.listener.urls["voximplant"]
            row = await under_load(f"listener, {encoding}{', journal' if saved else ''}", url, token, encoding, options)
            session.stop()
            await running
    assert len(session.lanes) == options.lanes
    assert not session.problems, session.problems
    return row


async def measure(options: argparse.Namespace) -> Sequence[Row]:
    rows = []
    for _ in range(options.rounds):
        for encoding in ("PCM16", "ULAW"):
            rows += [await floor(encoding, options), await listener(encoding, options)]
        rows.append(await listener("PCM16", options, saved=True))
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--lanes", type=int, default=32)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peers", nargs=3, help=argparse.SUPPRESS)
    parser.add_argument("--echo", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.echo:
        asyncio.run(stand_beside())
        return
    if options.peers:
        url, alone, encoding = options.peers
        asyncio.run(peers(url, os.environ[VARIABLE], alone, encoding, options))
        return
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    show(asyncio.run(measure(options)), options, load)


def show(rows: Sequence[Row], options: argparse.Namespace, load: float) -> None:
    """Medians of the rounds: one round tells as much about what else the computer did."""
    asked = f"{options.lanes} lanes, {options.rounds} rounds of {options.seconds:g} s, {os.cpu_count()} cores"
    print(f"{asked}, load before {load:.1f}; ms, medians of the rounds\n")
    heads = ("p50", "p99", "most", "added p50", "added p99", "times", "beside p99", "most", "CPU", "MB")
    print(f"{'':<26}" + "".join(f"{head:>11}" for head in heads))
    floors: list[float] = []
    for name in dict.fromkeys(row.name for row in rows):
        every = [row for row in rows if row.name == name]
        delays = [median(row.quantile(share) for row in every) * 1000 for share in (0.5, 0.99, 1.0)]
        if name.startswith("websockets"):
            floors = delays
        added = [mine - bare for mine, bare in zip(delays, floors, strict=True)]
        alone = [median(quantile(row.beside, share) for row in every) * 1000 for share in (0.99, 1.0)]
        ratio = delays[1] / floors[1]
        figures = [*delays, *added[:2], ratio, *alone]
        line = f"{name:<26}" + "".join(f"{figure:>11.2f}" for figure in figures)
        print(f"{line}{median(row.cpu for row in every):>9.0f} %{median(row.memory for row in every):>11.1f}")
    print(f"\n{'each round':<26}" + "".join(f"{head:>11}" for head in ("p99", "beside p99", *_OF_ROUND)))
    for row in rows:
        figures = [row.quantile(0.99) * 1000, quantile(row.beside, 0.99) * 1000]
        figures += [row.stalls.worst(what) for what in _OF_ROUND.values()]
        print(f"{row.name:<26}" + "".join(f"{figure:>11.2f}" for figure in figures))


_OF_ROUND = {"longest": "wall", "own CPU": "cpu", "others": "waited", "collector": "collecting"}
"""The longest round of the loop, by what it was spent on."""


if __name__ == "__main__":
    main()
