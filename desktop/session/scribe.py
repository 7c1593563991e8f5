"""Writes down what a lane's streams say: partials to the readers at once, finals to the disk first."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Coroutine, Sequence
from typing import Any

from desktop.core.captions import CaptionEvent, Gap, Insight, Notice, Progress, StreamEvent
from desktop.core.errors import LanguageUnsupported
from desktop.session.assembly import Assembly, Memory, closed
from desktop.session.board import Board
from desktop.session.events import BehindChanged
from desktop.session.recorder import Recorder
from desktop.session.ring import Lost
from desktop.session.sound import Sound
from desktop.session.timeline import Timeline

BEHIND_STEP = 0.1
"""Seconds; smaller changes of the delay are not worth telling."""
USUAL = 1.0
"""Seconds that captions are behind when all is well."""
NOTICE_LIFE = 20.0
"""Seconds after which a final without a new notice means that the notice no longer holds."""


class Scribe:
    """What a lane has said, through all its streams; frees the sound that is answered."""

    def __init__(self, lanes: Sequence[str], sound: Sound, board: Board, recorder: Recorder) -> None:
        self._lanes = tuple(lanes)
        self._sound = sound
        self._board = board
        self._recorder = recorder
        self._memories = {lane: Memory() for lane in lanes}
        self._streams = board.streams_before
        self._dead: Sequence[CaptionEvent] = ()
        self._noticed_at = 0.0
        self._behind = dict.fromkeys(lanes, 0.0)
        self._reach = dict.fromkeys(lanes, 0.0)
        """Session time up to which each side's sound was ever answered or shown."""
        self._committing: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._committing.set_result(None)
        self.last_event = 0.0
        """Session time of the newest event of any stream."""
        self.last_answer = 0.0
        """Session time of the newest one that let sound go."""

    def begin(self, timeline: Timeline) -> Assembly:
        """A new stream goes on; what an earlier one left open is withdrawn once this one speaks."""
        self._streams += 1
        self._dead = self._open_segments()
        return Assembly(self._streams, timeline, self._memories)

    async def take(self, event: StreamEvent, assembly: Assembly) -> None:
        """Write down one event of the stream that `assembly` belongs to."""
        self.last_event = self._board.now()
        if isinstance(event, CaptionEvent):
            await self._withdraw()
            await self._caption(event, assembly)
        elif isinstance(event, Progress):
            self._answered(assembly, assembly.session_time(event.end))
        elif isinstance(event, Insight):
            await self._write(self._recorder.insight(assembly.insight(event)))
        elif isinstance(event, Notice):
            self._noticed_at = self._board.now()
            self._board.raise_problem(event.error, self._lanes[0])

    @property
    def open_from(self) -> float:
        """Session time from which on words of the sound are shown that are not final."""
        return min((event.start for event in self._open_segments() if event.of_sound), default=math.inf)

    async def settle(self) -> None:
        """Return once no final is on its way to the disk: half a commit would be said again by the next stream."""
        await asyncio.gather(self._committing, return_exceptions=True)

    async def close(self, *, complete: bool) -> None:
        """Keep the words that were shown, and mark the sound that nobody answered for."""
        for event in self._open_segments():
            await self._recorder.final(closed(event, keep=True))
        if not complete:
            self.missing(self._sound.ring.remaining(), "not captioned")

    def missing(self, lost: Lost | None, reason: str) -> None:
        """Mark sound that nobody will caption any more, on every side that it holds."""
        if lost is not None:
            for lane in self._lanes:
                self._recorder.mark(Gap(lane, lost.start, lost.end, reason))

    def _open_segments(self) -> Sequence[CaptionEvent]:
        return [event for lane in self._lanes for event in self._board.document.open_segments(lane)]

    async def _caption(self, event: CaptionEvent, assembly: Assembly) -> None:
        known = self._board.document.segment(*assembly.place(event))
        if known is not None and known.is_final:
            return  # nothing follows a final: on the disk it would be said twice
        caption = assembly.caption(event)
        if caption.is_final:
            await self._write(self._commit(caption, assembly))
        elif caption.text:
            self._board.caption(caption)
        if caption.of_sound:
            self._tell_behind(caption.lane, caption.end)

    async def _write(self, writing: Coroutine[Any, Any, None]) -> None:
        """Wait for the disk, so that a service can't say more than it takes.

        A dying stream waits too (`settle`): what is on disk must count as heard.
        """
        self._committing = asyncio.ensure_future(writing)
        await asyncio.shield(self._committing)

    async def _commit(self, final: CaptionEvent, assembly: Assembly) -> None:
        await self._recorder.final(final)
        if final.of_sound:
            self._memories[final.lane].heard(final, assembly.reach(final))
            self._answered(assembly, final.end, final.lane)
        self._forget_notice()

    def _forget_notice(self) -> None:
        if self._noticed_at and self._board.now() - self._noticed_at > NOTICE_LIFE:
            self._noticed_at = 0.0
            self._board.clear_problems(LanguageUnsupported, self._lanes[0])

    def _answered(self, assembly: Assembly, until: float, lane: str = "") -> None:
        if self._sound.answered(assembly.answered(until, lane)):
            self.last_answer = self._board.now()
        for each in [lane] if lane else self._lanes:
            self._tell_behind(each, until)

    def look_behind(self) -> None:
        """Tell how far the captions are behind while none come, and that they are not once nobody is owed any."""
        ring = self._sound.ring
        for lane, reach in self._reach.items():
            waiting, unsent = ring.owed(reach)
            if unsent is not None:
                self._publish_behind(lane, max(self._behind[lane], ring.newest - unsent))
            elif waiting is None and self._behind[lane] > USUAL:
                self._publish_behind(lane, 0.0)

    def _tell_behind(self, lane: str, until: float) -> None:
        self._reach[lane] = max(self._reach[lane], until)
        self._publish_behind(lane, max(0.0, self._sound.ring.newest - until))

    def _publish_behind(self, lane: str, behind: float) -> None:
        if abs(behind - self._behind[lane]) >= BEHIND_STEP:
            self._behind[lane] = behind
            self._board.publish(BehindChanged(lane, behind))

    async def _withdraw(self) -> None:
        dead, self._dead = self._dead, ()
        for event in dead:
            # The replay says a segment of the sound again; nobody repeats a bot's words.
            await self._recorder.final(closed(event, keep=not event.of_sound))
