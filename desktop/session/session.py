"""One run of captioning: owns every task, the lanes, the journal and what its readers are told."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from desktop.core.audio import AudioSource
from desktop.core.captions import CONTINUED, CaptionDocument, Gap, LaneAdded, Mark
from desktop.core.errors import AudioError, OvertitleError
from desktop.core.state import Problem, SessionState
from desktop.session.board import Board
from desktop.session.events import Reader
from desktop.session.lane import Lane, asleep
from desktop.session.meter import Meter, Unmetered
from desktop.session.recorder import JournalPlan, Recorder
from desktop.session.service import Fallback, LaneSpec, Service, Terms
from desktop.session.standby import kept_warm
from desktop.session.vigil import Vigil
from desktop.transcripts.transcript import JournalHeader


class Session:
    """One run of captioning. Its lanes work on while at least one of them can."""

    def __init__(
        self,
        lanes: Sequence[LaneSpec],
        service: Service,
        journal: JournalPlan | None = None,
        *,
        fallback: Fallback | None = None,
        meter: Meter | None = None,
        open_ended: bool = False,
    ) -> None:
        self.lanes = tuple(lanes)
        self.service = service
        self._plan = journal
        self._terms = Terms(fallback, meter or Unmetered())
        self._group: asyncio.TaskGroup | None = None
        self._stopped = asyncio.Event()
        self._board = Board(lane.id for lane in lanes)
        self._board.open_ended = open_ended
        if journal is not None and journal.earlier is not None:
            self._board.go_on(journal.earlier.transcript)
        self._recorder: Recorder | None = None
        self._running: list[Lane] = []
        self._stopping = False
        self.paused = False

    @property
    def document(self) -> CaptionDocument:
        """What was said so far."""
        return self._board.document

    @property
    def state(self) -> SessionState:
        """Where the session as a whole stands."""
        return self._board.state

    @property
    def problems(self) -> Sequence[Problem]:
        """Trouble that lasts, oldest first."""
        return self._board.problems

    @property
    def elapsed(self) -> float:
        """Seconds on the session clock; 0 before `run`."""
        return self._board.now() if self._running else 0.0

    @property
    def journal(self) -> Path | None:
        """The journal's file, once there is one."""
        return self._recorder.path if self._recorder else None

    def subscribe(self, reader: Reader) -> Callable[[], None]:
        """Tell `reader` everything from now on; returns what ends that."""
        return self._board.subscribe(reader)

    async def run(self) -> None:
        """Caption until every source has ended or `stop` is called; raises `OvertitleError` when no lane could go on.

        Raises `JournalUnwritable` when finals could not be saved anywhere by the end.
        """
        board = self._board
        board.epoch = time.monotonic() - self._board.offset
        recorder = self._recorder = Recorder(self._plan, self._header(), board)
        self._running = [self._lane(specs, recorder) for specs in self._streams()]
        board.set_state(SessionState.CONNECTING)
        end = SessionState.FAILED
        try:
            try:
                await self._caption(recorder)
            except OvertitleError:
                await recorder.close(board.now(), failed=True)
                raise
            except BaseException:  # a bug or a cancellation: what was said is closed properly first
                await recorder.close(board.now())
                raise
            await recorder.close(board.now())
            end = SessionState.STOPPED
        finally:
            board.set_state(end)

    async def _caption(self, recorder: Recorder) -> None:
        await recorder.open()
        if self._plan is not None and self._plan.earlier is not None:
            for spec in self.lanes:
                recorder.mark(Gap(spec.id, self._board.offset, self._board.offset, CONTINUED))
        if self._stopping:
            self._stop_lanes()
        beside = [
            asyncio.ensure_future(Vigil(self._slept, self._online).watch(self._is_waiting)),
            asyncio.ensure_future(kept_warm(self._terms.fallback, self.service)),
        ]
        try:
            async with asyncio.TaskGroup() as group:
                self._group = group
                for lane in self._running:
                    group.create_task(lane.run(), name=f"lane {lane.ids}")
                if self._board.open_ended:
                    if not self._running and not self._stopping:
                        self._board.set_state(SessionState.LIVE)
                    group.create_task(self._stopped.wait(), name="until stopped")
        finally:
            self._group = None
            for each in beside:
                each.cancel()
            await asyncio.gather(*beside, return_exceptions=True)
        errors = [error for lane in self._running for error in lane.errors.values()]
        if errors and len(errors) == len(self.lanes) and not self._board.open_ended:
            raise errors[0]
        for lane in self._running:
            self._tell_missing(lane)

    def _streams(self) -> Sequence[Sequence[LaneSpec]]:
        """Which lanes share their streams."""
        joined = self.service.joins and len(self.lanes) == 2
        return [self.lanes] if joined else [[lane] for lane in self.lanes]

    def _lane(self, specs: Sequence[LaneSpec], recorder: Recorder) -> Lane:
        return Lane(specs, self.service, self._terms, self._board, recorder)

    async def add_lane(self, spec: LaneSpec) -> None:
        """One more side while the session runs, such as a remote call; nothing when the session is over.

        Raises `ValueError` when there is a lane with this id.
        """
        if any(lane.id == spec.id for lane in self.lanes):
            raise ValueError(spec.id)
        if not self._takes_lanes() or self._recorder is None:
            return
        self.lanes = (*self.lanes, spec)
        self._board.add_lane(spec.id)
        await self._recorder.lane(LaneAdded(spec.id, spec.label))
        if self._group is not None and self._takes_lanes():  # it may have ended while the journal was written
            lane = self._lane([spec], self._recorder)
            lane.pause(self.paused)
            self._running.append(lane)
            self._group.create_task(lane.run(), name=f"lane {spec.id}")

    def _takes_lanes(self) -> bool:
        return self._group is not None and not self._stopping

    def stop(self, *, hasty: bool = False) -> None:
        """Stop listening; `run` returns once the last finals are in. Calling it again changes nothing.

        `hasty`, because the program is to end, does not wait long for a service that says nothing.
        """
        if hasty or not self._stopping:
            self._stopping = True
            self._stopped.set()
            if hasty and self._recorder is not None:
                self._recorder.hasten()
            if self._running:
                self._stop_lanes(hasty=hasty)

    def _stop_lanes(self, *, hasty: bool = False) -> None:
        self._board.set_state(SessionState.STOPPING)
        for lane in self._running:
            lane.stop(hasty=hasty)

    def forget(self, forget: bool = True) -> None:
        """Keep nothing of this session: its journal is removed when it ends. False changes one's mind."""
        if self._recorder is not None:
            self._recorder.forget(forget)

    def choose(self, service: Service) -> None:
        """Another provider or language from here on; until it is reached the present one goes on."""
        self.service = service
        for lane in self._running:
            lane.choose(service)

    def hear(self, lane: str, source: AudioSource) -> None:
        """Another live device on this side from its first sound on; until then the present one is heard."""
        for at, one in enumerate(self._running):
            if lane in one.ids:
                if one.ids == (lane,) and isinstance(one.errors.get(lane), AudioError):
                    self._begin_anew(at, source)
                else:
                    one.hear(lane, source)

    def _begin_anew(self, at: int, source: AudioSource) -> None:
        """Caption a side after all whose device could not be opened."""
        if self._group is None or self._recorder is None or not self._takes_lanes():
            return
        failed = self._running[at]
        self._tell_missing(failed)
        (lane,) = failed.ids
        self._board.clear_problems(AudioError, lane)
        self._board.add_lane(lane)
        self.lanes = tuple(replace(spec, source=source) if spec.id == lane else spec for spec in self.lanes)
        anew = self._lane([spec for spec in self.lanes if spec.id == lane], self._recorder)
        anew.mute(lane, failed.muted(lane))
        anew.pause(self.paused)
        self._running[at] = anew
        self._group.create_task(anew.run(), name=f"lane {lane}")

    def _tell_missing(self, failed: Lane) -> None:
        """Mark the time in which a side had no device."""
        for problem in self._board.problems:
            lost = isinstance(problem.error, AudioError) and problem.error is failed.errors.get(problem.lane)
            if lost and self._recorder is not None:
                now, reason = self._board.now(), "no sound from the device"
                self._recorder.mark(Gap(problem.lane, problem.since, now, reason))

    def _slept(self, seconds: float) -> None:
        if self._recorder is not None:
            now = self._board.now()
            for spec in self.lanes:
                self._recorder.mark(Gap(spec.id, now, now, "the computer was asleep"))
            for lane in self._running:
                lane.interrupted(asleep())

    def _online(self) -> None:
        for lane in self._running:
            lane.network_is_back()

    def _is_waiting(self) -> bool:
        return self._board.state in (SessionState.RECONNECTING, SessionState.FALLBACK, SessionState.CONNECTING)

    def mute(self, lane: str, muted: bool) -> None:
        """While muted, a lane hears silence."""
        for one in self._running:
            if lane in one.ids:
                one.mute(lane, muted)

    def pause(self, paused: bool) -> None:
        """While paused nothing is heard and nothing sent; the transcript shows a break."""
        if paused == self.paused or self._stopping or self._recorder is None:
            return
        self.paused = paused
        for lane in self._running:
            lane.pause(paused)
        if paused:
            now = self._board.now()
            for spec in self.lanes:
                self._recorder.mark(Gap(spec.id, now, now, "paused"))

    def mark(self, note: str = "") -> None:
        """Mark this moment in the transcript."""
        if self._recorder is not None:
            self._recorder.mark(Mark(self._board.now(), note))

    def _header(self) -> JournalHeader:
        return JournalHeader(
            started=datetime.now().astimezone(),
            title=self._plan.title if self._plan else "",
            lanes=tuple((lane.id, lane.label) for lane in self.lanes),
            language=self.service.language,
            provider=self.service.provider.id,
        )
