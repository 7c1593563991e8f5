"""From a lane's source into its replay ring: the common format, the level, muting, and coming back after a loss."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from typing import Any, Protocol

from desktop.audio.convert import Converter, level
from desktop.core.audio import SPEECH, AudioChunk, AudioSource, SourceKind
from desktop.core.captions import Gap
from desktop.core.errors import AudioError
from desktop.session.board import Board
from desktop.session.events import LevelChanged
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
LAST_CHUNKS = 0.5
"""Seconds that are waited after a stop for sound that was captured before it."""


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
        self._trouble = False
        self._last_end: float | None = None
        self._lost: Lost | None = None
        self._loudest = -120.0
        self._level_due = 0.0
        self._going = asyncio.Event()
        self._going.set()
        self._silent_until = 0.0
        self.muted = False

    def pause(self, paused: bool) -> None:
        """Hear nothing: a device is soon closed until this is taken back, what can't be opened anew is passed over."""
        if not paused:
            self._going.set()
        elif self._going.is_set():
            self._going.clear()
            self._silent_until = self._board.now() + PAUSE_TAIL
            asyncio.get_running_loop().call_later(PAUSE_TAIL, self._close)

    def _close(self) -> None:
        if self._is_closed and self._stop_at is None and self._reading is not None:
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
            asyncio.get_running_loop().call_later(delay, self._reading.cancel)

    async def run(self) -> None:
        """Fill the sink until the source ends; raises `AudioError` when it can't be opened at all."""
        opened_once = False
        try:
            while self._stop_at is None:
                if self._is_closed:
                    await self._until_stopped(self._paused())
                    continue
                try:
                    shift = 0.0 if self._source.live else self._board.offset  # recordings begin with this run
                    async with self._source.open(self._board.epoch + shift) as chunks:
                        opened_once = True
                        await self._until_stopped(self._read(chunks, shift))
                    if not self._is_closed:
                        break
                except AudioError as error:
                    if not (opened_once and self._source.live):
                        raise
                    if not self._trouble:  # the first cause is the one to know; the device is tried again all the time
                        self._trouble = True
                        self._board.raise_problem(error, self._lane)
                    await self._until_stopped(asyncio.sleep(REOPEN))
        finally:
            self._tell_lost()

    async def _paused(self) -> None:
        self._board.publish(LevelChanged(self._lane, -120.0, voiced=False))
        await self._going.wait()
        self._last_end = None  # the transcript has a mark of its own for this hole

    def end(self) -> None:
        """Say that no more sound comes, so that what was captured is captioned to its end."""
        self._sink.end()

    async def _until_stopped(self, work: Coroutine[Any, Any, None]) -> None:
        """Run `work`, and return early when `stop` has cut it short."""
        self._reading = asyncio.ensure_future(work)
        try:
            await asyncio.wait({self._reading})
            if not self._reading.cancelled():
                self._reading.result()
        finally:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)

    async def _read(self, chunks: AsyncIterator[AudioChunk], shift: float) -> None:
        converter = Converter(SPEECH, SPEECH)
        async for chunk in chunks:
            if self._trouble:
                self._board.clear_problems(AudioError, self._lane)
                self._trouble = False
            for piece in converter.feed(chunk):
                await self._take(moved(piece, shift))
            if self._stop_at is not None and chunk.end >= self._stop_at:
                break
        for piece in converter.flush():
            await self._take(moved(piece, shift))

    async def _take(self, chunk: AudioChunk) -> None:
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
        hole = chunk.start - self._last_end if self._last_end is not None else 0.0
        if hole > SHORTEST_GAP:
            self._recorder.mark(Gap(self._lane, chunk.start - hole, chunk.start, "no sound from the device"))
        self._last_end = chunk.end
        loudness = level(chunk.pcm, chunk.format)
        self._recorder.hear(self._lane, chunk)
        lost = self._sink.append(chunk, voiced=loudness > VOICE)
        if lost is None:
            self._tell_lost()
        self._lost = joined(self._lost, lost)
        self._tell_level(loudness, chunk.end)

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


def moved(chunk: AudioChunk, shift: float) -> AudioChunk:
    """The chunk `shift` seconds later."""
    return AudioChunk(chunk.pcm, chunk.format, chunk.start + shift) if shift else chunk
