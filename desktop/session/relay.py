"""One stream of a lane, from opening to its end: it carries sound there and captions back."""

from __future__ import annotations

import asyncio
import math
from dataclasses import dataclass
from enum import Enum
from typing import Any, Protocol

from desktop.core.captions import Renew
from desktop.core.errors import ConnectionLost, ProviderError, StreamStalled
from desktop.core.message import say
from desktop.core.provider import TranscriptionStream
from desktop.session.assembly import Assembly
from desktop.session.board import Board
from desktop.session.meter import Meter
from desktop.session.ring import Lost
from desktop.session.scribe import Scribe
from desktop.session.service import Service
from desktop.session.sound import Sound
from desktop.session.split import connect
from desktop.session.stall import Stall, Verdict
from desktop.session.timeline import Timeline

HEADROOM = 0.5
"""Seconds of sound that may be sent at once before the provider's catch-up speed holds."""
PAUSE = 0.3
"""Seconds without a voice that no word spans: there one stream may end and another begin."""
TURN_PATIENCE = 4.0
"""Seconds that a stream waits for such a pause; without one the next stream hears the open sentence again."""
TURN_DRAIN = 3.0
"""Seconds that the last finals may take while the next stream waits."""
FRUITLESS = 30.0
"""Seconds after the end of the sound without an answer to any of it, whatever else a service says meanwhile."""
TICK = 0.25
"""Seconds between two looks at whether the service still answers."""


class Outcome(Enum):
    """How a stream ended without trouble."""

    COMPLETE = "complete"
    """All sound there is was sent and answered."""
    UNANSWERED = "unanswered"
    """All sound was sent, and the last captions did not come in time."""
    TURNED = "turned"
    """Everything sent is answered; the next stream goes on from there."""
    DROPPED = "dropped"
    """The next stream has to hear again what was not answered."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What every stream of a lane works with."""

    lane: str
    """Its id; of two lanes in one stream the first one's."""
    side: str
    """What a provider knows it by; unlike that of any other session."""
    sound: Sound
    scribe: Scribe
    stall: Stall
    meter: Meter
    board: Board


class Owner(Protocol):
    """What a stream tells its lane."""

    def heard(self, relay: Relay) -> None:
        """The service said something."""

    def renew(self) -> None:
        """The service will end this stream; another should take over."""


class Relay:
    """One stream in a task of its own: it is opened, waits until it is its turn, and carries until its end."""

    def __init__(self, service: Service, desk: Desk, owner: Owner, *, standby: bool = False) -> None:
        self.service = service
        self.standby = standby
        """Whether it stands in for a service that is away."""
        self.drain = 10.0
        """Seconds without a sign of the service that the last finals are waited for."""
        self.since = math.inf
        """Session time at which its turn began."""
        self._desk = desk
        self._owner = owner
        self._opened = asyncio.Event()
        self._begun = asyncio.Event()
        self._turning_since: float | None = None
        self._failure: ProviderError | None = None
        self._task = asyncio.ensure_future(self._run())
        self._task.add_done_callback(_look_at)

    async def until_open(self) -> None:
        """Return when the stream is open; raises `ProviderError` when it can't be opened."""
        opened = asyncio.ensure_future(self._opened.wait())
        try:
            await asyncio.wait({opened, self._task}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            opened.cancel()
        if not self._opened.is_set():
            self._task.result()

    def trouble(self) -> ProviderError | None:
        """What broke the stream while it waited for its turn."""
        error = self._task.exception() if self._task.done() and not self._task.cancelled() else None
        return error if isinstance(error, ProviderError) else None

    async def carry(self) -> Outcome:
        """Carry sound and captions until the end; raises `ProviderError`."""
        self._begun.set()
        await asyncio.wait({self._task})
        return self._task.result()

    def turn(self) -> None:
        """Let another stream go on, at the next pause in speech."""
        if self._turning_since is None:
            self._turning_since = self._desk.board.now()
            self._desk.sound.ring.wake()
            asyncio.get_running_loop().call_later(TURN_PATIENCE + TICK, self._desk.sound.ring.wake)

    def break_off(self, error: ProviderError) -> None:
        """End it with this trouble."""
        self._failure = error

    def drop(self) -> None:
        """End it at once if it has not ended, without waiting for that."""
        self._task.cancel()

    async def close(self) -> None:
        """End it at once if it has not ended."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> Outcome:
        self._check_limit()
        async with connect(self.service, self._desk.sound.format, self._desk.side) as stream:
            self._opened.set()
            await self._begun.wait()
            self.since = self._desk.board.now()
            timeline = Timeline()
            assembly = self._desk.scribe.begin(timeline)
            sending = asyncio.ensure_future(self._send(stream, timeline))
            reading = asyncio.ensure_future(self._read(stream, assembly))
            watching = asyncio.ensure_future(self._watch())
            try:
                return await self._end(sending, reading, watching)
            finally:
                for task in (sending, reading, watching):
                    task.cancel()
                await asyncio.gather(sending, reading, watching, return_exceptions=True)
                await self._desk.scribe.settle()

    def _check_limit(self) -> None:
        refusal = self._desk.meter.refusal(self.service.provider.id)
        if refusal is not None:
            raise refusal

    async def _end(
        self, sending: asyncio.Future[Outcome], reading: asyncio.Future[None], watching: asyncio.Future[None]
    ) -> Outcome:
        every: set[asyncio.Future[Any]] = {sending, reading, watching}
        done, _ = await asyncio.wait(every, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
        if sending not in done:
            raise ConnectionLost(
                say("Session", "The captions stopped coming before the sound ended."),
                say("Session", "Nothing to do: the connection is made anew, and every word is kept."),
            )
        outcome = sending.result()
        if outcome is Outcome.DROPPED or await self._drained(reading, outcome):
            return outcome
        return Outcome.DROPPED if outcome is Outcome.TURNED else Outcome.UNANSWERED

    async def _drained(self, reading: asyncio.Future[None], outcome: Outcome) -> bool:
        """Whether the last captions came in time."""
        board, finished = self._desk.board, self._desk.board.now()
        while not reading.done():
            limit = TURN_DRAIN if outcome is Outcome.TURNED else self.drain
            quiet_since = max(finished, self._desk.scribe.last_event)
            fruitless_since = max(finished, self._desk.scribe.last_answer)
            left = min(quiet_since + limit, fruitless_since + FRUITLESS) - board.now()
            if left <= 0:
                return False
            await asyncio.wait({reading}, timeout=min(left, TICK))
        reading.result()
        return True

    async def _send(self, stream: TranscriptionStream, timeline: Timeline) -> Outcome:
        desk, known = self._desk, self.service.provider.capabilities
        speed = known.catch_up
        began, sent, quiet = desk.board.now(), 0.0, PAUSE
        outcome = Outcome.COMPLETE
        while await desk.sound.ring.ready():
            if self._turning_since is not None:
                if quiet >= PAUSE:
                    outcome = Outcome.TURNED
                    break
                if desk.board.now() - self._turning_since > TURN_PATIENCE:
                    return Outcome.DROPPED
            kept = desk.sound.ring.take()
            if kept is None:
                continue
            if kept.damaged:
                desk.scribe.missing(Lost(kept.chunk.start, kept.chunk.end), "the disk lost the sound")
            timeline.sent(kept.chunk)
            await stream.send(kept.chunk)
            if known.needs_network:
                counted = kept.chunk.format.channels if known.bills_channels else 1
                desk.meter.used(self.service.provider.id, kept.chunk.duration * counted)
            desk.stall.sent(kept.chunk.duration, voiced=kept.voiced, now=desk.board.now())
            quiet = 0.0 if kept.voiced else quiet + kept.chunk.duration
            sent += kept.chunk.duration
            ahead = sent - (desk.board.now() - began) * speed if speed is not None else 0.0
            if ahead > HEADROOM:
                await asyncio.sleep(ahead - HEADROOM)
        await stream.finish()
        return outcome

    async def _read(self, stream: TranscriptionStream, assembly: Assembly) -> None:
        async for event in stream:
            self._desk.stall.heard()
            if not self.standby:
                self._desk.board.clear_problems(StreamStalled, self._desk.lane)
            if isinstance(event, Renew):
                self._owner.renew()
            else:
                await self._desk.scribe.take(event, assembly)
            self._owner.heard(self)

    async def _watch(self) -> None:
        """Until cancelled; a service that takes voices in and says nothing is told of, and then left."""
        desk = self._desk
        desk.stall.began()
        remote = self.service.provider.capabilities.needs_network
        while True:
            await asyncio.sleep(TICK)
            if self._failure is not None:
                raise self._failure
            self._check_limit()
            verdict = desk.stall.verdict(desk.board.now()) if remote else Verdict.WELL
            if verdict is Verdict.DEAD:
                raise stalled()
            if verdict is Verdict.WORRYING:
                desk.board.raise_problem(stalled(), desk.lane)


def _look_at(task: asyncio.Task[Outcome]) -> None:
    """A stream that was dropped may end in an error that nobody asks for."""
    if not task.cancelled():
        task.exception()


def stalled() -> StreamStalled:
    """The service is silent while someone speaks."""
    return StreamStalled(
        say("Session", "No captions come back although somebody speaks."),
        say("Session", "If nothing comes, the sound is sent again; every word is kept."),
    )
