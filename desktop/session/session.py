"""One run of captioning: owns every task, the lanes, the journal and what its readers are told."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from desktop.core.captions import CaptionDocument, Mark
from desktop.core.errors import OvertitleError
from desktop.core.state import Problem, SessionState
from desktop.session.board import Board
from desktop.session.events import Reader
from desktop.session.lane import Lane, LaneSpec, Service
from desktop.session.recorder import JournalPlan, Recorder
from desktop.transcripts.transcript import JournalHeader


class Session:
    """One run of captioning. Its lanes work on while at least one of them can."""

    def __init__(self, lanes: Sequence[LaneSpec], service: Service, journal: JournalPlan | None = None) -> None:
        self.lanes = tuple(lanes)
        self.service = service
        self._plan = journal
        self._board = Board(lane.id for lane in lanes)
        self._recorder: Recorder | None = None
        self._running: list[Lane] = []
        self._stopping = False

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
        board.epoch = time.monotonic()
        recorder = self._recorder = Recorder(self._plan, self._header(), board)
        self._running = [Lane(spec, self.service, board, recorder) for spec in self.lanes]
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
        if self._stopping:
            self._stop_lanes()
        async with asyncio.TaskGroup() as group:
            for lane in self._running:
                group.create_task(lane.run(), name=f"lane {lane.id}")
        errors = [lane.error for lane in self._running if lane.error is not None]
        if len(errors) == len(self._running):
            raise errors[0]

    def stop(self) -> None:
        """Stop listening; `run` returns once the last finals are in. Calling it again changes nothing."""
        if self._stopping:
            return
        self._stopping = True
        if self._running:
            self._stop_lanes()

    def _stop_lanes(self) -> None:
        self._board.set_state(SessionState.STOPPING)
        for lane in self._running:
            lane.stop()

    def mute(self, lane: str, muted: bool) -> None:
        """While muted, a lane hears silence."""
        for one in self._running:
            if one.id == lane:
                one.mute(muted)

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
