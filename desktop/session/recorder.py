"""Puts what was said on disk before anyone is shown it, and keeps it in memory while the disk refuses."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import os
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from desktop.core.audio import AudioChunk
from desktop.core.captions import CaptionEvent, Entry, Gap, Insight, LaneAdded, Mark, Seam
from desktop.core.errors import JournalUnwritable
from desktop.core.message import say
from desktop.session import disk
from desktop.session.board import Board
from desktop.session.disk import Disk
from desktop.session.events import Forgotten, Saved
from desktop.session.recall import Recall
from desktop.session.tape import Tape
from desktop.settings.aside import aside
from desktop.transcripts.journal import Journal
from desktop.transcripts.refusals import OF_TRANSCRIPT
from desktop.transcripts.transcript import JournalHeader, Transcript

RETRY = 5.0
"""Seconds between attempts while the disk refuses; captions that come in try at once as well."""

T = TypeVar("T")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class JournalPlan:
    """Where a session is to be written."""

    folders: Sequence[Path]
    """The wanted folder first; the others are used when it can't be written, so that nothing is lost. See `NOT_KEPT`;
    without a plan nothing is written either, but memory holds all that was said, to the end."""
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


NOT_KEPT = JournalPlan(())
"""For a session that is shown, and then gone."""


class Recorder:
    """Owns the journal of one session; what it does on the disk happens in threads, one thing after the other."""

    def __init__(self, plan: JournalPlan | None, header: JournalHeader, board: Board) -> None:
        self._plan = plan or JournalPlan(())
        self._lanes = header.lanes
        self._header = self._plan.earlier.transcript.header if self._plan.earlier else header
        self._board = board
        self._journal: Journal | None = None
        self._place: Path | None = None
        """Where readers know it to be."""
        self._waiting: deque[Entry | LaneAdded] = deque()
        self._late: list[LaneAdded] = []
        self._written = False
        """Something stands in the journal beside its first line."""
        self._recall = Recall(board.document)
        self._for_nobody = plan is not None and not plan.folders
        self._reopened = False
        self._forget = False
        self._writing = asyncio.Lock()
        self._disk = Disk(self._stands_still, self._answers)
        self._retry: asyncio.Task[None] | None = None
        self._marking: set[asyncio.Task[None]] = set()
        self._closing = False
        self._tape = Tape(self._header.id) if self._plan.sound and self._plan.folders else None

    @property
    def path(self) -> Path | None:
        """The journal's file, once there is one."""
        return self._journal.path if self._journal else None

    def forget(self, forget: bool) -> None:
        """Whether the journal is removed at the end; that of a session that goes on is always kept."""
        self._forget = forget and self._plan.earlier is None

    def hasten(self) -> None:
        """The program is to end: the sound that is kept is not waited for long."""
        if self._tape is not None:
            self._tape.last = disk.PATIENCE

    async def open(self) -> None:
        """Create the journal; when no folder takes it, say so and go on in memory.

        Raises `JournalUnwritable` when that of a session that goes on can't be written.
        """
        if self._plan.folders:
            await self._disk.patiently(self._open())
        known = dict(self._header.lanes)
        for lane, label in self._lanes:
            if known.get(lane) != label:
                await self._save_lane(LaneAdded(lane, label))

    async def _open(self) -> None:
        async with self._writing:
            await self._create()
            if self._disk.still:  # nobody waits for it any more
                await self._write_waiting()

    async def final(self, event: CaptionEvent) -> None:
        """Save a final, then show it."""
        if event.text:
            await self._save(event)
        if self._board.caption(event):
            self._recall.add(event)
            self._forget_old()

    def _forget_old(self) -> None:
        saved = self._journal is not None and not self._unsaved
        if (self._for_nobody or saved) and self._recall.forget():
            self._board.publish(Forgotten(self._board.document.begins, saved))

    async def insight(self, insight: Insight) -> None:
        """Save a finding, then show it."""
        await self._save_mark(insight)

    async def lane(self, added: LaneAdded) -> None:
        """Save a lane that came late, then tell of it."""
        await self._save_lane(added)
        self._board.publish(added)

    async def _save_lane(self, added: LaneAdded) -> None:
        self._late.append(added)
        await self._save(added)

    def mark(self, entry: Gap | Seam | Mark | Insight) -> None:
        """Save a mark, then show it, without making the caller wait for the disk."""
        if not self._closing:
            task = asyncio.get_running_loop().create_task(self._save_mark(entry))
            self._marking.add(task)
            task.add_done_callback(self._marking.discard)

    async def _save_mark(self, entry: Gap | Seam | Mark | Insight) -> None:
        await self._save(entry)
        if self._board.note(entry):
            self._recall.add(entry)
            self._forget_old()

    async def _save(self, entry: Entry | LaneAdded) -> None:
        """Return when the entry is on disk, or when it is known that the disk refuses it for now or stands still."""
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
        self._closing = True
        try:
            if self._forget:
                self._waiting.clear()
            await self._flush()
            if self._unsaved:
                await self._rescue()
            if self._journal is not None and (self._forget or (failed and not self._written)):
                await self._disk.patiently(self._run(self._journal.discard))
                self._journal = None
            elif self._journal is not None:
                await self._disk.patiently(self._end(self._journal, duration), tell=False)
            sound = self._tape is not None
            await self._close_sound()
            if self._journal is not None:
                self._board.publish(Saved(self._journal.path, complete=True, sound=sound))
        finally:
            await self._close_sound()
            await self._disk.give_up()
            if self._retry is not None:
                self._retry.cancel()
                await asyncio.gather(self._retry, return_exceptions=True)

    async def _end(self, journal: Journal, duration: float) -> None:
        try:
            await self._run(partial(self._finish, journal, duration, self._remembered()))
        except JournalUnwritable as error:
            await self._run(journal.release)
            if journal.disturbed:
                raise
            # every word is on the disk: without its last line the session reads as interrupted
            log.info("The transcript has no end line: %s", error.what)

    def _finish(self, journal: Journal, duration: float, remembered: Sequence[Entry | LaneAdded]) -> None:
        journal.look()
        if journal.disturbed:
            journal.bring_back(self._header, remembered)
        journal.close(duration)

    async def _close_sound(self) -> None:
        if self._tape is not None:
            await self._tape.close(self._journal.path if self._journal is not None else None)
            self._tell_sound_lost()
            self._tape = None

    @property
    def _unsaved(self) -> bool:
        return bool(self._waiting) or (self._journal is not None and self._journal.disturbed)

    async def _flush(self) -> None:
        if self._plan.folders and not self._disk.still:  # else what goes on once the disk does takes all that waits
            await self._disk.patiently(self._write_or_say())

    def _stands_still(self) -> None:
        still = OSError(errno.ETIMEDOUT, os.strerror(errno.ETIMEDOUT))
        self._board.raise_problem(JournalUnwritable(*OF_TRANSCRIPT.explain(still, self._folder)))

    def _answers(self) -> None:
        """Nobody waited for what was done last: take what came meanwhile."""
        if self._unsaved and not self._closing:
            self._disk.start(self._write_or_say())

    @property
    def _folder(self) -> Path:
        path = self.path or (self._plan.earlier.path if self._plan.earlier else None)
        return path.parent if path else self._plan.folders[0]

    async def _write_or_say(self) -> None:
        async with self._writing:
            try:
                await self._write_waiting()
            except JournalUnwritable as error:
                self._board.raise_problem(error, retry_at=self._board.now() + RETRY)
        self._schedule_retry()

    async def _write_waiting(self) -> None:
        if self._journal is None:
            await self._create()
        while self._journal is not None and self._unsaved:
            if self._journal.disturbed:
                log.info("Somebody else has changed the transcript; what it lost is written again")
                await self._run(partial(self._journal.bring_back, self._header, self._remembered()))
            else:
                entry = self._waiting[0]
                await self._run(partial(self._journal.append, entry))
                self._written = True
                self._tell_place()
                if self._waiting and self._waiting[0] is entry:
                    self._waiting.popleft()
        if not self._waiting:
            self._disk.still = False  # the next final is waited for again
            self._board.clear_problems(JournalUnwritable)

    async def _create(self) -> None:
        first_error: JournalUnwritable | None = None
        if self._plan.earlier is not None and not self._reopened:
            self._journal = await self._run(partial(Journal.reopen, self._plan.earlier.path))
            self._reopened = True
            self._written = True
            self._tell_place()
            return
        for folder in self._plan.folders:
            try:
                journal = await self._run(partial(Journal.create, folder, self._header))
            except JournalUnwritable as error:
                first_error = first_error or error
                continue
            self._journal = journal
            self._tell_place()
            break
        if first_error is not None:
            retry_at = None if self._journal else self._board.now() + RETRY
            self._board.raise_problem(first_error, retry_at=retry_at)

    def _tell_place(self) -> None:
        """A file that somebody renames or moves away has another place from then on."""
        if self._journal is not None and self._journal.path != self._place:
            self._place = self._journal.path
            self._board.publish(Saved(self._place, complete=False, sound=self._tape is not None))

    def _remembered(self) -> Sequence[Entry | LaneAdded]:
        """What memory still has of all that was to be written."""
        said = [entry for entry in self._board.document.entries() if getattr(entry, "is_final", True)]
        return [*dict.fromkeys([*self._late, *said, *self._waiting])]

    async def _rescue(self) -> None:
        """Write the whole session elsewhere: the disk of the journal refused to the end, or stands still."""
        still = self._disk.still
        if still:
            self.hasten()  # its sound would stand still as well
            await self._disk.give_up()
        first = None if still else self._journal
        problem = next(one for one in self._board.problems if isinstance(one.error, JournalUnwritable))
        for folder in self._plan.folders[1:]:
            try:
                copy, whole = await self._run(partial(self._copied, first, folder, self._remembered()))
            except JournalUnwritable:
                continue
            self._journal = copy
            self._waiting.clear()
            break
        else:
            if first is not None:
                await self._run(first.release)
            raise JournalUnwritable(
                problem.error.what,
                say("Transcripts", "Copy what is shown before it is gone: some of it is not saved."),
            )
        if whole or self._recall.whole:
            self._board.clear_problems(JournalUnwritable)
        if first is not None:
            with contextlib.suppress(JournalUnwritable):  # half a transcript beside the whole one would only mislead
                await self._run(first.discard if whole else first.release)

    def _copied(
        self, first: Journal | None, folder: Path, remembered: Sequence[Entry | LaneAdded]
    ) -> tuple[Journal, bool]:
        """The session in a journal of `folder`, and whether that holds all that the first one does."""
        if first is not None:
            with contextlib.suppress(JournalUnwritable):
                copy = first.copy(folder, [*self._waiting])
                if first.disturbed:
                    copy.bring_back(self._header, remembered)
                return copy, True
        return Journal.create(folder, self._header, remembered), False

    def _schedule_retry(self) -> None:
        if self._unsaved and not self._closing and (self._retry is None or self._retry.done()):
            self._retry = asyncio.get_running_loop().create_task(self._try_again())

    async def _try_again(self) -> None:
        while self._unsaved:
            await asyncio.sleep(RETRY)
            await self._flush()

    async def _run(self, work: Callable[[], T]) -> T:
        return await asyncio.wrap_future(aside(work))
