"""Keeps the sound of a session: a thread of its own writes a FLAC file for each lane, and captions never wait for it.

A place in a file is a time of the session: what was not heard, in a pause or while a device was away, is silence.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import os
import shutil
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, wait
from functools import partial
from pathlib import Path

from desktop.audio.flac import FlacWriter
from desktop.core.audio import SPEECH, AudioChunk
from desktop.core.errors import AudioUnavailable, OvertitleError, SoundUnwritable
from desktop.settings.aside import aside
from desktop.transcripts.refusals import OF_SOUND
from desktop.transcripts.sound import sound_mark, sound_names

LIMIT = 120.0
"""Seconds of sound, of all lanes together, that may wait for the disk."""
LAST = 20.0
"""Seconds that the end of a session may wait for the disk."""
BATCH = 0.5
"""Seconds that are gathered before the thread is woken."""
SLACK = round(0.02 * SPEECH.sample_rate)
"""Samples by which a chunk may miss its place: a device's clock is followed in small steps."""

log = logging.getLogger(__name__)


class Tape:
    """The files of one session's sound. `hear` returns at once; all the rest happens in the thread."""

    def __init__(self, session: str, limit: float = LIMIT) -> None:
        self._session = session
        self._limit = limit
        self._job: Future[None] | None = None
        self._waiting: deque[tuple[Path, str, AudioChunk]] = deque()
        self._heard = 0.0
        self._written = 0.0
        self._writers: dict[str, FlacWriter] = {}
        self._paths: list[Path] = []
        self._journal: Path | None = None
        self.last = LAST
        """Seconds that `close` may wait for the disk."""
        self.trouble: OvertitleError | None = None
        """Why nothing more is kept."""

    @property
    def waiting(self) -> float:
        """Seconds of sound that wait for the disk; each of the two counters has one writer."""
        return self._heard - self._written

    def hear(self, journal: Path, lane: str, chunk: AudioChunk) -> None:
        """Keep `chunk`, in `SPEECH`, beside this journal."""
        if self.trouble is not None:
            return
        if self.waiting > self._limit:
            self.trouble = _unwritable(OSError(errno.ETIMEDOUT, os.strerror(errno.ETIMEDOUT)), journal.parent)
            return
        self._journal = self._journal or journal
        self._waiting.append((self._journal, lane, chunk))
        self._heard += chunk.duration
        if self.waiting >= BATCH and (self._job is None or self._job.done()):
            self._job = aside(self._work)

    async def keep_up(self) -> None:
        """Return once the disk has most of it; for sound that can wait, as that of a recording."""
        while self._job is not None and not self._job.done() and self.waiting > self._limit / 2:
            await asyncio.wait({asyncio.wrap_future(self._job)})

    async def close(self, journal: Path | None) -> None:
        """Write what waits; without a `journal` that lives on, remove all of it. Raises nothing, see `trouble`.

        A disk that stands still is not waited for longer than `last`.
        """
        closing = asyncio.wrap_future(aside(partial(self._close, journal)))
        done, _ = await asyncio.wait({closing}, timeout=self.last)
        if not done:
            self._fail(OSError(errno.ETIMEDOUT, os.strerror(errno.ETIMEDOUT)))

    # Beside the loop, one at a time

    def _work(self) -> None:
        while self._waiting:
            journal, lane, chunk = self._waiting.popleft()
            self._written += chunk.duration
            if self.trouble is None:
                self._put(journal, lane, chunk)
        self._trying(*[writer.tell_length for writer in self._writers.values()])

    def _put(self, journal: Path, lane: str, chunk: AudioChunk) -> None:
        try:
            writer = self._writers.get(lane)
            if writer is None:
                writer = self._writers[lane] = self._create(journal, lane)
            ahead = round(chunk.start * SPEECH.sample_rate) - writer.samples
            pcm = chunk.pcm
            if ahead > SLACK:
                writer.silence(ahead)
            elif ahead < -SLACK:
                pcm = pcm[-ahead * SPEECH.bytes_per_frame :]
            writer.write(pcm)
        except OSError as error:
            self._fail(error)
        except AudioUnavailable as error:
            self.trouble = error

    def _create(self, journal: Path, lane: str) -> FlacWriter:
        for path in sound_names(journal, lane):
            with contextlib.suppress(FileExistsError):
                writer = FlacWriter.create(path, sound_mark(self._session, lane))
                self._paths.append(path)
                return writer
        raise AssertionError  # the names never end

    def _close(self, journal: Path | None) -> None:
        if self._job is not None:
            wait({self._job})
        self._work()
        for writer in self._writers.values():
            self._trying(writer.close)
        self._trying(*[path.stat for path in self._paths])  # with its folder a file can be moved away unnoticed
        if journal is None:
            self._trying(*[partial(path.unlink, missing_ok=True) for path in self._paths])
        elif self._journal is not None and journal != self._journal:  # it had to be written anew elsewhere
            begin = len(self._journal.stem)
            for path in self._paths:
                self._trying(partial(shutil.move, path, journal.with_name(journal.stem + path.name[begin:])))

    def _trying(self, *steps: Callable[[], object]) -> None:
        for step in steps:
            try:
                step()
            except OSError as error:
                self._fail(error)

    def _fail(self, error: OSError) -> None:
        if self.trouble is None:
            log.info("The sound can't be kept: %s", error.strerror)
            self.trouble = _unwritable(error, self._journal.parent if self._journal else Path())


def _unwritable(error: OSError, folder: Path) -> SoundUnwritable:
    return SoundUnwritable(*OF_SOUND.explain(error, folder))
