"""Puts what was said on disk before anyone is shown it, and keeps it in memory while the disk refuses."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from desktop.core.audio import AudioChunk
from desktop.core.captions import CaptionEvent, Entry, Gap, Insight, LaneAdded, Mark, Seam
from desktop.core.errors import JournalUnwritable, TranscriptError
from desktop.session.board import Board
from desktop.session.events import Saved
from desktop.session.tape import Tape
from desktop.transcripts.journal import Journal, read
from desktop.transcripts.transcript import JournalHeader, Transcript

WORDY = 200
"""Finals whose word times stay in memory."""
KEPT = 3000
"""Finals, and as many findings, that stay in memory beside the journal: some four hours of talk."""
RETRY = 5.0
"""Seconds between attempts while the disk refuses; captions that come in try at once as well."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class JournalPlan:
    """Where a session is to be written."""

    folders: Sequence[Path]
    """The wanted folder first; the others are used when it can't be written, so that nothing is lost."""
    title: str = ""
    earlier: Earlier | None = None
    """The session that goes on, in its own journal; None for a new one."""
    sound: bool = False
    """Keep the sound beside the journal."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """A saved session that is continued."""

    path: Path
    transcript: Transcript


class Recorder:
    """Owns the journal of one session and the one thread that writes it."""

    def __init__(self, plan: JournalPlan | None, header: JournalHeader, board: Board) -> None:
        self._plan = plan or JournalPlan(())
        self._lanes = header.lanes
        self._header = self._plan.earlier.transcript.header if self._plan.earlier else header
        self._board = board
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="journal")
        self._journal: Journal | None = None
        self._waiting: deque[Entry | LaneAdded] = deque()
        self._written = False
        """Something stands in the journal beside its first line."""
        self._wordy: deque[tuple[str, str]] = deque()
        """Segments whose word times are still in memory, oldest first."""
        self._kept: deque[tuple[str, str]] = deque()
        """Segments that are in memory at all."""
        self._found: deque[Insight] = deque()
        """Findings that are in memory."""
        self._reopened = False
        self._forget = False
        self._writing = asyncio.Lock()
        self._retry: asyncio.Task[None] | None = None
        self._marking: set[asyncio.Task[None]] = set()
        self._tape = Tape(self._header.id) if self._plan.sound and self._plan.folders else None

    @property
    def path(self) -> Path | None:
        """The journal's file, once there is one."""
        return self._journal.path if self._journal else None

    def forget(self, forget: bool) -> None:
        """Whether the journal is removed at the end; that of a session that goes on is always kept."""
        self._forget = forget and self._plan.earlier is None

    async def open(self) -> None:
        """Create the journal; when no folder takes it, say so and go on in memory."""
        async with self._writing:
            await self._create()
        self._schedule_retry()
        known = dict(self._header.lanes)
        for lane, label in self._lanes:
            if known.get(lane) != label:
                await self._save(LaneAdded(lane, label))

    async def final(self, event: CaptionEvent) -> None:
        """Save a final, then show it."""
        if event.text:
            await self._save(event)
            self._forget_old_words(event)
        self._board.caption(event)

    def _forget_old_words(self, event: CaptionEvent) -> None:
        """What is on the disk needs no word times in memory: they are nine tenths of a long session."""
        if self._journal is not None and not self._waiting:
            document, segment = self._board.document, (event.lane, event.segment_id)
            self._wordy.append(segment)
            self._kept.append(segment)
            if len(self._wordy) > WORDY:
                document.forget_words(*self._wordy.popleft())
            if len(self._kept) > KEPT:
                document.forget(*self._kept.popleft())

    async def insight(self, insight: Insight) -> None:
        """Save a finding, then show it."""
        await self._save_mark(insight)
        if self._journal is not None and not self._waiting:
            self._found.append(insight)
            if len(self._found) > KEPT:
                self._board.document.forget_note(self._found.popleft())

    async def lane(self, added: LaneAdded) -> None:
        """Save a lane that came late, then tell of it."""
        await self._save(added)
        self._board.publish(added)

    def mark(self, entry: Gap | Seam | Mark | Insight) -> None:
        """Save a mark, then show it, without making the caller wait for the disk."""
        task = asyncio.get_running_loop().create_task(self._save_mark(entry))
        self._marking.add(task)
        task.add_done_callback(self._marking.discard)

    async def _save_mark(self, entry: Gap | Seam | Mark | Insight) -> None:
        await self._save(entry)
        self._board.note(entry)

    async def _save(self, entry: Entry | LaneAdded) -> None:
        """Return when the entry is on disk, or when it is known that the disk refuses it for now."""
        if self._plan.folders:
            self._waiting.append(entry)
            await self._flush()

    def hear(self, lane: str, chunk: AudioChunk) -> None:
        """Keep sound, where that is wanted; never makes the caller wait."""
        if self._tape is not None and self._journal is not None:
            self._tape.hear(self._journal.path, lane, chunk)
            self._tell_sound_lost()

    async def room_for_sound(self) -> None:
        """Return when a recording may be read on without losing some of what is kept."""
        if self._tape is not None:
            await self._tape.keep_up()

    def _tell_sound_lost(self) -> None:
        trouble = self._tape.trouble if self._tape is not None else None
        if trouble is not None and all(problem.error is not trouble for problem in self._board.problems):
            self._board.raise_problem(trouble)

    async def close(self, duration: float, *, failed: bool = False) -> None:
        """Write what waits and the end line; raises `JournalUnwritable` when something could not be saved anywhere.

        The journal of a session that is to be forgotten, or that `failed` before anything was said, is removed.
        """
        await asyncio.gather(*self._marking)
        try:
            if self._forget:
                self._waiting.clear()
            await self._flush()
            if self._waiting:
                await self._rescue()
            if self._journal is not None and (self._forget or (failed and not self._written)):
                await self._run(self._journal.discard)
                self._journal = None
            elif self._journal is not None:
                await self._run(partial(self._journal.close, duration))
            sound = self._tape is not None
            await self._close_sound()
            if self._journal is not None:
                self._board.publish(Saved(self._journal.path, complete=True, sound=sound))
        finally:
            await self._close_sound()
            if self._retry is not None:
                self._retry.cancel()
                await asyncio.gather(self._retry, return_exceptions=True)
            self._executor.shutdown(wait=False)

    async def _close_sound(self) -> None:
        if self._tape is not None:
            await self._tape.close(self._journal.path if self._journal is not None else None)
            self._tell_sound_lost()
            self._tape = None

    async def _flush(self) -> None:
        async with self._writing:
            try:
                await self._write_waiting()
            except JournalUnwritable as error:
                self._board.raise_problem(error, retry_at=self._board.now() + RETRY)
        self._schedule_retry()

    async def _write_waiting(self) -> None:
        if self._journal is None:
            await self._create()
        while self._waiting and self._journal is not None:
            await self._run(partial(self._journal.append, self._waiting[0]))
            self._waiting.popleft()
            self._written = True
        if not self._waiting:
            self._board.clear_problems(JournalUnwritable)

    async def _create(self) -> None:
        first_error: JournalUnwritable | None = None
        if self._plan.earlier is not None and not self._reopened:
            self._journal = await self._run(partial(Journal.reopen, self._plan.earlier.path))
            self._reopened = True
            self._written = True
            self._board.publish(Saved(self._journal.path, complete=False, sound=self._tape is not None))
            return
        for folder in self._plan.folders:
            try:
                journal = await self._run(partial(Journal.create, folder, self._header))
            except JournalUnwritable as error:
                first_error = first_error or error
                continue
            self._journal = journal
            self._board.publish(Saved(journal.path, complete=False, sound=self._tape is not None))
            break
        if first_error is not None:
            retry_at = None if self._journal else self._board.now() + RETRY
            self._board.raise_problem(first_error, retry_at=retry_at)

    async def _rescue(self) -> None:
        """Write the whole session elsewhere: the disk of the journal refused to the end."""
        every = await self._run(self._every_entry)
        for folder in self._plan.folders[1:]:
            try:
                await self._run(partial(self._write_copy, folder, every))
            except JournalUnwritable:
                continue
            self._waiting.clear()
            return
        problem = next(one for one in self._board.problems if isinstance(one.error, JournalUnwritable))
        raise problem.error

    def _every_entry(self) -> Sequence[Entry | LaneAdded]:
        """The session so far: as its journal has it, or as far as memory goes when that can't be read."""
        document = self._board.document
        finals: list[Entry] = [entry for entry in document.entries() if getattr(entry, "is_final", True)]
        if self._journal is not None:
            with contextlib.suppress(TranscriptError):
                saved = read(self._journal.path)
                late = [LaneAdded(*lane) for lane in saved.header.lanes]
                return [*late, *saved.entries, *self._waiting]
        return finals

    def _write_copy(self, folder: Path, entries: Sequence[Entry | LaneAdded]) -> None:
        copy = Journal.create(folder, self._header)
        for entry in entries:
            copy.append(entry)
        self._journal = copy

    def _schedule_retry(self) -> None:
        if self._waiting and (self._retry is None or self._retry.done()):
            self._retry = asyncio.get_running_loop().create_task(self._try_again())

    async def _try_again(self) -> None:
        while self._waiting:
            await asyncio.sleep(RETRY)
            await self._flush()

    async def _run(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._executor, work)
