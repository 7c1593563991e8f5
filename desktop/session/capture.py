"""From a lane's source into its replay ring: the common format, the level, muting, and coming back after a loss."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import suppress
from typing import Any, Protocol

from desktop.audio.convert import Converter, level
from desktop.audio.threads import leave_behind
from desktop.core.audio import SPEECH, AudioChunk, AudioSource, SourceKind
from desktop.core.captions import Gap
from desktop.core.errors import AudioError, DefaultChanged
from desktop.session.board import Board
from desktop.session.events import LevelChanged
from desktop.session.pieces import after, moved, with_first
from desktop.session.recorder import Recorder
from desktop.session.ring import Lost, joined

VOICE = -45.0
"""dBFS; quieter sound is taken for silence when it is asked whether words may have been lost."""
LEVEL_INTERVAL = 0.05
"""Seconds of sound between two level events."""
AHEAD = 5.0
"""Seconds that a file may be read ahead of what was sent."""
REOPEN = 0.5
"""Seconds between attempts to open a device that went away."""
SHORTEST_GAP = 0.25
"""Seconds; a shorter hole can't swallow a word."""
PAUSE_TAIL = 1.5
"""Seconds of silence that the service is given when a pause begins, so that it finishes the last sentence."""
OVERLAP = 1.0
"""Seconds that a device which is given up may take to reach the first sound of the one that takes its place."""
LAST_CHUNKS = 0.5
"""Seconds that are waited after a stop for sound that was captured before it."""
CLOSING = 1.0
"""Seconds that a device may take to close after that: where the sound server hangs, libpulse waits for 30 s."""


class Sink(Protocol):
    """Where captured sound goes: the ring of a lane, or its track of a joint one."""

    def append(self, chunk: AudioChunk, *, voiced: bool) -> Lost | None:
        """Take in new sound; returns what had to go to make room for it."""

    async def wait_for_space(self, limit: float) -> None:
        """Return once fewer than `limit` seconds wait to be sent."""

    def end(self) -> None:
        """No more sound comes."""


class Capture:
    """Reads one source until it ends or `stop` is called."""

    def __init__(self, lane: str, source: AudioSource, sink: Sink, board: Board, recorder: Recorder) -> None:
        self._lane = lane
        self._source = source
        self._sink = sink
        self._board = board
        self._recorder = recorder
        self._stop_at: float | None = None
        self._reading: asyncio.Future[None] | None = None
        self._overdue: asyncio.Future[None] | None = None
        """Done when what is read should long have been closed."""
        self._successor: asyncio.Future[None] | None = None
        """Opens another source, and reads it once it delivers."""
        self._opened_once = False
        self._anew = False
        """The reading was ended so that `run` begins anew: for a pause, or with another source."""
        self._trouble: AudioError | None = None
        self._deaf = False
        """The source was lost, and nothing has been heard since."""
        self._began = 0.0
        """Session time from which on something should be heard."""
        self._last_end: float | None = None
        """Session time at which the newest sound ends; None when there was none since `_began`."""
        self._lost: Lost | None = None
        self._loudest = -120.0
        self._level_due = 0.0
        self._advanced = asyncio.Event()
        self._going = asyncio.Event()
        self._going.set()
        self._silent_until = 0.0
        self.muted = False

    def pause(self, paused: bool) -> None:
        """Hear nothing: a device is soon closed until this is taken back, what can't be opened anew is passed over."""
        if not paused:
            if not self._going.is_set() and self._board.now() >= self._silent_until:
                self._began = self._board.now()
                self._last_end = self._began if self._deaf else None
            self._going.set()
        elif self._going.is_set():
            self._going.clear()
            self._silent_until = self._board.now() + PAUSE_TAIL
            asyncio.get_running_loop().call_later(PAUSE_TAIL, self._close)

    def _close(self) -> None:
        early = self._silent_until - self._board.now()
        if early > 0 and not self._going.is_set():  # the timers of a window's loop are not exact
            asyncio.get_running_loop().call_later(early, self._close)
        elif self._is_closed and self._stop_at is None:
            if self._deaf:
                self._tell_hole(self._board.now())
            self._last_end = None  # the transcript has a mark of its own for the hole that begins here
            self._begin_anew()

    def _begin_anew(self) -> None:
        if self._reading is not None:
            self._anew = True  # the cause may be over before `run` comes to look
            self._reading.cancel()

    @property
    def _is_closed(self) -> bool:
        """Whether the pause has closed the source. A remote peer would take that for a hang-up."""
        due = not self._going.is_set() and self._board.now() >= self._silent_until
        return due and self._source.live and self._source.kind is not SourceKind.REMOTE

    def stop(self) -> None:
        """Stop listening; what a live source captured up to now is still read."""
        if self._stop_at is not None:
            return
        self._stop_at = self._board.now()
        if self._reading is not None:
            delay = LAST_CHUNKS if self._source.live else 0.0
            loop = asyncio.get_running_loop()
            loop.call_later(delay, self._reading.cancel)
            loop.call_later(delay + CLOSING, self._give_up)

    def _give_up(self) -> None:
        if self._overdue is not None and not self._overdue.done():
            self._overdue.set_result(None)

    def change(self, source: AudioSource, changed: Callable[[float], None]) -> None:
        """Hear another live source from the moment on at which it delivers; `changed` is told the session time of that.

        Until then the present one is heard. One that can't be opened becomes a problem, and nothing changes.
        """
        if self._stop_at is not None or not self._source.live:
            return
        if self._successor is not None:
            self._successor.cancel()
            self._successor = None
        if self._trouble is None:
            self._end_trouble()  # of an earlier choice that could not be opened
        if source.id == self._source.id:
            return
        if self._is_closed or self._reading is None:
            self._replace(source, changed)
        elif self._trouble is not None:
            self._begin_anew()  # the old one may be being opened just now
            self._replace(source, changed)
        else:
            self._successor = asyncio.ensure_future(self._succeed(source, changed))

    def _replace(self, source: AudioSource, changed: Callable[[float], None]) -> None:
        """Have another source opened by `run`, while none is heard."""
        self._source = source
        self._end_trouble()
        changed(self._board.now())

    async def _succeed(self, source: AudioSource, changed: Callable[[float], None]) -> None:
        """Open a source beside the one that is read, and take its place."""
        me = self._successor
        try:
            async with source.open(self._board.epoch) as chunks:
                first = await anext(chunks, None)
                if first is None:
                    return
                await self._until_heard(first.start)
                if self._successor is not me or self._stop_at is not None:
                    return
                self._successor = None
                if self._is_closed:  # a pause has begun meanwhile
                    self._replace(source, changed)
                    return
                self._source = source
                await self._take_over(me)
                since = max(first.start, self._last_end if self._last_end is not None else 0.0)
                changed(since)
                await self._read(with_first(first, chunks), 0.0, since)
        except AudioError as error:
            if self._reading is me:
                raise
            if self._successor is me:
                self._successor = None
                self._board.raise_problem(error, self._lane)

    async def _until_heard(self, moment: float) -> None:
        """Return when the source that is read has come to this session time, or does not go on."""
        with suppress(TimeoutError):
            async with asyncio.timeout(OVERLAP):
                while self._last_end is not None and self._last_end < moment:
                    self._advanced.clear()
                    await self._advanced.wait()

    async def _take_over(self, me: asyncio.Future[None] | None) -> None:
        """From here on it is this task that `run` waits for; the source that was read is closed."""
        old, self._reading = self._reading, me
        if old is not None:
            old.cancel()
            await asyncio.wait({old})
        self._end_trouble()

    def _end_trouble(self) -> None:
        self._board.clear_problems(AudioError, self._lane)
        self._trouble = None

    def _missing(self, error: AudioError) -> None:
        """The source is lost, or still is."""
        self._deaf = True
        if self._last_end is None:
            self._last_end = self._began
        # The first cause is the one to know while the device is tried again, unless it said that nothing is to be done.
        news = self._trouble is None or (isinstance(self._trouble, DefaultChanged) and error is not self._trouble)
        if news and self._stop_at is None:
            self._end_trouble()
            self._trouble = error
            self._board.raise_problem(error, self._lane)
            self._board.publish(LevelChanged(self._lane, -120.0, voiced=False))

    async def run(self) -> None:
        """Fill the sink until the source ends; raises `AudioError` when it can't be opened at all."""
        self._began = self._board.now()
        self._overdue = asyncio.get_running_loop().create_future()
        try:
            while self._stop_at is None:
                self._anew = False
                if self._is_closed:
                    await self._until_stopped(self._paused())
                    continue
                try:
                    await self._until_stopped(self._listen())
                    if not (self._anew or self._is_closed):
                        break
                except AudioError as error:
                    if not (self._opened_once and self._source.live):
                        raise
                    if not self._anew:
                        self._missing(error)
        finally:
            if self._successor is not None:
                self._successor.cancel()
                await asyncio.wait({self._successor}, timeout=CLOSING)
                leave_behind(self._successor)
            self._overdue.cancel()
            self._tell_lost()
            self._stop_at = self._stop_at if self._stop_at is not None else self._board.now()
            if self._deaf:
                self._tell_hole(self._stop_at)
            if self._trouble is not None:
                self._end_trouble()

    async def _listen(self) -> None:
        """Open the source and read it; after trouble wait a little before."""
        if self._trouble is not None and not isinstance(self._trouble, DefaultChanged):
            await asyncio.sleep(REOPEN)
        shift = 0.0 if self._source.live else self._board.offset  # recordings begin with this run
        async with self._source.open(self._board.epoch + shift) as chunks:
            self._opened_once = True
            await self._read(chunks, shift)

    async def _paused(self) -> None:
        self._board.publish(LevelChanged(self._lane, -120.0, voiced=False))
        await self._going.wait()

    def end(self) -> None:
        """Say that no more sound comes, so that what was captured is captioned to its end."""
        self._sink.end()

    async def _until_stopped(self, work: Coroutine[Any, Any, None]) -> None:
        """Run `work`, or what takes its place, and return early when `stop` has cut it short."""
        self._reading = asyncio.ensure_future(work)
        overdue = self._overdue or asyncio.get_running_loop().create_future()
        try:
            waited: asyncio.Future[None] | None = None
            while waited is not self._reading and not overdue.done():
                waited = self._reading
                await asyncio.wait({waited, overdue}, return_when=asyncio.FIRST_COMPLETED)
            if self._reading.done() and not self._reading.cancelled():
                self._reading.result()
        finally:
            if not self._reading.done():  # or nothing is waited for, lest a successor take over in between
                self._reading.cancel()
                await asyncio.wait({self._reading, overdue}, return_when=asyncio.FIRST_COMPLETED)
                leave_behind(self._reading)

    async def _read(self, chunks: AsyncIterator[AudioChunk], shift: float, since: float = 0.0) -> None:
        """Take in what comes, of it what lies after `since`."""
        converter = Converter(SPEECH, SPEECH)
        lost: AudioError | None = None
        try:
            async for chunk in chunks:
                if self._trouble is not None:
                    self._end_trouble()
                for piece in converter.feed(chunk):
                    await self._take(after(moved(piece, shift), since))
                if self._stop_at is not None and chunk.end >= self._stop_at:
                    break
        except AudioError as error:
            lost = error
        for piece in converter.flush():
            await self._take(after(moved(piece, shift), since))
        if lost is not None:
            if self._source.live:
                self._missing(lost)  # at once: to close a device of a dead sound server takes seconds
            raise lost

    async def _take(self, chunk: AudioChunk) -> None:
        if not chunk.pcm:
            return
        if not self._going.is_set() and not self._source.live:
            await self._going.wait()
        paused = not self._going.is_set()
        if paused and self._board.now() >= self._silent_until:
            self._last_end = None
            return
        if self.muted or paused:
            chunk = AudioChunk(bytes(len(chunk.pcm)), chunk.format, chunk.start)
        if not self._source.live:
            await self._sink.wait_for_space(AHEAD)
            await self._recorder.room_for_sound()
        self._tell_hole(chunk.start)
        self._last_end = chunk.end
        self._deaf = False
        self._advanced.set()
        loudness = level(chunk.pcm, chunk.format)
        self._recorder.hear(self._lane, chunk)
        lost = self._sink.append(chunk, voiced=loudness > VOICE)
        if lost is None:
            self._tell_lost()
        self._lost = joined(self._lost, lost)
        self._tell_level(loudness, chunk.end)

    def _tell_hole(self, until: float) -> None:
        """Mark the time before this moment in which nothing was heard."""
        if self._last_end is not None and until - self._last_end > SHORTEST_GAP:
            self._recorder.mark(Gap(self._lane, self._last_end, until, "no sound from the device"))

    def _tell_lost(self) -> None:
        """One mark for a whole stretch, not one for each chunk of it."""
        if self._lost is not None:
            self._recorder.mark(Gap(self._lane, self._lost.start, self._lost.end, "captions too far behind"))
            self._lost = None

    def _tell_level(self, loudness: float, at: float) -> None:
        self._loudest = max(self._loudest, loudness)
        if at >= self._level_due:
            self._board.publish(LevelChanged(self._lane, self._loudest, self._loudest > VOICE))
            self._level_due = at + LEVEL_INTERVAL
            self._loudest = -120.0
