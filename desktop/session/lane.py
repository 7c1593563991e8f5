"""A lane, or two in one stream: has its sound captioned, and replays what a broken stream left unanswered."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Sequence
from uuid import uuid4

from desktop.core.audio import AudioSource, SourceKind
from desktop.core.captions import Seam, changed_to
from desktop.core.errors import ConnectionLost, OvertitleError, ProviderError, StreamStalled
from desktop.core.message import say
from desktop.core.state import SessionState
from desktop.session.board import Board
from desktop.session.recorder import Recorder
from desktop.session.relay import FRUITLESS, TICK, Desk, Outcome, Relay
from desktop.session.scribe import Scribe
from desktop.session.service import LaneSpec, Service, Terms
from desktop.session.sound import Sound
from desktop.session.stall import Stall
from desktop.session.succession import Succession

DRAIN = 10.0
"""Seconds without a sign of the service that the last finals may take after the sound has ended."""
LOOK = 1.0
"""Seconds between two looks at whether the program is to end meanwhile."""
PROVEN = 5.0
"""Seconds after which a stream that says something works, even if it has not answered for any sound yet."""
HASTY = 1.0
"""Seconds that everything after the last sound may take without a sign of the service when the program is to end."""
HASTY_FRUITLESS = 4.0
"""The same without an answer to any sound, whatever else the service says meanwhile."""


class Lane:
    """Owns the sound and the streams of one side of a session, or of two sides that share their streams."""

    def __init__(
        self, specs: Sequence[LaneSpec], service: Service, terms: Terms, board: Board, recorder: Recorder
    ) -> None:
        self.ids = tuple(spec.id for spec in specs)
        self._board = board
        self._recorder = recorder
        self._sound = Sound(specs, board, recorder)
        self._scribe = Scribe(self.ids, self._sound, board, recorder)
        self._desk = Desk(
            self.ids[0], f"{uuid4()}/{self.ids[0]}", self._sound, self._scribe, Stall(), terms.meter, board
        )
        self._succession = Succession(service, terms.fallback, self, board.now)
        self._relay: Relay | None = None
        self._served_by = (service.provider.id, service.language)
        self._seam_reason = ""
        self._hasty = False
        self._ended_at: float | None = None
        self._complete = False
        self.errors: dict[str, OvertitleError] = {}
        """Why a side failed, by the lane's id."""

    def stop(self, *, hasty: bool = False) -> None:
        """Stop listening; `run` returns once the last finals are in, or, `hasty`, soon if no more come."""
        self._hasty = self._hasty or hasty
        self._sound.stop()

    def mute(self, lane: str, muted: bool) -> None:
        """While muted, a side hears silence."""
        self._sound.captures[lane].muted = muted

    def muted(self, lane: str) -> bool:
        """Whether a side hears silence."""
        return self._sound.captures[lane].muted

    def pause(self, paused: bool) -> None:
        """While paused, no side is heard, and nothing is sent."""
        self._sound.pause(paused)

    def hear(self, lane: str, source: AudioSource) -> None:
        """Another device is heard on this side, from its first sound on."""

        def mark(at: float) -> None:
            named = changed_to(source.kind is SourceKind.SYSTEM, source.name)
            self._recorder.mark(Seam(lane, at, *self._served_by, named))

        self._sound.captures[lane].change(source, mark)

    def choose(self, service: Service) -> None:
        """Another service captions from the next pause in speech on, once it can be reached."""
        self._seam_reason = "chosen"
        self._succession.choose(service)

    def interrupted(self, error: ProviderError) -> None:
        """The computer was away from the network: a stream that still looks open is not."""
        relay = self._relay
        if relay is not None and relay.service.provider.capabilities.needs_network:
            relay.break_off(error)
        self._succession.hurry()

    def network_is_back(self) -> None:
        """Try at once to reach the service."""
        self._succession.hurry()

    async def run(self) -> None:
        """Caption until the sources end or `stop`; trouble of this lane alone becomes a problem, and `errors`."""
        self._state(SessionState.CONNECTING)
        serving = asyncio.ensure_future(self._serve())
        looking = asyncio.ensure_future(self._look_behind())
        try:
            await asyncio.gather(*(self._listen(lane) for lane in self.ids))
            self._ended_at = self._board.now()
            self._state(SessionState.STOPPING)
            await self._served(serving)
            self._state(SessionState.STOPPED)
        except OvertitleError as error:
            self._fail(error)
        finally:
            serving.cancel()
            looking.cancel()
            await asyncio.gather(serving, looking, return_exceptions=True)
            await self._scribe.close(complete=self._complete)
            self._sound.ring.close()

    async def _served(self, serving: asyncio.Future[None]) -> None:
        """Return when all is captioned, or, in haste, when the service shows no sign of life."""
        while not serving.done():
            await asyncio.wait({serving}, timeout=TICK if self._hasty else LOOK)
            if self._hasty and (self._quiet_for() > HASTY or self._fruitless_for() > HASTY_FRUITLESS):
                return
        serving.result()

    def _quiet_for(self) -> float:
        """Seconds since the sound ended and a service said something."""
        return self._since_end(self._scribe.last_event)

    def _fruitless_for(self) -> float:
        """Seconds since the sound ended and a service answered for any of it."""
        return self._since_end(self._scribe.last_answer)

    def _since_end(self, moment: float) -> float:
        return self._board.now() - max(self._ended_at if self._ended_at is not None else math.inf, moment)

    async def _listen(self, lane: str) -> None:
        """Capture one side; raises when no other one is left."""
        capture = self._sound.captures[lane]
        try:
            await capture.run()
        except OvertitleError as error:
            if len(self.errors) + 1 == len(self.ids):
                raise
            self._fail(error, lane)
        capture.end()

    def _state(self, state: SessionState) -> None:
        for lane in self.ids:
            if lane not in self.errors:
                self._board.set_lane_state(lane, state)

    def _fail(self, error: OvertitleError, *lanes: str) -> None:
        for lane in lanes or self.ids:
            if lane not in self.errors:
                self.errors[lane] = error
                if all(problem.error is not error for problem in self._board.problems):
                    self._board.raise_problem(error, lane)
                self._board.set_lane_state(lane, SessionState.FAILED)

    async def _serve(self) -> None:
        """Caption everything captured; raises what can't be mended by trying again."""
        try:
            while not await self._one_stream():
                pass
        finally:
            if self._relay is not None:
                await self._relay.close()
            await self._succession.close()
            self._sound.stop()

    async def _one_stream(self) -> bool:
        """Whether all is captioned, or will not be."""
        relay = self._relay = await self._succession.next()
        try:
            outcome = await self._carry(relay)
            if outcome is Outcome.UNANSWERED and self._can_be_mended(relay):
                raise StreamStalled(
                    say("Session", "The service did not send the last captions."),
                    say("Session", "Nothing to do: this computer makes them instead."),
                )
        except ProviderError as error:
            self._broken(relay, error)
            return False
        finally:
            self._relay = None
            await relay.close()  # it still carries when the lane fails, say because its device can't be opened
        if outcome is Outcome.TURNED:
            self._sound.ring.forget_sent()
        elif outcome is Outcome.DROPPED:
            self._rewind("connection lost")
        self._complete = outcome is Outcome.COMPLETE
        return outcome in (Outcome.COMPLETE, Outcome.UNANSWERED)

    async def _look_behind(self) -> None:
        """Until cancelled: the delay grows while no caption comes that could tell it."""
        while True:
            await asyncio.sleep(TICK)
            self._scribe.look_behind()

    def _can_be_mended(self, relay: Relay) -> bool:
        """Whether the stand-in can say what the service did not, while nobody waits for the program to end."""
        return not self._hasty and not relay.standby and self._succession.has_standby

    async def _carry(self, relay: Relay) -> Outcome:
        relay.drain = DRAIN
        self._mark_seam(relay)
        if relay.standby:
            self._state(SessionState.FALLBACK)
            if self._succession.is_back:
                relay.turn()
        else:
            self._state(SessionState.LIVE)
            self._board.clear_problems(ProviderError, self.ids[0])
        return await relay.carry()

    def _mark_seam(self, relay: Relay) -> None:
        by = (relay.service.provider.id, relay.service.language)
        if by != self._served_by:
            reason = "the service is away" if relay.standby else self._seam_reason or "the service is back"
            for lane in self.ids:
                self._recorder.mark(Seam(lane, self._sound.ring.position, *by, reason))
            self._served_by = by
        if not relay.standby:
            self._seam_reason = ""

    def _broken(self, relay: Relay, error: ProviderError) -> None:
        self._rewind("connection lost")
        if error.retryable and self.overdue() and not self._can_be_mended(relay):
            raise error
        self._succession.failed(relay, error)

    def _rewind(self, reason: str) -> None:
        self._scribe.missing(self._sound.ring.rewind(self._scribe.open_from), reason)

    # What the succession needs of its lane

    def open_stream(self, service: Service, *, standby: bool) -> Relay:
        """Begin to open a stream."""
        return Relay(service, self._desk, self, standby=standby)

    def away(self, error: ProviderError, delay: float | None) -> None:
        """The chosen service can't be reached; it is tried again after `delay` seconds, or never by itself."""
        if self._relay is None:
            self._state(SessionState.RECONNECTING)
        retry_at = None if delay is None else self._board.now() + delay
        self._board.raise_problem(error, self.ids[0], retry_at=retry_at)

    def reached(self) -> None:
        """A stream of the chosen service waits for its turn."""
        if self._relay is not None:
            self._relay.turn()

    def overdue(self) -> bool:
        """Whether the sound has ended and its last captions were waited for long enough."""
        return self._quiet_for() > DRAIN or self._fruitless_for() > FRUITLESS

    def last_sign(self) -> float:
        """Session time at which a service last said something."""
        return self._scribe.last_event

    # What a stream tells its lane

    def heard(self, relay: Relay) -> None:
        """The service said something."""
        if not relay.standby and max(self._scribe.last_answer, self._board.now() - PROVEN) >= relay.since:
            self._succession.works()

    def renew(self) -> None:
        """The service will end the stream that carries; another should take over."""
        self._succession.renew()


def asleep() -> ConnectionLost:
    """The computer slept, and its connections with it."""
    return ConnectionLost(
        say("Session", "The computer was asleep; its connections are made anew."),
        say("Session", "Nothing to do: captions go on by themselves."),
    )
