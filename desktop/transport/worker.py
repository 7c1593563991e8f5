"""Runs a blocking engine in a child process: feeds it, watches it, shares it between streams.

A crash or a hang of native code then takes no window along, and its decoding never holds this process's interpreter
lock. The child speaks the frames of desktop.transport.frames.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass

from desktop.core.errors import EngineFailed, EngineUnavailable, ProviderError
from desktop.core.message import Message, say
from desktop.core.plaintext import LABEL, plaintext
from desktop.transport import frames
from desktop.transport.child import Child, spawn
from desktop.transport.frames import HEADER, Garbled, Kind

log = logging.getLogger(__name__)

MOST_WAITING = 8 << 20
"""Bytes of answers of one stream that nobody has taken; an engine says a few thousand in a second."""
LONGEST_WORK = 60.0
"""Seconds that a child may announce to be busy for: a minute of sound is worked on in much less."""
_AGAIN = say("Engine", "It is started again; if this keeps happening, restart Overtitle.")


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a child may take, in seconds."""

    start: float = 30.0
    """From being spawned to being ready: a cold disk and a virus scanner are slow."""
    silence: float = 3.0
    """Without a sign of life while it owes an answer. Work that it has announced is added."""
    backlog: float = 5.0
    """Sound of one stream that may be under way to it before `send` waits."""


class Channel:
    """One stream of a worker. After `drop` nothing more comes."""

    def __init__(self, worker: Worker, number: int) -> None:
        self._worker = worker
        self._number = number
        self._answers: asyncio.Queue[tuple[dict[str, object], int] | None] = asyncio.Queue()
        self._waiting = 0
        self._room = asyncio.Event()
        self._sent = 0.0
        self._taken = 0.0
        self._finishing = False
        self._over = False

    @property
    def owed(self) -> bool:
        """Whether the child has something to do for this stream."""
        return not self._over and (self._finishing or self._sent - self._taken > 1e-6)

    async def send(self, pcm: bytes, seconds: float) -> None:
        """Hand over `seconds` of sound; waits while too much of it is under way. Raises `ProviderError`."""
        while not self._worker.failed and self._sent - self._taken >= self._worker.patience.backlog:
            self._room.clear()
            await self._room.wait()
        self._worker.write(frames.pack(Kind.AUDIO, self._number, pcm))
        self._worker.expect()
        self._sent += seconds

    def finish(self) -> None:
        """No more sound comes; the remaining answers do, then iteration ends."""
        if self._finishing or self._over:
            return
        self._worker.write(frames.pack(Kind.FINISH, self._number))
        self._worker.expect()
        self._finishing = True

    def drop(self) -> None:
        """Forget the stream at once; harmless when it is over or the child is gone."""
        if not self._over and not self._worker.failed:
            self._worker.write(frames.pack(Kind.DROP, self._number))
            self._worker.forget(self._number)
        self.end()

    async def answers(self) -> AsyncIterator[dict[str, object]]:
        """What the child says, until the stream is over; raises `ProviderError`."""
        while (answer := await self._answers.get()) is not None:
            self._waiting -= answer[1]
            yield answer[0]
        self._worker.check()

    def receive(self, kind: Kind, payload: bytes) -> None:
        """Take in a frame of the child; raises `Garbled`."""
        if kind is Kind.EVENT:
            self._waiting += len(payload)
            if self._waiting > MOST_WAITING:
                raise Garbled("more answers than anybody takes")
            self._answers.put_nowait((frames.unpack_object(payload), len(payload)))
        elif kind is Kind.TAKEN:
            self._taken = min(frames.unpack_seconds(payload), self._sent)
            self._room.set()
        elif kind is Kind.DONE:
            self.end()

    def end(self) -> None:
        """Nothing more comes."""
        if not self._over:
            self._over = True
            self._answers.put_nowait(None)
        self._room.set()


class Worker:
    """One child process with its streams, on the event loop it was made on. Used through `SharedWorker`."""

    def __init__(self, command: Sequence[str], patience: Patience) -> None:
        self.patience = patience
        self.pid: int | None = None
        self.users = 0
        self._command = command
        self._channels: dict[int, Channel] = {}
        self._count = 0
        self._ready = asyncio.Event()
        self._failure: ProviderError | None = None
        self._input: asyncio.StreamWriter | None = None
        self._loop = asyncio.get_running_loop()
        self._deadline = 0.0
        self._task: asyncio.Task[None] | None = None
        self._ending = False

    @property
    def failed(self) -> bool:
        """Whether the child is gone or given up."""
        return self._failure is not None

    def check(self) -> None:
        """Raise the error that ended the child, if one did."""
        if self._failure is not None:
            raise type(self._failure)(self._failure.what, self._failure.hint) from self._failure

    async def ready(self) -> None:
        """Start the child if nobody has yet, and wait until it can work; raises `ProviderError`."""
        if self._task is None:
            self._task = asyncio.create_task(self._run(), name="engine child")
        await self._ready.wait()
        self.check()

    async def stop(self) -> None:
        """End the child now; returns when it is gone, also when cancelled meanwhile."""
        if self._task is None:
            return
        if not self._ending:
            self._task.cancel()
        cancelled: asyncio.CancelledError | None = None
        while not self._task.done():
            try:
                await asyncio.wait([self._task])
            except asyncio.CancelledError as error:
                cancelled = error
        if cancelled is not None:
            raise cancelled

    def open(self) -> Channel:
        """A new stream; raises `ProviderError`."""
        self._count = self._count % 0xFFFF + 1
        channel = Channel(self, self._count)
        self.write(frames.pack(Kind.OPEN, self._count))
        self._channels[self._count] = channel
        return channel

    def forget(self, number: int) -> None:
        """Nobody waits for what the child says about this stream."""
        self._channels.pop(number, None)

    def write(self, frame: bytes) -> None:
        """Send a frame to the child; raises `ProviderError`."""
        self.check()
        if self._input is not None:
            self._input.write(frame)

    def expect(self) -> None:
        """An answer is about to be owed: the child's time starts now, unless it owed one already."""
        if not self._owes():
            self._deadline = self._loop.time() + self.patience.silence

    async def _run(self) -> None:
        try:
            child = await spawn(self._command)
            self.pid, self._input = child.pid, child.input
            self._deadline = self._loop.time() + self.patience.start
            logging_task = asyncio.create_task(child.log_errors())
            watching_task = asyncio.create_task(self._watch(child))
            try:
                await self._read(child)
            finally:
                self._ending = True  # cancelled from here on, it would leave the child to nobody
                watching_task.cancel()
                await child.reap()
                await asyncio.wait([logging_task, watching_task])
        except ProviderError as error:
            self._fail(error)
        finally:
            self._fail(_failed(say("Engine", "The speech engine was stopped.")))

    async def _read(self, child: Child) -> None:
        source = child.output
        try:
            while True:
                kind, stream, length = frames.unpack_header(await source.readexactly(HEADER.size))
                self._take(kind, stream, await source.readexactly(length))
        except Garbled as error:
            log.warning("The engine's answer can't be understood: %s", error)
            what = say("Engine", "The speech engine answered something that can't be understood.")
            raise _failed(what) from error
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            if self._failure is None:
                status = await child.status()
                log.warning("The engine's process ended with status %s", status)
            raise _failed(say("Engine", "The speech engine stopped unexpectedly.")) from error

    def _take(self, kind: Kind, stream: int, payload: bytes) -> None:
        announced = min(frames.unpack_seconds(payload), LONGEST_WORK) if kind is Kind.WORKING else 0.0
        self._deadline = self._loop.time() + self.patience.silence + announced
        if kind is Kind.READY:
            self._ready.set()
        elif kind is Kind.BROKEN:
            raise _broken(frames.unpack_object(payload))
        elif kind is not Kind.WORKING:
            self._deliver(kind, stream, payload)

    def _deliver(self, kind: Kind, stream: int, payload: bytes) -> None:
        if kind < Kind.READY:
            raise Garbled(f"frame type {kind} from the child")
        channel = self._channels.get(stream)
        if channel is not None:
            channel.receive(kind, payload)
            if kind is Kind.DONE:
                self.forget(stream)

    async def _watch(self, child: Child) -> None:
        """Give the child up when it owes an answer and shows no sign of life."""
        while True:
            await asyncio.sleep(self.patience.silence / 4)
            if not self._late():
                continue
            await asyncio.sleep(0.2)  # when it was this process that stood still, the answers are in the pipe
            if self._late():
                log.warning("The engine's process %s gives no sign of life", child.pid)
                self._fail(_failed(say("Engine", "The speech engine no longer answers.")))
                child.kill()
                return

    def _late(self) -> bool:
        return self._owes() and self._loop.time() >= self._deadline

    def _owes(self) -> bool:
        return not self._ready.is_set() or any(channel.owed for channel in self._channels.values())

    def _fail(self, error: ProviderError) -> None:
        if self._failure is not None:
            return
        self._failure = error
        self._ready.set()
        for channel in self._channels.values():
            channel.end()
        self._channels.clear()


def _failed(what: Message) -> EngineFailed:
    return EngineFailed(what, _AGAIN)


def _broken(report: dict[str, object]) -> EngineUnavailable:
    reason = plaintext(str(report.get("reason", "")), LABEL)
    log.warning("The engine can't start: %s", reason)
    return EngineUnavailable(
        say("Engine", "The speech engine can't start on this computer ({reason}).", reason=reason),
        say("Engine", "Install Overtitle again, or choose another provider."),
    )


class SharedWorker:
    """Hands one child process to everyone who asks on the same event loop, and ends it after the last of them."""

    def __init__(self, command: Callable[[], Sequence[str]], patience: Patience | None = None) -> None:
        self._command = command
        self._patience = patience or Patience()
        self._worker: Worker | None = None
        self._owner: asyncio.AbstractEventLoop | None = None

    @contextlib.asynccontextmanager
    async def lease(self) -> AsyncIterator[Worker]:
        """The child, ready to work; a new one when the last has failed. Raises `ProviderError` on entering."""
        loop = asyncio.get_running_loop()
        if self._worker is None or self._worker.failed or self._owner is not loop:
            self._worker, self._owner = Worker(self._command(), self._patience), loop
        worker = self._worker
        worker.users += 1
        try:
            await worker.ready()
            yield worker
        finally:
            worker.users -= 1
            if worker.users == 0:
                if self._worker is worker:
                    self._worker = None
                await worker.stop()
